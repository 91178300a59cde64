import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { cleanJson, cleanText } from '../../src/store/clean-text.ts';

const anyText = fc.string({ unit: 'binary' });

describe('text for the database', () => {
  test('loses NUL and keeps everything else that is whole', () => {
    expect(cleanText('a\0b')).toBe('ab');
    expect(cleanText('snow ☃ 😀 \u0001 \\u0000')).toBe('snow ☃ 😀 \u0001 \\u0000');
    expect(cleanText('\ud83d')).toBe('\ufffd');
    expect(cleanText('\ude00\ud83d')).toBe('\ufffd\ufffd');
  });

  test('is the same text when it was fine', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), (text) => {
        fc.pre(!text.includes('\0'));
        expect(cleanText(text)).toBe(text);
      }),
    );
  });

  test('is cleaned in JSON as it is outside, in names and in values', () => {
    fc.assert(
      fc.property(fc.array(fc.oneof(anyText, fc.string({ unit: halves }))), (texts) => {
        expect(JSON.parse(cleanJson(texts))).toEqual(texts.map(cleanText));
      }),
    );
    expect(cleanJson({ 'a\0': { '\ud800': ['\0', '\\u0000', '\\\0'] } })).toBe(
      '{"a":{"\ufffd":["","\\\\u0000","\\\\"]}}',
    );
  });
});

const halves = fc.constantFrom('\0', '\\', 'u0000', '\ud800', '\udfff', '"', 'x');

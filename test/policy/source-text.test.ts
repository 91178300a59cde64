import { describe, expect, it } from 'vitest';
import { createLineMap, offsetInScalar } from '../../src/policy/source-text.ts';

describe('line and column', () => {
  it('count from one, through LF and CRLF', () => {
    const at = createLineMap('ab\ncd\r\ne');
    expect([0, 1, 3, 4, 7, 8].map(at)).toEqual([
      { line: 1, column: 1 },
      { line: 1, column: 2 },
      { line: 2, column: 1 },
      { line: 2, column: 2 },
      { line: 3, column: 1 },
      { line: 3, column: 2 },
    ]);
  });
});

describe('a character inside of a scalar', () => {
  // `^` marks nothing here: the wanted character is the X of each text.
  it.each([
    ['plain', 'ab Xc', 'ab Xc'],
    ['double-quoted', '"ab Xc"', 'ab Xc'],
    ['single-quoted', "'ab Xc'", 'ab Xc'],
    ['a doubled quote before it', "'a''Xc'", "a'Xc"],
    ['an escaped quote before it', '"a\\"Xc"', 'a"Xc'],
    ['an escaped backslash before it', '"a\\\\Xc"', 'a\\Xc'],
    ['a plain text over two lines', 'ab\n      Xc', 'ab Xc'],
    ['a folded block', '>\n    ab\n    Xc\n', 'ab Xc\n'],
    ['a literal block', '|\n    ab\n    Xc\n', 'ab\nXc\n'],
    ['a block with chomping', '|-\n  ab Xc', 'ab Xc'],
  ])('is found in %s', (_, source, value) => {
    expect(offsetInScalar(source, value, value.indexOf('X'), 100)).toBe(100 + source.indexOf('X'));
  });

  it('falls back to the start where an escape hides the characters', () => {
    expect(offsetInScalar('"\\u0061X"', 'aX', 1, 100)).toBe(100);
  });

  it.each([
    ['plain', 'abc', 'abc', 3],
    ['quoted', '"abc"', 'abc', 4],
  ])('is behind the last character for an index at the end: %s', (_, source, value, offset) => {
    expect(offsetInScalar(source, value, value.length, 0)).toBe(offset);
  });
});

import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { parseExactly } from '../../src/store/exact-json.ts';

describe('JSON that is read exactly', () => {
  test('is what JSON.parse gives, for everything that JavaScript wrote', () => {
    fc.assert(
      fc.property(fc.oneof(fc.jsonValue(), fc.double(), fc.maxSafeInteger()), (value) => {
        const text = JSON.stringify(value);
        expect(parseExactly(text)).toEqual(JSON.parse(text));
      }),
      { numRuns: 2_000 },
    );
  });

  test.each([
    ['0.100000000000000005551115123125782702', '0.1 with the digits that its 53 bits mean'],
    ['9007199254740993', 'the first whole number that has no double'],
    ['-123456789.123456789012', 'more digits than there are bits for'],
    ['1.00000000000000000001', 'nearly one'],
  ])('keeps %s as its text: %s', (token) => {
    expect(parseExactly(`{"a": [${token}, "${token}"]}`)).toEqual({ a: [token, token] });
  });

  test('takes numbers that are only written at length for what they are', () => {
    const long = '100000000000000000000000';
    expect(parseExactly(`[${long}, 1.50000000000000000000, 0.000000000000000000012]`)).toEqual([
      1e23, 1.5, 1.2e-20,
    ]);
  });

  test('leaves digits in strings alone, whatever stands around them', () => {
    const text = JSON.stringify({ 'a"9007199254740993': '\\" 9007199254740993 \\' });
    expect(parseExactly(text)).toEqual(JSON.parse(text));
  });
});

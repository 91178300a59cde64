import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { canonicalJson } from '../../src/policy/canonical.ts';
import { propertyRuns } from '../time/property-runs.ts';

describe('canonical JSON', () => {
  // RFC 8785, 3.2.2 and 3.2.3: the example of the standard, and its order of names.
  test('is that of RFC 8785', () => {
    const example = `{
      "numbers": [333333333.33333329, 1E30, 4.50, 2e-3, 0.000000000000000000000000001],
      "string": "\\u20ac$\\u000F\\u000aA'\\u0042\\u0022\\u005c\\\\\\"\\/",
      "literals": [null, true, false]
    }`;
    expect(canonicalJson(JSON.parse(example))).toBe(
      '{"literals":[null,true,false],"numbers":[333333333.3333333,1e+30,4.5,0.002,1e-27],' +
        '"string":"€$\\u000f\\nA\'B\\"\\\\\\\\\\"/"}',
    );
    const names = ['\u20ac', '\r', '\ufb33', '1', '\ud83d\ude00', '\u0080', '\u00f6'];
    expect(canonicalJson(Object.fromEntries(names.map((name) => [name, 0])))).toBe(
      '{"\\r":0,"1":0,"\u0080":0,"\u00f6":0,"\u20ac":0,"\ud83d\ude00":0,"\ufb33":0}',
    );
  });

  test('orders names of digits as text, not as JavaScript orders them', () => {
    expect(canonicalJson({ b: 0, 10: 0, 9: 0, 1: 0 })).toBe('{"1":0,"10":0,"9":0,"b":0}');
  });

  test('leaves out what JSON has no word for', () => {
    expect(canonicalJson({ a: undefined, f: () => 1, list: [undefined, 1] })).toBe(
      '{"list":[null,1]}',
    );
  });

  test('means the same as what went in, and does not depend on the order it came in', () => {
    fc.assert(
      fc.property(fc.jsonValue(), (value) => {
        const plain: unknown = JSON.parse(JSON.stringify(value));
        expect(JSON.parse(canonicalJson(value))).toEqual(plain);
        expect(canonicalJson(turned(plain))).toBe(canonicalJson(value));
      }),
      { numRuns: propertyRuns },
    );
  });
});

/** The same value with the names of every object in the reverse order. */
function turned(value: unknown): unknown {
  if (typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) return value.map(turned);
  const fields = Object.entries(value).map(([name, field]) => [name, turned(field)] as const);
  return Object.fromEntries(fields.reverse());
}

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { clipStarts, type Starts } from '../../src/time/starts.ts';
import { eitherOf, fixedStarts, leavingOut, startsLater } from '../../src/time/starts-sets.ts';
import { propertyRuns } from './property-runs.ts';

const size = 30;
const walls = fc.uniqueArray(fc.nat(size), { maxLength: 8 });
const asked = Array.from({ length: size + 5 }, (_, index) => index - 2);

/** Both directions, from everywhere, against the plain list. */
function expectStarts(starts: Starts, wanted: readonly number[]): void {
  const ordered = wanted.toSorted((a, b) => a - b);
  for (const wall of [...asked, -Infinity, Infinity]) {
    expect(starts.after(wall)).toBe(ordered.find((start) => start > wall) ?? Infinity);
    expect(starts.before(wall)).toBe(ordered.findLast((start) => start < wall) ?? -Infinity);
  }
}

describe('starts made of starts', () => {
  it('are those that a list says', () => {
    fc.assert(
      fc.property(
        walls,
        walls,
        fc.nat(size),
        fc.nat(size),
        fc.integer({ min: -9, max: 9 }),
        verify,
      ),
      { numRuns: propertyRuns },
    );
  });
});

function verify(
  some: readonly number[],
  others: readonly number[],
  a: number,
  b: number,
  byMs: number,
): void {
  const [from, to] = [Math.min(a, b), Math.max(a, b)];
  const starts = fixedStarts(some);
  expectStarts(starts, some);
  expectStarts(eitherOf([starts, fixedStarts(others)]), [...new Set([...some, ...others])]);
  const out = new Set(others);
  expectStarts(
    leavingOut(starts, (wall) => out.has(wall)),
    some.filter((wall) => !out.has(wall)),
  );
  expectStarts(
    clipStarts(starts, { first: from, last: to }),
    some.filter((wall) => wall >= from && wall <= to),
  );
  expectStarts(
    startsLater(starts, byMs),
    some.map((wall) => wall + byMs),
  );
}

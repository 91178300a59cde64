import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createRuleStarts } from '../../src/time/rrule.ts';
import type { Starts } from '../../src/time/starts.ts';
import { propertyRuns } from './property-runs.ts';
import { type RandomRule, randomRule } from './random-rules.ts';
import { stampOfWall, textOfRule } from './rule-of-text.ts';
import { ruleTimes } from './rule-oracle.ts';

/** What a person needs to try it again. */
function nameOf({ rule, starting }: RandomRule): string {
  return `DTSTART:${stampOfWall(starting)} RRULE:${textOfRule(rule)}`;
}

function forward(starts: Starts, end: number): number[] {
  const found: number[] = [];
  for (let at = starts.after(-Infinity); at < end; at = starts.after(at)) found.push(at);
  return found;
}

function backward(starts: Starts, end: number): number[] {
  const found: number[] = [];
  for (let at = starts.before(end); at > -Infinity; at = starts.before(at)) found.push(at);
  return found.reverse();
}

const readably = (walls: readonly number[]) => walls.map(stampOfWall);

describe('recurrence rules, against an enumeration by the words of RFC 5545', () => {
  it('name the same times, forward and backward', () => {
    fc.assert(
      fc.property(randomRule, (random) => {
        const { rule, starting, end } = random;
        const wanted = readably(ruleTimes(rule, starting, end));
        const starts = createRuleStarts(rule, starting);
        expect(readably(forward(starts, end)), nameOf(random)).toEqual(wanted);
        expect(readably(backward(starts, end)), nameOf(random)).toEqual(wanted);
      }),
      { numRuns: propertyRuns },
    );
  });

  it('answer the same wherever they are asked, in any order', () => {
    const places = fc.array(fc.nat(1_000_000), { minLength: 1, maxLength: 12 });
    fc.assert(
      fc.property(randomRule, places, (random, shares) => {
        const { rule, starting, end } = random;
        const wanted = ruleTimes(rule, starting, end);
        const last = wanted.at(-1) ?? starting;
        const starts = createRuleStarts(rule, starting);
        for (const share of shares) {
          const wall = starting - 1000 + Math.round(((last - starting) * share) / 1e6);
          const next = wanted.find((time) => time > wall);
          if (next !== undefined) expect(starts.after(wall), nameOf(random)).toBe(next);
          const previous = wanted.findLast((time) => time < wall) ?? -Infinity;
          expect(starts.before(wall), nameOf(random)).toBe(previous);
        }
      }),
      { numRuns: propertyRuns },
    );
  });
});

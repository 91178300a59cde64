import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createRuleStarts, type RecurrenceRule } from '../../src/time/rrule.ts';
import { icalTimes, isSoundInIcal } from './ical-oracle.ts';
import { propertyRuns, propertySeed } from './property-runs.ts';
import { type RandomRule, randomRule } from './random-rules.ts';
import { stampOfWall, textOfRule } from './rule-of-text.ts';

const timesMax = 40;

function firstTimes({ rule, starting }: RandomRule): number[] {
  const starts = createRuleStarts(rule, starting);
  const found: number[] = [];
  let at = starts.after(-Infinity);
  for (; found.length < timesMax && at < Infinity; at = starts.after(at)) found.push(at);
  return found;
}

/** ical.js takes lists as they come, and gives the start in any case: it has to be a time. */
function asIcalWants(random: RandomRule): RandomRule {
  const ascending = (values: readonly number[] | undefined) => values?.toSorted((a, b) => a - b);
  const { months, hours, minutes, seconds } = random.rule;
  const rule: RecurrenceRule = {
    ...random.rule,
    months: ascending(months),
    hours: ascending(hours),
    minutes: ascending(minutes),
    seconds: ascending(seconds?.filter((second) => second < 60)),
  };
  const [starting = random.starting] = firstTimes({ ...random, rule });
  return { ...random, rule, starting };
}

const soundRule = randomRule
  .filter(
    ({ rule, starting }) =>
      isSoundInIcal(rule, starting) && rule.seconds?.every((second) => second < 60) !== false,
  )
  .map(asIcalWants)
  .filter((random) => firstTimes(random).length > 0 && isSoundInIcal(random.rule, random.starting));

describe('recurrence rules, against ical.js where that is sound', () => {
  it('name the same times', () => {
    fc.assert(
      fc.property(soundRule, (random) => {
        const text = textOfRule(random.rule);
        const mine = firstTimes(random);
        const theirs = icalTimes(text, random.starting, timesMax);
        const name = `DTSTART:${stampOfWall(random.starting)} RRULE:${text}`;
        expect(mine.map(stampOfWall), name).toEqual(theirs.map(stampOfWall));
      }),
      { numRuns: propertyRuns, seed: propertySeed },
    );
  });
});

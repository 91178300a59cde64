// Random windows by recurrence rules that start some periods before a place. The oracle counts the
// rule's times up from its start.

import fc from 'fast-check';
import type { Frequency, RecurrenceRule } from '../../src/time/rrule.ts';
import { ruleOf } from './random-rules.ts';
import { textOfRule } from './rule-of-text.ts';
import { ruleTimes } from './rule-oracle.ts';
import type { RandomWindow } from './windows.ts';

const dayMs = 86_400_000;

/** How many days before the place a rule may start. */
const daysBefore: readonly (readonly [Frequency, number])[] = [
  ['yearly', 3 * 366],
  ['monthly', 200],
  ['weekly', 60],
  ['daily', 20],
  ['hourly', 6],
  ['minutely', 4],
];

/** Seconds are left out below, and a choice of positions has to choose from something else. */
function isMoreThanSeconds({ positions, seconds: _, ...rest }: RecurrenceRule): boolean {
  return positions === undefined || Object.values(rest).some(Array.isArray);
}

/** A window by a rule that may have something to do around a day. */
export function randomRuleWindow(day: number): fc.Arbitrary<RandomWindow> {
  return fc.constantFrom(...daysBefore).chain(([frequency, daysMax]) =>
    fc
      .record({
        rule: ruleOf(frequency).filter(isMoreThanSeconds),
        back: fc.oneof(fc.constant(3), fc.nat(daysMax)),
        minute: fc.nat(1439),
        forMinutes: fc.oneof(fc.integer({ min: 1, max: 90 }), fc.integer({ min: 1, max: 1500 })),
        end: fc.nat(3),
      })
      .map(({ rule: { seconds: _, ...whole }, back, minute, forMinutes, end }) => {
        const starting = (day - back) * dayMs + minute * 60_000;
        const until = (day + 1) * dayMs + minute * 60_000;
        const rule = end === 0 ? { ...whole, until } : end === 1 ? { ...whole, count: 30 } : whole;
        const minutes = new Map<number, number[]>();
        for (const time of ruleTimes(rule, starting, (day + 8) * dayMs)) {
          const on = Math.floor(time / dayMs);
          minutes.set(on, [...(minutes.get(on) ?? []), (time - on * dayMs) / 60_000]);
        }
        const isFine = frequency === 'hourly' || frequency === 'minutely';
        return {
          fields: {
            rrule: textOfRule(rule),
            starting: new Date(starting).toISOString().slice(0, 16),
            for: `${forMinutes}m`,
          },
          oracle: {
            minutesOn: (date: Date) => minutes.get(date.getTime() / dayMs) ?? [],
            length: { exact: forMinutes },
            everyHour: isFine && rule.hours === undefined,
          },
        };
      }),
  );
}

// Random recurrence rules that RFC 5545 allows, and random places where they start.

import fc from 'fast-check';
import type { Frequency, RecurrenceRule } from '../../src/time/rrule.ts';
import type { Weekday } from '../../src/time/wall.ts';

/** A rule, where it starts, and how far an enumeration of it may go. */
export interface RandomRule {
  readonly rule: RecurrenceRule;
  readonly starting: number;
  readonly end: number;
}

const dayMs = 86_400_000;

/** Days that are looked through: some periods, and no more than an enumeration can bear. */
const daysSeen: Readonly<Record<Frequency, number>> = {
  yearly: 9 * 366,
  monthly: 4 * 366,
  weekly: 500,
  daily: 400,
  hourly: 40,
  minutely: 4,
  secondly: 1 / 12,
};

const numbers = (min: number, max: number, maxLength = 4) =>
  fc.uniqueArray(fc.integer({ min, max }), { minLength: 1, maxLength });

const signed = (max: number, maxLength = 4) =>
  fc.uniqueArray(
    fc.integer({ min: -max, max }).filter((value) => value !== 0),
    { minLength: 1, maxLength },
  );

/** Present in about `share` of a hundred cases. */
const present = <T>(share: number, value: fc.Arbitrary<T>) =>
  fc.oneof(
    { weight: 100 - share, arbitrary: fc.constant(undefined) },
    { weight: share, arbitrary: value },
  );
const often = <T>(value: fc.Arbitrary<T>) => present(50, value);
const rarely = <T>(value: fc.Arbitrary<T>) => present(25, value);
const never = fc.constant(undefined);

const weekday = fc.integer({ min: 1, max: 7 }) as fc.Arbitrary<Weekday>;

function weekdays(nthMax: number) {
  const nth = fc.integer({ min: -nthMax, max: nthMax }).filter((value) => value !== 0);
  const one = nthMax === 0 ? fc.record({ weekday }) : fc.record({ weekday, nth: often(nth) });
  return fc.uniqueArray(one, {
    minLength: 1,
    maxLength: 4,
    selector: (day) => JSON.stringify(day),
  });
}

const frequency = fc.constantFrom<Frequency>(
  'yearly',
  'monthly',
  'weekly',
  'daily',
  'hourly',
  'minutely',
  'secondly',
);

/** A rule of one frequency, without an end. */
export function ruleOf(frequency: Frequency): fc.Arbitrary<RecurrenceRule> {
  const isYearly = frequency === 'yearly';
  const isFine = ['hourly', 'minutely', 'secondly'].includes(frequency);
  const steps = isFine ? fc.oneof(fc.integer({ min: 1, max: 5 }), fc.nat(200)) : fc.nat(4);
  return fc
    .record({
      frequency: fc.constant(frequency),
      interval: often(steps.map((step) => step + 1)),
      weekStart: rarely(weekday),
      months: rarely(numbers(1, 12)),
      weekNumbers: isYearly ? rarely(signed(53)) : never,
      yearDays: isYearly || isFine ? rarely(signed(366, 8)) : never,
      monthDays: frequency === 'weekly' ? never : rarely(signed(31, 6)),
      hours: rarely(numbers(0, 23)),
      minutes: rarely(numbers(0, 59)),
      seconds: rarely(numbers(0, 60)),
    })
    .chain((rule) => {
      const hasNumbered = (isYearly && rule.weekNumbers === undefined) || frequency === 'monthly';
      const nthMax = !hasNumbered ? 0 : isYearly && rule.months === undefined ? 53 : 5;
      return fc.record({ rule: fc.constant(rule), weekdays: rarely(weekdays(nthMax)) });
    })
    .chain(({ rule, weekdays }) => {
      const whole = withoutUndefined({ ...rule, weekdays });
      const hasParts = Object.keys(whole).some((key) => /s$|Days$/.test(key));
      return hasParts
        ? rarely(signed(6, 3)).map((positions) => withoutUndefined({ ...whole, positions }))
        : fc.constant(whole);
    });
}

function withoutUndefined(rule: RecurrenceRule): RecurrenceRule {
  return Object.fromEntries(
    Object.entries(rule).filter(([, value]) => value !== undefined),
  ) as unknown as RecurrenceRule;
}

const someStart = fc
  .record({
    day: fc.integer({ min: Date.UTC(1996, 0, 1) / dayMs, max: Date.UTC(2032, 0, 1) / dayMs }),
    second: fc.oneof(fc.constant(9 * 3600), fc.nat(86_399)),
  })
  .map(({ day, second }) => day * dayMs + second * 1000);

/** Any rule; about half of them with an end. */
export const randomRule: fc.Arbitrary<RandomRule> = frequency
  .chain((name) =>
    fc.record({
      rule: ruleOf(name),
      starting: someStart,
      end: often(
        fc.oneof(
          fc.integer({ min: 1, max: 40 }).map((count) => ({ count })),
          fc.nat(1000).map((share) => ({ share })),
        ),
      ),
    }),
  )
  .map(({ rule, starting, end }) => {
    const seenMs = daysSeen[rule.frequency] * dayMs * Math.min(rule.interval ?? 1, 4);
    const last = starting + Math.floor(seenMs / 1000) * 1000;
    if (end === undefined) return { rule, starting, end: last };
    if ('count' in end) return { rule: { ...rule, count: end.count }, starting, end: last };
    const until = starting + Math.floor(((last - starting) * end.share) / 1e6) * 1000;
    return { rule: { ...rule, until }, starting, end: last };
  });

// The fields of random cron expressions, each with the values or days that it names.

import fc from 'fast-check';
import { dayMs } from './wall-walk.ts';

export const dayNames = ['Sun', 'Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat'];
export const weekday = fc.nat(6);

/** 1970-01-01 was a Thursday. */
export const weekdayOf = (day: number) => (((day + 4) % 7) + 7) % 7;

/** One field of a cron expression and the values that it names. */
interface CronField {
  readonly text: string;
  readonly values: readonly number[];
}

export function cronField(min: number, max: number): fc.Arbitrary<CronField> {
  const value = fc.integer({ min, max });
  const list = fc
    .uniqueArray(value, { minLength: 1, maxLength: 4 })
    .map((values) => ({ text: values.join(','), values }));
  const range = fc.tuple(value, value, fc.integer({ min: 1, max: 5 })).map(([a, b, step]) => {
    const [first, last] = [Math.min(a, b), Math.max(a, b)];
    const all = Array.from({ length: last - first + 1 }, (_, index) => first + index);
    const values = all.filter((_, index) => index % step === 0);
    return { text: `${first}-${last}${step === 1 ? '' : `/${step}`}`, values };
  });
  return fc.oneof({ weight: 2, arbitrary: list }, { weight: 1, arbitrary: range });
}

export const cronMinute = fc.oneof(
  fc
    .uniqueArray(fc.integer({ min: 0, max: 59 }), { minLength: 1, maxLength: 3 })
    .map((values) => ({ text: values.join(','), values })),
  fc.constantFrom(15, 20, 30).map((step) => ({
    text: `*/${step}`,
    values: Array.from({ length: 60 / step }, (_, index) => index * step),
  })),
);

/** A day field: whether a day of 2026 is one of it. `undefined` is `*`. */
interface DayField {
  readonly text: string;
  readonly has: (day: number) => boolean;
}

const dateOf = (day: number) => new Date(day * dayMs).getUTCDate();

export const monthDay: fc.Arbitrary<DayField> = fc.oneof(
  cronField(1, 31).map(({ text, values }) => ({
    text,
    has: (day: number) => values.includes(dateOf(day)),
  })),
  fc.constant({ text: 'L', has: (day: number) => dateOf(day + 1) === 1 }),
);

export const weekDay: fc.Arbitrary<DayField> = fc.oneof(
  cronField(0, 6).map(({ text, values }) => ({
    text,
    has: (day: number) => values.includes(weekdayOf(day)),
  })),
  fc.tuple(weekday, fc.integer({ min: 1, max: 4 })).map(([name, nth]) => ({
    text: `${dayNames[name]!.toUpperCase()}#${nth}`,
    has: (day: number) => weekdayOf(day) === name && Math.ceil(dateOf(day) / 7) === nth,
  })),
  weekday.map((name) => ({
    text: dayNames[name]!.toUpperCase(),
    has: (day: number) => weekdayOf(day) === name,
  })),
);

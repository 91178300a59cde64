// Which days of a month a rule names: by number, or by weekday. A day is bit `n - 1` of a mask; the
// months that lack it skip it.

import { type Days, daysOfMonths, type MonthShape, shiftDays, unionOfDays } from './days.ts';
import type { Weekday } from './wall.ts';

/** The days of these numbers; -1 is the last day, -2 the one before it. */
export function maskOfDays(days: readonly number[], { length }: MonthShape): number {
  let mask = 0;
  for (const day of days) {
    const fromStart = day > 0 ? day : length + 1 + day;
    if (fromStart >= 1 && fromStart <= length) mask |= 1 << (fromStart - 1);
  }
  return mask;
}

/**
 * The days whose weekday is one of `weekdays`; with `nth` only the so-manyth of them, from the end
 * of the month when it is negative.
 */
export function maskOfWeekdays(
  weekdays: readonly Weekday[],
  nth: number | undefined,
  { length, firstWeekday }: MonthShape,
): number {
  const days: number[] = [];
  for (let day = 1; day <= length; day++) {
    const weekday = (((firstWeekday - 1 + day - 1) % 7) + 1) as Weekday;
    if (weekdays.includes(weekday)) days.push(day);
  }
  const picked = nth === undefined ? days : days.slice(...sliceOf(nth));
  return picked.reduce((mask, day) => mask | (1 << (day - 1)), 0);
}

function sliceOf(nth: number): [start: number, end?: number] {
  if (nth > 0) return [nth - 1, nth];
  return nth === -1 ? [-1] : [nth, nth + 1];
}

/** Days of a month: by their numbers (-1 is the last), or the so-manyth among some weekdays. */
export type MonthDay =
  | { readonly days: readonly number[] }
  | { readonly weekdays: readonly Weekday[]; readonly nth: number };

/** Days of some months, all moved by so many days. */
export interface DatePick {
  /** From 1; every month when left out. */
  readonly months?: readonly number[] | undefined;
  readonly day: MonthDay;
  /** Later, or earlier when negative; the day may be in another month then. */
  readonly shift: number;
}

/** All days that any of `picks` names. */
export function daysOfPicks(picks: readonly DatePick[]): Days {
  const shifts = [...new Set(picks.map(({ shift }) => shift))];
  return unionOfDays(
    shifts.map((shift) => {
      const alike = picks.filter((pick) => pick.shift === shift);
      const unmoved = daysOfMonths((shape) =>
        alike.reduce((mask, pick) => mask | maskOfPick(pick, shape), 0),
      );
      return shiftDays(unmoved, shift);
    }),
  );
}

function maskOfPick({ months, day }: DatePick, shape: MonthShape): number {
  if (months !== undefined && !months.includes(shape.month)) return 0;
  if ('days' in day) return maskOfDays(day.days, shape);
  return maskOfWeekdays(day.weekdays, day.nth, shape);
}

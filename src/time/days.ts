// Sets of days that a rule picks: by weekday, or month by month. A day is a count from 1970-01-01.
// Both directions cost the same however far away the next day is, and a rule that picks no day at
// all is found out after the 400 years in which the calendar repeats itself.

import { dateOfDay, dayOfDate, daysInMonth, type Weekday, weekdayOfDay } from './wall.ts';

/** Rules repeat from this day to `lastDay`; nothing starts outside of them: every search ends. */
export const firstDay = dayOfDate({ year: 1800, month: 1, day: 1 });
export const lastDay = dayOfDate({ year: 9999, month: 12, day: 31 });

/** After 400 years dates, weekdays and weeks come round as they were. */
const cycleDays = 146_097;

/**
 * The day up to which to look for the next one of a rule that has something to do with every
 * `interval`th period of the calendar: when none is found by then there is none.
 */
export function searchEnd(day: number, interval: number): number {
  return Math.min(lastDay, day + interval * cycleDays);
}

/** The day down to which to look for the previous one; the mirror image of `searchEnd`. */
export function searchStart(day: number, interval: number): number {
  return Math.max(firstDay, day - interval * cycleDays);
}

/** An ordered set of days. */
export interface Days {
  /** The first of them at or after `day`; Infinity when there is none. */
  atOrAfter(day: number): number;
  /** The last of them at or before `day`; -Infinity when there is none. */
  atOrBefore(day: number): number;
}

/** Every day. */
export const everyDay: Days = { atOrAfter: (day) => day, atOrBefore: (day) => day };

/** The days of every week that are one of `weekdays`. */
export function daysOfWeek(weekdays: readonly Weekday[]): Days {
  const picked = new Set(weekdays);
  if (picked.size === 7) return everyDay;
  // How far it is from each weekday to the next and to the previous picked one.
  const stepsAhead = [0, 1, 2, 3, 4, 5, 6, 7].map((from) => stepsTo(picked, from, 1));
  const stepsBack = [0, 1, 2, 3, 4, 5, 6, 7].map((from) => stepsTo(picked, from, -1));
  return {
    atOrAfter: (day) => day + stepsAhead[weekdayOfDay(day)]!,
    atOrBefore: (day) => day - stepsBack[weekdayOfDay(day)]!,
  };
}

function stepsTo(picked: ReadonlySet<Weekday>, from: number, direction: 1 | -1): number {
  const steps = [0, 1, 2, 3, 4, 5, 6];
  const isPicked = (step: number) =>
    picked.has((((from - 1 + direction * step + 7) % 7) + 1) as Weekday);
  return steps.find(isPicked) ?? Infinity;
}

/** The days that lie `by` days after one of `days`; before, when it is negative. */
export function shiftDays(days: Days, by: number): Days {
  if (by === 0) return days;
  return {
    atOrAfter: (day) => days.atOrAfter(day - by) + by,
    atOrBefore: (day) => days.atOrBefore(day - by) + by,
  };
}

/** The days that are in any of `sets`. */
export function unionOfDays(sets: readonly Days[]): Days {
  const [only] = sets;
  if (only !== undefined && sets.length === 1) return only;
  return {
    atOrAfter: (day) => Math.min(...sets.map((days) => days.atOrAfter(day))),
    atOrBefore: (day) => Math.max(...sets.map((days) => days.atOrBefore(day))),
  };
}

/** What a rule has to look at to pick days of a month. */
export interface MonthShape {
  readonly year: number;
  readonly month: number;
  /** Its first day. */
  readonly first: number;
  /** How many days it has. */
  readonly length: number;
  /** The weekday of its first day. */
  readonly firstWeekday: Weekday;
}

/** The days that `pick` names, as a mask with bit `n - 1` for day `n`, in each month. */
export function daysOfMonths(pick: (shape: MonthShape) => number): Days {
  const monthAt = createMonthLookup(pick);

  function atOrAfter(day: number): number {
    let month = monthAt(day);
    const rest = month.mask & (~0 << (day - month.first));
    if (rest !== 0) return month.first + lowestBit(rest);
    for (let count = 0; count < monthsOfCycle; count++) {
      month = monthAt(month.first + month.length);
      if (month.mask !== 0) return month.first + lowestBit(month.mask);
    }
    return Infinity;
  }

  function atOrBefore(day: number): number {
    let month = monthAt(day);
    const rest = month.mask & (~0 >>> (31 - (day - month.first)));
    if (rest !== 0) return month.first + highestBit(rest);
    for (let count = 0; count < monthsOfCycle; count++) {
      month = monthAt(month.first - 1);
      if (month.mask !== 0) return month.first + highestBit(month.mask);
    }
    return -Infinity;
  }

  return { atOrAfter, atOrBefore };
}

const monthsOfCycle = 400 * 12;

interface Month {
  /** Its first day. */
  readonly first: number;
  readonly length: number;
  readonly mask: number;
}

/** Remembers the last month, which nearly always holds the next day that is asked for. */
function createMonthLookup(pick: (shape: MonthShape) => number): (day: number) => Month {
  let last: Month = { first: 0, length: 0, mask: 0 };
  return (day) => {
    if (day >= last.first && day < last.first + last.length) return last;
    const { year, month } = dateOfDay(day);
    const first = dayOfDate({ year, month, day: 1 });
    const length = daysInMonth(year, month);
    const mask = pick({ year, month, first, length, firstWeekday: weekdayOfDay(first) });
    // A pick may name day 31 without looking whether the month has one.
    last = { first, length, mask: mask & (~0 >>> (32 - length)) };
    return last;
  };
}

function lowestBit(mask: number): number {
  return 31 - Math.clz32(mask & -mask);
}

function highestBit(mask: number): number {
  return 31 - Math.clz32(mask);
}

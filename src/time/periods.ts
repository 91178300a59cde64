// The periods that a recurrence rule counts in: days, weeks, months and years, each with a number.
// Which period a day is in, and which of them are due, is arithmetic: nothing is counted up from
// the first one.

import { type Days, searchEnd, searchStart } from './days.ts';
import { dateOfDay, dayOfDate, modulo, type Weekday, weekdayOfDay } from './wall.ts';

/** Numbered periods that tile the calendar. */
export interface Periods {
  indexOf(day: number): number;
  firstDayOf(index: number): number;
}

/** Each day by itself. */
export const singleDays: Periods = { indexOf: (day) => day, firstDayOf: (index) => index };

/** Calendar months. */
export const months: Periods = {
  indexOf(day) {
    const { year, month } = dateOfDay(day);
    return year * 12 + month - 1;
  },
  firstDayOf(index) {
    const year = Math.floor(index / 12);
    return dayOfDate({ year, month: index - year * 12 + 1, day: 1 });
  },
};

/** Calendar years. */
export const years: Periods = {
  indexOf: (day) => dateOfDay(day).year,
  firstDayOf: (year) => dayOfDate({ year, month: 1, day: 1 }),
};

/** Weeks that begin on `weekStart`. */
export function weeks(weekStart: Weekday): Periods {
  // 1970-01-01 was a Thursday, the fourth day of an ISO week.
  const shift = weekStart - 4;
  return {
    indexOf: (day) => Math.floor((day - shift) / 7),
    firstDayOf: (index) => index * 7 + shift,
  };
}

/** Years of whole weeks, as week numbers count: the first has at least four days in its year. */
export function weekYears(weekStart: Weekday): Periods {
  return {
    indexOf: (day) => dateOfDay(weekStartBefore(day, weekStart) + 3).year,
    firstDayOf: (year) => weekStartBefore(dayOfDate({ year, month: 1, day: 4 }), weekStart),
  };
}

/** The first day of the week that a day is in. */
export function weekStartBefore(day: number, weekStart: Weekday): number {
  return day - modulo(weekdayOfDay(day) - weekStart, 7);
}

/** Those of `days` that lie in every `interval`th period, counted from the one `anchor` is in. */
export function everyPeriod(interval: number, periods: Periods, anchor: number, days: Days): Days {
  if (interval === 1) return days;
  const phase = periods.indexOf(anchor);

  function atOrAfter(day: number): number {
    const end = searchEnd(day, interval);
    let found = days.atOrAfter(day);
    while (found <= end) {
      const index = periods.indexOf(found);
      const due = index + modulo(phase - index, interval);
      if (due === index) return found;
      found = days.atOrAfter(periods.firstDayOf(due));
    }
    return Infinity;
  }

  function atOrBefore(day: number): number {
    const start = searchStart(day, interval);
    let found = days.atOrBefore(day);
    while (found >= start) {
      const index = periods.indexOf(found);
      const due = index - modulo(index - phase, interval);
      if (due === index) return found;
      found = days.atOrBefore(periods.firstDayOf(due + 1) - 1);
    }
    return -Infinity;
  }

  return { atOrAfter, atOrBefore };
}

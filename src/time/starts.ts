// The wall times at which occurrences of a rule start: some times of the day on some days. Nothing
// here knows zones.

import type { Days } from './days.ts';
import { type CalendarDate, dayMs, dayOfDate, dayOfWall, type Wall } from './wall.ts';

/** An ordered set of wall times. Infinity and -Infinity stand for "none", and may be asked with. */
export interface Starts {
  /** The first one after `wall`. */
  after(wall: Wall): Wall;
  /** The last one before `wall`. */
  before(wall: Wall): Wall;
}

/** The dates between which a window exists: it starts on one of these days, or in between. */
export interface DateLimits {
  readonly from?: CalendarDate | undefined;
  readonly until?: CalendarDate | undefined;
}

// Rules repeat in these years, and nothing starts outside of them: every search ends.
const firstDate: CalendarDate = { year: 1800, month: 1, day: 1 };
const lastDate: CalendarDate = { year: 9999, month: 12, day: 31 };

/** Every one of `times` (milliseconds after midnight, ascending) on every one of `days`. */
export function createStarts(
  days: Days,
  times: readonly number[],
  { from = firstDate, until = lastDate }: DateLimits,
): Starts {
  const firstDay = dayOfDate(from);
  const lastDay = dayOfDate(until);
  const firstTime = times[0]!;
  const lastTime = times.at(-1)!;

  function after(wall: Wall): Wall {
    const day = dayOfWall(wall);
    const time = wall - day * dayMs;
    if (day >= firstDay && time < lastTime && day <= lastDay && days.atOrAfter(day) === day) {
      return day * dayMs + times[countUpTo(times, time)]!;
    }
    const next = days.atOrAfter(Math.max(firstDay, Math.min(lastDay, day) + 1));
    return next <= lastDay ? next * dayMs + firstTime : Infinity;
  }

  function before(wall: Wall): Wall {
    const day = dayOfWall(wall);
    const time = wall - day * dayMs;
    if (day <= lastDay && time > firstTime && day >= firstDay && days.atOrBefore(day) === day) {
      return day * dayMs + times[countUpTo(times, time - 1) - 1]!;
    }
    const previous = days.atOrBefore(Math.min(lastDay, Math.max(firstDay, day) - 1));
    return previous >= firstDay ? previous * dayMs + lastTime : -Infinity;
  }

  return { after, before };
}

/** How many of the ascending `values` are at most `value`. */
export function countUpTo(values: readonly number[], value: number): number {
  let low = 0;
  let high = values.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (values[middle]! <= value) low = middle + 1;
    else high = middle;
  }
  return low;
}

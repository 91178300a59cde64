// The wall times at which occurrences of a rule start: some times of the day on some days. Nothing
// here knows zones.

import { type Days, firstDay, lastDay } from './days.ts';
import { type CalendarDate, dayMs, dayOfWall, type Wall, wallOf } from './wall.ts';

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

/** Wall times, both included. */
export interface WallRange {
  readonly first: Wall;
  readonly last: Wall;
}

/** The wall times of these dates. */
export function rangeOfDates({ from, until }: DateLimits): WallRange {
  return {
    first: from === undefined ? -Infinity : wallOf(from),
    last: until === undefined ? Infinity : wallOf(until) + dayMs - 1,
  };
}

/** Times of day (milliseconds after midnight) on some days. */
export interface Timetable {
  readonly days: Days;
  /** The times on one of `days`, ascending, at least one. */
  timesOn(day: number): readonly number[];
}

/** The same times on each of `days`. */
export function sameTimes(days: Days, times: readonly number[]): Timetable {
  return { days, timesOn: () => times };
}

/** Everything in a timetable that lies in a range. */
export function createStarts({ days, timesOn }: Timetable, range: WallRange): Starts {
  const first = Math.max(range.first, firstDay * dayMs);
  const last = Math.min(range.last, (lastDay + 1) * dayMs - 1);

  function after(wall: Wall): Wall {
    const from = Math.max(wall, first - 1);
    if (from >= last) return Infinity;
    const found = timeAfter(from);
    return found <= last ? found : Infinity;
  }

  function timeAfter(wall: Wall): Wall {
    const day = dayOfWall(wall);
    const start = days.atOrAfter(day);
    if (start === day) {
      const times = timesOn(day);
      const time = wall - day * dayMs;
      if (time < times.at(-1)!) return day * dayMs + times[countUpTo(times, time)]!;
    }
    const next = start === day ? days.atOrAfter(day + 1) : start;
    return next <= lastDay ? next * dayMs + timesOn(next)[0]! : Infinity;
  }

  function before(wall: Wall): Wall {
    const to = Math.min(wall, last + 1);
    if (to <= first) return -Infinity;
    const found = timeBefore(to);
    return found >= first ? found : -Infinity;
  }

  function timeBefore(wall: Wall): Wall {
    const day = dayOfWall(wall);
    const start = days.atOrBefore(day);
    if (start === day) {
      const times = timesOn(day);
      const time = wall - day * dayMs;
      if (time > times[0]!) return day * dayMs + times[countUpTo(times, time - 1) - 1]!;
    }
    const previous = start === day ? days.atOrBefore(day - 1) : start;
    return previous >= firstDay ? previous * dayMs + timesOn(previous).at(-1)! : -Infinity;
  }

  return { after, before };
}

/** Those of `starts` that lie in a range. */
export function clipStarts(starts: Starts, { first, last }: WallRange): Starts {
  return {
    after(wall) {
      const found = starts.after(Math.max(wall, first - 1));
      return found <= last ? found : Infinity;
    },
    before(wall) {
      const found = starts.before(Math.min(wall, last + 1));
      return found >= first ? found : -Infinity;
    },
  };
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

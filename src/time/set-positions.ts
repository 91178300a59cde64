// `BYSETPOS`: of all the times that a rule has in one period, only those at some positions.

import { searchEnd, searchStart } from './days.ts';
import type { Periods } from './periods.ts';
import type { Timetable } from './starts.ts';

/** The values at `positions` (1 is the first, -1 the last), in order; all when undefined. */
export function picked(
  positions: readonly number[] | undefined,
  values: readonly number[],
): readonly number[] {
  if (positions === undefined) return values;
  return indexesOf(positions, values.length).map((index) => values[index]!);
}

/** Positions as indexes of a list of this length, ascending, each once. */
function indexesOf(positions: readonly number[], length: number): number[] {
  const indexes = positions.map((position) => (position > 0 ? position - 1 : length + position));
  const existing = new Set(indexes.filter((index) => index >= 0 && index < length));
  return [...existing].sort((a, b) => a - b);
}

/** The picked times of one period, by day. */
interface Picks {
  readonly index: number;
  readonly times: ReadonlyMap<number, readonly number[]>;
}

/**
 * Of a timetable that has the same times each day, those at `positions` of each period; `interval`
 * says that only every so-manyth period has any.
 */
export function pickPositions(
  positions: readonly number[],
  periods: Periods,
  interval: number,
  timetable: Timetable,
): Timetable {
  const { days } = timetable;
  let known: Picks = { index: NaN, times: new Map() };

  function picksOf(day: number): Picks {
    const index = periods.indexOf(day);
    if (index !== known.index) known = { index, times: findPicks(index) };
    return known;
  }

  function findPicks(index: number): Map<number, number[]> {
    const next = periods.firstDayOf(index + 1);
    const ofPeriod: number[] = [];
    let day = days.atOrAfter(periods.firstDayOf(index));
    for (; day < next; day = days.atOrAfter(day + 1)) ofPeriod.push(day);
    const times = timetable.timesOn(ofPeriod[0] ?? 0);
    const found = new Map<number, number[]>();
    for (const place of indexesOf(positions, ofPeriod.length * times.length)) {
      const on = ofPeriod[Math.floor(place / times.length)]!;
      const time = times[place % times.length]!;
      found.set(on, [...(found.get(on) ?? []), time]);
    }
    return found;
  }

  function atOrAfter(day: number): number {
    const end = searchEnd(day, interval);
    for (let at = days.atOrAfter(day); at <= end; ) {
      const { index, times } = picksOf(at);
      const found = [...times.keys()].find((picked) => picked >= at);
      if (found !== undefined) return found;
      at = days.atOrAfter(periods.firstDayOf(index + 1));
    }
    return Infinity;
  }

  function atOrBefore(day: number): number {
    const start = searchStart(day, interval);
    for (let at = days.atOrBefore(day); at >= start; ) {
      const { index, times } = picksOf(at);
      const found = [...times.keys()].findLast((picked) => picked <= at);
      if (found !== undefined) return found;
      at = days.atOrBefore(periods.firstDayOf(index) - 1);
    }
    return -Infinity;
  }

  return { days: { atOrAfter, atOrBefore }, timesOn: (day) => picksOf(day).times.get(day) ?? [] };
}

import type { Interval } from './interval.ts';
import { countUpTo } from './starts.ts';
import { createTimeline, type Timeline } from './timeline.ts';

/** On inside of any of the intervals, which come in any order and may overlap. */
export function timelineOfIntervals(intervals: readonly Interval[]): Timeline {
  const merged = mergeIntervals(intervals);
  const starts = merged.map(({ start }) => start);
  const ends = merged.map(({ end }) => end);
  return createTimeline({
    isOn(instant) {
      const started = countUpTo(starts, instant);
      return started > 0 && ends[started - 1]! > instant;
    },
    changeAfter(instant, on) {
      const started = countUpTo(starts, instant);
      return (on ? ends[started - 1] : starts[started]) ?? Infinity;
    },
    changeBefore(instant, on) {
      const started = countUpTo(starts, instant);
      return (on ? starts : ends)[started - 1] ?? -Infinity;
    },
  });
}

/** The same time in canonical form: ordered, and what touches or overlaps is one. */
export function mergeIntervals(intervals: readonly Interval[]): Interval[] {
  const merged: { start: number; end: number }[] = [];
  for (const { start, end } of intervals.toSorted((a, b) => a.start - b.start)) {
    const last = merged.at(-1);
    if (last !== undefined && start <= last.end) last.end = Math.max(last.end, end);
    else merged.push({ start, end });
  }
  return merged;
}

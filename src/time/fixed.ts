import type { Instant, Interval } from './interval.ts';
import { never } from './spans.ts';
import { countUpTo } from './starts.ts';
import { createTimeline, type Timeline } from './timeline.ts';

/** On inside of the intervals, which may come in any order, overlap, touch and be empty. */
export function onDuring(intervals: readonly Interval[]): Timeline {
  const spans = mergeIntervals(intervals);
  if (spans.length === 0) return never;
  const starts = spans.map(({ start }) => start);
  /** How many spans start at or before `instant`; the last of them may hold it. */
  const startedBy = (instant: Instant) => countUpTo(starts, instant);

  return createTimeline({
    isOn: (instant) => instant < (spans[startedBy(instant) - 1]?.end ?? -Infinity),
    changeAfter(instant, on) {
      const started = startedBy(instant);
      return on ? spans[started - 1]!.end : (spans[started]?.start ?? Infinity);
    },
    changeBefore(instant, on) {
      const last = spans[startedBy(instant) - 1];
      return on ? last!.start : (last?.end ?? -Infinity);
    },
  });
}

/** Sorted, disjoint, none empty, none touching the next. */
export function mergeIntervals(intervals: readonly Interval[]): Interval[] {
  const spans: Interval[] = [];
  const ordered = intervals.filter(({ start, end }) => start < end);
  for (const { start, end } of ordered.sort((a, b) => a.start - b.start)) {
    const last = spans.at(-1);
    if (last === undefined || last.end < start) spans.push({ start, end });
    else spans.push({ start: spans.pop()!.start, end: Math.max(last.end, end) });
  }
  return spans;
}

import type { Instant, Interval } from './interval.ts';
import { never } from './spans.ts';
import { createTimeline, type Timeline } from './timeline.ts';

/** On inside of the intervals, which may come in any order, overlap, touch and be empty. */
export function onDuring(intervals: readonly Interval[]): Timeline {
  const spans = merged(intervals);
  if (spans.length === 0) return never;

  /** How many spans start at or before `instant`; the last of them may hold it. */
  function startedBy(instant: Instant): number {
    let low = 0;
    let high = spans.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (spans[middle]!.start <= instant) low = middle + 1;
      else high = middle;
    }
    return low;
  }

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
function merged(intervals: readonly Interval[]): Interval[] {
  const spans: Interval[] = [];
  const ordered = intervals.filter(({ start, end }) => start < end);
  for (const { start, end } of ordered.sort((a, b) => a.start - b.start)) {
    const last = spans.at(-1);
    if (last === undefined || last.end < start) spans.push({ start, end });
    else spans.push({ start: spans.pop()!.start, end: Math.max(last.end, end) });
  }
  return spans;
}

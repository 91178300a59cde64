// Windows that are made from timelines: those of a calendar, and those whose time a calendar cuts.

import { onDuring } from './fixed.ts';
import type { Instant, Interval } from './interval.ts';
import type { Occurrences } from './occurrences.ts';
import { intersect, never, spansAfter, spansBefore, subtract } from './spans.ts';
import type { Timeline } from './timeline.ts';

/** Every span of a timeline as one occurrence. */
export function occurrencesOfSpans(timeline: Timeline): Occurrences {
  return {
    occurrences: (from) => spansAfter(timeline, from),
    occurrencesBefore: (instant) => spansBefore(timeline, instant),
    moved: () => [],
    timeline,
  };
}

/** The spans that start in `[from, to)`, whole. */
export function spansStartingIn(timeline: Timeline, from: Instant, to: Instant): Timeline {
  // A span that began earlier is left out to its end, one that began in time stays to its end.
  const endOfSpanAround = (edge: Instant) => {
    const segment = Number.isFinite(edge) ? timeline.segmentAt(edge) : undefined;
    return segment?.on && segment.start < edge ? segment.end : edge;
  };
  const [start, end] = [endOfSpanAround(from), endOfSpanAround(to)];
  return start < end ? intersect([timeline, onDuring([{ start, end }])]) : never;
}

/** What is left of each occurrence where `cut` is off; one may be left in several pieces. */
export function cutOccurrences(whole: Occurrences, cut: Timeline): Occurrences {
  // Gap by gap, not occurrence by occurrence: pieces of some that overlap stay in order.
  function* occurrences(from: Instant): Iterable<Interval> {
    for (let at = from; at < Infinity; ) {
      const gap = cut.segmentAt(at);
      if (gap.on) {
        at = gap.end;
        continue;
      }
      let next = Infinity;
      for (const occurrence of whole.occurrences(at)) {
        if (occurrence.start >= gap.end) {
          next = Math.min(next, occurrence.start);
          break;
        }
        if (occurrence.end > gap.end) next = gap.end;
        yield clip(occurrence, gap);
      }
      at = next;
    }
  }

  function* occurrencesBefore(instant: Instant): Iterable<Interval> {
    for (let to = instant; to > -Infinity; ) {
      const gap = cut.segmentAt(to - 1);
      if (gap.on) {
        to = gap.start;
        continue;
      }
      let previous = -Infinity;
      for (const occurrence of whole.occurrencesBefore(to)) {
        if (occurrence.end <= gap.start) {
          previous = Math.max(previous, occurrence.end);
          break;
        }
        if (occurrence.start < gap.start) previous = gap.start;
        yield clip(occurrence, gap);
      }
      to = previous;
    }
  }

  return {
    occurrences,
    occurrencesBefore,
    moved: (from, to) => whole.moved(from, to),
    timeline: subtract(whole.timeline, cut),
  };
}

function clip({ start, end }: Interval, within: Interval): Interval {
  return { start: Math.max(start, within.start), end: Math.min(end, within.end) };
}

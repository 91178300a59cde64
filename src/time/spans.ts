// The algebra of timelines: union, intersection, difference and complement, all lazy. A timeline is
// always in its canonical form: its spans are sorted, disjoint and merged where they touch. Every
// operation asks its parts only around the instant in question, forward and backward alike, so
// that nothing is enumerated from a beginning and both directions agree.

import type { Instant, Interval } from './interval.ts';
import { createTimeline, endOfChain, startOfChain, type Timeline } from './timeline.ts';

/** Off for ever. */
export const never: Timeline = constant(false);

/** On for ever. */
export const always: Timeline = constant(true);

function constant(value: boolean): Timeline {
  return createTimeline({
    isOn: () => value,
    changeAfter: () => Infinity,
    changeBefore: () => -Infinity,
  });
}

/** On where any of them is; what touches or overlaps is one span. */
export function union(timelines: readonly Timeline[]): Timeline {
  const [only] = timelines;
  if (only === undefined) return never;
  if (timelines.length === 1) return only;

  /** How far the spans around `instant` last; `instant` itself when there are none. */
  function furthestEnd(instant: Instant): Instant {
    let end = instant;
    for (const part of timelines) {
      const segment = part.segmentAt(instant);
      if (segment.on && segment.end > end) end = segment.end;
    }
    return end;
  }

  /** Where the spans just before `instant` began; `instant` itself when there are none. */
  function earliestStart(instant: Instant): Instant {
    let start = instant;
    for (const part of timelines) {
      // Instants are whole milliseconds: this is the last one before `instant`.
      const segment = part.segmentAt(instant - 1);
      if (segment.on && segment.start < start) start = segment.start;
    }
    return start;
  }

  return createTimeline({
    isOn: (instant) => timelines.some((part) => part.at(instant)),
    changeAfter: (instant, on) =>
      on
        ? endOfChain(instant, furthestEnd)
        : Math.min(...timelines.map((part) => part.segmentAt(instant).end)),
    changeBefore: (instant, on) =>
      on
        ? startOfChain(instant + 1, earliestStart)
        : Math.max(...timelines.map((part) => part.segmentAt(instant).start)),
  });
}

/** On where it is off. */
export function complement(timeline: Timeline): Timeline {
  return createTimeline({
    isOn: (instant) => !timeline.at(instant),
    changeAfter: (instant) => timeline.segmentAt(instant).end,
    changeBefore: (instant) => timeline.segmentAt(instant).start,
  });
}

/** On where all of them are; none of them is on for ever. */
export function intersect(timelines: readonly Timeline[]): Timeline {
  return complement(union(timelines.map(complement)));
}

/** On where `timeline` is and `cut` is not. */
export function subtract(timeline: Timeline, cut: Timeline): Timeline {
  return intersect([timeline, complement(cut)]);
}

/** Every span begins `byMs` earlier; gaps that are no longer than that close. */
export function startEarlier(timeline: Timeline, byMs: number): Timeline {
  if (byMs === 0) return timeline;

  /** The end of the span around `instant`, or of the one that begins within `byMs`. */
  function coveredUntil(instant: Instant): Instant {
    const { on, end } = timeline.segmentAt(instant);
    if (on) return end;
    return end <= instant + byMs ? timeline.segmentAt(end).end : instant;
  }

  /** Where the span just before `instant` begins, `byMs` earlier included. */
  function coveredFrom(instant: Instant): Instant {
    const { on, start, end } = timeline.segmentAt(instant - 1);
    return Math.min(instant, (on ? start : end) - byMs);
  }

  return createTimeline({
    isOn: (instant) => coveredUntil(instant) > instant,
    changeAfter: (instant, on) =>
      on ? endOfChain(instant, coveredUntil) : timeline.segmentAt(instant).end - byMs,
    changeBefore: (instant, on) =>
      on ? startOfChain(instant + 1, coveredFrom) : timeline.segmentAt(instant).start,
  });
}

/** The spans of a timeline that end after `instant`, from there on, whole and in order. */
export function* spansAfter(timeline: Timeline, instant: Instant): Iterable<Interval> {
  for (const segment of timeline.segments(instant, Infinity)) {
    if (segment.on) yield { start: segment.start, end: segment.end };
  }
}

/** The spans of a timeline that start before `instant`, whole, the latest first. */
export function* spansBefore(timeline: Timeline, instant: Instant): Iterable<Interval> {
  let segment = timeline.segmentAt(instant - 1);
  for (;;) {
    if (segment.on) yield { start: segment.start, end: segment.end };
    if (segment.start === -Infinity) return;
    segment = timeline.segmentAt(segment.start - 1);
  }
}

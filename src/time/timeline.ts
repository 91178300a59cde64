import type { Instant, Interval } from './interval.ts';

/** A maximal stretch over which a timeline keeps one value. */
export interface Segment extends Interval {
  readonly on: boolean;
}

/**
 * A step function from instants to on / off, generated lazily. "Is it on?", "when does it change
 * next?" and "for how long?" all read this one form, so that they cannot disagree.
 */
export interface Timeline {
  /** The value at `instant`; edges belong to the segment they open (half-open intervals). */
  at(instant: Instant): boolean;
  /** The maximal segment that holds `instant`; its ends may be infinite. */
  segmentAt(instant: Instant): Segment;
  /** The first change strictly after `instant`, or undefined when there is none. */
  nextBoundary(instant: Instant): Instant | undefined;
  /** The last change at or before `instant`, or undefined when there is none. */
  previousBoundary(instant: Instant): Instant | undefined;
  /** The segments that meet `[from, to)`, in order and not clipped. */
  segments(from: Instant, to: Instant): Iterable<Segment>;
}

/** What a timeline has to know; each answer is found from `instant` alone, in bounded time. */
export interface Steps {
  isOn(instant: Instant): boolean;
  /** Where the segment around `instant`, whose value is `on`, ends; Infinity when never. */
  changeAfter(instant: Instant, on: boolean): Instant;
  /** Where the segment around `instant`, whose value is `on`, begins; -Infinity when never. */
  changeBefore(instant: Instant, on: boolean): Instant;
}

/**
 * So many spans that take over from each other without a break are taken for a rule that is on for
 * ever: 27 years of days, and longer for weeks. It bounds the search for the end of "always".
 */
const chainLinksMax = 10_000;

/**
 * Where spans that take over from each other end. `reach` gives the furthest end of those that
 * touch or hold an instant, and the instant itself, or less, when there is none.
 */
export function endOfChain(from: Instant, reach: (instant: Instant) => Instant): Instant {
  let end = from;
  for (let links = 0; links < chainLinksMax; links++) {
    const next = reach(end);
    if (next <= end) return end;
    end = next;
  }
  return Infinity;
}

/** Where spans that take over from each other begin; the mirror image of `endOfChain`. */
export function startOfChain(from: Instant, reach: (instant: Instant) => Instant): Instant {
  let start = from;
  for (let links = 0; links < chainLinksMax; links++) {
    const previous = reach(start);
    if (previous >= start) return start;
    start = previous;
  }
  return -Infinity;
}

/** The last instant that a `Date` can have, and the first but for its sign. */
const instantMax = 8.64e15;

/**
 * A timeline over steps. It remembers the last segment it was asked about: at a boundary thousands
 * ask about the same one, and who walks goes from one to its neighbour.
 */
export function createTimeline(steps: Steps): Timeline {
  let current: Segment = { start: 0, end: 0, on: false };

  function segmentAt(asked: Instant): Segment {
    if (asked >= current.start && asked < current.end) return current;
    const instant = Math.max(-instantMax, Math.min(instantMax, asked));
    current = neighbourAt(instant) ?? search(instant);
    return current;
  }

  /** Segments alternate and share their edges, so half of a neighbour is known. */
  function neighbourAt(instant: Instant): Segment | undefined {
    if (current.start === current.end) return undefined;
    const { start, end } = current;
    const on = !current.on;
    if (instant === end) return { start: end, end: steps.changeAfter(instant, on), on };
    if (instant !== start - 1) return undefined;
    return { start: steps.changeBefore(instant, on), end: start, on };
  }

  function search(instant: Instant): Segment {
    const on = steps.isOn(instant);
    return { start: steps.changeBefore(instant, on), end: steps.changeAfter(instant, on), on };
  }

  function* segments(from: Instant, to: Instant): Iterable<Segment> {
    for (let segment = segmentAt(from); segment.start < to; segment = segmentAt(segment.end)) {
      yield segment;
      if (segment.end === Infinity) return;
    }
  }

  return {
    at: (instant) => segmentAt(instant).on,
    segmentAt,
    nextBoundary: (instant) => finite(segmentAt(instant).end),
    previousBoundary: (instant) => finite(segmentAt(instant).start),
    segments,
  };
}

function finite(instant: Instant): Instant | undefined {
  return Number.isFinite(instant) ? instant : undefined;
}

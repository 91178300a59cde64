import type { Instant, Interval } from './interval.ts';
import type { Series } from './series.ts';

const key = 0;

/** The series of one occurrence; its ends may be infinite. */
export function single(interval: Interval): Series {
  return {
    next: (from) => (from < key ? key : Infinity),
    previous: (from) => (from > key ? key : -Infinity),
    interval: (from) => (from === key ? interval : { start: from, end: from }),
    lastStarted: (instant: Instant) => (interval.start <= instant ? key : -Infinity),
    firstEnding: (instant: Instant) => (interval.end >= instant ? key : Infinity),
  };
}

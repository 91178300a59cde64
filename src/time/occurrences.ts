import type { Instant, Interval } from './interval.ts';
import type { MovedOccurrence, Series } from './series.ts';
import { createTimeline, endOfChain, startOfChain, type Timeline } from './timeline.ts';

/** When a window is open, occurrence by occurrence and merged. */
export interface Occurrences {
  /** The occurrences whose end is after `from`, ordered by start; may overlap, never merged. */
  occurrences(from: Instant): Iterable<Interval>;
  /** The occurrences whose start is before `instant`, the latest first. */
  occurrencesBefore(instant: Instant): Iterable<Interval>;
  /** Those in `[from, to)` that a gap swallowed and that were moved past it (POLICY 4). */
  moved(from: Instant, to: Instant): Iterable<MovedOccurrence>;
  /** On while an occurrence lasts; those that touch or overlap are one span. */
  readonly timeline: Timeline;
}

/** The occurrences of a series, each once, and its timeline. */
export function occurrencesOf(series: Series): Occurrences {
  return {
    occurrences: (from) => walk(series, series.firstEnding(from + 1), series.next),
    occurrencesBefore: (instant) => walk(series, series.lastStarted(instant - 1), series.previous),
    moved: (from, to) => series.moved?.(from, to) ?? [],
    timeline: timelineOf(series),
  };
}

function* walk(
  series: Series,
  firstKey: number,
  step: (key: number) => number,
): Iterable<Interval> {
  let last: Interval | undefined;
  for (let key = firstKey; Number.isFinite(key); key = step(key)) {
    const interval = series.interval(key);
    // Two wall times that mean the instant of a jump are one occurrence.
    if (interval.start === last?.start && interval.end === last.end) continue;
    yield interval;
    last = interval;
  }
}

function timelineOf(series: Series): Timeline {
  const ahead = series.ahead ?? ((key: number) => key);
  const back = series.back ?? ((key: number) => key);
  // Ends ascend with starts, so among those that have started the last one ends last.
  const lastEnd = (instant: Instant) => series.interval(series.lastStarted(instant)).end;

  const reach = (instant: Instant) => series.interval(ahead(series.lastStarted(instant))).end;
  const reachBack = (instant: Instant) => series.interval(back(series.firstEnding(instant))).start;
  const nextStart = (instant: Instant) =>
    series.interval(series.next(series.lastStarted(instant))).start;

  return createTimeline({
    isOn: (instant) => lastEnd(instant) > instant,
    changeAfter: (instant, on) => (on ? endOfChain(instant, reach) : nextStart(instant)),
    changeBefore: (instant, on) => (on ? startOfChain(instant + 1, reachBack) : lastEnd(instant)),
  });
}

// Occurrences of an exact length (POLICY 3): `for: 8h` is eight hours, whatever the clocks do.

import type { Instant } from './interval.ts';
import type { Runs } from './runs.ts';
import type { Series } from './series.ts';
import type { Starts } from './starts.ts';
import { dayMs, type Wall } from './wall.ts';
import type { Zone } from './zone.ts';

/** One occurrence per wall time, from the instant that it means as a start. */
export function lasting(forMs: number, starts: Starts, zone: Zone, runs?: Runs): Series {
  return {
    next: starts.after,
    previous: starts.before,
    interval(wall) {
      const start = zone.startInstant(wall);
      return { start, end: start + forMs };
    },
    lastStarted: (instant) => starts.before(zone.latestWallBy(instant) + 1),
    firstEnding: (instant) => starts.after(zone.latestWallBy(instant - forMs - 1)),
    ...(runs === undefined ? {} : alongRuns(runs, zone)),
  };
}

function alongRuns({ firstOf, lastOf }: Runs, zone: Zone): Pick<Series, 'ahead' | 'back'> {
  // Where no change is in between, the instants are as far apart as the wall times.
  const isStraight = (from: Wall, to: Wall) =>
    zone.startInstant(to) - zone.startInstant(from) === to - from;
  return {
    ahead: (wall) => (isStraight(wall, lastOf(wall)) ? lastOf(wall) : wall),
    back: (wall) => (isStraight(firstOf(wall), wall) ? firstOf(wall) : wall),
  };
}

/** More than two offsets of a zone ever differ by. */
const offsetsApartMs = 2 * dayMs;

/**
 * One occurrence from every instant at which the wall shows one of `starts`: both times when it
 * shows it twice, and never when it skips it. The instants are the keys.
 */
export function lastingWheneverShown(
  forMs: number,
  starts: Starts,
  zone: Zone,
  runs: Runs,
): Series {
  function next(instant: Instant): Instant {
    for (let from = instant + 1; ; ) {
      const { end, offset, after } = zone.stretchAt(from);
      const shown = starts.after(from + offset - 1) - offset;
      if (shown < end) return shown;
      // None in this stretch. The next may begin with wall times that were shown already.
      const soonest = starts.after(Math.min(from + offset, end + after) - 1) - offset;
      if (soonest === Infinity) return Infinity;
      from = Math.max(end, soonest - offsetsApartMs);
    }
  }

  function previous(instant: Instant): Instant {
    for (let to = instant; ; ) {
      const { start, offset, before } = zone.stretchAt(to - 1);
      const shown = starts.before(to + offset) - offset;
      if (shown >= start) return shown;
      const latest = starts.before(Math.max(to + offset, start + before)) - offset;
      if (latest === -Infinity) return -Infinity;
      to = Math.min(start, latest + offsetsApartMs);
    }
  }

  return {
    next,
    previous,
    interval: (instant) => ({ start: instant, end: instant + forMs }),
    lastStarted: (instant) => previous(instant + 1),
    firstEnding: (instant) => next(instant - forMs - 1),
    ...alongShownRuns(runs, zone),
  };
}

function alongShownRuns({ firstOf, lastOf }: Runs, zone: Zone): Pick<Series, 'ahead' | 'back'> {
  const along = (instant: Instant, move: (wall: Wall) => Wall) => {
    const offset = zone.offsetAt(instant);
    const moved = move(instant + offset) - offset;
    return zone.offsetAt(moved) === offset ? moved : instant;
  };
  return {
    ahead: (instant) => along(instant, lastOf),
    back: (instant) => along(instant, firstOf),
  };
}

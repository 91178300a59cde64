// An ordered series of occurrences, each with a key: the wall time or instant it starts at, or its
// number. Keys ascend as starts and ends do (neither ever goes back), which is why one search finds
// what is on at an instant. A further form of window is a further way to make a series.

import type { Instant, Interval } from './interval.ts';
import type { Starts } from './starts.ts';
import { dayMs, type Wall } from './wall.ts';
import type { Gap, Zone } from './zone.ts';

/** Infinity and -Infinity are the keys of "none"; their intervals are as infinite. */
export interface Series {
  next(key: number): number;
  previous(key: number): number;
  interval(key: number): Interval;
  /** The last key whose occurrence starts at or before `instant`. */
  lastStarted(instant: Instant): number;
  /** The first key whose occurrence ends at or after `instant`. */
  firstEnding(instant: Instant): number;
  /** A later key that an unbroken chain leads to from `key`, if one is easily seen. */
  ahead?(key: number): number;
  /** An earlier key from which an unbroken chain leads to `key`, if one is easily seen. */
  back?(key: number): number;
  /** The occurrences in `[from, to)` that lay inside a gap of the zone and were moved past it. */
  moved?(from: Instant, to: Instant): Iterable<MovedOccurrence>;
}

/** An occurrence that the wall never showed as it was written. */
export interface MovedOccurrence {
  /** As written. */
  readonly wallStart: Wall;
  readonly wallEnd: Wall;
  readonly gap: Gap;
  /** Where it went. */
  readonly occurrence: Interval;
}

/** How long a window is on the wall; `longestMs` is the most that `lengthOf` ever gives. */
export interface WallLength {
  lengthOf(start: Wall): number;
  readonly longestMs: number;
}

/** Occurrences that end when the wall says so (POLICY 3): an hour more or less across a change. */
export function endingOnTheWall(starts: Starts, zone: Zone, length: WallLength): Series {
  function interval(wall: Wall): Interval {
    return intervalOnTheWall(wall, wall + length.lengthOf(wall), zone);
  }

  function lastStarted(instant: Instant): number {
    let wall = starts.before(zone.latestWallBy(instant) + 1);
    while (interval(wall).start > instant) wall = starts.before(wall);
    return wall;
  }

  function firstEnding(instant: Instant): number {
    // The day more is for one that was moved past a gap; no gap is longer.
    let wall = starts.after(zone.earliestWallFrom(instant - 1) - length.longestMs - dayMs);
    while (interval(wall).end < instant) wall = starts.after(wall);
    return wall;
  }

  function* moved(from: Instant, to: Instant): Iterable<MovedOccurrence> {
    for (const { instant, before, after } of zone.changes(from, to)) {
      const gap = { start: instant + before, end: instant + after, instant };
      for (let wall = starts.after(gap.start - 1); wall < gap.end; wall = starts.after(wall)) {
        const wallEnd = wall + length.lengthOf(wall);
        if (wallEnd > gap.end) continue;
        yield { wallStart: wall, wallEnd, gap, occurrence: interval(wall) };
      }
    }
  }

  const { after: next, before: previous } = starts;
  return { next, previous, interval, lastStarted, firstEnding, moved };
}

/** What lies between two wall times (POLICY 4); moved past a gap that swallows it. */
export function intervalOnTheWall(wallStart: Wall, wallEnd: Wall, zone: Zone): Interval {
  const start = zone.startInstant(wallStart);
  const end = zone.endInstant(wallEnd);
  const gap = start === end ? zone.gapAt(wallStart) : undefined;
  return gap === undefined ? { start, end } : pastGap(wallStart, wallEnd, gap, zone);
}

function pastGap(wall: Wall, wallEnd: Wall, gap: Gap, zone: Zone): Interval {
  const gapMs = gap.end - gap.start;
  return { start: zone.startInstant(wall + gapMs), end: zone.endInstant(wallEnd + gapMs) };
}

// Zones: from instants to what the wall shows, and back. The way back is POLICY 4: where the wall
// skips or repeats times, a start and an end may be different instants. Both ways are monotone, so
// windows never invert and neighbours tile. Nothing assumes that a change is of one hour or that
// every day has a midnight.

import type { Instant } from './interval.ts';
import type { Wall } from './wall.ts';
import { hourMs } from './wall.ts';
import { createZoneTable, type Stretch } from './zone-table.ts';

/** Wall times `[start, end)` that a zone skips at an instant. */
export interface Gap {
  readonly start: Wall;
  readonly end: Wall;
  readonly instant: Instant;
}

/** An instant at which a zone changes its offset; offsets are milliseconds ahead of UTC. */
export interface OffsetChange {
  readonly instant: Instant;
  readonly before: number;
  readonly after: number;
}

/** One time zone with its own table of offset changes. All of it takes infinite arguments too. */
export interface Zone {
  /** As IANA spells it. */
  readonly name: string;
  /** Milliseconds that the wall is ahead of UTC. */
  offsetAt(instant: Instant): number;
  /** What the wall shows. */
  wallAt(instant: Instant): Wall;
  /** `wall` as a start: the first instant at which the wall shows it or later (POLICY 4). */
  startInstant(wall: Wall): Instant;
  /** `wall` as an end: the last instant up to which the wall showed less (POLICY 4). */
  endInstant(wall: Wall): Instant;
  /** The latest that the wall has shown up to and at `instant`. */
  latestWallBy(instant: Instant): Wall;
  /** The earliest that the wall shows at or after `instant`. */
  earliestWallFrom(instant: Instant): Wall;
  /** The gap that `wall` is in, if any. */
  gapAt(wall: Wall): Gap | undefined;
  /** Whether the wall never shows `wall`. */
  isInGap(wall: Wall): boolean;
  /** A stretch of constant offset around `instant`; not necessarily the longest. */
  stretchAt(instant: Instant): Stretch;
  /** The offset changes in `[from, to)`. */
  changes(from: Instant, to: Instant): Iterable<OffsetChange>;
}

/** More than any place was ever ahead of UTC or behind it. */
const widestOffsetMs = 16 * hourMs;

const zones = new Map<string, Zone>();

/**
 * The zone of a name, made once per process. Names that people wrote go through `parseZone` first:
 * one that Intl does not know is a bug, and throws.
 */
export function zoneOf(name: string): Zone {
  let zone = zones.get(name);
  if (zone === undefined) {
    zone = createZone(name);
    zones.set(name, zone);
  }
  return zone;
}

/** A stretch, and the wall times that are shown in it and nowhere else. */
interface Piece extends Stretch {
  readonly wallFrom: Wall;
  readonly wallTo: Wall;
}

function createZone(name: string): Zone {
  const lookUp = createZoneTable(name);
  // Those who walk ask about neighbours, so the last piece nearly always answers.
  let piece: Piece = { start: 0, end: 0, offset: 0, before: 0, after: 0, wallFrom: 0, wallTo: 0 };

  function pieceAt(instant: Instant): Piece {
    if (instant >= piece.start && instant < piece.end) return piece;
    const stretch = lookUp(instant);
    const { start, end, offset, before, after } = stretch;
    const wallFrom = start + Math.max(before, offset);
    const wallTo = end + Math.min(offset, after);
    piece = { start, end, offset, before, after, wallFrom, wallTo };
    return piece;
  }

  /** The first piece that shows `wall` or later. */
  function firstPieceReaching(wall: Wall): Piece {
    let found = pieceAt(wall - widestOffsetMs);
    while (found.end + found.offset <= wall) found = pieceAt(found.end);
    return found;
  }

  /** The last piece that shows less than `wall`. */
  function lastPieceBelow(wall: Wall): Piece {
    let found = pieceAt(wall + widestOffsetMs);
    while (found.start + found.offset >= wall) found = pieceAt(found.start - 1);
    return found;
  }

  function startInstant(wall: Wall): Instant {
    if (wall >= piece.wallFrom && wall < piece.wallTo) return wall - piece.offset;
    if (!Number.isFinite(wall)) return wall;
    const { start, offset } = firstPieceReaching(wall);
    return Math.max(start, wall - offset);
  }

  function endInstant(wall: Wall): Instant {
    if (wall >= piece.wallFrom && wall < piece.wallTo) return wall - piece.offset;
    if (!Number.isFinite(wall)) return wall;
    const { end, offset } = lastPieceBelow(wall);
    return Math.min(end, wall - offset);
  }

  function gapAt(wall: Wall): Gap | undefined {
    if (!Number.isFinite(wall)) return undefined;
    const { start, offset, before } = firstPieceReaching(wall);
    if (wall >= start + offset) return undefined;
    return { start: start + before, end: start + offset, instant: start };
  }

  function latestWallBy(instant: Instant): Wall {
    const { start, offset, before } = pieceAt(instant);
    return Math.max(instant + offset, start + before - 1);
  }

  function earliestWallFrom(instant: Instant): Wall {
    const { end, offset, after } = pieceAt(instant);
    return Math.min(instant + offset, end + after);
  }

  function* changes(from: Instant, to: Instant): Iterable<OffsetChange> {
    for (let found = pieceAt(from); found.start < to; found = pieceAt(found.end)) {
      const { start, end, offset, before } = found;
      if (start >= from && before !== offset) yield { instant: start, before, after: offset };
      if (end === Infinity) return;
    }
  }

  return {
    name,
    offsetAt: (instant) => pieceAt(instant).offset,
    wallAt: (instant) => instant + pieceAt(instant).offset,
    startInstant,
    endInstant,
    latestWallBy,
    earliestWallFrom,
    gapAt,
    isInGap: (wall) => gapAt(wall) !== undefined,
    stretchAt: pieceAt,
    changes,
  };
}

// What the walls of the world show, learnt from Intl alone: a walk over every minute of 2026 that
// the tests look at. With it goes the reading of docs/policy-language.md, "What a window means", in
// its plainest form. Nothing here shares code with the program.

export const minuteMs = 60_000;
export const minutesOfDay = 1440;
export const dayMs = minutesOfDay * minuteMs;

/** Half-open, in epoch milliseconds. */
export interface Span {
  readonly start: number;
  readonly end: number;
}

/** The walk's first and last minute, since 1970 in UTC; longer than the range that is compared. */
const firstMinute = Date.UTC(2026, 1, 12) / minuteMs;
const lastMinute = Date.UTC(2026, 11, 20) / minuteMs;

/** Where nothing is missing that began before the walk or ends after it. */
export const sightedSpan: Span = { start: Date.UTC(2026, 1, 24), end: Date.UTC(2026, 11, 8) };

/** One zone's wall. Wall times are milliseconds since 1970 as if in UTC. */
export interface Wall {
  /** Rule 4 for starts: the first instant at which the wall shows `wall` or later. */
  startInstant(wall: number): number;
  /** Rule 4 for ends: the last instant until which the wall shows less than `wall`. */
  endInstant(wall: number): number;
  /** How far the wall jumps at an instant; 0 when it does not. */
  jumpAt(instant: number): number;
  /** Whether the wall ever shows this time. */
  shows(wall: number): boolean;
  /** Calls `look` with each minute of the walk and what the wall shows then. */
  everyMinute(look: (instant: number, wall: number) => void): void;
}

const walls = new Map<string, Wall>();

/** The wall of a zone; walked once. */
export function wallOf(zone: string): Wall {
  const known = walls.get(zone);
  if (known !== undefined) return known;
  const wall = createWall(walk(zone));
  walls.set(zone, wall);
  return wall;
}

/** What the wall shows at every minute, in minutes since 1970. */
function walk(zone: string): Int32Array {
  const shown = createReader(zone);
  return Int32Array.from({ length: lastMinute - firstMinute }, (_, index) =>
    shown(firstMinute + index),
  );
}

function createReader(zone: string): (minute: number) => number {
  const format = new Intl.DateTimeFormat('en-US', {
    timeZone: zone,
    hourCycle: 'h23',
    year: 'numeric',
    month: '2-digit',
    day: '2-digit',
    hour: '2-digit',
    minute: '2-digit',
  });
  return (minute) => {
    // 03/29/2026, 02:30
    const text = format.format(minute * minuteMs);
    const part = (from: number, to: number) => Number(text.slice(from, to));
    const date = Date.UTC(part(6, 10), part(0, 2) - 1, part(3, 5), part(12, 14), part(15, 17));
    return date / minuteMs;
  };
}

function createWall(shown: Int32Array): Wall {
  const lowest = shown[0]!;
  const highest = shown.at(-1)!;
  // By wall minute: where the wall first shows it or more, and where it last shows less.
  const firstAtOrAfter = new Int32Array(highest - lowest + 1);
  const lastBelow = new Int32Array(highest - lowest + 1);
  for (let index = 0, wall = lowest; index < shown.length; index++) {
    for (; wall <= shown[index]!; wall++) firstAtOrAfter[wall - lowest] = index;
  }
  for (let index = shown.length - 1, wall = highest; index >= 0; index--) {
    for (; wall > shown[index]!; wall--) lastBelow[wall - lowest] = index;
  }
  const seen = new Set(shown);
  const instantOf = (index: number) => (firstMinute + index) * minuteMs;
  const place = (wallMinute: number) => {
    const at = wallMinute - lowest;
    if (at > 0 && at < firstAtOrAfter.length) return at;
    throw new RangeError(`${new Date(wallMinute * minuteMs).toISOString()} is not in the walk`);
  };
  const minuteOf = (wall: number) => Math.floor(wall / minuteMs);
  return {
    startInstant(wall) {
      const minute = minuteOf(wall);
      const index = firstAtOrAfter[place(minute)]!;
      return instantOf(index) + (shown[index] === minute ? wall - minute * minuteMs : 0);
    },
    endInstant(wall) {
      const minute = minuteOf(wall);
      const seconds = wall - minute * minuteMs;
      if (seconds === 0) return instantOf(lastBelow[place(minute)]! + 1);
      const index = lastBelow[place(minute + 1)]!;
      return instantOf(index) + (shown[index] === minute ? seconds : minuteMs);
    },
    jumpAt(instant) {
      const index = instant / minuteMs - firstMinute;
      return (shown[index]! - shown[index - 1]! - 1) * minuteMs;
    },
    shows: (wall) => seen.has(minuteOf(wall)),
    everyMinute(look) {
      shown.forEach((wall, index) => {
        look(instantOf(index), wall * minuteMs);
      });
    },
  };
}

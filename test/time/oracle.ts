// A second opinion on windows, by brute force: it asks Intl what the wall shows at every minute of
// some days and reads the rules off that. It shares no code with the engine.

const minute = 60_000;
const minutesOfDay = 1440;

/** What the wall of a zone shows, minute by minute, as minutes since 1970 as if in UTC. */
export interface WallWalk {
  readonly zone: string;
  /** The first minute of the walk, since 1970 in UTC. */
  readonly base: number;
  readonly walls: Int32Array;
}

/** A half-open range of minutes since 1970 in UTC. */
export type MinuteRange = readonly [start: number, end: number];

const formats = new Map<string, Intl.DateTimeFormat>();

function wallMinute(zone: string, utcMinute: number): number {
  let format = formats.get(zone);
  if (format === undefined) {
    format = new Intl.DateTimeFormat('en-US', {
      timeZone: zone,
      hourCycle: 'h23',
      year: 'numeric',
      month: 'numeric',
      day: 'numeric',
      hour: 'numeric',
      minute: 'numeric',
    });
    formats.set(zone, format);
  }
  const parts = format
    .format(utcMinute * minute)
    .match(/\d+/g)!
    .map(Number);
  const [month, day, year, hour, min] = parts as [number, number, number, number, number];
  return Date.UTC(year, month - 1, day, hour, min) / minute;
}

const walks = new Map<string, WallWalk>();

/** Days of minutes around an instant; kept, since many cases look at the same clock change. */
export function walkAround(zone: string, anchor: number, before: number, after: number): WallWalk {
  const base = Math.floor(anchor / minute) - before * minutesOfDay;
  const key = `${zone} ${base} ${after}`;
  let walk = walks.get(key);
  if (walk === undefined) {
    const walls = new Int32Array((before + after) * minutesOfDay);
    for (let index = 0; index < walls.length; index++)
      walls[index] = wallMinute(zone, base + index);
    walk = { zone, base, walls };
    walks.set(key, walk);
  }
  return walk;
}

/** The instants within a year at which the wall of a zone jumps, to the minute. */
export function jumpsOf(zone: string, year: number): number[] {
  const offset = (utcMinute: number) => wallMinute(zone, utcMinute) - utcMinute;
  const jumps: number[] = [];
  const first = Date.UTC(year, 0, 1) / minute;
  for (let day = 0; day < 366; day++) {
    let low = first + day * minutesOfDay;
    let high = low + minutesOfDay;
    if (offset(low) === offset(high)) continue;
    while (high - low > 1) {
      const middle = Math.floor((low + high) / 2);
      if (offset(middle) === offset(low)) low = middle;
      else high = middle;
    }
    jumps.push(high * minute);
  }
  return jumps;
}

/** POLICY 4: the first instant at which the wall shows `wall` or later. */
function startIndex({ walls }: WallWalk, wall: number): number {
  let index = indexLongBefore(walls, wall);
  while (walls[index]! < wall) index++;
  return index;
}

/** POLICY 4: the last instant up to which the wall showed less than `wall`. */
function endIndex({ walls }: WallWalk, wall: number): number {
  let index = Math.min(walls.length, indexLongBefore(walls, wall) + 2 * searchedMinutes);
  while (walls[index - 1]! >= wall) index--;
  return index;
}

/** No wall was ever moved by more than this. */
const searchedMinutes = 27 * 60;

function indexLongBefore(walls: Int32Array, wall: number): number {
  return Math.max(0, wall - walls[0]! - searchedMinutes);
}

/** How long a window is on the wall, or by the clock, in minutes. */
export type OracleLength = { readonly wall: number } | { readonly exact: number };

/** A window of the oracle: it starts at some minutes of some days. */
export interface OracleWindow {
  /** The minutes of a day, given as a UTC midnight, at which it starts. */
  readonly minutesOn: (date: Date) => readonly number[];
  readonly length: OracleLength;
  /** Cron's `*` in the hour: it starts whenever the wall shows it. */
  readonly everyHour?: boolean;
}

/** The occurrences that lie well inside of a walk, each once, ordered by start. */
export function oracleOccurrences(walk: WallWalk, window: OracleWindow): MinuteRange[] {
  const ranges = window.everyHour
    ? occurrencesWheneverShown(walk, window)
    : occurrencesOnce(walk, window);
  const unique = new Map(ranges.map((range) => [range.join(), range]));
  return [...unique.values()].sort(([a, b], [c, d]) => a - c || b - d);
}

function occurrencesOnce(walk: WallWalk, window: OracleWindow): MinuteRange[] {
  const firstDay = Math.ceil(walk.walls[0]! / minutesOfDay);
  const lastDay = Math.floor(walk.walls.at(-1)! / minutesOfDay) - 3;
  const ranges: MinuteRange[] = [];
  for (let day = firstDay; day <= lastDay; day++) {
    for (const startMinute of window.minutesOn(new Date(day * minutesOfDay * minute))) {
      ranges.push(rangeFrom(walk, day * minutesOfDay + startMinute, window.length));
    }
  }
  return ranges;
}

function rangeFrom(walk: WallWalk, wall: number, length: OracleLength): MinuteRange {
  const start = startIndex(walk, wall);
  if ('exact' in length) return [walk.base + start, walk.base + start + length.exact];
  const end = endIndex(walk, wall + length.wall);
  if (end > start) return [walk.base + start, walk.base + end];
  const gap = walk.walls[start]! - walk.walls[start - 1]! - 1;
  return rangeFrom(walk, wall + gap, length);
}

function occurrencesWheneverShown(walk: WallWalk, window: OracleWindow): MinuteRange[] {
  const length = 'exact' in window.length ? window.length.exact : window.length.wall;
  const ranges: MinuteRange[] = [];
  const minutesOf = new Map<number, ReadonlySet<number>>();
  walk.walls.forEach((wall, index) => {
    const day = Math.floor(wall / minutesOfDay);
    const minutes =
      minutesOf.get(day) ?? new Set(window.minutesOn(new Date(day * minutesOfDay * minute)));
    minutesOf.set(day, minutes);
    if (!minutes.has(wall - day * minutesOfDay)) return;
    ranges.push([walk.base + index, walk.base + index + length]);
  });
  return ranges;
}

/** Whether each minute of a walk is inside any of the ranges. */
export function membership(walk: WallWalk, ranges: readonly MinuteRange[]): boolean[] {
  const marks = Array.from(walk.walls, () => false);
  for (const [start, end] of ranges) {
    for (let at = Math.max(0, start - walk.base); at < end - walk.base; at++) marks[at] = true;
  }
  return marks.slice(0, walk.walls.length);
}

// Where a zone changes its offset, found out from Intl and kept. Asking Intl costs a few
// microseconds, so it is asked every few days of a year, once, and only for the years that somebody
// wants to know about; where two answers differ the change between them is bisected.

import type { Instant } from './interval.ts';
import { dateOfDay, dayMs, hourMs, minuteMs } from './wall.ts';

/** A stretch of constant offset. Two neighbours may have equal offsets: chunks end there too. */
export interface Stretch {
  readonly start: Instant;
  readonly end: Instant;
  /** Milliseconds that the wall is ahead of UTC. */
  readonly offset: number;
  /** The offset that `start` ends; equal to `offset` where nothing changes. */
  readonly before: number;
  /** The offset that `end` begins. */
  readonly after: number;
}

/**
 * The shortest time between two changes in the tz database since 1940 is 6 days 23 hours (Recife in
 * October 2000, Gaza in October 2040).
 */
const probeStepMs = 6 * dayMs;
/** About a year, and a whole number of steps. */
const chunkMs = 61 * probeStepMs;

// No zone had a change before 1844; ICU repeats the last rule for ever. Outside of these years the
// offset at their edge holds, so that no instant, however far, is without an answer.
const firstChunk = Math.floor(Date.UTC(1800, 0, 1) / chunkMs);
const lastChunk = Math.floor(Date.UTC(9999, 11, 31) / chunkMs);

/** Gives the stretch around an instant; `zoneName` must be one that Intl knows. */
export function createZoneTable(zoneName: string): (instant: Instant) => Stretch {
  const probe = createProbe(zoneName);
  const chunks = new Map<number, readonly Stretch[]>();
  return (instant) => {
    const index = Math.max(firstChunk, Math.min(lastChunk, Math.floor(instant / chunkMs)));
    let chunk = chunks.get(index);
    if (chunk === undefined) {
      chunk = buildChunk(index, probe);
      chunks.set(index, chunk);
    }
    return chunk.findLast(({ start }) => start <= instant) ?? chunk[0]!;
  };
}

type Probe = (instant: Instant) => number;

function buildChunk(index: number, probe: Probe): Stretch[] {
  const from = index * chunkMs;
  const to = from + chunkMs;
  const stretches: Stretch[] = [];
  let offset = probe(from);
  let start = index === firstChunk ? -Infinity : from;
  let before = index === firstChunk ? offset : probe(from - 1000);
  for (let low = from; low < to; low += probeStepMs) {
    const high = low + probeStepMs;
    const offsetAtHigh = probe(high);
    while (offset !== offsetAtHigh) {
      const change = firstChange(Math.max(low, start), high, offset, probe);
      // A change at the very end is the beginning of the next chunk.
      if (change === to) break;
      const after = probe(change);
      stretches.push({ start, end: change, offset, before, after });
      [start, before, offset] = [change, offset, after];
    }
  }
  const isLast = index === lastChunk;
  const after = isLast ? offset : probe(to);
  stretches.push({ start, end: isLast ? Infinity : to, offset, before, after });
  return stretches;
}

/** The first instant after `low` at which the offset is another; at `high` it is. */
function firstChange(low: Instant, high: Instant, offset: number, probe: Probe): Instant {
  // Nearly all changes are on a quarter of an hour; those to the minute or second are looked for
  // inside of the quarter.
  const quarterMs = 15 * minuteMs;
  const quarter = bisect(low, high, quarterMs, offset, probe);
  if (probe(quarter - 1000) === offset) return quarter;
  return bisect(Math.max(low, quarter - quarterMs), quarter, 1000, offset, probe);
}

function bisect(low: Instant, high: Instant, unit: number, offset: number, probe: Probe): Instant {
  let [same, other] = [Math.floor(low / unit), Math.ceil(high / unit)];
  while (other - same > 1) {
    const middle = Math.floor((same + other) / 2);
    if (probe(middle * unit) === offset) same = middle;
    else other = middle;
  }
  return other * unit;
}

/** Asks Intl for the offset at a whole second. */
function createProbe(zoneName: string): Probe {
  const format = new Intl.DateTimeFormat('en-US', {
    timeZone: zoneName,
    calendar: 'gregory',
    numberingSystem: 'latn',
    hourCycle: 'h23',
    day: 'numeric',
    hour: 'numeric',
    minute: 'numeric',
    second: 'numeric',
  });
  return (instant) => {
    const [day = 0, hour = 0, minute = 0, second = 0] = numbersIn(format.format(instant));
    const utcDay = Math.floor(instant / dayMs);
    // The wall is on the same day of the month as UTC, or on a neighbour: 31 beside 1 is a
    // neighbour too.
    const ahead = day - dateOfDay(utcDay).day;
    const days = ahead > 1 ? -1 : ahead < -1 ? 1 : ahead;
    const wall = (utcDay + days) * dayMs + hour * hourMs + minute * minuteMs + second * 1000;
    return wall - instant;
  };
}

const zeroCode = 48;

/** The whole numbers in a text; by hand, since a regular expression costs as much as Intl. */
function numbersIn(text: string): number[] {
  const numbers: number[] = [];
  let isInside = false;
  for (let index = 0; index < text.length; index++) {
    const digit = text.charCodeAt(index) - zeroCode;
    const isDigit = digit >= 0 && digit <= 9;
    if (isDigit && isInside) numbers.push(numbers.pop()! * 10 + digit);
    else if (isDigit) numbers.push(digit);
    isInside = isDigit;
  }
  return numbers;
}

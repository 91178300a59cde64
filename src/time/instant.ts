// Instants as text: RFC 3339, in UTC for machines and in a zone, with its offset, for people.

import type { Instant } from './interval.ts';
import { faultAt, type Reading } from './reading.ts';
import { formatWall, hourMs, isRealDate, minuteMs, wallOf } from './wall.ts';
import { zoneOf } from './zone.ts';

/** Reads RFC 3339 with `Z` or an offset; seconds may be left out, fractions end at milliseconds. */
export function parseInstant(text: string): Reading<Instant> {
  const shape =
    /^(\d{4})-(\d{2})-(\d{2})[Tt ](\d{2}):(\d{2})(?::(\d{2})(?:\.(\d{1,9}))?)?(.*)$/s.exec(text);
  if (shape === null) {
    return faultAt(0, 'a time such as `2026-11-01T05:30:00Z` is wanted');
  }
  const [year, month, day, hour, minute, second] = shape
    .slice(1, 7)
    .map((part) => Number(part ?? 0));
  const date = { year: year!, month: month!, day: day! };
  if (!isRealDate(date)) return faultAt(0, `the date ${text.slice(0, 10)} does not exist`);
  // 23:59:60 is a leap second in RFC 3339; epoch time has none, and gives it to the next minute.
  if (hour! > 23 || minute! > 59 || second! > 60) {
    return faultAt(11, `the time ${text.slice(11, 16)} does not exist`);
  }
  const zoneText = shape[8]!;
  const offset = readOffset(zoneText);
  if (offset === undefined) {
    return faultAt(text.length - zoneText.length, 'a `Z` or an offset such as `-04:00` is wanted');
  }
  const millis = Math.floor(Number(`0.${shape[7] ?? 0}`) * 1000);
  const wall = wallOf(date, hour! * 60 + minute!) + second! * 1000 + millis;
  return { value: wall - offset };
}

function readOffset(text: string): number | undefined {
  if (text === 'Z' || text === 'z') return 0;
  const match = /^([+-])(\d{2}):(\d{2})$/.exec(text);
  if (match === null) return undefined;
  const [hours, minutes] = [Number(match[2]), Number(match[3])];
  if (hours > 23 || minutes > 59) return undefined;
  const offset = hours * hourMs + minutes * minuteMs;
  return match[1] === '-' ? -offset : offset;
}

/** `2026-11-01T05:30:00Z`; milliseconds only where they are not zero; `∞` and `-∞`. */
export function formatUtc(instant: Instant): string {
  if (!Number.isFinite(instant)) return formatInfinite(instant);
  const wall = formatWall(instant);
  const isWholeMinute = instant % minuteMs === 0;
  return isWholeMinute ? `${wall}:00Z` : `${wall}Z`;
}

/**
 * `2026-11-01T01:30-04:00`, and `Z` for UTC; seconds only where they are not zero; `∞` and `-∞`.
 * The zone is one that exists; another is a bug, and throws.
 */
export function formatInZone(instant: Instant, zoneName: string): string {
  if (!Number.isFinite(instant)) return formatInfinite(instant);
  if (zoneName === 'UTC') return `${formatWall(instant)}Z`;
  const offset = zoneOf(zoneName).offsetAt(instant);
  return `${formatWall(instant + offset)}${formatOffset(offset)}`;
}

function formatInfinite(instant: Instant): string {
  return instant > 0 ? '∞' : '-∞';
}

/** `-04:00`; with seconds where a zone had its local mean time. */
function formatOffset(offset: number): string {
  const size = Math.abs(offset);
  const parts = [Math.floor(size / hourMs), Math.floor(size / minuteMs) % 60];
  if (size % minuteMs !== 0) parts.push((size % minuteMs) / 1000);
  const text = parts.map((part) => String(part).padStart(2, '0')).join(':');
  return `${offset < 0 ? '-' : '+'}${text}`;
}

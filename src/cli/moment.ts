import type { Instant } from '../time/interval.ts';
import { dayOfWall, formatWall, minuteMs, weekdayOfDay } from '../time/wall.ts';
import { zoneOf } from '../time/zone.ts';

const WEEKDAYS = ['Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat', 'Sun'] as const;

/** `Sun 2026-11-01 01:30 -04:00`; seconds only where there are some. */
export function inZone(at: Instant, zone: string): string {
  const wall = zoneOf(zone).wallAt(wholeSecond(at));
  const [date, time] = formatWall(wall).split('T');
  const weekday = WEEKDAYS[weekdayOfDay(dayOfWall(wall)) - 1];
  return `${weekday} ${date} ${time} ${offsetOf(at, zone)}`;
}

/** `-04:00`: how far the wall of a zone is ahead of UTC. */
function offsetOf(at: Instant, zone: string): string {
  const minutes = zoneOf(zone).offsetAt(at) / minuteMs;
  const whole = Math.floor(Math.abs(minutes));
  const digits = (value: number) => String(value).padStart(2, '0');
  return `${minutes < 0 ? '-' : '+'}${digits(Math.floor(whole / 60))}:${digits(whole % 60)}`;
}

function wholeSecond(at: Instant): Instant {
  return Math.floor(at / 1_000) * 1_000;
}

/** `2026-11-01 05:30Z`, or `05:30Z` alone when `day` is the same day in UTC. */
export function inUtc(at: Instant, day?: Instant): string {
  const [date, time] = new Date(at).toISOString().split('T') as [string, string];
  const isSameDay = day !== undefined && new Date(day).toISOString().startsWith(date);
  const short = time.replace(/(:00)?\.\d+Z$/, '');
  return isSameDay ? `${short}Z` : `${date} ${short}Z`;
}

const UNITS = [
  ['d', 86_400_000],
  ['h', 3_600_000],
  ['min', 60_000],
  ['s', 1_000],
] as const;

/** A length of time in at most two units: `1 h 30 min`, `12 s`. */
export function lengthOf(ms: number): string {
  if (!Number.isFinite(ms)) return 'for ever';
  const first = UNITS.findIndex(([, unitMs]) => ms >= unitMs);
  if (first < 0) return '0 s';
  const words: string[] = [];
  let rest = ms;
  for (const [unit, unitMs] of UNITS.slice(first, first + 2)) {
    const count = Math.floor(rest / unitMs);
    if (count > 0) words.push(`${count} ${unit}`);
    rest -= count * unitMs;
  }
  return words.join(' ');
}

/** `in 1 h 30 min`, `12 s ago` or `now`. */
export function relative(at: Instant, now: Instant): string {
  const ms = at - now;
  if (Math.abs(ms) < 1_000) return 'now';
  return ms > 0 ? `in ${lengthOf(ms)}` : `${lengthOf(-ms)} ago`;
}

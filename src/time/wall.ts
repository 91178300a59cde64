// Wall time and the calendar. A wall time is kept as the epoch milliseconds it would have if the
// wall were in UTC, so that days and times of day are plain arithmetic. Nothing here allocates a
// `Date`: a walk over years of windows stays on numbers.

/** What a clock on the wall shows in some zone: epoch milliseconds as if in UTC. */
export type Wall = number;

/** ISO: Monday is 1, Sunday is 7. */
export type Weekday = 1 | 2 | 3 | 4 | 5 | 6 | 7;

/** A day of the proleptic Gregorian calendar; `month` and `day` count from 1. */
export interface CalendarDate {
  readonly year: number;
  readonly month: number;
  readonly day: number;
}

export const minuteMs = 60_000;
export const hourMs = 60 * minuteMs;
export const dayMs = 24 * hourMs;

const daysPerEra = 146_097;
const daysFromEraToEpoch = 719_468;

/**
 * Days from 1970-01-01 to a date. Years begin in March for the calculation, so that the leap day
 * is the last of its year (H. Hinnant, "chrono-compatible low-level date algorithms").
 */
export function dayOfDate({ year, month, day }: CalendarDate): number {
  const marchYear = month > 2 ? year : year - 1;
  const era = Math.floor(marchYear / 400);
  const yearOfEra = marchYear - era * 400;
  const dayOfYear = Math.floor((153 * ((month + 9) % 12) + 2) / 5) + day - 1;
  const leapDays = Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100);
  return era * daysPerEra + yearOfEra * 365 + leapDays + dayOfYear - daysFromEraToEpoch;
}

/** The date that lies `day` days after 1970-01-01. */
export function dateOfDay(day: number): CalendarDate {
  const shifted = day + daysFromEraToEpoch;
  const era = Math.floor(shifted / daysPerEra);
  const dayOfEra = shifted - era * daysPerEra;
  const leapDays =
    Math.floor(dayOfEra / 1460) - Math.floor(dayOfEra / 36_524) + Math.floor(dayOfEra / 146_096);
  const yearOfEra = Math.floor((dayOfEra - leapDays) / 365);
  const dayOfYear =
    dayOfEra - (365 * yearOfEra + Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100));
  const marchMonth = Math.floor((5 * dayOfYear + 2) / 153);
  const month = marchMonth < 10 ? marchMonth + 3 : marchMonth - 9;
  const year = era * 400 + yearOfEra + (month <= 2 ? 1 : 0);
  return { year, month, day: dayOfYear - Math.floor((153 * marchMonth + 2) / 5) + 1 };
}

/** The weekday of the day that lies `day` days after 1970-01-01, a Thursday. */
export function weekdayOfDay(day: number): Weekday {
  return (modulo(day + 3, 7) + 1) as Weekday;
}

/** 28 to 31. */
export function daysInMonth(year: number, month: number): number {
  if (month !== 2) return month === 4 || month === 6 || month === 9 || month === 11 ? 30 : 31;
  return year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0) ? 29 : 28;
}

/** Whether the calendar has this date: `2026-02-30` it has not. */
export function isRealDate({ year, month, day }: CalendarDate): boolean {
  return month >= 1 && month <= 12 && day >= 1 && day <= daysInMonth(year, month);
}

/** Days from 1970-01-01 to the day that a wall time is on. */
export function dayOfWall(wall: Wall): number {
  return Math.floor(wall / dayMs);
}

/** The wall time `minute` minutes after the midnight that begins a date; 1440 is its end. */
export function wallOf(date: CalendarDate, minute = 0): Wall {
  return dayOfDate(date) * dayMs + minute * minuteMs;
}

/** `2026-11-01T01:30`; seconds and milliseconds only where they are not zero. */
export function formatWall(wall: Wall): string {
  const { year, month, day } = dateOfDay(dayOfWall(wall));
  const ofDay = modulo(wall, dayMs);
  const date = `${padded(year, 4)}-${padded(month, 2)}-${padded(day, 2)}`;
  const time = `${padded(Math.floor(ofDay / hourMs), 2)}:${padded((ofDay / minuteMs) % 60, 2)}`;
  return `${date}T${time}${formatSeconds(ofDay % minuteMs)}`;
}

function formatSeconds(ms: number): string {
  if (ms === 0) return '';
  const fraction = ms % 1000 === 0 ? '' : `.${padded(ms % 1000, 3)}`;
  return `:${padded(ms / 1000, 2)}${fraction}`;
}

function padded(value: number, width: number): string {
  return String(Math.floor(value)).padStart(width, '0');
}

/** The remainder of a division that rounds down: never negative when `by` is not. */
export function modulo(value: number, by: number): number {
  return value - Math.floor(value / by) * by;
}

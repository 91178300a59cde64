// Single values that are written as text: dates, lengths of time, zones. The reading is the room
// time's; here it gets problem codes, limits and hints.

import { type CronSchedule, cronDays, parseCron } from '../time/cron-schedule.ts';
import { parseDuration } from '../time/duration.ts';
import { type CalendarDate, dayMs, isRealDate, wallOf } from '../time/wall.ts';
import type { WallSpan } from '../time/yearly.ts';
import type { Zone } from '../time/zone.ts';
import { parseZone } from '../time/zone-name.ts';
import type { TextResult } from './text-fault.ts';

/** Longer than any window that comes back; occurrences this far in the past may still be open. */
const lengthDaysMax = 366;
/** Work that needs more than a week to end is not waited for. */
const waitDaysMax = 7;

/** Reads `2026-01-31`. */
export function readDate(text: string): TextResult<CalendarDate> {
  const match = /^(\d{4})-(\d{2})-(\d{2})$/.exec(text);
  const fault = { code: 'date-invalid', index: 0 } as const;
  if (match === null) {
    const hint = 'dates are written `2026-01-31`';
    return { fault: { ...fault, message: `\`${text}\` is no date`, hint } };
  }
  const [year, month, day] = [Number(match[1]), Number(match[2]), Number(match[3])];
  const date = { year, month, day };
  if (year > 0 && isRealDate(date)) return { value: date };
  return { fault: { ...fault, message: `the date ${text} does not exist` } };
}

/** Reads `2026-12-29`, or `2026-12-29/2027-01-02` with both ends included; whole days. */
export function readDateRange(text: string): TextResult<WallSpan> {
  const slash = text.indexOf('/');
  const first = readDate(slash < 0 ? text : text.slice(0, slash));
  if ('fault' in first) return first;
  const last = slash < 0 ? first : readDate(text.slice(slash + 1));
  if ('fault' in last) return { fault: { ...last.fault, index: slash + 1 + last.fault.index } };
  const span = { start: wallOf(first.value), end: wallOf(last.value) + dayMs };
  if (span.start < span.end) return { value: span };
  const message = 'the range ends before it starts';
  return { fault: { code: 'dates-inverted', index: slash + 1, message } };
}

/** Reads the length of a window, in milliseconds. */
export function readDuration(text: string): TextResult<number> {
  return readLength(text, lengthDaysMax);
}

/** Reads the field `lead`, in milliseconds. */
export function readLead(text: string): TextResult<number> {
  return readLength(text, waitDaysMax);
}

/** Reads how long running work is waited for, in milliseconds. */
export function readDrain(text: string): TextResult<number> {
  return readLength(text, waitDaysMax);
}

/** Reads over how long syncs come back, in milliseconds. */
export function readSpread(text: string): TextResult<number> {
  return readLength(text, 1);
}

function readLength(text: string, daysMax: number): TextResult<number> {
  const reading = parseDuration(text);
  if ('fault' in reading) {
    const hint = 'lengths are written `90s`, `15m`, `8h`, `2d`, `1h30m` or `PT8H`';
    return { fault: { ...reading.fault, code: 'duration-invalid', hint } };
  }
  const ms = reading.value;
  if (ms > 0 && ms <= daysMax * dayMs) return reading;
  const message = ms === 0 ? 'the length is zero' : `the length is more than ${daysMax} days`;
  return { fault: { code: 'duration-invalid', index: 0, message } };
}

/** Reads the name of a zone, which must be exact. */
export function readZone(text: string): TextResult<Zone> {
  const zone = parseZone(text);
  if (!('error' in zone)) return { value: zone };
  const { error: message, suggestion } = zone;
  const hint = suggestion === undefined ? undefined : `did you mean ${suggestion}?`;
  return { fault: { code: 'zone-unknown', index: 0, message, hint } };
}

/** A cron expression, read. */
export interface CronText {
  /** With single spaces. */
  readonly expression: string;
  readonly schedule: CronSchedule;
}

/** Reads five cron fields; an expression that names no date that exists is a fault. */
export function readCron(text: string): TextResult<CronText> {
  const reading = parseCron(text);
  if ('fault' in reading) {
    const hint = 'Sundays at 02:00 are `0 2 * * 0`';
    return { fault: { ...reading.fault, code: 'cron-invalid', hint } };
  }
  const schedule = reading.value;
  if (Number.isFinite(cronDays(schedule).atOrAfter(0))) {
    return { value: { expression: text.trim().split(/\s+/).join(' '), schedule } };
  }
  const message = `\`${text}\` names no date that exists`;
  return { fault: { code: 'cron-never', index: 0, message } };
}

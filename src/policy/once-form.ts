// The form `once`: `2026-12-24T18:00/2026-12-27T06:00`, `2026-12-24T18:00/PT12H`, and the same with
// `Z` or an offset, which are exact instants and need no zone.

import type { Instant, Interval } from '../time/interval.ts';
import { dayMs, hourMs, minuteMs, type Wall, wallOf } from '../time/wall.ts';
import type { ProblemCode } from './problem-codes.ts';
import type { TextFault, TextResult } from './text-fault.ts';
import { readDate, readDuration } from './value-text.ts';

/** A single window by the clock on the wall, not yet in a zone; the end is after the start. */
export interface WallOnce {
  readonly kind: 'once';
  readonly clock: 'wall';
  readonly start: Wall;
  readonly end: { readonly wall: Wall } | { readonly forMs: number };
  /** Where in the text the end begins. */
  readonly endIndex: number;
}

/** A single window between instants. */
export interface ExactOnce {
  readonly kind: 'once';
  readonly clock: 'exact';
  readonly interval: Interval;
}

/** A window that occurs a single time. */
export type OnceForm = WallOnce | ExactOnce;

/** A time as written: `at` is an instant when it had `Z` or an offset, else a wall time. */
export interface Moment {
  readonly clock: OnceForm['clock'];
  readonly at: Wall | Instant;
}

const example = 'write `2026-12-24T18:00/2026-12-27T06:00` or `2026-12-24T18:00/PT12H`';

/** Reads a start and an end or a length. */
export function readOnce(text: string): TextResult<OnceForm> {
  const slash = text.indexOf('/');
  if (slash < 0) {
    return faultAt('window-syntax', text.length, 'a start, `/` and an end are wanted', example);
  }
  const start = readMoment(text.slice(0, slash), 0, 'start');
  if ('fault' in start) return start;
  const endText = text.slice(slash + 1);
  const endIndex = slash + 1 + leadingSpace(endText);
  if (/^P/i.test(endText.trim())) {
    const length = readDuration(endText.trim());
    if ('fault' in length) return shifted(length.fault, endIndex);
    return { value: lasting(start.value, length.value, endIndex) };
  }
  const end = readMoment(endText, slash + 1, 'end');
  if ('fault' in end) return end;
  return between(start.value, end.value, endIndex);
}

function lasting({ clock, at }: Moment, forMs: number, endIndex: number): OnceForm {
  if (clock === 'wall') return { kind: 'once', clock, start: at, end: { forMs }, endIndex };
  return { kind: 'once', clock, interval: { start: at, end: at + forMs } };
}

function between(start: Moment, end: Moment, endIndex: number): TextResult<OnceForm> {
  if (end.clock !== start.clock) {
    const hint = 'give both ends `Z` or an offset, or neither';
    return faultAt('once-mixed', endIndex, 'one end is exact and the other a wall time', hint);
  }
  if (end.at === start.at) {
    return faultAt('window-empty', endIndex, 'the window ends where it starts');
  }
  if (end.at < start.at) {
    return faultAt('window-inverted', endIndex, 'the window ends before it starts');
  }
  const { clock } = start;
  if (clock === 'exact') {
    return { value: { kind: 'once', clock, interval: { start: start.at, end: end.at } } };
  }
  return { value: { kind: 'once', clock, start: start.at, end: { wall: end.at }, endIndex } };
}

const momentShape =
  /^(\d{4}-\d{2}-\d{2})(?:[T ](\d{2}):(\d{2})(?::(\d{2}))?(Z|[+-]\d{2}:\d{2})?)?$/i;

/** Reads a date with a time; `at` is where `text` begins in the whole. */
export function readMoment(text: string, at: number, role: 'start' | 'end'): TextResult<Moment> {
  const index = at + leadingSpace(text);
  const written = text.trim();
  const match = momentShape.exec(written);
  if (match === null) {
    const message = `\`${written}\` is no date and time`;
    return faultAt('window-syntax', index, message, example);
  }
  const [, dateText = '', hourText, minuteText, secondText = '00', offset] = match;
  const date = readDate(dateText);
  if ('fault' in date) return shifted(date.fault, index);
  const timeIndex = index + dateText.length;
  if (hourText === undefined || minuteText === undefined) {
    const hint = `write \`${dateText}T${role === 'start' ? '00:00' : '24:00'}\``;
    return faultAt('window-syntax', timeIndex, `the ${role} has a date but no time`, hint);
  }
  const [minutes, seconds] = [Number(minuteText), Number(secondText)];
  const ofDayMs = Number(hourText) * hourMs + minutes * minuteMs + seconds * 1000;
  if (minutes > 59 || seconds > 59 || ofDayMs > dayMs) {
    const message = `the time ${written.slice(dateText.length + 1)} does not exist`;
    return faultAt('time-invalid', timeIndex + 1, message, 'times go from 00:00 to 24:00');
  }
  if (role === 'start' && ofDayMs === dayMs) {
    const hint = 'write `00:00`, of the day after';
    return faultAt('time-invalid', timeIndex + 1, '24:00 can only be an end', hint);
  }
  const wall = wallOf(date.value) + ofDayMs;
  if (offset === undefined) return { value: { clock: 'wall', at: wall } };
  const offsetMinutes = readOffset(offset);
  if (offsetMinutes === undefined) {
    const offsetIndex = index + written.length - offset.length;
    return faultAt('time-invalid', offsetIndex, `the offset ${offset} does not exist`);
  }
  return { value: { clock: 'exact', at: wall - offsetMinutes * minuteMs } };
}

/** Minutes east of UTC; no place was ever further from it than 16 hours. */
function readOffset(offset: string): number | undefined {
  if (offset.toUpperCase() === 'Z') return 0;
  const [hours, minutes] = [Number(offset.slice(1, 3)), Number(offset.slice(4, 6))];
  if (hours > 15 || minutes > 59) return undefined;
  const total = hours * 60 + minutes;
  return offset[0] === '-' ? -total : total;
}

function leadingSpace(text: string): number {
  return text.length - text.trimStart().length;
}

function shifted(fault: TextFault, by: number): { fault: TextFault } {
  return { fault: { ...fault, index: fault.index + by } };
}

function faultAt(
  code: ProblemCode,
  index: number,
  message: string,
  hint?: string,
): { fault: TextFault } {
  return { fault: { code, index, message, hint } };
}

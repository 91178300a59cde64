// A date with a time of day: the ends of a `once` window, and where a rule starts.

import type { Instant } from '../time/interval.ts';
import { dayMs, hourMs, minuteMs, type Wall, wallOf } from '../time/wall.ts';
import type { ProblemCode } from './problem-codes.ts';
import { shiftFault, type TextFault, type TextResult } from './text-fault.ts';
import { readDate } from './value-text.ts';

/** A date and time: an instant when it was written with `Z` or an offset, else a wall time. */
export interface Moment {
  readonly clock: 'wall' | 'exact';
  readonly at: Wall | Instant;
}

/** Reads the field `starting`: a wall time. */
export function readStarting(text: string): TextResult<Wall> {
  const example = 'write `2026-01-06T20:00`';
  const moment = readMoment(text, 0, 'start', example);
  if ('fault' in moment) return moment;
  if (moment.value.clock === 'wall') return { value: moment.value.at };
  const hint = 'leave the offset out; the zone is that of the window';
  return faultAt(
    'window-syntax',
    text.search(/(?:z|[+-]\d\d:\d\d)\s*$/i),
    'a rule starts at a time on the wall',
    hint,
  );
}

const momentShape =
  /^(\d{4}-\d{2}-\d{2})(?:[T ](\d{2}):(\d{2})(?::(\d{2}))?(Z|[+-]\d{2}:\d{2})?)?$/i;

/** Reads one moment; `at` is where `text` begins in the whole, `example` a hint. */
export function readMoment(
  text: string,
  at: number,
  role: 'start' | 'end',
  example: string,
): TextResult<Moment> {
  const index = at + leadingSpace(text);
  const written = text.trim();
  const match = momentShape.exec(written);
  if (match === null) {
    const message = `\`${written}\` is no date and time`;
    return faultAt('window-syntax', index, message, example);
  }
  const [, dateText = '', hourText, minuteText, secondText = '00', offset] = match;
  const date = readDate(dateText);
  if ('fault' in date) return shiftFault(date.fault, index);
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

/** How many characters of space a text begins with. */
export function leadingSpace(text: string): number {
  return text.length - text.trimStart().length;
}

function faultAt(
  code: ProblemCode,
  index: number,
  message: string,
  hint?: string,
): { fault: TextFault } {
  return { fault: { code, index, message, hint } };
}

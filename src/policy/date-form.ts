// The short forms `monthly` (`15,last day 18:00 for 6h`, `2nd Tue +1d 20:00-23:00`) and `yearly`
// (`Nov 4th Thu 00:00-24:00`), and their spans (`Dec 24 18:00 - Dec 27 06:00`). Days are read by
// date-form-days.ts; the result is the room time's own data, not yet in any zone.

import type { DatePick } from '../time/month-days.ts';
import type { DateSpanRecurrence, DatesRecurrence } from '../time/recurrence.ts';
import { readDates, readDaysOfMonth, readFixedDate } from './date-form-days.ts';
import { monthOf, weekdayOf } from './form-names.ts';
import {
  createReader,
  failAt,
  finish,
  isWord,
  next,
  peek,
  type Reader,
  type TextNote,
} from './form-reader.ts';
import { readEnd, readTime } from './form-times.ts';
import type { TextResult } from './text-fault.ts';

/** A window on dates of every month or year. */
export interface DateForm {
  readonly kind: 'monthly' | 'yearly';
  readonly recurrence: DatesRecurrence | DateSpanRecurrence;
  /** About dates that not every month or year has. */
  readonly notes: readonly TextNote[];
}

/** Reads `15,last day 18:00 for 6h`, `2nd Tue +1d 20:00-23:00` or `last day 18:00 - 3 06:00`. */
export function readMonthly(text: string): TextResult<DateForm> {
  const reader = createReader(text);
  const first = peek(reader);
  const weekday = weekdayOf(first);
  if (first.kind === 'time') {
    const hint = `write \`daily: ${text}\`, or name the days`;
    failAt(reader, first, 'window-syntax', 'a monthly window begins with its days', hint);
  } else if (monthOf(first) !== undefined) {
    const hint = `write \`yearly: ${text}\``;
    failAt(reader, first, 'window-syntax', 'a monthly window has no months', hint);
  } else if (weekday !== undefined) {
    const hint = `write \`2nd ${first.text}\` or \`last ${first.text}\`, or \`weekly: ${text}\``;
    failAt(reader, first, 'window-syntax', `which ${first.text} of the month?`, hint);
  }
  return readRest(reader, 'monthly', readDaysOfMonth(reader, undefined));
}

/** Reads `Dec 24,26 18:00 for 12h`, `Nov 4th Thu 00:00-24:00` or `Dec 24 18:00 - Dec 27 06:00`. */
export function readYearly(text: string): TextResult<DateForm> {
  const reader = createReader(text);
  const first = peek(reader);
  if (first.kind === 'time') {
    const hint = `write \`daily: ${text}\`, or name the dates`;
    failAt(reader, first, 'window-syntax', 'a yearly window begins with its dates', hint);
  } else if (first.kind !== 'word' || isWord(first, 'last')) {
    const hasMonth = reader.tokens.some((token) => monthOf(token) !== undefined);
    const hint = hasMonth ? 'write the month first: `Dec 24`' : `write \`monthly: ${text}\``;
    failAt(reader, first, 'window-syntax', 'a yearly window begins with a month', hint);
  }
  return readRest(reader, 'yearly', readDates(reader));
}

function readRest(
  reader: Reader,
  kind: DateForm['kind'],
  dates: readonly DatePick[],
): TextResult<DateForm> {
  const startMinute = readTime(reader, 'start');
  const { notes } = reader;
  if (peek(reader).text === '-' && peek(reader, 1).kind !== 'time') {
    const recurrence = readSpanEnd(reader, kind, dates, startMinute);
    return finish(reader, { kind, recurrence, notes });
  }
  const end = readEnd(reader, startMinute);
  return finish(reader, { kind, recurrence: { kind: 'dates', dates, startMinute, end }, notes });
}

function readSpanEnd(
  reader: Reader,
  kind: DateForm['kind'],
  dates: readonly DatePick[],
  startMinute: number,
): DateSpanRecurrence {
  const dash = next(reader);
  const [startDate] = dates;
  if (startDate === undefined || !isFixed(dates)) {
    const hint = 'write a length: `2nd Fri 18:00 for 60h`';
    const message = 'a span goes from one numbered day, or `last day`, to another';
    failAt(reader, dash, 'window-syntax', message, hint);
  }
  const endToken = peek(reader);
  const endDate = readFixedDate(reader, kind);
  const endMinute = readTime(reader, 'end');
  const start = startDate ?? endDate;
  if (startMinute === endMinute && isSameDate(start, endDate)) {
    failAt(reader, endToken, 'window-empty', 'the window ends where it starts');
  }
  return { kind: 'date-span', startDate: start, startMinute, endDate, endMinute };
}

/** Whether dates are a single one that is the same in every month or year. */
function isFixed(dates: readonly DatePick[]): boolean {
  const [{ months = [1], day }, ...others] = dates as [DatePick, ...DatePick[]];
  const isOne = others.length === 0 && months.length === 1;
  return isOne && 'days' in day && day.days.length === 1;
}

function isSameDate(a: DatePick, b: DatePick): boolean {
  return JSON.stringify([a.months, a.day, a.shift]) === JSON.stringify([b.months, b.day, b.shift]);
}

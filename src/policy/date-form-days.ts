// The days of the short forms `monthly` and `yearly`: `15`, `1-3`, `last day`, `2nd Tue`, each with
// an offset if need be, and with months before them when they are of a year.

import type { DatePick, MonthDay } from '../time/month-days.ts';
import { daysInMonth } from '../time/wall.ts';
import { ordinal, ordinalWords } from './describe-words.ts';
import { monthNames, monthOf, readMonth } from './form-names.ts';
import { readLast, readNth } from './form-ordinals.ts';
import {
  failAt,
  isWord,
  next,
  peek,
  type Reader,
  show,
  type Token,
  takeSign,
} from './form-reader.ts';

/** Reads `15,last day,2nd Tue +1d`: days of `months`, or of every month. */
export function readDaysOfMonth(reader: Reader, months: readonly number[] | undefined): DatePick[] {
  const picks: DatePick[] = [];
  do picks.push(...readDay(reader, months));
  while (goesOnWithDay(reader) && takeSign(reader, ','));
  return picks;
}

/** Reads `Dec 24,26`, `Mar,Jun,Sep,Dec last day`, `Dec 24 - Jan 2`, and lists of them. */
export function readDates(reader: Reader): DatePick[] {
  const picks: DatePick[] = [];
  do picks.push(...readDaysOfMonth(reader, readMonths(reader)));
  while (takeSign(reader, ','));
  return picks;
}

/** Behind a comma, a word other than `last` begins with a month. */
function goesOnWithDay(reader: Reader): boolean {
  const after = peek(reader, 1);
  return peek(reader).text === ',' && (after.kind !== 'word' || isWord(after, 'last'));
}

/** `Dec`, `Mar,Jun`, `Jan-Mar`, `Nov-Jan`: ranges wrap. */
function readMonths(reader: Reader): number[] {
  const months = new Set<number>();
  do {
    const first = readMonth(reader);
    if (peek(reader).text !== '-') {
      months.add(first);
      continue;
    }
    next(reader);
    const last = readMonth(reader);
    for (let month = first; ; month = (month % 12) + 1) {
      months.add(month);
      if (month === last) break;
    }
  } while (takeSign(reader, ','));
  return [...months].sort((a, b) => a - b);
}

function readDay(reader: Reader, months: readonly number[] | undefined): DatePick[] {
  const token = next(reader);
  if (token.kind === 'number') return readNumbered(reader, token, months);
  const day = readNamed(reader, token);
  return [{ months, day, shift: readShift(reader) }];
}

function readNamed(reader: Reader, token: Token): MonthDay {
  if (token.kind === 'counted') return readNth(reader, token);
  if (isWord(token, 'last')) return readLast(reader);
  const message = `a day of the month is wanted, not ${show(token)}`;
  const nth = ordinalWords.indexOf(token.text.toLowerCase()) + 1;
  const known = 'days are `15`, `1-3`, `last day`, `2nd Tue` or `last Fri`';
  const hint = nth === 0 ? known : `write \`${ordinal(nth)}\``;
  failAt(reader, token, 'window-syntax', message, hint);
  return { days: [1] };
}

function readNumbered(
  reader: Reader,
  token: Token,
  months: readonly number[] | undefined,
): DatePick[] {
  const first = checkedNumber(reader, token, months);
  const [dash, after] = [peek(reader), peek(reader, 1)];
  const isRange = dash.text === '-' && (after.kind === 'number' || after.kind === 'word');
  if (!isRange) {
    noteSkipped(reader, token, first, months);
    return [{ months, day: { days: [first] }, shift: readShift(reader) }];
  }
  next(reader);
  if (months?.length === 1 && monthOf(after) !== undefined) {
    return readDatesUntil(reader, months[0]!, first);
  }
  const last = readLastOfRange(reader, months);
  if (months !== undefined && last < first) {
    const hint = `a range of the year is \`Dec ${first} - Jan ${last}\``;
    failAt(reader, after, 'window-inverted', 'the range goes backwards', hint);
  }
  const days = last < first ? [...range(first, 31), ...range(1, last)] : range(first, last);
  return [{ months, day: { days }, shift: readShift(reader) }];
}

/** `24 - Jan 2`, from the day on; it may go over New Year. */
function readDatesUntil(reader: Reader, firstMonth: number, firstDay: number): DatePick[] {
  const lastMonth = readMonth(reader);
  const last = readLastOfRange(reader, [lastMonth]);
  if (lastMonth === firstMonth && last >= firstDay) {
    return [{ months: [firstMonth], day: { days: range(firstDay, last) }, shift: 0 }];
  }
  const between: number[] = [];
  for (let month = (firstMonth % 12) + 1; month !== lastMonth; month = (month % 12) + 1) {
    between.push(month);
  }
  return [
    { months: [firstMonth], day: { days: range(firstDay, 31) }, shift: 0 },
    ...(between.length === 0 ? [] : [{ months: between, day: { days: range(1, 31) }, shift: 0 }]),
    { months: [lastMonth], day: { days: range(1, last) }, shift: 0 },
  ];
}

/** A number, or `last day`. */
function readLastOfRange(reader: Reader, months: readonly number[] | undefined): number {
  const token = next(reader);
  if (token.kind === 'number') return checkedNumber(reader, token, months);
  if (isWord(token, 'last') && isWord(peek(reader), 'day')) {
    next(reader);
    return 31;
  }
  const message = `a range ends with a number or \`last day\`, not ${show(token)}`;
  failAt(reader, token, 'window-syntax', message);
  return 31;
}

function range(first: number, last: number): number[] {
  return Array.from({ length: last - first + 1 }, (_, index) => first + index);
}

/** A day that each of `months` has, in leap years at least. */
function checkedNumber(
  reader: Reader,
  token: Token,
  months: readonly number[] | undefined,
): number {
  const day = Number(token.text);
  const lacking = months?.find((month) => day > daysInMonth(2024, month));
  if (day < 1 || day > 31) {
    failAt(reader, token, 'date-invalid', `no month has a day ${token.text}`);
  } else if (lacking !== undefined) {
    const name = monthNames[lacking - 1]!;
    const hint = `the last day is \`${name.slice(0, 3)} last day\``;
    failAt(reader, token, 'date-invalid', `${name} has no day ${token.text}`, hint);
  }
  return Math.max(1, Math.min(31, day));
}

/** Single days that not every month or year has: the others are skipped. */
function noteSkipped(
  reader: Reader,
  { index }: Token,
  day: number,
  months: readonly number[] | undefined,
): void {
  if (months === undefined && day > 28) {
    const skipped = day === 31 ? 'months without a day 31 are' : 'February is';
    const leap = day === 29 ? ', but for leap years' : '';
    const hint = 'the last day of every month is `last day`';
    reader.notes.push({ index, message: `${skipped} skipped${leap}`, hint });
  } else if (months?.includes(2) && day === 29) {
    const message = 'February has a day 29 in leap years only';
    reader.notes.push({ index, message, hint: 'the last day of February is `Feb last day`' });
  }
}

/** `+1d`, `-2d`, or nothing. */
function readShift(reader: Reader): number {
  const sign = peek(reader).text;
  if (sign !== '+' && sign !== '-') return 0;
  next(reader);
  const token = next(reader);
  const days = Number(/^(\d{1,2})d$/i.exec(token.text)?.[1] ?? 0);
  if (days < 1 || days > 31) {
    const hint = 'offsets are whole days, 1 to 31: `+1d`, `-2d`';
    const message = `an offset such as \`${sign}1d\` is wanted, not ${show(token)}`;
    failAt(reader, token, 'window-syntax', message, hint);
  }
  return sign === '-' ? -days : days;
}

/** Reads the end of a span: a date that every month, or year, has. */
export function readFixedDate(reader: Reader, kind: 'monthly' | 'yearly'): DatePick {
  const first = peek(reader);
  if (kind === 'yearly' && first.kind === 'number') {
    const hint = `write \`Dec ${first.text}\`, say`;
    failAt(reader, first, 'window-syntax', 'the end of a span wants its month, too', hint);
  }
  const months = kind === 'yearly' ? [readMonth(reader)] : undefined;
  const token = next(reader);
  if (isWord(token, 'last') && isWord(peek(reader), 'day')) {
    next(reader);
    return { months, day: { days: [-1] }, shift: 0 };
  }
  if (token.kind !== 'number') {
    const message = `a span ends with a numbered day or \`last day\`, not ${show(token)}`;
    failAt(reader, token, 'window-syntax', message, 'write `Dec 24 18:00 - Dec 27 06:00`, say');
  }
  const day = checkedNumber(reader, token, months);
  const isSometimes = months === undefined ? day > 28 : months[0] === 2 && day === 29;
  if (isSometimes) {
    const where = months === undefined ? 'not every month has' : 'not every February has';
    const message = `${where} a day ${day}, and the window would go on`;
    failAt(reader, token, 'date-invalid', message, 'write `last day`');
  }
  return { months, day: { days: [day] }, shift: 0 };
}

// The names of weekdays and months in the short forms, in full or by their first three letters.

import type { Weekday } from '../time/wall.ts';
import { failAt, next, type Reader, show, type Token } from './form-reader.ts';
import type { ProblemCode } from './problem-codes.ts';
import { closestHint } from './suggest.ts';

/** In English, from Monday on. */
export const weekdayNames = [
  'Monday',
  'Tuesday',
  'Wednesday',
  'Thursday',
  'Friday',
  'Saturday',
  'Sunday',
] as const;

/** In English, from January on. */
export const monthNames = [
  'January',
  'February',
  'March',
  'April',
  'May',
  'June',
  'July',
  'August',
  'September',
  'October',
  'November',
  'December',
] as const;

/** Reads a day of the week. */
export function readWeekday(reader: Reader): Weekday {
  const number = readName(reader, weekdayNames, 'weekday-unknown', 'a day of the week');
  return number as Weekday;
}

/** Reads a month; 1 is January. */
export function readMonth(reader: Reader): number {
  return readName(reader, monthNames, 'month-unknown', 'a month');
}

/** Which weekday a token names, if any. */
export function weekdayOf(token: Token): Weekday | undefined {
  return numberOf(token, weekdayNames) as Weekday | undefined;
}

/** Which month a token names, if any. */
export function monthOf(token: Token): number | undefined {
  return numberOf(token, monthNames);
}

/** Which of `names` a token names, from 1. */
function numberOf({ text }: Token, names: readonly string[]): number | undefined {
  const word = text.toLowerCase();
  const index = names.findIndex((name) =>
    [name, shortened(name)].some((one) => one.toLowerCase() === word),
  );
  return index < 0 ? undefined : index + 1;
}

function readName(
  reader: Reader,
  names: readonly string[],
  code: ProblemCode,
  noun: string,
): number {
  const token = next(reader);
  const number = numberOf(token, names);
  if (number !== undefined) return number;
  if (token.kind !== 'word') {
    failAt(reader, token, 'window-syntax', `${noun} is wanted, not ${show(token)}`);
    return 1;
  }
  const short = names.map(shortened);
  const hint = closestHint(token.text, token.text.length > 4 ? names : short);
  const known = `known: ${short.join(', ')}`;
  failAt(reader, token, code, `\`${token.text}\` is no ${noun.slice('a '.length)}`, hint ?? known);
  return 1;
}

function shortened(name: string): string {
  return name.slice(0, 3);
}

// `2nd Tue`, `last Fri`, `1st weekday` and `last day` of the short forms.

import type { MonthDay } from '../time/month-days.ts';
import type { Weekday } from '../time/wall.ts';
import { ordinal } from './describe-words.ts';
import { readWeekday, weekdayOf } from './form-names.ts';
import { failAt, isWord, next, peek, type Reader, show, type Token } from './form-reader.ts';

/** Every month has at least so many days from Monday to Friday. */
const weekdaysOfMonth = 20;
const workdays: readonly Weekday[] = [1, 2, 3, 4, 5];

/** Reads what follows `last`: `day`, a weekday's name, or `weekday`. */
export function readLast(reader: Reader): MonthDay {
  const token = peek(reader);
  if (isWord(token, 'day')) {
    next(reader);
    return { days: [-1] };
  }
  if (token.kind !== 'word') {
    const message = `after \`last\`, \`day\` or a weekday is wanted, not ${show(token)}`;
    failAt(reader, token, 'window-syntax', message, 'write `last day` or `last Fri`');
  }
  return { weekdays: readWeekdays(reader), nth: -1 };
}

/** Reads what follows `2nd`: a weekday's name, or `weekday`. */
export function readNth(reader: Reader, token: Token): MonthDay {
  const nth = readOrdinal(reader, token);
  const named = peek(reader);
  if (isWord(named, 'last')) {
    const hint = 'the one before the last Tuesday is `last Tue -7d`';
    failAt(reader, named, 'window-syntax', 'a day cannot be numbered from the end', hint);
  } else if (named.kind !== 'word' || isWord(named, 'day')) {
    const hint = `the day of the month is written \`${nth}\``;
    const message = `after \`${token.text}\` a weekday is wanted, not ${show(named)}`;
    failAt(reader, named, 'window-syntax', message, hint);
  }
  const weekdays = readWeekdays(reader);
  const most = weekdays.length > 1 ? weekdaysOfMonth : 5;
  if (nth > most) {
    const months = weekdays.length > 1 ? 'not every month has' : 'no month has';
    const message = `${months} a ${token.text} ${named.text}`;
    failAt(
      reader,
      token,
      'date-invalid',
      message,
      `count from 1st to ${most}th, or write \`last\``,
    );
  } else if (nth === 5 && weekdays.length === 1) {
    const message = `months without a fifth ${named.text} are skipped`;
    const hint = `the last one of every month is \`last ${named.text}\``;
    reader.notes.push({ index: token.index, message, hint });
  }
  return { weekdays, nth };
}

function readWeekdays(reader: Reader): readonly Weekday[] {
  const token = peek(reader);
  if (weekdayOf(token) !== undefined || !isWord(token, 'weekday')) return [readWeekday(reader)];
  next(reader);
  return workdays;
}

/** 2 for `2nd`. */
function readOrdinal(reader: Reader, token: Token): number {
  const [, digits = '', suffix = ''] = /^(\d+)(.*)$/.exec(token.text) ?? [];
  const nth = Number(digits);
  const wanted = ordinal(nth);
  if (!['st', 'nd', 'rd', 'th'].includes(suffix.toLowerCase())) {
    const message = `a day such as \`15\` or \`2nd Tue\` is wanted, not \`${token.text}\``;
    failAt(reader, token, 'window-syntax', message);
  } else if (wanted !== token.text.toLowerCase() || nth === 0) {
    failAt(
      reader,
      token,
      'window-syntax',
      `\`${token.text}\` is no ordinal`,
      `did you mean ${wanted}?`,
    );
  }
  return nth;
}

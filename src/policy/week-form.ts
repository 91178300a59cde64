// The short forms `daily` (`22:00-06:00`, `22:00 for 8h`) and `weekly` (`Mon-Fri 22:00-06:00`, and
// spans as `Fri 18:00 - Mon 06:00`). A ladder of small functions; the result is the room time's own
// data, not yet in any zone.

import type { DailyRecurrence, SpanRecurrence, WeeklyRecurrence } from '../time/recurrence.ts';
import type { Weekday } from '../time/wall.ts';
import { readWeekday } from './form-names.ts';
import {
  createReader,
  failAt,
  finish,
  isWord,
  next,
  peek,
  type Reader,
  takeSign,
} from './form-reader.ts';
import { readEnd, readTime } from './form-times.ts';
import type { TextResult } from './text-fault.ts';

/** Reads `22:00-06:00` or `22:00 for 8h`. */
export function readDaily(text: string): TextResult<DailyRecurrence> {
  const reader = createReader(text);
  const first = peek(reader);
  if (first.kind === 'word') {
    const hint = `write \`weekly: ${text}\``;
    failAt(reader, first, 'window-syntax', 'a daily window has no days', hint);
  }
  const startMinute = readTime(reader, 'start');
  const end = readEnd(reader, startMinute);
  return finish(reader, { kind: 'daily', startMinute, end });
}

/** Reads `Mon-Fri 22:00-06:00`, `Sat,Sun 22:00 for 8h` or the span `Fri 18:00 - Mon 06:00`. */
export function readWeekly(text: string): TextResult<WeeklyRecurrence | SpanRecurrence> {
  const reader = createReader(text);
  const first = peek(reader);
  if (first.kind === 'time') {
    const hint = `write \`daily: ${text}\`, or name the days`;
    failAt(reader, first, 'window-syntax', 'a weekly window begins with its days', hint);
  } else if (first.kind === 'number' || first.kind === 'counted' || isWord(first, 'last')) {
    const hint = `write \`monthly: ${text}\``;
    failAt(reader, first, 'window-syntax', 'a weekly window has days of the week only', hint);
  }
  const days = readDays(reader);
  const startMinute = readTime(reader, 'start');
  if (peek(reader).text === '-' && peek(reader, 1).kind === 'word') {
    return finish(reader, readSpanEnd(reader, days, startMinute));
  }
  const end = readEnd(reader, startMinute);
  return finish(reader, { kind: 'weekly', days, startMinute, end });
}

function readSpanEnd(
  reader: Reader,
  days: readonly Weekday[],
  startMinute: number,
): SpanRecurrence {
  const dash = next(reader);
  if (days.length !== 1) {
    const hint = 'a span goes from one day and time to another: `Fri 18:00 - Mon 06:00`';
    failAt(reader, dash, 'window-syntax', 'a span starts on one day, not on several', hint);
  }
  const startDay = days[0] ?? 1;
  const endToken = peek(reader);
  const endDay = readWeekday(reader);
  const endMinute = readTime(reader, 'end');
  if (startDay === endDay && startMinute === endMinute) {
    const hint = 'a whole week is `Mon-Sun 00:00-24:00`';
    failAt(reader, endToken, 'window-empty', 'the window ends where it starts', hint);
  }
  return { kind: 'span', startDay, startMinute, endDay, endMinute };
}

/** `Mon`, `Sat,Sun`, `Mon-Fri`, `Fri-Mon`: ranges wrap. */
function readDays(reader: Reader): readonly Weekday[] {
  const days = new Set<Weekday>();
  do {
    const first = readWeekday(reader);
    if (peek(reader).text !== '-') {
      days.add(first);
      continue;
    }
    next(reader);
    const last = readWeekday(reader);
    for (let day = first; ; day = (day === 7 ? 1 : day + 1) as Weekday) {
      days.add(day);
      if (day === last) break;
    }
  } while (takeSign(reader, ','));
  return [...days].sort((a, b) => a - b);
}

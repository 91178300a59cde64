// The short forms that people write windows in: `Mon-Fri 22:00-06:00`, `22:00 for 8h`, and spans as
// `Fri 18:00 - Mon 06:00`. A ladder of small functions over a reader that remembers the first fault
// with the very character it is about. The result is the room time's own data, not yet in any zone.

import type {
  DailyRecurrence,
  SpanRecurrence,
  WeeklyRecurrence,
  WindowEnd,
} from '../time/recurrence.ts';
import type { Weekday } from '../time/wall.ts';
import type { ProblemCode } from './problem-codes.ts';
import { closestHint } from './suggest.ts';
import type { TextFault, TextResult } from './text-fault.ts';
import { readDuration } from './value-text.ts';

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
const minutesOfDay = 24 * 60;

type TokenKind = 'word' | 'time' | 'sign' | 'end';

interface Token {
  readonly kind: TokenKind;
  readonly text: string;
  readonly index: number;
}

interface Reader {
  readonly text: string;
  readonly tokens: readonly Token[];
  at: number;
  fault: TextFault | undefined;
}

/** Reads `22:00-06:00` or `22:00 for 8h`. */
export function readDaily(text: string): TextResult<DailyRecurrence> {
  const reader = createReader(text);
  if (peek(reader).kind === 'word') {
    const hint = `write \`weekly: ${text}\``;
    fail(reader, 'window-syntax', 'a daily window has no days', hint);
  }
  const startMinute = readTime(reader, 'start');
  const end = readEnd(reader, startMinute);
  return finish(reader, { kind: 'daily', startMinute, end });
}

/** Reads `Mon-Fri 22:00-06:00`, `Sat,Sun 22:00 for 8h` or the span `Fri 18:00 - Mon 06:00`. */
export function readWeekly(text: string): TextResult<WeeklyRecurrence | SpanRecurrence> {
  const reader = createReader(text);
  if (peek(reader).kind === 'time') {
    const hint = `write \`daily: ${text}\`, or name the days`;
    fail(reader, 'window-syntax', 'a weekly window begins with its days', hint);
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

function readWeekday(reader: Reader): Weekday {
  const token = next(reader);
  const word = token.text.toLowerCase();
  const index = weekdayNames.findIndex(
    (name) => name.toLowerCase() === word || name.slice(0, 3).toLowerCase() === word,
  );
  if (index >= 0) return (index + 1) as Weekday;
  if (token.kind !== 'word') {
    failAt(reader, token, 'window-syntax', `a day of the week is wanted, not ${show(token)}`);
    return 1;
  }
  const known = word.length > 4 ? weekdayNames : weekdayNames.map((name) => name.slice(0, 3));
  const hint = closestHint(token.text, known) ?? 'days are Mon, Tue, Wed, Thu, Fri, Sat, Sun';
  failAt(reader, token, 'weekday-unknown', `\`${token.text}\` is no day of the week`, hint);
  return 1;
}

function readEnd(reader: Reader, startMinute: number): WindowEnd {
  const joint = next(reader);
  if (joint.kind === 'word' && joint.text.toLowerCase() === 'for') return readLength(reader, joint);
  if (joint.text !== '-') {
    const hint = 'write `22:00-06:00` or `22:00 for 8h`';
    const message = `\`-\` or \`for\` is wanted after the start, not ${show(joint)}`;
    failAt(reader, joint, 'window-syntax', message, hint);
  }
  const token = peek(reader);
  const minute = readTime(reader, 'end');
  if (minute === startMinute) {
    const hint = 'a whole day is `00:00-24:00`';
    failAt(reader, token, 'window-empty', 'the window ends where it starts', hint);
  }
  return { minute };
}

function readLength(reader: Reader, joint: Token): WindowEnd {
  const rest = reader.text.slice(joint.index + joint.text.length);
  const index = joint.index + joint.text.length + (rest.length - rest.trimStart().length);
  const length = readDuration(rest.trim());
  reader.at = reader.tokens.length - 1;
  if ('value' in length) return { forMs: length.value };
  reader.fault ??= { ...length.fault, index: index + length.fault.index };
  return { forMs: 0 };
}

/** Minutes after midnight; `24:00` only as an end. */
function readTime(reader: Reader, role: 'start' | 'end'): number {
  const token = next(reader);
  const match = /^(\d\d):(\d\d)$/.exec(token.text);
  if (match === null) {
    const digits = /^(\d):(\d\d)$/.exec(token.text);
    const hint = digits === null ? 'times are `HH:MM`' : `write \`0${token.text}\``;
    const code = token.kind === 'time' ? 'time-invalid' : 'window-syntax';
    failAt(reader, token, code, `a time \`HH:MM\` is wanted, not ${show(token)}`, hint);
    return 0;
  }
  const [hour, minute] = [Number(match[1]), Number(match[2])];
  const total = hour * 60 + minute;
  if (minute > 59 || total > minutesOfDay) {
    const message = `the time ${token.text} does not exist`;
    failAt(reader, token, 'time-invalid', message, 'times go from 00:00 to 24:00');
  } else if (role === 'start' && total === minutesOfDay) {
    const hint = 'write `00:00`, of the day after';
    failAt(reader, token, 'time-invalid', '24:00 can only be an end', hint);
  }
  return total;
}

const lexeme = /\s*(?:(\p{L}+)|(\d+(?::\d*)*)|(\S))/uy;

function createReader(text: string): Reader {
  const tokens: Token[] = [];
  lexeme.lastIndex = 0;
  for (let match = lexeme.exec(text); match !== null; match = lexeme.exec(text)) {
    const [, word, time, sign] = match;
    const token = word ?? time ?? sign ?? '';
    const kind = word !== undefined ? 'word' : time !== undefined ? 'time' : 'sign';
    tokens.push({ kind, text: token, index: match.index + match[0].length - token.length });
  }
  tokens.push({ kind: 'end', text: '', index: text.trimEnd().length });
  return { text, tokens, at: 0, fault: undefined };
}

function finish<T>(reader: Reader, value: T): TextResult<T> {
  const token = peek(reader);
  if (token.kind !== 'end') {
    failAt(reader, token, 'window-syntax', `nothing is wanted after the end, yet ${show(token)}`);
  }
  return reader.fault === undefined ? { value } : { fault: reader.fault };
}

function peek(reader: Reader, ahead = 0): Token {
  return reader.tokens[Math.min(reader.at + ahead, reader.tokens.length - 1)]!;
}

function next(reader: Reader): Token {
  const token = peek(reader);
  if (token.kind !== 'end') reader.at++;
  return token;
}

function takeSign(reader: Reader, sign: string): boolean {
  if (peek(reader).text !== sign) return false;
  reader.at++;
  return true;
}

function show(token: Token): string {
  return token.kind === 'end' ? 'the end' : `\`${token.text}\``;
}

function fail(reader: Reader, code: ProblemCode, message: string, hint?: string): void {
  failAt(reader, peek(reader), code, message, hint);
}

/** Remembers the first fault only: those after it are its echo. */
function failAt(
  reader: Reader,
  token: Token,
  code: ProblemCode,
  message: string,
  hint?: string,
): void {
  const isLongDash = token.text === '–' || token.text === '—';
  reader.fault ??= {
    code,
    index: token.index,
    message,
    hint: isLongDash ? 'write `-`' : hint,
  };
}

// Times of the day in the short forms: `22:00-06:00` and `22:00 for 8h`.

import type { WindowEnd } from '../time/recurrence.ts';
import { failAt, isWord, next, peek, type Reader, show, type Token } from './form-reader.ts';
import { shiftFault } from './text-fault.ts';
import { readDuration } from './value-text.ts';

const minutesOfDay = 24 * 60;

/** Reads what follows a start: `-06:00`, or `for 8h`. */
export function readEnd(reader: Reader, startMinute: number): WindowEnd {
  const joint = next(reader);
  if (isWord(joint, 'for')) return readLength(reader, joint);
  if (joint.text !== '-') {
    const hint = /^[ap]m$/i.test(joint.text)
      ? 'the day has 24 hours: 8 in the evening is `20:00`'
      : 'write `22:00-06:00` or `22:00 for 8h`';
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
  reader.fault ??= shiftFault(length.fault, index).fault;
  return { forMs: 0 };
}

/** Reads minutes after midnight; `24:00` only as an end. */
export function readTime(reader: Reader, role: 'start' | 'end'): number {
  const token = next(reader);
  const match = /^(\d\d):(\d\d)$/.exec(token.text);
  if (match === null) {
    const isNumeric = ['time', 'counted', 'number'].includes(token.kind);
    const code = isNumeric ? 'time-invalid' : 'window-syntax';
    const message = `a time \`HH:MM\` is wanted, not ${show(token)}`;
    failAt(reader, token, code, message, timeHint(token.text));
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

/** `8:00`, `8` and `8pm` say what was meant. */
function timeHint(text: string): string {
  const short = /^(\d{1,2})(?::(\d\d))?([ap]m|h)?$/i.exec(text);
  const isEvening = /^pm$/i.test(short?.[3] ?? '');
  const hour = Number(short?.[1]) + (isEvening && Number(short?.[1]) < 12 ? 12 : 0);
  if (short === null || hour > 24) return 'times are `HH:MM`';
  return `write \`${String(hour).padStart(2, '0')}:${short[2] ?? '00'}\``;
}

// The text of a recurrence rule, `FREQ=WEEKLY;INTERVAL=2;BYDAY=TU` (RFC 5545 3.3.10), read part by
// part into the room time's own data. The first fault counts, at the very character it is about.

import type { Instant } from '../time/interval.ts';
import type { Frequency, RecurrenceRule, RuleWeekday } from '../time/rrule.ts';
import { dayMs, type Wall, type Weekday, wallOf } from '../time/wall.ts';
import { checkRuleParts } from './rule-checks.ts';
import { type RulePart, type RulePartName, ruleFault, splitRule } from './rule-parts.ts';
import { closestHint } from './suggest.ts';
import { shiftFault, type TextResult } from './text-fault.ts';
import { readDate } from './value-text.ts';

/** A recurrence rule as read, not yet in any zone. */
export interface RuleText {
  /** In capitals and without spaces. */
  readonly text: string;
  /** With `until` only where that is a date or a wall time. */
  readonly rule: RecurrenceRule;
  /** `UNTIL` where it is exact (`…Z`). */
  readonly untilInstant?: Instant | undefined;
}

/** Enough for 27 years of days; a rule that is counted has to be gone through once. */
const countMax = 10_000;
/** More than the minutes of a year. */
const intervalMax = 1_000_000;

/** Reads a recurrence rule. */
export function readRule(text: string): TextResult<RuleText> {
  const split = splitRule(text);
  if ('fault' in split) return split;
  let rule: Partial<RecurrenceRule> = {};
  let untilInstant: Instant | undefined;
  for (const part of split.value) {
    const reading = readPart(part);
    if ('fault' in reading) return reading;
    const { instant, ...read } = reading.value;
    rule = { ...rule, ...read };
    untilInstant ??= instant;
  }
  const { frequency } = rule;
  if (frequency === undefined) {
    const hint = 'write `FREQ=DAILY`, `FREQ=WEEKLY`, `FREQ=MONTHLY` or another';
    return ruleFault(text.trimEnd().length, '`FREQ` is missing', hint);
  }
  const whole = { ...rule, frequency };
  const fault = checkRuleParts(whole, split.value);
  if (fault !== undefined) return { fault };
  return { value: { text: canonicalText(split.value), rule: whole, untilInstant } };
}

function canonicalText(parts: readonly RulePart[]): string {
  return parts.map(({ name, value }) => `${name}=${value.toUpperCase()}`).join(';');
}

/** What one part says; an `instant` is that of `UNTIL`. */
type PartReading = TextResult<Partial<RecurrenceRule> & { readonly instant?: Instant }>;

function readPart(part: RulePart): PartReading {
  switch (part.name) {
    case 'FREQ':
      return readFrequency(part);
    case 'INTERVAL':
      return readCount(part, 'interval', intervalMax);
    case 'COUNT':
      return readCount(part, 'count', countMax);
    case 'UNTIL':
      return readUntil(part);
    case 'WKST':
      return readWeekStart(part);
    case 'BYDAY':
      return readWeekdays(part);
    default:
      return readNumbers(part, numberLists[part.name]);
  }
}

const frequencies = ['YEARLY', 'MONTHLY', 'WEEKLY', 'DAILY', 'HOURLY', 'MINUTELY', 'SECONDLY'];

function readFrequency({ value, index }: RulePart): PartReading {
  if (frequencies.includes(value.toUpperCase())) {
    return { value: { frequency: value.toLowerCase() as Frequency } };
  }
  const hint = closestHint(value, frequencies) ?? `known: ${frequencies.join(', ')}`;
  return ruleFault(index, `\`${value}\` is no frequency`, hint);
}

function readCount(part: RulePart, field: 'interval' | 'count', max: number): PartReading {
  const { name, value, index } = part;
  if (!/^\d+$/.test(value) || /^0+$/.test(value)) {
    return ruleFault(index, `${name} wants a whole number from 1 on, not \`${value}\``);
  }
  if (Number(value) <= max) return { value: { [field]: Number(value) } };
  const message = `${name} may be at most ${max}`;
  const hint = name === 'COUNT' ? 'write `UNTIL`, or the field `until`, instead' : undefined;
  return { fault: { code: 'rrule-limit', index, message, hint } };
}

const untilShape = /^(\d{4})(\d{2})(\d{2})(?:T(\d{2})(\d{2})(\d{2})(Z)?)?$/i;

/** A date means its whole day, as the field `until` does. */
function readUntil({ value, index }: RulePart): PartReading {
  const hint = 'dates are written `UNTIL=20261231`, times `UNTIL=20261231T180000`';
  const match = untilShape.exec(value);
  if (match === null) return ruleFault(index, `UNTIL cannot be \`${value}\``, hint);
  const [, year, month, day, hour, minute, second, isUtc] = match;
  const date = readDate(`${year}-${month}-${day}`);
  if ('fault' in date) return shiftFault(date.fault, index);
  if (hour === undefined) return { value: { until: wallOf(date.value) + dayMs - 1 } };
  const timeIndex = index + 'yyyymmddT'.length;
  const [hours, minutes, seconds] = [Number(hour), Number(minute), Number(second)];
  if (hours > 23 || minutes > 59 || seconds > 60) {
    const message = `the time ${hour}:${minute}:${second} does not exist`;
    return { fault: { code: 'time-invalid', index: timeIndex, message } };
  }
  const at: Wall | Instant =
    wallOf(date.value, hours * 60 + minutes) + Math.min(seconds, 59) * 1000;
  return { value: isUtc === undefined ? { until: at } : { instant: at } };
}

const dayCodes = ['MO', 'TU', 'WE', 'TH', 'FR', 'SA', 'SU'];

function readDayCode(text: string, index: number): TextResult<Weekday> {
  const place = dayCodes.indexOf(text.toUpperCase());
  if (place >= 0) return { value: (place + 1) as Weekday };
  const meant = dayCodes.find((code) => text.toUpperCase().startsWith(code));
  const hint = meant === undefined ? `days are ${dayCodes.join(', ')}` : `write \`${meant}\``;
  return ruleFault(index, `\`${text}\` is no day of the week`, hint);
}

function readWeekStart({ value, index }: RulePart): PartReading {
  const day = readDayCode(value, index);
  return 'fault' in day ? day : { value: { weekStart: day.value } };
}

function readWeekdays(part: RulePart): PartReading {
  const weekdays: RuleWeekday[] = [];
  for (const { text, index } of itemsOf(part)) {
    const [, sign = '', digits = '', code = ''] = /^([+-]?)(\d*)(.*)$/.exec(text) ?? [];
    const day = readDayCode(code, index + sign.length + digits.length);
    if ('fault' in day) return day;
    const nth = Number(`${sign}${digits}`);
    if (digits === '' && sign === '') {
      weekdays.push({ weekday: day.value });
    } else if (digits === '' || nth === 0 || Math.abs(nth) > 53) {
      return ruleFault(index, `\`${sign}${digits}\` does not number a day: 1 to 53, or -1 to -53`);
    } else {
      weekdays.push({ weekday: day.value, nth });
    }
  }
  return { value: { weekdays } };
}

/** What a list of numbers may hold; a signed one counts from the end when it is negative. */
interface NumberList {
  readonly field: keyof RecurrenceRule;
  readonly min: number;
  readonly max: number;
  readonly isSigned?: true;
}

type NumberListName = Exclude<
  RulePartName,
  'FREQ' | 'INTERVAL' | 'COUNT' | 'UNTIL' | 'WKST' | 'BYDAY'
>;

const numberLists: Readonly<Record<NumberListName, NumberList>> = {
  BYMONTH: { field: 'months', min: 1, max: 12 },
  BYWEEKNO: { field: 'weekNumbers', min: 1, max: 53, isSigned: true },
  BYYEARDAY: { field: 'yearDays', min: 1, max: 366, isSigned: true },
  BYMONTHDAY: { field: 'monthDays', min: 1, max: 31, isSigned: true },
  BYHOUR: { field: 'hours', min: 0, max: 23 },
  BYMINUTE: { field: 'minutes', min: 0, max: 59 },
  BYSECOND: { field: 'seconds', min: 0, max: 60 },
  BYSETPOS: { field: 'positions', min: 1, max: 366, isSigned: true },
};

function readNumbers(part: RulePart, { field, min, max, isSigned }: NumberList): PartReading {
  const numbers: number[] = [];
  const shape = isSigned ? /^[+-]?\d{1,3}$/ : /^\d{1,3}$/;
  for (const { text, index } of itemsOf(part)) {
    const number = Number(text);
    if (!shape.test(text) || Math.abs(number) < min || Math.abs(number) > max) {
      const range = `${min} to ${max}${isSigned ? `, or -1 to -${max}` : ''}`;
      return ruleFault(index, `${part.name} holds numbers of ${range}, not \`${text}\``);
    }
    numbers.push(number);
  }
  return { value: { [field]: numbers } };
}

function itemsOf({ value, index }: RulePart): { text: string; index: number }[] {
  let at = index;
  return value.split(',').map((text) => {
    const item = { text, index: at };
    at += text.length + 1;
    return item;
  });
}

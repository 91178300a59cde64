// Recurrence rules in tests: well-formed texts become data without a single check, and data texts.

import type { Frequency, RecurrenceRule, RuleWeekday } from '../../src/time/rrule.ts';
import type { Weekday } from '../../src/time/wall.ts';

const dayCodes = ['MO', 'TU', 'WE', 'TH', 'FR', 'SA', 'SU'];

const lists = {
  BYMONTH: 'months',
  BYWEEKNO: 'weekNumbers',
  BYYEARDAY: 'yearDays',
  BYMONTHDAY: 'monthDays',
  BYHOUR: 'hours',
  BYMINUTE: 'minutes',
  BYSECOND: 'seconds',
  BYSETPOS: 'positions',
} as const;

/** `19970902T090000`, or a date alone, as a wall time. */
export function wallOfStamp(stamp: string): number {
  const [year = 0, month = 1, ...rest] = (stamp.match(/^\d{4}|\d\d/g) ?? []).map(Number);
  return Date.UTC(year, month - 1, ...rest);
}

/** `19970902T090000` */
export function stampOfWall(wall: number): string {
  return new Date(wall).toISOString().replaceAll(/[-:]|\.\d+Z/g, '');
}

export function ruleOfText(text: string): RecurrenceRule {
  const rule: { -readonly [key in keyof RecurrenceRule]?: RecurrenceRule[key] } = {};
  for (const part of text.split(';')) {
    const [name = '', value = ''] = part.split('=');
    if (name === 'FREQ') rule.frequency = value.toLowerCase() as Frequency;
    else if (name === 'INTERVAL') rule.interval = Number(value);
    else if (name === 'COUNT') rule.count = Number(value);
    else if (name === 'UNTIL') rule.until = wallOfStamp(value);
    else if (name === 'WKST') rule.weekStart = weekdayOf(value);
    else if (name === 'BYDAY') rule.weekdays = value.split(',').map(weekdayOfText);
    else if (name in lists) rule[lists[name as keyof typeof lists]] = value.split(',').map(Number);
    else throw new Error(`no part ${name}`);
  }
  return rule as RecurrenceRule;
}

function weekdayOf(code: string): Weekday {
  return (dayCodes.indexOf(code) + 1) as Weekday;
}

function weekdayOfText(text: string): RuleWeekday {
  const weekday = weekdayOf(text.slice(-2));
  return text.length === 2 ? { weekday } : { weekday, nth: Number(text.slice(0, -2)) };
}

export function textOfRule(rule: RecurrenceRule): string {
  const { frequency, interval, count, until, weekStart, weekdays } = rule;
  const days = weekdays?.map(({ weekday, nth }) => `${nth ?? ''}${dayCodes[weekday - 1]}`);
  const parts: [string, string | number | undefined][] = [
    ['FREQ', frequency.toUpperCase()],
    ['INTERVAL', interval],
    ['COUNT', count],
    ['UNTIL', until === undefined ? undefined : stampOfWall(until)],
    ['WKST', weekStart === undefined ? undefined : dayCodes[weekStart - 1]],
    ['BYDAY', days?.join()],
    ...Object.entries(lists).map(([name, field]): [string, string | undefined] => [
      name,
      rule[field]?.join(),
    ]),
  ];
  return parts
    .flatMap(([name, value]) => (value === undefined ? [] : `${name}=${value}`))
    .join(';');
}

// Cron expressions, as data. cron-parser reads and checks the five fields; when they match is
// decided here and walked by our own series, since its iteration is not sound at clock changes.

import { CronExpressionParser, type CronFieldCollection } from 'cron-parser';
import { type Days, daysOfMonths, everyDay, type MonthShape } from './days.ts';
import { maskOfDays, maskOfWeekdays } from './month-days.ts';
import { faultAt, type Reading } from './reading.ts';
import { hourMs, minuteMs, type Weekday } from './wall.ts';

/** What the five fields of a cron expression name. */
export interface CronSchedule {
  readonly minutes: readonly number[];
  readonly hours: readonly number[];
  /** The hour field is `*`: it fires in every real hour (POLICY 6). */
  readonly isEveryHour: boolean;
  readonly months: readonly number[];
  /** The day of the month, unless it is `*`. */
  readonly monthDays?: CronMonthDays;
  /** The day of the week, unless it is `*`. With both, either is enough: cron ORs them. */
  readonly weekdays?: CronWeekdays;
}

/** The field for the day of the month. */
export interface CronMonthDays {
  readonly days: readonly number[];
  /** `L`: the last day of the month too. */
  readonly isLast: boolean;
}

/** The field for the day of the week; Sunday is 0. */
export interface CronWeekdays {
  readonly days: readonly number[];
  /** `5L`: those that count only as the last of their kind in the month. */
  readonly lastDays: readonly number[];
  /** `2#3`: only the so-manyth of the month. */
  readonly nth?: number;
}

const fieldNames = ['minute', 'hour', 'day of month', 'month', 'day of week'] as const;

/**
 * Reads a cron expression of five fields, with names, `L` and `#`. One that names no date at all,
 * such as 30 February, is read too: it has no occurrences.
 */
export function parseCron(text: string): Reading<CronSchedule> {
  const fields = [...text.matchAll(/\S+/g)];
  if (fields.length !== fieldNames.length) {
    const message = `five fields are wanted (${fieldNames.join(', ')}), not ${fields.length}`;
    return faultAt(fields[fieldNames.length]?.index ?? text.length, message);
  }
  const parsed: CronFieldCollection[] = [];
  for (const [place, { index, 0: field }] of fields.entries()) {
    const reading = parseField(field, place);
    if (typeof reading === 'string') return faultAt(index, `${fieldNames[place]}: ${reading}`);
    parsed.push(reading);
  }
  return { value: scheduleOf(parsed) };
}

/** Sets of policies write the same few fields again and again, and reading one takes long. */
const knownFields = new Map<string, CronFieldCollection | string>();
const knownFieldsMax = 1_000;

function parseField(field: string, place: number): CronFieldCollection | string {
  const mark = `${place} ${field}`;
  const known = knownFields.get(mark);
  if (known !== undefined) return known;
  const reading = readField(field, place);
  if (knownFields.size < knownFieldsMax) knownFields.set(mark, reading);
  return reading;
}

/** One field among others that are surely right, or what cron-parser has to say about it. */
function readField(field: string, place: number): CronFieldCollection | string {
  // H is a random value: it would be another one in each process.
  if (/(?:^|,)H/.test(field)) return '`H` is not a time';
  const expression = fieldNames.map((_, index) => (index === place ? field : '*')).join(' ');
  try {
    // The date is given only to keep it from reading the clock: it is not used.
    return CronExpressionParser.parse(expression, { tz: 'UTC', currentDate: 0 }).fields;
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}

function scheduleOf(parsed: readonly CronFieldCollection[]): CronSchedule {
  const [{ minute }, { hour }, { dayOfMonth }, { month }, { dayOfWeek }] = parsed as FiveFields;
  const monthDays = { days: numbersOf(dayOfMonth.values), isLast: dayOfMonth.hasLastChar };
  const lastDays = dayOfWeek.values.flatMap((value) => lastWeekday(String(value)));
  const nth = dayOfWeek.nthDay > 0 ? { nth: dayOfWeek.nthDay } : {};
  const weekdays = { days: numbersOf(dayOfWeek.values), lastDays, ...nth };
  return {
    minutes: numbersOf(minute.values),
    hours: numbersOf(hour.values),
    isEveryHour: hour.isWildcard,
    months: numbersOf(month.values),
    ...(dayOfMonth.isWildcard ? {} : { monthDays }),
    ...(dayOfWeek.isWildcard ? {} : { weekdays }),
  };
}

type FiveFields = readonly [
  minute: CronFieldCollection,
  hour: CronFieldCollection,
  dayOfMonth: CronFieldCollection,
  month: CronFieldCollection,
  dayOfWeek: CronFieldCollection,
];

function numbersOf(values: readonly (number | string)[]): number[] {
  const numbers = values.filter((value) => typeof value === 'number');
  return [...new Set(numbers)].sort((a, b) => a - b);
}

/** `5L` → 5. */
function lastWeekday(value: string): number[] {
  return value.endsWith('L') ? [Number(value.slice(0, -1)) % 7] : [];
}

/** The times of day of a schedule, in milliseconds after midnight, ascending. */
export function cronTimes({ hours, minutes }: CronSchedule): number[] {
  return hours.flatMap((hour) => minutes.map((minute) => hour * hourMs + minute * minuteMs));
}

/** The days of a schedule. */
export function cronDays({ months, monthDays, weekdays }: CronSchedule): Days {
  if (months.length === 12 && monthDays === undefined && weekdays === undefined) return everyDay;
  return daysOfMonths((shape) => {
    if (!months.includes(shape.month)) return 0;
    if (monthDays === undefined && weekdays === undefined) return ~0;
    return maskOfField(monthDays, shape) | maskOfWeekField(weekdays, shape);
  });
}

function maskOfField(field: CronMonthDays | undefined, shape: MonthShape): number {
  if (field === undefined) return 0;
  return maskOfDays(field.isLast ? [...field.days, -1] : field.days, shape);
}

function maskOfWeekField(field: CronWeekdays | undefined, shape: MonthShape): number {
  if (field === undefined) return 0;
  const { days, lastDays, nth } = field;
  const parts = [
    // With `#` each weekday counts for itself.
    ...(nth === undefined
      ? [maskOfWeekdays(days.map(isoWeekday), undefined, shape)]
      : days.map((day) => maskOfWeekdays([isoWeekday(day)], nth, shape))),
    ...lastDays.map((day) => maskOfWeekdays([isoWeekday(day)], -1, shape)),
  ];
  return parts.reduce((mask, part) => mask | part, 0);
}

/** Sunday is 0 in cron, 7 in ISO. */
function isoWeekday(day: number): Weekday {
  return (day === 0 ? 7 : day) as Weekday;
}

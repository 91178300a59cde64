// The rules by which events of iCalendar come back (RFC 5545 3.3.10), from the data that ical.js
// makes of their text to our own.

import type { Frequency, RecurrenceRule, RuleWeekday } from '../time/rrule.ts';
import type { Weekday } from '../time/wall.ts';
import { type IcsReading, type Moment, readMoment } from './ics-moment.ts';
import type { IcsProperty } from './ics-property.ts';

/** A rule, and the last moment that it may name, which only a zone makes a wall time. */
export interface IcsRule {
  readonly rule: RecurrenceRule;
  readonly until: Moment | undefined;
}

// Nobody is away by the hour, and to count the seconds of years would take as long.
const frequencies: readonly Frequency[] = ['daily', 'weekly', 'monthly', 'yearly'];
const dayCodes = ['MO', 'TU', 'WE', 'TH', 'FR', 'SA', 'SU'];

/** Enough for 27 years of days; what is counted has to be gone through once. */
const countMax = 10_000;
const intervalMax = 1_000_000;

interface List {
  readonly field: keyof RecurrenceRule;
  readonly min: number;
  readonly max: number;
  /** Negative numbers count from the end. */
  readonly isSigned?: true;
  /** Only with these frequencies does the part say something. */
  readonly goesWith?: readonly Frequency[];
}

const lists: Readonly<Record<string, List>> = {
  bymonth: { field: 'months', min: 1, max: 12 },
  byweekno: { field: 'weekNumbers', min: 1, max: 53, isSigned: true, goesWith: ['yearly'] },
  byyearday: { field: 'yearDays', min: 1, max: 366, isSigned: true, goesWith: ['yearly'] },
  bymonthday: {
    field: 'monthDays',
    min: 1,
    max: 31,
    isSigned: true,
    goesWith: ['daily', 'monthly', 'yearly'],
  },
  byhour: { field: 'hours', min: 0, max: 23 },
  byminute: { field: 'minutes', min: 0, max: 59 },
  bysecond: { field: 'seconds', min: 0, max: 59 },
  bysetpos: { field: 'positions', min: 1, max: 366, isSigned: true },
};

/** Reads an RRULE. */
export function readIcsRule({ values, written }: IcsProperty): IcsReading<IcsRule> {
  const parts = new Map(Object.entries(values[0] as Record<string, unknown>));
  const frequency = frequencies.find((known) => known.toUpperCase() === parts.get('freq'));
  if (!parts.has('freq')) return { message: 'a rule wants FREQ' };
  if (frequency === undefined) {
    return { message: `events that come back by FREQ=${parts.get('freq')} are not read` };
  }
  let rule: Partial<RecurrenceRule> = {};
  let until: Moment | undefined;
  for (const [name, value] of parts) {
    if (name === 'freq') continue;
    const reading = name === 'until' ? readUntil(value, written) : readPart(name, value, frequency);
    if ('message' in reading) return reading;
    if ('kind' in reading.value) until = reading.value;
    else rule = { ...rule, ...reading.value };
  }
  const fault = faultOf({ ...rule, frequency }, until);
  return fault ? { message: fault } : { value: { rule: { ...rule, frequency }, until } };
}

function readUntil(value: unknown, written: string): IcsReading<Moment> {
  // As with other dates: ical.js reads by position, and drops what stands behind.
  const isWhole = /(?:^|;)UNTIL=\d{8}(?:T\d{6}Z?)?(?:;|$)/i.test(written);
  return isWhole ? readMoment(String(value), undefined) : { message: 'UNTIL cannot be read' };
}

function readPart(
  name: string,
  value: unknown,
  frequency: Frequency,
): IcsReading<Partial<RecurrenceRule>> {
  if (name === 'interval' || name === 'count') {
    const max = name === 'count' ? countMax : intervalMax;
    return readNumbers(name, [value], { field: name, min: 1, max }, ([number]) => number);
  }
  if (name === 'wkst') {
    // ical.js counts from Sunday, which is 1.
    return { value: { weekStart: ((((value as number) + 5) % 7) + 1) as Weekday } };
  }
  const all = [value].flat();
  if (name === 'byday') return { value: { weekdays: all.map(String).map(weekdayOf) } };
  const list = Object.hasOwn(lists, name) ? lists[name] : undefined;
  if (list === undefined) {
    return { message: `the part ${name.toUpperCase().slice(0, 40)} of a rule is not known` };
  }
  if (list.goesWith?.includes(frequency) === false) {
    return { message: `${name.toUpperCase()} does not go with FREQ=${frequency.toUpperCase()}` };
  }
  return readNumbers(name, all, list, (numbers) => numbers);
}

/** `-1FR`; ical.js has seen to its shape. */
function weekdayOf(text: string): RuleWeekday {
  const weekday = (dayCodes.indexOf(text.slice(-2)) + 1) as Weekday;
  const nth = Number(text.slice(0, -2));
  return nth === 0 ? { weekday } : { weekday, nth };
}

function readNumbers(
  name: string,
  values: readonly unknown[],
  { field, min, max, isSigned }: List,
  shape: (numbers: readonly number[]) => unknown,
): IcsReading<Partial<RecurrenceRule>> {
  const numbers = values.map(Number);
  const isGood = (number: number) => {
    const size = isSigned ? Math.abs(number) : number;
    return Number.isInteger(number) && size >= min && size <= max;
  };
  const bad = numbers.find((number) => !isGood(number));
  if (bad === undefined) return { value: { [field]: shape(numbers) } };
  return { message: `${name.toUpperCase()} of a rule goes from ${min} to ${max}, not to ${bad}` };
}

/** Parts that do not go together. */
function faultOf(rule: RecurrenceRule, until: Moment | undefined): string | undefined {
  const { frequency, count, weekdays = [], weekNumbers, positions } = rule;
  if (count !== undefined && until !== undefined) return 'a rule has COUNT or UNTIL, not both';
  const numbered = weekdays.some(({ nth }) => nth !== undefined);
  const isMonthly = frequency === 'monthly' || (frequency === 'yearly' && !weekNumbers);
  if (numbered && !isMonthly) return 'a numbered BYDAY goes with months and years only';
  const picks = [rule.months, rule.weekNumbers, rule.yearDays, rule.monthDays, rule.weekdays];
  const times = [rule.hours, rule.minutes, rule.seconds];
  const hasPicks = [...picks, ...times].some((part) => part !== undefined);
  if (positions !== undefined && !hasPicks) return 'BYSETPOS picks from another part, and has none';
  return undefined;
}

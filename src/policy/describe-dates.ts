// Windows on dates of a month or year in English: "On the second Tuesday of every month".

import type { DatePick, MonthDay } from '../time/month-days.ts';
import type { DateSpanRecurrence, WindowEnd } from '../time/recurrence.ts';
import type { DateForm } from './date-form.ts';
import { clock, enumerate, ordinal, ordinalWord, runsOf } from './describe-words.ts';
import { monthNames, weekdayNames } from './form-names.ts';

/** "On the 15th of every month", "Every year on 24 December"; a span with its times. */
export function describeDateForm(
  { kind, recurrence }: DateForm,
  describeTimes: (startMinute: number, end: WindowEnd) => string,
): string {
  if (recurrence.kind === 'date-span') return describeDateSpan(kind, recurrence);
  const times = describeTimes(recurrence.startMinute, recurrence.end);
  const dates = enumerate(recurrence.dates.map(describePick));
  if (kind === 'yearly') return `Every year on ${dates} ${times}`;
  return `On ${dates} of every month ${times}`;
}

function describeDateSpan(kind: DateForm['kind'], span: DateSpanRecurrence): string {
  const { startDate, startMinute, endDate, endMinute } = span;
  const [start, end] = [describePick(startDate), describePick(endDate)];
  const [from, until] = [clock(startMinute), clock(endMinute)];
  if (kind === 'yearly') return `Every year from ${start} ${from} until ${end} ${until}`;
  return `From ${start} of every month ${from} until ${end} ${until}`;
}

/** "the day after the second Tuesday of November" */
function describePick({ months, day, shift }: DatePick): string {
  const date = describeMonthDay(day, months);
  if (shift === 0) return date;
  const side = shift > 0 ? 'after' : 'before';
  const size = Math.abs(shift);
  return `the day ${size === 1 ? '' : `${size} days `}${side} ${date}`;
}

/** "24 to 26 December", and without months "the 24th to the 26th". */
function describeMonthDay(day: MonthDay, months: readonly number[] | undefined): string {
  const ofMonths = months === undefined ? '' : ` of ${describeMonths(months)}`;
  if ('weekdays' in day) return `${describeNth(day.weekdays, day.nth)}${ofMonths}`;
  if (day.days[0] === -1) return `the last day${ofMonths}`;
  if (months === undefined) return enumerate(describeDays(day.days, (n) => `the ${ordinal(n)}`));
  return `${enumerate(describeDays(day.days, String))} ${describeMonths(months)}`;
}

/** "the second Tuesday", "the last weekday" */
export function describeNth(weekdays: readonly number[], nth: number): string {
  const name = weekdays.length > 1 ? 'weekday' : weekdayNames[weekdays[0]! - 1];
  return `the ${nth === -1 ? 'last' : ordinalWord(nth)} ${name}`;
}

/** "the 1st", "the 3rd", "the 5th to the 9th" */
export function describeDays(days: readonly number[], name: (day: number) => string): string[] {
  return runsOf(days).map(([first, last]) =>
    first === last ? name(first) : `${name(first)} to ${name(last)}`,
  );
}

function describeMonths(months: readonly number[]): string {
  return enumerate(describeDays(months, (month) => monthNames[month - 1]!));
}

// The days that a recurrence rule lets through: those that fit all of its parts about days. (RFC
// 5545 3.3.10 speaks of parts that expand and parts that limit; for days both come to one set.)

import { type Days, daysOfMonths, daysOfWeek, everyDay, type MonthShape } from './days.ts';
import { maskOfDays, maskOfWeekdays } from './month-days.ts';
import { weekStartBefore } from './periods.ts';
import type { RecurrenceRule, RuleWeekday } from './rrule.ts';
import { dateOfDay, dayOfDate, dayOfWall, type Wall, type Weekday, weekdayOfDay } from './wall.ts';

type DayParts = Pick<
  RecurrenceRule,
  'months' | 'weekNumbers' | 'yearDays' | 'monthDays' | 'weekdays'
>;

/** The days that fit a rule; what it leaves open comes from where it starts. */
export function ruleDays(rule: RecurrenceRule, starting: Wall): Days {
  const { months, weekNumbers, yearDays, monthDays, weekdays } = withOpenParts(rule, starting);
  const isPlain = weekdays?.every(({ nth }) => nth === undefined) ?? true;
  if (isPlain && !months && !weekNumbers && !yearDays && !monthDays) {
    return weekdays === undefined ? everyDay : daysOfWeek(weekdays.map(({ weekday }) => weekday));
  }
  const isOfYear = rule.frequency === 'yearly' && months === undefined;
  const weekStart = rule.weekStart ?? 1;
  return daysOfMonths((shape) => {
    if (months !== undefined && !months.includes(shape.month)) return 0;
    let mask = ~0;
    if (monthDays !== undefined) mask &= maskOfDays(monthDays, shape);
    if (weekdays !== undefined) mask &= maskOfRuleWeekdays(weekdays, isOfYear, shape);
    if (yearDays !== undefined) mask &= maskOfYearDays(yearDays, shape);
    if (weekNumbers !== undefined) mask &= maskOfWeeks(weekNumbers, weekStart, shape);
    return mask;
  });
}

/** "FREQ=YEARLY;BYMONTH=1" says no day: it is the one on which the rule starts. */
function withOpenParts(rule: RecurrenceRule, starting: Wall): DayParts {
  const { frequency, months, weekNumbers, yearDays, monthDays, weekdays } = rule;
  const parts = { months, weekNumbers, yearDays, monthDays, weekdays };
  if (yearDays !== undefined || monthDays !== undefined || weekdays !== undefined) return parts;
  const startDay = dayOfWall(starting);
  const { month, day } = dateOfDay(startDay);
  if (frequency === 'weekly' || (frequency === 'yearly' && weekNumbers !== undefined)) {
    return { ...parts, weekdays: [{ weekday: weekdayOfDay(startDay) }] };
  }
  if (frequency === 'monthly') return { ...parts, monthDays: [day] };
  if (frequency !== 'yearly') return parts;
  return { ...parts, months: months ?? [month], monthDays: [day] };
}

/** An `nth` counts in the month, but in the year when the rule is about years and no months. */
function maskOfRuleWeekdays(
  weekdays: readonly RuleWeekday[],
  isOfYear: boolean,
  shape: MonthShape,
): number {
  let mask = 0;
  for (const { weekday, nth } of weekdays) {
    mask |=
      isOfYear && nth !== undefined
        ? maskOfNthInYear(weekday, nth, shape)
        : maskOfWeekdays([weekday], nth, shape);
  }
  return mask;
}

function maskOfNthInYear(weekday: Weekday, nth: number, shape: MonthShape): number {
  const { first, next } = yearOf(shape);
  const firstOfKind = first + ((weekday - weekdayOfDay(first) + 7) % 7);
  const lastOfKind = next - 1 - ((weekdayOfDay(next - 1) - weekday + 7) % 7);
  const day = nth > 0 ? firstOfKind + (nth - 1) * 7 : lastOfKind + (nth + 1) * 7;
  return maskOfDay(day, shape);
}

function maskOfYearDays(yearDays: readonly number[], shape: MonthShape): number {
  const { first, next } = yearOf(shape);
  return yearDays.reduce(
    (mask, day) => mask | maskOfDay(day > 0 ? first + day - 1 : next + day, shape),
    0,
  );
}

/** A day beyond the year is in none of its months. */
function maskOfDay(day: number, { first, length }: MonthShape): number {
  const index = day - first;
  return index >= 0 && index < length ? 1 << index : 0;
}

function yearOf({ year }: MonthShape): { readonly first: number; readonly next: number } {
  return {
    first: dayOfDate({ year, month: 1, day: 1 }),
    next: dayOfDate({ year: year + 1, month: 1, day: 1 }),
  };
}

function maskOfWeeks(
  weekNumbers: readonly number[],
  weekStart: Weekday,
  { first, length }: MonthShape,
): number {
  let mask = 0;
  for (let index = 0; index < length; index++) {
    const { number, count } = weekOf(first + index, weekStart);
    const isPicked = weekNumbers.includes(number) || weekNumbers.includes(number - count - 1);
    if (isPicked) mask |= 1 << index;
  }
  return mask;
}

/** The number of a day's week, and how many weeks its year has. */
function weekOf(day: number, weekStart: Weekday): { number: number; count: number } {
  const start = weekStartBefore(day, weekStart);
  const { year } = dateOfDay(start + 3);
  const firstWeek = weekStartBefore(dayOfDate({ year, month: 1, day: 4 }), weekStart);
  const nextFirst = weekStartBefore(dayOfDate({ year: year + 1, month: 1, day: 4 }), weekStart);
  return { number: (start - firstWeek) / 7 + 1, count: (nextFirst - firstWeek) / 7 };
}

// Recurrence rules of iCalendar (RFC 5545 3.3.10) as data, and the times that they name. What a
// rule names near some place is worked out from there alone: its parts pick days and times of day,
// and whether a period is due is arithmetic. So the next time after a day in ten years costs what
// the next one after today does, in both directions.

import {
  everyPeriod,
  months,
  type Periods,
  singleDays,
  weeks,
  weekYears,
  years,
} from './periods.ts';
import { ruleDays } from './rule-days.ts';
import { createSlots } from './rule-slots.ts';
import { timesOfDay } from './rule-times.ts';
import { pickPositions } from './set-positions.ts';
import { clipStarts, createStarts, type Starts, sameTimes, type Timetable } from './starts.ts';
import { dayOfWall, type Wall, type Weekday } from './wall.ts';

/** How long the periods of a rule are. */
export type Frequency =
  | 'yearly'
  | 'monthly'
  | 'weekly'
  | 'daily'
  | 'hourly'
  | 'minutely'
  | 'secondly';

/** A weekday, or the `nth` of its kind only: in the month or year, from its end when negative. */
export interface RuleWeekday {
  readonly weekday: Weekday;
  readonly nth?: number | undefined;
}

/** A recurrence rule. Negative numbers of days and weeks count from the end of month or year. */
export interface RecurrenceRule {
  readonly frequency: Frequency;
  /** Only every so-manyth period, counted from the one that the rule starts in; 1 if left out. */
  readonly interval?: number | undefined;
  /** How many times it names in all. */
  readonly count?: number | undefined;
  /** The last time that it may name, included. */
  readonly until?: Wall | undefined;
  /** Monday if left out. */
  readonly weekStart?: Weekday | undefined;
  /** `BYMONTH`, from 1. */
  readonly months?: readonly number[] | undefined;
  /** `BYWEEKNO`; week 1 is the first with four days in the year. */
  readonly weekNumbers?: readonly number[] | undefined;
  /** `BYYEARDAY`. */
  readonly yearDays?: readonly number[] | undefined;
  /** `BYMONTHDAY`. */
  readonly monthDays?: readonly number[] | undefined;
  /** `BYDAY`. */
  readonly weekdays?: readonly RuleWeekday[] | undefined;
  /** `BYHOUR`. */
  readonly hours?: readonly number[] | undefined;
  /** `BYMINUTE`. */
  readonly minutes?: readonly number[] | undefined;
  /** `BYSECOND`. */
  readonly seconds?: readonly number[] | undefined;
  /** `BYSETPOS`: of all that a period has, only those at these positions. */
  readonly positions?: readonly number[] | undefined;
}

/**
 * The times that a rule names from `starting` on, a wall time in whole seconds, from which also
 * comes what the rule leaves open. `starting` itself is one of them only if the rule names it:
 * RFC 5545 calls it undefined what other starts mean. Rules that never name a time are found out,
 * after some milliseconds: `after(-Infinity)` is Infinity then. A `count` is counted once.
 */
export function createRuleStarts(rule: RecurrenceRule, starting: Wall): Starts {
  const range = { first: starting, last: rule.until ?? Infinity };
  const starts = createStarts(ruleTimetable(rule, starting), range);
  return rule.count === undefined ? starts : countedStarts(starts, rule.count);
}

/** The times of a rule before they are cut off at its start and its end. */
export function ruleTimetable(rule: RecurrenceRule, starting: Wall): Timetable {
  const { frequency, interval = 1, positions } = rule;
  const days = ruleDays(rule, starting);
  if (isFinerThanDays(frequency)) return createSlots({ ...rule, frequency }, starting, days);
  const periods = periodsOf(rule);
  const due = everyPeriod(interval, periods, dayOfWall(starting), days);
  const timetable = sameTimes(due, timesOfDay(rule, starting));
  return positions ? pickPositions(positions, periods, interval, timetable) : timetable;
}

/** Whether a rule counts in hours or less. */
export function isFinerThanDays(
  frequency: Frequency,
): frequency is 'hourly' | 'minutely' | 'secondly' {
  return frequency === 'hourly' || frequency === 'minutely' || frequency === 'secondly';
}

function periodsOf({ frequency, weekStart = 1, weekNumbers }: RecurrenceRule): Periods {
  if (frequency === 'daily') return singleDays;
  if (frequency === 'weekly') return weeks(weekStart);
  if (frequency === 'monthly') return months;
  return weekNumbers === undefined ? years : weekYears(weekStart);
}

/** The first `count` of `starts`; the last of them is looked for when somebody wants to know. */
function countedStarts(starts: Starts, count: number): Starts {
  let counted: Starts | undefined;
  const clipped = () => {
    counted ??= clipStarts(starts, { first: -Infinity, last: nthStart(starts, count) });
    return counted;
  };
  return { after: (wall) => clipped().after(wall), before: (wall) => clipped().before(wall) };
}

function nthStart(starts: Starts, count: number): Wall {
  let last = -Infinity;
  for (let index = 0; index < count && last < Infinity; index++) last = starts.after(last);
  return last;
}

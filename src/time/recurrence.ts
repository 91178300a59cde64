// Windows as data, and what they mean. A form of window becomes days and times of day, these become
// starts on the wall, and these with a zone a series of occurrences. A further form is a further
// member of the union with its own way to a series.

import { type CronSchedule, cronDays, cronTimes } from './cron-schedule.ts';
import { type Days, daysOfWeek, everyDay } from './days.ts';
import type { Interval } from './interval.ts';
import { lasting, lastingWheneverShown } from './lasting.ts';
import { type DatePick, daysOfPicks } from './month-days.ts';
import { type Occurrences, occurrencesOf } from './occurrences.ts';
import { createRuleStarts, isFinerThanDays, type RecurrenceRule, ruleTimetable } from './rrule.ts';
import { createRuns } from './runs.ts';
import { endingOnTheWall, type Series, type WallLength } from './series.ts';
import { single } from './single.ts';
import {
  clipStarts,
  createStarts,
  type DateLimits,
  rangeOfDates,
  type Starts,
  sameTimes,
} from './starts.ts';
import { dayMs, minuteMs, type Wall, type Weekday } from './wall.ts';
import type { Zone } from './zone.ts';

/**
 * Where a window ends: when the wall shows a minute of the day, 1440 being its end (the day after
 * when it is not later than the start), or an exact time after its start (POLICY 3).
 */
export type WindowEnd = { readonly minute: number } | { readonly forMs: number };

/** Every day. Minutes count from midnight. */
export interface DailyRecurrence extends DateLimits {
  readonly kind: 'daily';
  readonly startMinute: number;
  readonly end: WindowEnd;
}

/** On some days of the week, those on which it starts (POLICY 1). */
export interface WeeklyRecurrence extends DateLimits {
  readonly kind: 'weekly';
  readonly days: readonly Weekday[];
  readonly startMinute: number;
  readonly end: WindowEnd;
}

/** Over several days of the week; an end that is not after the start is in the week after. */
export interface SpanRecurrence extends DateLimits {
  readonly kind: 'span';
  readonly startDay: Weekday;
  readonly startMinute: number;
  readonly endDay: Weekday;
  readonly endMinute: number;
}

/** On some days of every month, or of some months of every year. */
export interface DatesRecurrence extends DateLimits {
  readonly kind: 'dates';
  readonly dates: readonly DatePick[];
  readonly startMinute: number;
  readonly end: WindowEnd;
}

/** From a day of every month or year until the next time that a minute of another day comes. */
export interface DateSpanRecurrence extends DateLimits {
  readonly kind: 'date-span';
  readonly startDate: DatePick;
  readonly startMinute: number;
  readonly endDate: DatePick;
  readonly endMinute: number;
}

/** At every time of a cron expression, for an exact time (POLICY 6). */
export interface CronRecurrence extends DateLimits {
  readonly kind: 'cron';
  readonly schedule: CronSchedule;
  readonly forMs: number;
}

/** At every time of a recurrence rule, for an exact time; `starting` is a wall time (POLICY 6). */
export interface RuleRecurrence extends DateLimits {
  readonly kind: 'rule';
  readonly rule: RecurrenceRule;
  readonly starting: Wall;
  readonly forMs: number;
}

/** A single time; wall times become an interval by `resolveOnce`. */
export interface OnceRecurrence {
  readonly kind: 'once';
  readonly interval: Interval;
}

/** When a window is open, as data. */
export type Recurrence =
  | DailyRecurrence
  | WeeklyRecurrence
  | SpanRecurrence
  | DatesRecurrence
  | DateSpanRecurrence
  | CronRecurrence
  | RuleRecurrence
  | OnceRecurrence;

/** What a recurrence means in a zone. */
export function compileRecurrence(recurrence: Recurrence, zone: Zone): Occurrences {
  return occurrencesOf(seriesOf(recurrence, zone));
}

function seriesOf(recurrence: Recurrence, zone: Zone): Series {
  switch (recurrence.kind) {
    case 'daily':
      return endingAt(recurrence, everyDay, zone);
    case 'weekly':
      return endingAt(recurrence, daysOfWeek(recurrence.days), zone);
    case 'span': {
      const starts = startsOn(daysOfWeek([recurrence.startDay]), recurrence);
      return endingOnTheWall(starts, zone, constantLength(spanMs(recurrence)));
    }
    case 'dates':
      return endingAt(recurrence, daysOfPicks(recurrence.dates), zone);
    case 'date-span': {
      const starts = startsOn(daysOfPicks([recurrence.startDate]), recurrence);
      return endingOnTheWall(starts, zone, lengthUntil(recurrence));
    }
    case 'cron':
      return cronSeries(recurrence, zone);
    case 'rule':
      return ruleSeries(recurrence, zone);
    case 'once':
      return single(recurrence.interval);
  }
}

/** A start at one time of the day, on some days. */
interface DailyStart extends DateLimits {
  readonly startMinute: number;
}

function startsOn(days: Days, start: DailyStart): Starts {
  return createStarts(sameTimes(days, [start.startMinute * minuteMs]), rangeOfDates(start));
}

function endingAt(
  recurrence: DailyStart & { readonly end: WindowEnd },
  days: Days,
  zone: Zone,
): Series {
  const { startMinute, end } = recurrence;
  const starts = startsOn(days, recurrence);
  if ('forMs' in end) return lasting(end.forMs, starts, zone);
  const minutes = end.minute - startMinute;
  return endingOnTheWall(starts, zone, constantLength(aboveZero(minutes * minuteMs, dayMs)));
}

function spanMs({ startDay, startMinute, endDay, endMinute }: SpanRecurrence): number {
  const ms = (endDay - startDay) * dayMs + (endMinute - startMinute) * minuteMs;
  return aboveZero(ms, 7 * dayMs);
}

function aboveZero(ms: number, periodMs: number): number {
  return ms > 0 ? ms : ms + periodMs;
}

function constantLength(ms: number): WallLength {
  return { lengthOf: () => ms, longestMs: ms };
}

/** How long it is on the wall until the end of a span of dates. */
function lengthUntil({ startDate, endDate, endMinute }: DateSpanRecurrence): WallLength {
  // 24:00 is 00:00 of the day after.
  const days = daysOfPicks([{ ...endDate, shift: endDate.shift + Math.floor(endMinute / 1440) }]);
  const ends = startsOn(days, { startMinute: endMinute % 1440 });
  const isMonthly = startDate.months === undefined && endDate.months === undefined;
  return {
    lengthOf: (start) => (Number.isFinite(start) ? ends.after(start) - start : 0),
    // From one day to the same in the next month or year, both moved.
    longestMs: (isMonthly ? 3 * 31 : 2 * 366) * dayMs,
  };
}

function cronSeries(recurrence: CronRecurrence, zone: Zone): Series {
  const { schedule, forMs } = recurrence;
  const timetable = sameTimes(cronDays(schedule), cronTimes(schedule));
  const starts = createStarts(timetable, rangeOfDates(recurrence));
  const runs = createRuns(timetable, forMs, starts);
  return schedule.isEveryHour
    ? lastingWheneverShown(forMs, starts, zone, runs)
    : lasting(forMs, starts, zone, runs);
}

function ruleSeries(recurrence: RuleRecurrence, zone: Zone): Series {
  const { rule, starting, forMs } = recurrence;
  const starts = clipStarts(createRuleStarts(rule, starting), rangeOfDates(recurrence));
  const runs = createRuns(ruleTimetable(rule, starting), forMs, starts);
  return isFinerThanDays(rule.frequency) && rule.hours === undefined
    ? lastingWheneverShown(forMs, starts, zone, runs)
    : lasting(forMs, starts, zone, runs);
}

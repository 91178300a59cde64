// What ical.js makes of a recurrence rule. Its parser is good; its iteration is sound only for some
// rules, and may go on for ever where it is not, so it is asked for as many times as are wanted and
// only about rules that it is known to understand.

import ICAL from 'ical.js';
import type { RecurrenceRule } from '../../src/time/rrule.ts';
import { wallOfStamp } from './rule-of-text.ts';

/** The first times of a rule; fewer where it ends before. */
export function icalTimes(text: string, starting: number, count: number): number[] {
  const start = ICAL.Time.fromJSDate(new Date(starting), true);
  const iterator = ICAL.Recur.fromString(text).iterator(start);
  const found: number[] = [];
  while (found.length < count) {
    // It says null at the end, which its types do not.
    const time = iterator.next() as ICAL.Time | null;
    if (time === null) break;
    found.push(wallOfStamp(time.toICALString()));
  }
  return found;
}

/**
 * Whether ical.js 2.2 gets the times of such a rule right. What it does to others:
 *
 * - `BYWEEKNO` it does not look at, and `BYYEARDAY` takes next to few other parts;
 * - with `BYMONTH` a monthly rule forgets its interval, with `BYHOUR` an hourly one, and so on;
 * - `BYMONTHDAY` of a yearly rule is that of one month, and day 30 of February one of March;
 * - so it is in a monthly rule with several times of the day;
 * - a numbered day of the year may be in the next, or named twice beside all of its kind;
 * - a yearly rule takes one time of the day;
 * - `BYSETPOS` counts days of a month only, and overlooks the first when counting from its end;
 * - what is limited by negative days of the month, or counted in less than days and limited by
 *   days, may never end.
 */
export function isSoundInIcal(rule: RecurrenceRule, starting: number): boolean {
  const { frequency, months, weekNumbers, yearDays, monthDays, weekdays, positions } = rule;
  const date = new Date(starting).getUTCDate();
  const hasTimes = Boolean(rule.hours || rule.minutes || rule.seconds);
  const hasNth = weekdays?.some(({ nth }) => nth !== undefined) ?? false;
  const isMixed = hasNth && (weekdays?.some(({ nth }) => nth === undefined) ?? false);
  const isFromEnd = monthDays?.some((day) => day < 0) ?? false;
  if (weekNumbers || yearDays || isMixed) return false;
  if (positions?.some((position) => position < -3)) return false;
  if (positions && (frequency !== 'monthly' || !weekdays || hasTimes || monthDays || hasNth)) {
    return false;
  }
  const isSkipped = monthDays?.some((day) => Math.abs(day) > 28) ?? true;
  switch (frequency) {
    case 'yearly': {
      if (hasTimes || isFromEnd) return false;
      if (!weekdays && [date, ...(monthDays ?? [])].some((day) => day > 28)) return false;
      return months === undefined ? !monthDays && !hasNth : !(monthDays && weekdays);
    }
    case 'monthly':
      return !months && !(weekdays && monthDays) && !(hasTimes && isSkipped);
    case 'weekly':
      return true;
    case 'daily':
      return !isFromEnd;
    default:
      if (months || monthDays || weekdays || rule.seconds) return false;
      return !(frequency === 'hourly' ? rule.hours : rule.minutes);
  }
}

// Recurrence rules in English: "Every 2 weeks on Tuesdays from 20:00 for 3 hours, counted from
// 6 January 2026". Rules with rarer parts are told by their text.

import { formatUtc } from '../time/instant.ts';
import type { Frequency, RecurrenceRule, RuleWeekday } from '../time/rrule.ts';
import { dateOfDay, dayMs, dayOfWall, type Wall } from '../time/wall.ts';
import { describeDays, describeNth } from './describe-dates.ts';
import {
  describeDate,
  describeLength,
  describeWall,
  enumerate,
  ordinal,
  timeOf,
} from './describe-words.ts';
import { monthNames, weekdayNames } from './form-names.ts';
import type { RuleForm } from './window-form.ts';

/** What a rule names, for how long, and from when on it counts. */
export function describeRule(form: RuleForm): string {
  const { rule, starting, forMs } = form;
  const length = describeLength(forMs);
  const days = describeDaysOf(rule, starting);
  if (days === undefined) {
    return `By rule \`${form.text}\` for ${length}, starting ${describeWall(starting)}`;
  }
  const period = describePeriod(rule);
  const end = describeEnd(form);
  if (isFine(rule.frequency)) {
    return `${period} for ${length}, counted from ${describeWall(starting)}${end}`;
  }
  const from = `counted from ${describeDate(dateOfDay(dayOfWall(starting)))}`;
  return `${period}${days} from ${timeOf(starting)} for ${length}, ${from}${end}`;
}

function describeEnd({ rule: { count, until }, untilInstant }: RuleForm): string {
  if (count !== undefined) return `, ${count} times`;
  if (untilInstant !== undefined) return `, up to ${formatUtc(untilInstant)}`;
  if (until === undefined) return '';
  // A date stands for its whole day.
  const isDate = until % dayMs === dayMs - 1;
  return `, up to ${isDate ? describeDate(dateOfDay(dayOfWall(until))) : describeWall(until)}`;
}

const units: Readonly<Record<Frequency, string>> = {
  yearly: 'year',
  monthly: 'month',
  weekly: 'week',
  daily: 'day',
  hourly: 'hour',
  minutely: 'minute',
  secondly: 'second',
};

function describePeriod({ frequency, interval = 1 }: RecurrenceRule): string {
  const unit = units[frequency];
  return interval === 1 ? `Every ${unit}` : `Every ${interval} ${unit}s`;
}

function isFine(frequency: Frequency): boolean {
  return frequency === 'hourly' || frequency === 'minutely' || frequency === 'secondly';
}

/** The parts that one can say in a few words. */
const plainParts = [
  'frequency',
  'interval',
  'count',
  'until',
  'weekStart',
  'weekdays',
  'monthDays',
];

/** " on Tuesdays", or nothing; undefined when it takes more than a few words. */
function describeDaysOf(rule: RecurrenceRule, starting: Wall): string | undefined {
  if (Object.keys(rule).some((part) => !plainParts.includes(part))) return undefined;
  const { frequency, weekdays, monthDays } = rule;
  const { month, day } = dateOfDay(dayOfWall(starting));
  const hasParts = weekdays !== undefined || monthDays !== undefined;
  switch (frequency) {
    case 'weekly':
      return ` on ${describeWeekdays(weekdays, starting)}`;
    case 'monthly':
      if (weekdays !== undefined && monthDays !== undefined) return undefined;
      if (weekdays !== undefined) return describeNths(weekdays);
      return describeMonthDays(monthDays ?? [day]);
    case 'yearly':
      return hasParts ? undefined : ` on ${day} ${monthNames[month - 1]}`;
    default:
      return hasParts ? undefined : '';
  }
}

function describeWeekdays(weekdays: readonly RuleWeekday[] | undefined, starting: Wall): string {
  // 1970-01-01 was a Thursday.
  const started = (((dayOfWall(starting) + 3) % 7) + 7) % 7;
  const numbers = weekdays?.map(({ weekday }) => weekday - 1) ?? [started];
  return enumerate([...numbers].sort((a, b) => a - b).map((number) => `${weekdayNames[number]}s`));
}

function describeNths(weekdays: readonly RuleWeekday[]): string | undefined {
  const names = weekdays.map(({ weekday, nth }) =>
    nth === undefined || nth < -1 ? undefined : describeNth([weekday], nth),
  );
  const known = names.filter((name) => name !== undefined);
  return known.length === names.length ? ` on ${enumerate(known)}` : undefined;
}

function describeMonthDays(days: readonly number[]): string | undefined {
  if (days.some((day) => day < -1)) return undefined;
  const numbered = [...new Set(days.filter((day) => day > 0))].sort((a, b) => a - b);
  const words = describeDays(numbered, (day) => `the ${ordinal(day)}`);
  return ` on ${enumerate([...words, ...(days.includes(-1) ? ['the last day'] : [])])}`;
}

// A second opinion on recurrence rules, as slow and as close to the words of RFC 5545 as possible:
// from the start on, period by period, every day of it is asked every question by counting days.
// It shares no code with the engine, and knows no way to begin anywhere but at the start.

import type { RecurrenceRule } from '../../src/time/rrule.ts';

const dayMs = 86_400_000;
const unitsMs = { hourly: 3_600_000, minutely: 60_000, secondly: 1_000 };

/** The times of a rule, from `starting` until `end` (not included). */
export function ruleTimes(rule: RecurrenceRule, starting: number, end: number): number[] {
  const found: number[] = [];
  for (const period of periodsOf(rule, starting, end)) {
    const times = inPositions(
      rule,
      timesIn(rule, starting, period).sort((a, b) => a - b),
    );
    found.push(...times.filter((time) => time >= starting && time <= (rule.until ?? Infinity)));
    if (rule.count !== undefined && found.length >= rule.count) break;
  }
  return found.slice(0, rule.count).filter((time) => time < end);
}

interface Period {
  readonly start: number;
  readonly end: number;
}

function* periodsOf(rule: RecurrenceRule, starting: number, end: number): Iterable<Period> {
  const step = stepOf(rule);
  let start = firstPeriod(rule, starting);
  for (let index = 0; start < end; index++) {
    const next = step(start);
    if (index % (rule.interval ?? 1) === 0) yield { start, end: next };
    start = next;
  }
}

function firstPeriod(rule: RecurrenceRule, starting: number): number {
  const { frequency, weekNumbers } = rule;
  const date = new Date(starting);
  const day = Math.floor(starting / dayMs) * dayMs;
  if (frequency === 'yearly' && weekNumbers) return weekYearStart(weekYear(day, rule), rule);
  if (frequency === 'yearly') return Date.UTC(date.getUTCFullYear(), 0, 1);
  if (frequency === 'monthly') return Date.UTC(date.getUTCFullYear(), date.getUTCMonth(), 1);
  if (frequency === 'weekly') return weekStart(day, rule);
  if (frequency === 'daily') return day;
  return Math.floor(starting / unitsMs[frequency]) * unitsMs[frequency];
}

function stepOf(rule: RecurrenceRule): (start: number) => number {
  const { frequency, weekNumbers } = rule;
  if (frequency === 'yearly' && weekNumbers) {
    return (start) => weekYearStart(weekYear(start, rule) + 1, rule);
  }
  if (frequency === 'yearly')
    return (start) => Date.UTC(new Date(start).getUTCFullYear() + 1, 0, 1);
  if (frequency === 'monthly') {
    return (start) => Date.UTC(new Date(start).getUTCFullYear(), new Date(start).getUTCMonth() + 1);
  }
  if (frequency === 'weekly') return (start) => start + 7 * dayMs;
  if (frequency === 'daily') return (start) => start + dayMs;
  return (start) => start + unitsMs[frequency];
}

function timesIn(rule: RecurrenceRule, starting: number, { start, end }: Period): number[] {
  const at = new Date(starting);
  const { frequency } = rule;
  const seconds = rule.seconds?.map((second) => Math.min(second, 59)) ?? [at.getUTCSeconds()];
  const minutes = rule.minutes ?? [at.getUTCMinutes()];
  const hours = rule.hours ?? [at.getUTCHours()];
  const found = new Set<number>();
  for (let day = Math.floor(start / dayMs) * dayMs; day < end; day += dayMs) {
    if (!isDay(rule, starting, day)) continue;
    const begin = new Date(Math.max(start, day));
    const ofHours = frequency in unitsMs ? [begin.getUTCHours()] : hours;
    const isFine = frequency === 'minutely' || frequency === 'secondly';
    const ofMinutes = isFine ? [begin.getUTCMinutes()] : minutes;
    const ofSeconds = frequency === 'secondly' ? [begin.getUTCSeconds()] : seconds;
    for (const hour of ofHours) {
      for (const minute of ofMinutes) {
        for (const second of ofSeconds) {
          if (rule.hours && !rule.hours.includes(hour)) continue;
          if (rule.minutes && !rule.minutes.includes(minute)) continue;
          if (rule.seconds && !seconds.includes(second)) continue;
          found.add(day + ((hour * 60 + minute) * 60 + second) * 1000);
        }
      }
    }
  }
  return [...found];
}

function inPositions({ positions }: RecurrenceRule, times: readonly number[]): number[] {
  return times.filter(
    (_, index) =>
      positions === undefined ||
      positions.includes(index + 1) ||
      positions.includes(index - times.length),
  );
}

function isDay(rule: RecurrenceRule, starting: number, day: number): boolean {
  const { frequency, months, weekNumbers, yearDays, monthDays, weekdays } = rule;
  const [date, start] = [new Date(day), new Date(starting)];
  const isSomeDay = Boolean(yearDays || monthDays || weekdays);
  if (months && !months.includes(date.getUTCMonth() + 1)) return false;
  if (monthDays && !monthDays.includes(date.getUTCDate()) && !monthDays.includes(fromEnd(day))) {
    return false;
  }
  if (yearDays && !yearDays.some((wanted) => numbersInYear(day).includes(wanted))) return false;
  if (weekNumbers && !weekNumbers.some((wanted) => weekNumbersOf(day, rule).includes(wanted))) {
    return false;
  }
  if (weekdays && !weekdays.some((wanted) => isWeekday(rule, wanted, day))) return false;
  if (isSomeDay) return true;
  const isWeekly = frequency === 'weekly' || (frequency === 'yearly' && weekNumbers !== undefined);
  if (isWeekly) return date.getUTCDay() === start.getUTCDay();
  if (frequency === 'monthly') return date.getUTCDate() === start.getUTCDate();
  if (frequency !== 'yearly') return true;
  const isMonth = months !== undefined || date.getUTCMonth() === start.getUTCMonth();
  return isMonth && date.getUTCDate() === start.getUTCDate();
}

/** -1 on the last day of a month. */
function fromEnd(day: number): number {
  let left = 0;
  const month = new Date(day).getUTCMonth();
  for (let at = day; new Date(at).getUTCMonth() === month; at += dayMs) left--;
  return left;
}

/** The number of a day in its year, from its beginning and from its end. */
function numbersInYear(day: number): [number, number] {
  const year = new Date(day).getUTCFullYear();
  const first = Date.UTC(year, 0, 1);
  const next = Date.UTC(year + 1, 0, 1);
  return [(day - first) / dayMs + 1, (day - next) / dayMs];
}

type WantedWeekday = NonNullable<RecurrenceRule['weekdays']>[number];

function isWeekday(rule: RecurrenceRule, { weekday, nth }: WantedWeekday, day: number): boolean {
  if ((new Date(day).getUTCDay() || 7) !== weekday) return false;
  if (nth === undefined) return true;
  const isOfYear = rule.frequency === 'yearly' && rule.months === undefined;
  const scope = (at: number) =>
    isOfYear ? new Date(at).getUTCFullYear() : new Date(at).getUTCMonth();
  const direction = nth > 0 ? -1 : 1;
  let count = 0;
  for (let at = day; scope(at) === scope(day); at += direction * 7 * dayMs) count++;
  return count === Math.abs(nth);
}

function weekStart(day: number, { weekStart = 1 }: RecurrenceRule): number {
  let at = day;
  while ((new Date(at).getUTCDay() || 7) !== weekStart) at -= dayMs;
  return at;
}

/** The year that has at least four days of the week that a day is in. */
function weekYear(day: number, rule: RecurrenceRule): number {
  return new Date(weekStart(day, rule) + 3 * dayMs).getUTCFullYear();
}

function weekYearStart(year: number, rule: RecurrenceRule): number {
  return weekStart(Date.UTC(year, 0, 4), rule);
}

function weekNumbersOf(day: number, rule: RecurrenceRule): [number, number] {
  const year = weekYear(day, rule);
  const number = (start: number) => (weekStart(day, rule) - start) / (7 * dayMs);
  return [number(weekYearStart(year, rule)) + 1, number(weekYearStart(year + 1, rule))];
}

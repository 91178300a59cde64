// When a schedule fires next. Times are UTC, as the API's documentation says of bulk schedules.

/** A schedule in the API's own shape (2025-09-18). */
export interface Schedule {
  readonly frequency: Frequency;
  readonly minute: string | null;
  readonly hour: string | null;
  readonly day_of_week: string | null;
  readonly day_of_month: string | null;
  readonly month: string | null;
  readonly connection_id: string | null;
  readonly job_id: number | null;
  readonly run_after: RunAfter | null;
  readonly run_after_success_only: boolean;
}

/** The syncs whose end starts this one. */
export interface RunAfter {
  readonly sync_ids: readonly string[];
  readonly bulk_sync_ids: readonly string[];
}

/** All values of the API's `ScheduleFrequency`. */
export const FREQUENCIES = [
  'manual',
  'continuous',
  'hourly',
  'daily',
  'weekly',
  'custom',
  'builder',
  'runafter',
  'multi',
  'dbtcloud',
] as const;
export type Frequency = (typeof FREQUENCIES)[number];

/** A schedule that is `manual` but for what is given. */
export function scheduleOf(given: Partial<Schedule>): Schedule {
  return {
    frequency: given.frequency ?? 'manual',
    minute: given.minute ?? null,
    hour: given.hour ?? null,
    day_of_week: given.day_of_week ?? null,
    day_of_month: given.day_of_month ?? null,
    month: given.month ?? null,
    connection_id: given.connection_id ?? null,
    job_id: given.job_id ?? null,
    run_after: given.run_after ?? null,
    run_after_success_only: given.run_after_success_only ?? false,
  };
}

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const DAY_MS = 24 * HOUR_MS;

/** 29 February may be eight years away (1896 to 1904, 2096 to 2104). */
const HORIZON_DAYS = 8 * 366;

/**
 * The first slot later than `after`; undefined for frequencies that no clock drives and for a date
 * that never comes.
 */
export function nextSlot(schedule: Schedule, after: number): number | undefined {
  const table = timetable(schedule);
  if (typeof table === 'string') return undefined;
  const firstDay = Math.floor(after / DAY_MS);
  for (let day = firstDay; day <= firstDay + HORIZON_DAYS; day += 1) {
    if (!isOnDay(table, new Date(day * DAY_MS))) continue;
    for (const hour of table.hours) {
      const hourStart = day * DAY_MS + hour * HOUR_MS;
      if (hourStart + HOUR_MS <= after) continue;
      const minute = table.minutes.find((each) => hourStart + each * MINUTE_MS > after);
      if (minute !== undefined) return hourStart + minute * MINUTE_MS;
    }
  }
  return undefined;
}

/** Whether all fields that this frequency uses can be read. */
export function isReadable(schedule: Schedule): boolean {
  return timetable(schedule) !== 'unreadable';
}

interface Timetable {
  readonly minutes: readonly number[];
  readonly hours: readonly number[];
  readonly daysOfMonth: readonly number[];
  readonly months: readonly number[];
  readonly daysOfWeek: readonly number[];
}

/** Fields restrict together (AND); cron's OR of the two day fields is not documented by the API. */
function isOnDay(table: Timetable, day: Date): boolean {
  return (
    table.months.includes(day.getUTCMonth() + 1) &&
    table.daysOfMonth.includes(day.getUTCDate()) &&
    table.daysOfWeek.includes(day.getUTCDay())
  );
}

// A schedule never changes, a sync gets another one; so each is read once.
const timetables = new WeakMap<Schedule, Timetable | 'unreadable' | 'no clock'>();

function timetable(schedule: Schedule): Timetable | 'unreadable' | 'no clock' {
  const known = timetables.get(schedule);
  if (known !== undefined) return known;
  const read = readTimetable(schedule);
  timetables.set(schedule, read);
  return read;
}

function readTimetable(schedule: Schedule): Timetable | 'unreadable' | 'no clock' {
  const { frequency } = schedule;
  const clockDriven = ['hourly', 'daily', 'weekly', 'custom', 'builder'];
  if (!clockDriven.includes(frequency)) return 'no clock';
  const isFree = frequency === 'custom' || frequency === 'builder';
  const isDaily = frequency === 'daily' || frequency === 'weekly';
  const minutes = readField(schedule.minute, 0, 59, '0');
  const hours =
    frequency === 'hourly' ? ALL_HOURS : readField(schedule.hour, 0, 23, isDaily ? '0' : '*');
  const daysOfMonth = readField(isFree ? schedule.day_of_month : null, 1, 31, '*');
  const months = readField(isFree ? schedule.month : null, 1, 12, '*');
  const weekday = frequency === 'weekly' || isFree ? schedule.day_of_week : null;
  const daysOfWeek = readField(weekday, 0, 7, frequency === 'weekly' ? '0' : '*');
  if (!minutes || !hours || !daysOfMonth || !months || !daysOfWeek) return 'unreadable';
  return { minutes, hours, daysOfMonth, months, daysOfWeek: daysOfWeek.map((day) => day % 7) };
}

const ALL_HOURS = Array.from({ length: 24 }, (_, hour) => hour);
const DAY_NAMES = ['sun', 'mon', 'tue', 'wed', 'thu', 'fri', 'sat'];

// Reads `*`, `5`, `1,15`, `9-17`, `*/15` and weekdays by name; sorted, undefined if it cannot.
function readField(
  text: string | null,
  from: number,
  to: number,
  fallback: string,
): readonly number[] | undefined {
  const values = new Set<number>();
  for (const part of (text === null || text === '' ? fallback : text).split(',')) {
    const match = /^(\*|[a-z]+|\d+)(?:-([a-z]+|\d+))?(?:\/(\d+))?$/i.exec(part.trim());
    if (match === null) return undefined;
    const first = match[1] === '*' ? from : numberIn(match[1]!);
    const last = match[1] === '*' ? to : match[2] === undefined ? first : numberIn(match[2]);
    const step = Number(match[3] ?? 1);
    if (first === undefined || last === undefined) return undefined;
    if (first < from || last > to || first > last || step < 1) return undefined;
    for (let value = first; value <= last; value += step) values.add(value);
  }
  return [...values].sort((a, b) => a - b);
}

function numberIn(text: string): number | undefined {
  if (/^\d+$/.test(text)) return Number(text);
  const day = DAY_NAMES.indexOf(text.slice(0, 3).toLowerCase());
  return day === -1 ? undefined : day;
}

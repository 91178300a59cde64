// Windows in plain English, for people who never see the YAML: "Mondays to Fridays from 22:00 until
// 06:00 the next day, New York time".

import { formatUtc } from '../time/instant.ts';
import type { Instant } from '../time/interval.ts';
import type { SpanRecurrence, WindowEnd } from '../time/recurrence.ts';
import type { DateLimits } from '../time/starts.ts';
import {
  type CalendarDate,
  dateOfDay,
  dayMs,
  dayOfWall,
  formatWall,
  hourMs,
  minuteMs,
  type Wall,
} from '../time/wall.ts';
import { zoneOf } from '../time/zone.ts';
import type { OnceForm } from './once-form.ts';
import { weekdayNames } from './short-form.ts';
import type { CronForm, WindowForm } from './window-form.ts';

const monthNames = [
  'January',
  'February',
  'March',
  'April',
  'May',
  'June',
  'July',
  'August',
  'September',
  'October',
  'November',
  'December',
] as const;

const minutesOfDay = 24 * 60;

/** One sentence without a full stop. */
export function describeWindow(
  form: WindowForm,
  zoneName: string,
  limits: DateLimits,
  except: readonly string[] = [],
): string {
  const { from, until } = limits;
  const isExact = form.kind === 'once' && form.clock === 'exact';
  return [
    describeForm(form),
    ...(isExact ? [] : [describeZone(zoneName)]),
    ...(from === undefined ? [] : [`from ${describeDate(from)} on`]),
    ...(until === undefined ? [] : [`up to ${describeDate(until)}`]),
    ...(except.length === 0 ? [] : [`but not in the times of ${enumerate(except)}`]),
  ].join(', ');
}

/** A length in words: "8 hours", "1 hour 30 minutes". */
function describeLength(ms: number): string {
  const parts: string[] = [];
  let rest = ms;
  for (const [unit, unitMs] of lengthUnits) {
    const count = Math.floor(rest / unitMs);
    rest -= count * unitMs;
    if (count > 0) parts.push(`${count} ${unit}${count === 1 ? '' : 's'}`);
  }
  return parts.join(' ') || '0 seconds';
}

const lengthUnits = [
  ['day', dayMs],
  ['hour', hourMs],
  ['minute', minuteMs],
  ['second', 1000],
] as const;

function describeForm(form: WindowForm): string {
  switch (form.kind) {
    case 'daily':
      return `Every day ${describeTimes(form.startMinute, form.end)}`;
    case 'weekly':
      return `${describeDays(form.days)} ${describeTimes(form.startMinute, form.end)}`;
    case 'span':
      return describeSpan(form);
    case 'once':
      return describeOnce(form);
    case 'cron':
      return describeCron(form);
    case 'calendar':
      return `In the times of the calendar ${form.calendar}`;
  }
}

function describeTimes(startMinute: number, end: WindowEnd): string {
  const start = `from ${clock(startMinute)}`;
  if ('forMs' in end) return `${start} for ${describeLength(end.forMs)}`;
  if (startMinute === 0 && end.minute === minutesOfDay) return 'all day';
  const isNextDay = end.minute < startMinute;
  return `${start} until ${clock(end.minute)}${isNextDay ? ' the next day' : ''}`;
}

/** Runs of three and more days become ranges; a run may wrap around the week's end. */
function describeDays(days: readonly number[]): string {
  if (days.length === 7) return 'Every day';
  const starts = days.filter((day) => !days.includes(day === 1 ? 7 : day - 1));
  const runs = starts.map((start) => {
    const run = [start];
    for (let day = (start % 7) + 1; days.includes(day); day = (day % 7) + 1) run.push(day);
    const names = run.map((day) => `${weekdayNames[day - 1]}s`);
    return names.length < 3 ? names : [`${names[0]} to ${names.at(-1)}`];
  });
  return enumerate(runs.flat());
}

function enumerate(words: readonly string[]): string {
  return words.length < 2 ? words.join('') : `${words.slice(0, -1).join(', ')} and ${words.at(-1)}`;
}

function describeSpan(form: SpanRecurrence): string {
  const start = `${weekdayNames[form.startDay - 1]}s ${clock(form.startMinute)}`;
  const end = `${weekdayNames[form.endDay - 1]}s ${clock(form.endMinute)}`;
  const isNextWeek = form.endDay === form.startDay && form.endMinute < form.startMinute;
  return `From ${start} until ${end}${isNextWeek ? ' a week later' : ''}`;
}

function describeOnce(form: OnceForm): string {
  if (form.clock === 'exact') {
    const { start, end } = form.interval;
    return `Once, from ${formatUtc(start)} until ${formatUtc(end)}`;
  }
  const start = `Once, from ${describeWall(form.start)}`;
  if ('forMs' in form.end) return `${start} for ${describeLength(form.end.forMs)}`;
  return `${start} until ${describeWall(form.end.wall)}`;
}

function describeWall(wall: Wall): string {
  const date = describeDate(dateOfDay(dayOfWall(wall)));
  return `${date} ${formatWall(wall).slice('2026-12-24T'.length)}`;
}

function describeCron(form: CronForm): string {
  return `By cron \`${form.expression}\` for ${describeLength(form.forMs)}`;
}

function describeDate({ year, month, day }: CalendarDate): string {
  return `${day} ${monthNames[month - 1]} ${year}`;
}

/** The date that the wall of a zone shows at an instant: "25 December 2026". */
export function describeDateAt(instant: Instant, zoneName: string): string {
  return describeDate(dateOfDay(dayOfWall(zoneOf(zoneName).wallAt(instant))));
}

/** `America/Argentina/Buenos_Aires` → "Buenos Aires time". */
function describeZone(zoneName: string): string {
  const city = zoneName.split('/').at(-1)!.replaceAll('_', ' ');
  return city === 'UTC' ? 'UTC' : `${city} time`;
}

function clock(minute: number): string {
  const pad = (value: number) => String(value).padStart(2, '0');
  return `${pad(Math.floor(minute / 60))}:${pad(minute % 60)}`;
}

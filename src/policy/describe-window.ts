// Windows in plain English, for people who never see the YAML: "Mondays to Fridays from 22:00 until
// 06:00 the next day, New York time".

import { formatUtc } from '../time/instant.ts';
import type { Instant } from '../time/interval.ts';
import type { SpanRecurrence, WindowEnd } from '../time/recurrence.ts';
import type { DateLimits } from '../time/starts.ts';
import { dateOfDay, dayOfWall } from '../time/wall.ts';
import { zoneOf } from '../time/zone.ts';
import { describeDateForm } from './describe-dates.ts';
import { describeRule } from './describe-rule.ts';
import { clock, describeDate, describeLength, describeWall, enumerate } from './describe-words.ts';
import { weekdayNames } from './form-names.ts';
import type { OnceForm } from './once-form.ts';
import type { CronForm, WindowForm } from './window-form.ts';

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

function describeForm(form: WindowForm): string {
  switch (form.kind) {
    case 'daily':
      return `Every day ${describeTimes(form.startMinute, form.end)}`;
    case 'weekly':
      return `${describeDays(form.days)} ${describeTimes(form.startMinute, form.end)}`;
    case 'span':
      return describeSpan(form);
    case 'monthly':
    case 'yearly':
      return describeDateForm(form, describeTimes);
    case 'once':
      return describeOnce(form);
    case 'cron':
      return describeCron(form);
    case 'rrule':
      return describeRule(form);
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

function describeCron(form: CronForm): string {
  return `By cron \`${form.expression}\` for ${describeLength(form.forMs)}`;
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

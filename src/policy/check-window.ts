// What is odd or impossible about a window, beyond its grammar.

import { cronTimes } from '../time/cron-schedule.ts';
import { formatUtc } from '../time/instant.ts';
import type { Instant } from '../time/interval.ts';
import type { Occurrences } from '../time/occurrences.ts';
import type { OnceFault } from '../time/once.ts';
import { compileRecurrence, type Recurrence } from '../time/recurrence.ts';
import { dayMs, formatWall, minuteMs } from '../time/wall.ts';
import { type Zone, zoneOf } from '../time/zone.ts';
import { type Cursor, characterOffset, descend, reportAt } from './cursor.ts';
import { formNames } from './schema.ts';
import type { RecurringForm } from './window-form.ts';

/** How far ahead clock changes are looked for: two springs and two autumns. */
const gapHorizonMs = 2 * 366 * dayMs;

/**
 * Days of the week come round after a week; those of a month are the closest in February, and a
 * leap day is there within a hundred occurrences; cron may do something else in each month.
 */
const occurrencesSeen: Readonly<Record<RecurringForm['kind'], number>> = {
  daily: 2,
  weekly: 8,
  span: 2,
  monthly: 100,
  yearly: 100,
  once: 1,
  cron: 400,
  rrule: 400,
};

/** Says why a `once` window is impossible in its zone, at the end that is to blame. */
export function reportOnceFault(
  fault: OnceFault,
  form: RecurringForm,
  zone: Zone,
  cursor: Cursor,
): void {
  const text = descend(cursor, 'once') ?? cursor;
  const endIndex = form.kind === 'once' && form.clock === 'wall' ? form.endIndex : 0;
  if (fault.kind === 'empty') {
    const message = 'the window ends where it starts';
    reportAt(text, { code: 'window-empty', message }, characterOffset(text, endIndex));
    return;
  }
  const { start, end, instant } = fault.gap;
  const message =
    `the clock of ${zone.name} never shows this: ` +
    `at ${formatUtc(instant)} it goes from ${formatWall(start)} to ${formatWall(end)}`;
  const hint = `write \`${formatWall(start - minuteMs)}\` or \`${formatWall(end)}\``;
  const offset = characterOffset(text, fault.edge === 'start' ? 0 : endIndex);
  reportAt(text, { code: 'once-in-gap', message, hint }, offset);
}

/** Warns about what is allowed and seldom meant; needs no clock. */
export function warnAboutShape(form: RecurringForm, recurrence: Recurrence, cursor: Cursor): void {
  const isBothDays = form.kind === 'cron' && form.schedule.monthDays && form.schedule.weekdays;
  const isPlain = isPlainlyApart(form);
  if (!isBothDays && isPlain) return;
  const text = formNames.map((name) => descend(cursor, name)).find((field) => field) ?? cursor;
  if (isBothDays) {
    const message = 'both day fields are restricted, and cron takes a day when either fits';
    const hint = 'restrict only one of them, unless that is what you want';
    reportAt(text, { code: 'cron-both-days', message, hint });
  }
  if (form.kind === 'monthly' || form.kind === 'yearly') {
    for (const { index, message, hint } of form.notes) {
      const offset = characterOffset(text, index);
      reportAt(text, { code: 'window-skips-dates', message, hint }, offset);
    }
  }
  if (isPlain) return;
  // In UTC: a clock change alone makes nothing overlap or short that was not so written.
  const { occurrences } = compileRecurrence(recurrence, zoneOf('UTC'));
  let previousEnd: Instant | undefined;
  let count = 0;
  for (const { start, end } of occurrences(-Infinity)) {
    if (end - start < minuteMs) {
      const message = 'this window is shorter than a minute';
      reportAt(text, { code: 'window-short', message, hint: 'is its length right?' });
      return;
    }
    if (previousEnd !== undefined && start < previousEnd) {
      const message = 'this window starts again before it has ended; its occurrences become one';
      reportAt(text, { code: 'window-overlaps-itself', message });
      return;
    }
    previousEnd = end;
    if (++count === occurrencesSeen[form.kind]) return;
  }
}

/**
 * Whether the times of day alone show that occurrences are long enough and never meet. For most
 * windows they do, and nothing has to be walked.
 */
function isPlainlyApart(form: RecurringForm): boolean {
  if (form.kind === 'daily' || form.kind === 'weekly') {
    // Two times of day are a minute apart at least, and a day at most.
    return 'minute' in form.end;
  }
  if (form.kind !== 'cron' || form.forMs < minuteMs) return false;
  const times = cronTimes(form.schedule);
  return times.every((time, index) => {
    const next = times[index + 1] ?? dayMs + times[0]!;
    return form.forMs <= next - time;
  });
}

/** Warns about each time in the next two years when a clock change swallows the window. */
export function warnAboutGaps(
  { moved }: Occurrences,
  zone: Zone,
  now: Instant,
  cursor: Cursor,
): void {
  for (const { wallStart, wallEnd, gap, occurrence } of moved(now, now + gapHorizonMs)) {
    const wall = (at: number) => formatWall(at).replace('T', ' ');
    const message =
      `the clock of ${zone.name} skips ${wall(gap.start)} to ${timeOf(gap.end)}, and with it ` +
      `the whole window of ${timeOf(wallStart)} to ${timeOf(wallEnd)}`;
    const from = timeOf(occurrence.start + zone.offsetAt(occurrence.start));
    const until = timeOf(occurrence.end + zone.offsetAt(occurrence.end));
    const hint = `on that day it is moved to ${from} to ${until}`;
    reportAt(cursor, { code: 'window-in-gap', message, hint });
  }
}

function timeOf(wall: number): string {
  return formatWall(wall).slice(11);
}

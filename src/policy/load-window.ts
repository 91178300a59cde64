// From the tree of one window to its occurrences, with everything that is wrong or odd about it.

import type { Instant } from '../time/interval.ts';
import type { Occurrences } from '../time/occurrences.ts';
import { compileRecurrence } from '../time/recurrence.ts';
import type { DateLimits } from '../time/starts.ts';
import type { Timeline } from '../time/timeline.ts';
import { dayOfDate } from '../time/wall.ts';
import type { Zone } from '../time/zone.ts';
import { calendarOccurrences, exceptCalendars, readExcept } from './calendar-window.ts';
import { checkRule } from './check-rule.ts';
import { reportOnceFault, warnAboutGaps, warnAboutShape } from './check-window.ts';
import { type Cursor, descend, reportAt, valueOffset } from './cursor.ts';
import { describeWindow } from './describe-window.ts';
import type { CalendarBook } from './load-calendars.ts';
import type { CalendarEvent, Window } from './policy.ts';
import { readShape } from './read-shape.ts';
import {
  type CompanionName,
  companions,
  type FormName,
  formNames,
  type WindowFields,
  windowSchema,
} from './schema.ts';
import {
  type CalendarWindowForm,
  formOf,
  type RecurringForm,
  recurrenceOf,
} from './window-form.ts';
import { valueOfTree } from './yaml-tree.ts';

/** The zone of a file; `faulty` when what is written there has been reported already. */
export type FileZone = Zone | 'missing' | 'faulty';

/** A window without an error. */
export interface LoadedWindow {
  readonly window: Window;
  readonly timeline: Timeline;
  /** What makes it mean the same as another, for hashes. */
  readonly meaning: object;
  /** Whether it depends on an .ics text, which somebody else may change at any time. */
  readonly isFed: boolean;
  readonly cursor: Cursor;
}

/** Reports every fault of one window and gives it when none is an error. */
export function loadWindow(
  cursor: Cursor,
  fileZone: FileZone,
  calendars: CalendarBook,
  now: Instant | undefined,
): LoadedWindow | undefined {
  const fields = readShape(windowSchema, cursor);
  if (!hasOneForm(cursor) || fields === undefined) return undefined;
  const form = formOf(fields);
  const zone = fields.timezone ?? fileZone;
  if (zone === 'missing') reportZoneMissing(cursor);
  const limits = readLimits(fields, cursor);
  const except = readExcept(fields.except ?? [], cursor, calendars);
  if (form === undefined || typeof zone === 'string' || limits === undefined) return undefined;
  const whole =
    form.kind === 'calendar'
      ? calendarBody(form, zone, limits, calendars, cursor)
      : recurringBody(form, zone, limits, now, cursor);
  if (whole === undefined || except === undefined) return undefined;
  const { left, exceptionsAt } = exceptCalendars(whole.occurrences, except, zone);
  const window: Window = {
    text: textOf(cursor),
    summary: describeWindow(form, zone.name, limits, fields.except),
    timezone: zone.name,
    place: cursor.placeOf(valueOffset(cursor)),
    occurrences: left.occurrences,
    eventsAt: (instant) => (left.timeline.at(instant) ? whole.eventsAt(instant) : []),
    exceptionsAt,
  };
  const cuts = except.length === 0 ? {} : { except: except.map(({ meaning }) => meaning) };
  return {
    window,
    timeline: left.timeline,
    meaning: { ...whole.meaning, ...cuts, zone: zone.name },
    isFed: whole.isFed || except.some(({ isFed }) => isFed),
    cursor,
  };
}

/** What a window's form comes to in its zone, before calendars cut it. */
interface Body {
  readonly occurrences: Occurrences;
  readonly meaning: object;
  readonly isFed: boolean;
  eventsAt(instant: Instant): readonly CalendarEvent[];
}

function recurringBody(
  form: RecurringForm,
  zone: Zone,
  limits: DateLimits,
  now: Instant | undefined,
  cursor: Cursor,
): Body | undefined {
  const recurrence = recurrenceOf(form, zone, limits);
  if ('fault' in recurrence) {
    reportOnceFault(recurrence.fault, form, zone, cursor);
    return undefined;
  }
  if (recurrence.value.kind === 'rule' && !checkRule(recurrence.value, cursor)) return undefined;
  const occurrences = compileRecurrence(recurrence.value, zone);
  warnAboutShape(form, recurrence.value, cursor);
  if (now !== undefined) warnAboutGaps(occurrences, zone, now, cursor);
  return { occurrences, meaning: recurrence.value, isFed: false, eventsAt: () => [] };
}

function calendarBody(
  form: CalendarWindowForm,
  zone: Zone,
  limits: DateLimits,
  calendars: CalendarBook,
  cursor: Cursor,
): Body | undefined {
  const calendar = calendars.named(form.calendar, descend(cursor, 'calendar')!);
  if (calendar === undefined) return undefined;
  const occurrences = calendarOccurrences(calendar, zone, limits);
  const meaning = { kind: 'calendar', of: calendar.meaning, ...limits };
  return {
    occurrences,
    meaning,
    isFed: calendar.isFed,
    eventsAt: (instant) => calendar.eventsAt(instant, zone),
  };
}

/** Exactly one form, with what it needs beside it. */
function hasOneForm(cursor: Cursor): boolean {
  if (cursor.tree.kind !== 'map') return false;
  const forms = formNames.flatMap((name) => descend(cursor, name) ?? []);
  const [first, second] = forms.toSorted((a, b) => a.keyOffset - b.keyOffset);
  const names = formNames.join(', ');
  if (first === undefined) {
    const message = `a window needs one of ${names}`;
    reportAt(cursor, { code: 'form-not-one', message });
    return false;
  }
  if (second !== undefined) {
    const message = `a window has only one of ${names}`;
    const fault = { code: 'form-not-one', message, hint: 'write two windows' } as const;
    reportAt(second, fault, second.keyOffset);
    return false;
  }
  return reportCompanions(cursor, first);
}

/** A form's companions must be there, and those of other forms must not. */
function reportCompanions(cursor: Cursor, form: Cursor): boolean {
  const name = form.path.at(-1) as FormName;
  const needed = companions[name] ?? [];
  const missing = needed.filter((field) => descend(cursor, field) === undefined);
  for (const field of missing) {
    const { message, hint } = companionTexts[field];
    const fault = { code: 'field-missing', message: `\`${name}\` needs ${message}`, hint } as const;
    reportAt(form, fault, form.keyOffset);
  }
  const idle = companionNames.filter((field) => !needed.includes(field));
  const found = idle.flatMap((field) => descend(cursor, field) ?? []);
  for (const field of found) {
    const message = `\`${field.path.at(-1)}\` does nothing beside \`${name}\``;
    const hint = companionTexts[field.path.at(-1) as CompanionName].otherwise;
    reportAt(field, { code: 'field-without-effect', message, hint }, field.keyOffset);
  }
  return missing.length === 0 && found.length === 0;
}

const companionTexts = {
  for: {
    message: '`for`, its length',
    hint: 'write `for: 4h` beside it',
    otherwise: 'a length stands in the text itself: `22:00 for 8h`',
  },
  starting: {
    message: '`starting`, from where it counts',
    hint: 'write `starting: 2026-01-06T20:00` beside it',
    otherwise: 'the first date of a window is `from: 2026-01-06`',
  },
} as const;
const companionNames = ['starting', 'for'] as const satisfies readonly CompanionName[];

function reportZoneMissing(cursor: Cursor): void {
  const message = 'neither this window nor the file has a time zone';
  const hint = 'write `timezone: America/New_York`, say, at the top of the file';
  reportAt(cursor, { code: 'zone-missing', message, hint });
}

function readLimits({ from, until, once }: WindowFields, cursor: Cursor): DateLimits | undefined {
  if (once !== undefined) {
    const idle = ['from', 'until'].flatMap((name) => descend(cursor, name) ?? []);
    for (const field of idle) {
      const message = `\`${field.path.at(-1)}\` does nothing in a window that occurs once`;
      reportAt(field, { code: 'field-without-effect', message }, field.keyOffset);
    }
    return idle.length === 0 ? {} : undefined;
  }
  if (from !== undefined && until !== undefined && dayOfDate(until) < dayOfDate(from)) {
    const message = '`until` is before `from`, so that the window never opens';
    reportAt(descend(cursor, 'until')!, { code: 'dates-inverted', message });
    return undefined;
  }
  return { from, until };
}

/** The form as written, in one line. */
function textOf(cursor: Cursor): string {
  return [...formNames, ...companionNames, 'except']
    .flatMap((name) => {
      const field = descend(cursor, name);
      if (field === undefined) return [];
      const value = [valueOfTree(field.tree)].flat().join(', ');
      const written = value.trim().split(/\s+/).join(' ');
      return [`${name}: ${name === 'cron' ? `"${written}"` : written}`];
    })
    .join(', ');
}

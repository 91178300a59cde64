// From the trees of all calendars of a set to compiled calendars. They are known by name over the
// whole set, so all are read before the first window asks for one.

import { type Calendar, type CalendarForm, compileCalendar, joinCalendars } from './calendar.ts';
import { type CalendarFields, calendarFormNames, calendarSchema } from './calendar-schema.ts';
import { type Cursor, descend, fieldsOf, reportAt } from './cursor.ts';
import { defaultHolidayTypes, type HolidayPlace, holidayTitles } from './holidays.ts';
import type { IcsTexts } from './ics-texts.ts';
import { loadIcs } from './load-ics.ts';
import type { ParsedFile } from './parse-policies.ts';
import type { ProblemLog } from './problem-log.ts';
import { readShape } from './read-shape.ts';
import { name as nameSchema } from './schema-leaf.ts';
import { closestHint } from './suggest.ts';

/** The calendars of a set. */
export interface CalendarBook {
  /** The calendar that a text names; undefined when there is none, or none without a fault. */
  named(name: string, at: Cursor): Calendar | undefined;
  /** Warns about calendars that nothing refers to. */
  reportUnused(): void;
}

/** A calendar as it stands in its file. */
interface Draft {
  readonly cursor: Cursor;
  /** Undefined when it has a fault, which was told. */
  readonly fields: CalendarFields | undefined;
  isUsed: boolean;
  /** Compiled when somebody asks; null when that showed a fault. */
  calendar: Calendar | null | undefined;
}

interface Loading {
  readonly drafts: Map<string, Draft>;
  /** Those whose name was taken: nobody can refer to them, but they may have other faults, too. */
  readonly doubles: [name: string, draft: Draft][];
  readonly texts: IcsTexts;
  readonly log: ProblemLog;
}

/** Reads all calendars of a set, and reports every fault in them. */
export function loadCalendars(
  files: readonly ParsedFile[],
  texts: IcsTexts,
  log: ProblemLog,
): CalendarBook {
  const loading: Loading = { drafts: new Map(), doubles: [], texts, log };
  for (const { root } of files) {
    const calendars = descend(root, 'calendars');
    for (const [name, cursor] of calendars === undefined ? [] : fieldsOf(calendars)) {
      addDraft(loading, name, cursor);
    }
  }
  for (const name of loading.drafts.keys()) calendarOf(loading, name, []);
  for (const [name, draft] of loading.doubles) compileDraft(loading, name, draft, [name]);
  return {
    named(name, at) {
      const draft = loading.drafts.get(name);
      if (draft === undefined) reportUnknown(loading, name, at);
      else draft.isUsed = true;
      return draft?.calendar ?? undefined;
    },
    reportUnused() {
      for (const [name, { cursor, isUsed }] of loading.drafts) {
        if (isUsed) continue;
        const message = `no window and no calendar refers to \`${name}\``;
        reportAt(cursor, { code: 'calendar-unused', message }, cursor.keyOffset);
      }
    },
  };
}

function addDraft({ drafts, doubles }: Loading, name: string, cursor: Cursor): void {
  const first = drafts.get(name)?.cursor;
  if (first !== undefined) {
    const { file, line, column } = first.placeOf(first.keyOffset);
    const message = `there is already a calendar \`${name}\` at ${file}:${line}:${column}`;
    const hint = 'names are unique over all files; rename one of the two';
    reportAt(cursor, { code: 'calendar-duplicate', message, hint }, cursor.keyOffset);
  }
  const shape = readShape(calendarSchema, cursor);
  const fields = hasOneForm(cursor) ? shape : undefined;
  const draft: Draft = { cursor, fields, isUsed: false, calendar: undefined };
  if (first === undefined) drafts.set(name, draft);
  else doubles.push([name, draft]);
}

/** Exactly one form, and what belongs to holidays only beside them. */
function hasOneForm(cursor: Cursor): boolean {
  if (cursor.tree.kind !== 'map') return false;
  const forms = calendarFormNames.flatMap((name) => descend(cursor, name) ?? []);
  const [first, second] = forms.toSorted((a, b) => a.keyOffset - b.keyOffset);
  const names = calendarFormNames.join(', ');
  if (first === undefined) {
    reportAt(cursor, { code: 'form-not-one', message: `a calendar needs one of ${names}` });
    return false;
  }
  if (second !== undefined) {
    const message = `a calendar has only one of ${names}`;
    const hint = 'write two calendars, and a third one that includes both';
    reportAt(second, { code: 'form-not-one', message, hint }, second.keyOffset);
    return false;
  }
  const idle = ['types', 'without'].flatMap((name) => descend(cursor, name) ?? []);
  if (descend(cursor, 'holidays') !== undefined) return true;
  for (const field of idle) {
    const message = `\`${field.path.at(-1)}\` stands beside \`holidays\` only`;
    reportAt(field, { code: 'field-without-effect', message }, field.keyOffset);
  }
  return idle.length === 0;
}

/** Compiles a calendar and, before it, those that it includes; `path` is how it was come to. */
function calendarOf(loading: Loading, name: string, path: readonly string[]): Calendar | undefined {
  const draft = loading.drafts.get(name)!;
  if (draft.calendar === undefined) {
    draft.calendar = null;
    draft.calendar = compileDraft(loading, name, draft, [...path, name]) ?? null;
  }
  return draft.calendar ?? undefined;
}

function compileDraft(
  loading: Loading,
  name: string,
  { cursor, fields }: Draft,
  path: readonly string[],
): Calendar | undefined {
  if (fields === undefined) return undefined;
  const { include, timezone } = fields;
  if (include !== undefined) {
    const list = descend(cursor, 'include')!;
    const parts = include.map((part, index) =>
      included(loading, part, descend(list, index) ?? list, path),
    );
    const good = parts.filter((part) => part !== undefined);
    return good.length === parts.length ? joinCalendars(name, good, timezone) : undefined;
  }
  const form = formOf(loading, fields, cursor);
  return form && compileCalendar(name, form, timezone);
}

function included(
  loading: Loading,
  name: string,
  at: Cursor,
  path: readonly string[],
): Calendar | undefined {
  const draft = loading.drafts.get(name);
  if (draft === undefined) return reportUnknown(loading, name, at);
  draft.isUsed = true;
  const from = path.indexOf(name);
  if (from < 0) return calendarOf(loading, name, path);
  const round = [...path.slice(from), name].join(' → ');
  const message = `this calendar includes itself: ${round}`;
  return void reportAt(at, { code: 'calendar-cycle', message, hint: 'leave one of them out' });
}

function formOf(
  loading: Loading,
  fields: CalendarFields,
  cursor: Cursor,
): CalendarForm | undefined {
  const { holidays: place, types = defaultHolidayTypes, without = [], dates, ics } = fields;
  if (place !== undefined) {
    const isGood = knowsTitles(place, without, cursor);
    return isGood ? { kind: 'holidays', place, types, without } : undefined;
  }
  if (dates !== undefined) return { kind: 'dates', spans: dates };
  const text = ics && loadIcs(ics, descend(cursor, 'ics')!, loading.texts, loading.log);
  return text && { kind: 'ics', ics: text };
}

/** A holiday that is misspelt would stay in force. */
function knowsTitles(place: HolidayPlace, without: readonly string[], cursor: Cursor): boolean {
  if (without.length === 0) return true;
  const list = descend(cursor, 'without')!;
  const known = holidayTitles(place);
  const unknown = [...without.entries()].filter(
    ([, title]) => !known.some((other) => other.toLowerCase() === title.toLowerCase()),
  );
  for (const [index, title] of unknown) {
    const message = `${place.join('-')} has no holiday \`${title}\``;
    const hint = closestHint(title, known);
    reportAt(descend(list, index) ?? list, { code: 'holiday-unknown', message, hint });
  }
  return unknown.length === 0;
}

function reportUnknown({ drafts }: Loading, name: string, at: Cursor): undefined {
  // Not what could not be referred to as it is written.
  const known = [...drafts.keys()].filter((other) => nameSchema.safeParse(other).success);
  const hint = closestHint(name, known);
  const message = `there is no calendar \`${name}\` in any file`;
  reportAt(at, { code: 'calendar-unknown', message, hint });
}

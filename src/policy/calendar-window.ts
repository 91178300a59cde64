// Windows and calendars: those that are open when a calendar has something, and those whose time
// calendars cut.

import { cutOccurrences, occurrencesOfSpans, spansStartingIn } from '../time/cut.ts';
import type { Instant } from '../time/interval.ts';
import type { Occurrences } from '../time/occurrences.ts';
import { union } from '../time/spans.ts';
import type { DateLimits } from '../time/starts.ts';
import { dayMs, wallOf } from '../time/wall.ts';
import type { Zone } from '../time/zone.ts';
import type { Calendar } from './calendar.ts';
import { type Cursor, descend } from './cursor.ts';
import type { CalendarBook } from './load-calendars.ts';
import type { CalendarEvent } from './policy.ts';

/** The times of a calendar that start between two dates, if there are such. */
export function calendarOccurrences(
  calendar: Calendar,
  zone: Zone,
  { from, until }: DateLimits,
): Occurrences {
  const timeline = calendar.timelineIn(zone);
  if (from === undefined && until === undefined) return occurrencesOfSpans(timeline);
  const first = from === undefined ? -Infinity : zone.startInstant(wallOf(from));
  const end = until === undefined ? Infinity : zone.startInstant(wallOf(until) + dayMs);
  return occurrencesOfSpans(spansStartingIn(timeline, first, end));
}

/** The calendars that the field `except` names; undefined when one of them cannot be had. */
export function readExcept(
  names: readonly string[],
  cursor: Cursor,
  book: CalendarBook,
): readonly Calendar[] | undefined {
  const list = descend(cursor, 'except');
  const found = names.map((name, index) => {
    const at = (list && descend(list, index)) ?? list ?? cursor;
    return book.named(name, at);
  });
  const good = found.filter((calendar) => calendar !== undefined);
  return good.length === found.length ? good : undefined;
}

/** A window less the time of some calendars. */
export interface Excepted {
  readonly left: Occurrences;
  /** What cuts an instant out of the window. */
  exceptionsAt(instant: Instant): readonly CalendarEvent[];
}

/** Cuts the time of calendars out of a window. */
export function exceptCalendars(
  whole: Occurrences,
  calendars: readonly Calendar[],
  zone: Zone,
): Excepted {
  if (calendars.length === 0) return { left: whole, exceptionsAt: () => [] };
  const cut = union(calendars.map((calendar) => calendar.timelineIn(zone)));
  return {
    left: cutOccurrences(whole, cut),
    exceptionsAt(instant) {
      if (!whole.timeline.at(instant) || !cut.at(instant)) return [];
      return calendars.flatMap((calendar) => calendar.eventsAt(instant, zone));
    },
  };
}

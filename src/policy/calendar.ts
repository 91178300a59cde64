// Calendars: named sets of times that windows refer to. A calendar has no zone of its own unless it
// says so; then the zone of the window decides when its days begin (POLICY 7), so that one calendar
// is other instants in windows of other zones.

import { onDuring } from '../time/fixed.ts';
import type { Instant } from '../time/interval.ts';
import { occurrencesOf } from '../time/occurrences.ts';
import { intervalOnTheWall } from '../time/series.ts';
import { union } from '../time/spans.ts';
import type { Timeline } from '../time/timeline.ts';
import { dateOfDay, dayOfWall } from '../time/wall.ts';
import { createYearly, type WallSpan } from '../time/yearly.ts';
import type { Zone } from '../time/zone.ts';
import {
  firstHolidayYear,
  type Holiday,
  type HolidayPlace,
  type HolidayType,
  holidaysOf,
  lastHolidayYear,
} from './holidays.ts';
import type { IcsCalendar } from './ics-calendar.ts';
import { timesOfIcs } from './ics-timeline.ts';
import type { CalendarEvent } from './policy.ts';

/** A calendar, compiled. */
export interface Calendar {
  readonly name: string;
  /** When it is on, for a window of this zone. */
  timelineIn(zone: Zone): Timeline;
  /** What is on at an instant, by the innermost calendar that says so. */
  eventsAt(instant: Instant, zone: Zone): readonly CalendarEvent[];
  /** What makes it mean the same as another, for hashes. */
  readonly meaning: object;
  /** Whether its times come from an .ics text, which somebody else may change at any time. */
  readonly isFed: boolean;
}

/** What a form of calendar has to know in one zone. */
interface Times {
  readonly timeline: Timeline;
  /** The titles of what is on; undefined for something without one. */
  titlesAt(instant: Instant): readonly (string | undefined)[];
}

/** What a calendar is made of. */
export type CalendarForm =
  | {
      readonly kind: 'holidays';
      readonly place: HolidayPlace;
      readonly types: readonly HolidayType[];
      readonly without: readonly string[];
    }
  | { readonly kind: 'dates'; readonly spans: readonly WallSpan[] }
  | { readonly kind: 'ics'; readonly ics: IcsCalendar };

/** Compiles a calendar that stands for itself; `zone` is its own, if it has one. */
export function compileCalendar(
  name: string,
  form: CalendarForm,
  zone: Zone | undefined,
): Calendar {
  const timesIn = timesOf(form);
  const known = new Map<string, Times>();
  const lookUp = (windowsZone: Zone): Times => {
    const asked = zone ?? windowsZone;
    const times = known.get(asked.name) ?? timesIn(asked);
    known.set(asked.name, times);
    return times;
  };
  return {
    name,
    timelineIn: (windowsZone) => lookUp(windowsZone).timeline,
    eventsAt: (instant, windowsZone) =>
      lookUp(windowsZone)
        .titlesAt(instant)
        .map((title) => ({ calendar: name, title })),
    meaning: { ...meaningOf(form), zone: zone?.name },
    isFed: form.kind === 'ics',
  };
}

/** A calendar that is on when any of its parts is. */
export function joinCalendars(
  name: string,
  parts: readonly Calendar[],
  zone: Zone | undefined,
): Calendar {
  return {
    name,
    timelineIn: (windowsZone) => union(parts.map((part) => part.timelineIn(zone ?? windowsZone))),
    eventsAt: (instant, windowsZone) =>
      parts.flatMap((part) => part.eventsAt(instant, zone ?? windowsZone)),
    meaning: { include: parts.map(({ meaning }) => meaning), zone: zone?.name },
    isFed: parts.some(({ isFed }) => isFed),
  };
}

function meaningOf(form: CalendarForm): object {
  return form.kind === 'ics' ? { kind: 'ics', times: form.ics.timesDigest } : form;
}

function timesOf(form: CalendarForm): (zone: Zone) => Times {
  switch (form.kind) {
    case 'dates':
      return (zone) => timesOfDates(form.spans, zone);
    case 'holidays':
      return timesOfHolidays(holidaysOf(form.place, form.types), form.without);
    case 'ics':
      return (zone) => {
        const { timeline, eventsAt } = timesOfIcs(form.ics, zone);
        return { timeline, titlesAt: (instant) => eventsAt(instant).map(({ title }) => title) };
      };
  }
}

function timesOfDates(spans: readonly WallSpan[], zone: Zone): Times {
  const intervals = spans.map(({ start, end }) => intervalOnTheWall(start, end, zone));
  const timeline = onDuring(intervals);
  return { timeline, titlesAt: (instant) => (timeline.at(instant) ? [undefined] : []) };
}

function timesOfHolidays(
  listed: (year: number) => readonly Holiday[],
  without: readonly string[],
): (zone: Zone) => Times {
  const left = new Set(without.map((title) => title.toLowerCase()));
  const spansIn = (year: number) =>
    listed(year).filter(({ title }) => !left.has(title.toLowerCase()));
  const series = createYearly({
    firstYear: firstHolidayYear,
    lastYear: lastHolidayYear,
    spansIn,
  });
  return (zone) => ({
    timeline: occurrencesOf(series(zone)).timeline,
    titlesAt(instant) {
      const wall = zone.wallAt(instant);
      const { year } = dateOfDay(dayOfWall(wall));
      return [year - 1, year, year + 1]
        .flatMap(spansIn)
        .filter(({ start, end }) => start <= wall && wall < end)
        .map(({ title }) => title);
    },
  });
}

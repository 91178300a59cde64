// The dates and times of iCalendar (RFC 5545 3.3.4, 3.3.5): a day, or a wall time in a zone, in UTC
// or in whatever zone the reader is in ("floating").

import { dayMs, dayOfDate, hourMs, isRealDate, minuteMs, type Wall, wallOf } from '../time/wall.ts';
import type { Zone } from '../time/zone.ts';
import type { IcsProperty } from './ics-property.ts';
import { utc, zoneOfTzid } from './ics-zone.ts';

/** Whose clock a wall time is read on; undefined when it is the reader's. */
export type IcsClock = Zone | undefined;

/** A day of the calendar, or a time on a clock. */
export type Moment =
  | { readonly kind: 'day'; readonly day: number }
  | { readonly kind: 'time'; readonly wall: Wall; readonly clock: IcsClock };

/** What reading a part of an event comes to; the message is a sentence without a full stop. */
export type IcsReading<T> = { readonly value: T } | { readonly message: string };

/** Reads the dates or times of a property, in one zone for all. */
export function readMoments(property: IcsProperty): IcsReading<Moment[]> {
  const clock = clockOf(property);
  if ('message' in clock) return clock;
  const moments: Moment[] = [];
  for (const value of property.values) {
    const moment = readMoment(String(value), clock.value);
    if ('message' in moment) return moment;
    moments.push(moment.value);
  }
  return moments.length > 0 ? { value: moments } : { message: 'a date is missing' };
}

/** The clock that a property's times are read on, but for those that end with `Z`. */
export function clockOf({ params, type }: IcsProperty): IcsReading<IcsClock> {
  const { tzid } = params;
  if (tzid === undefined || type === 'date') return { value: undefined };
  const zone = zoneOfTzid(String(tzid));
  return zone === undefined
    ? { message: `the time zone \`${String(tzid).slice(0, 60)}\` is not known` }
    : { value: zone };
}

const shape = /^(\d{4})-(\d{2})-(\d{2})(?:T(\d{2}):(\d{2}):(\d{2})(Z?))?$/;

/** Reads `2026-01-01` or `2026-01-01T02:00:00`, with or without `Z`. */
export function readMoment(text: string, clock: IcsClock): IcsReading<Moment> {
  const match = shape.exec(text);
  if (match === null) return { message: `\`${text.slice(0, 40)}\` is no date or time` };
  const [year, month, day, hour, minute, second] = match.slice(1, 7).map(Number);
  const date = { year: year!, month: month!, day: day! };
  if (!isRealDate(date)) return { message: `the date ${text.slice(0, 10)} does not exist` };
  if (match[4] === undefined) return { value: { kind: 'day', day: dayOfDate(date) } };
  // The 60th second is a leap second: epoch time has none, and gives it to the next minute.
  if (hour! > 23 || minute! > 59 || second! > 60) {
    return { message: `the time ${text.slice(11)} does not exist` };
  }
  const wall = wallOf(date) + hour! * hourMs + minute! * minuteMs + second! * 1000;
  return { value: { kind: 'time', wall, clock: match[7] === 'Z' ? utc : clock } };
}

/** The wall time of a moment in an event's own zone; of a day its midnight. */
export function wallIn(moment: Moment, zone: Zone): Wall {
  if (moment.kind === 'day') return moment.day * dayMs;
  const { wall, clock } = moment;
  if (clock === undefined || clock.name === zone.name) return wall;
  return zone.wallAt(clock.startInstant(wall));
}

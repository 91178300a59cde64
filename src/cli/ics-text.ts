// Windows as a calendar that people subscribe to (RFC 5545). Times are in UTC, which needs no
// definitions of zones and leaves it to each reader's calendar to show them on the reader's wall.

import type { Instant, Interval } from '../time/interval.ts';

/** One event of the calendar. */
export interface CalendarEntry extends Interval {
  /** The same for the same event, whenever it is printed: calendars update what they know by it. */
  readonly uid: string;
  readonly summary: string;
  readonly description: string;
  readonly category: string;
}

/** A calendar, complete; `now` stamps its events. */
export function calendarText(entries: readonly CalendarEntry[], now: Instant): string {
  const lines = [
    'BEGIN:VCALENDAR',
    'VERSION:2.0',
    'PRODID:-//Curfew//Windows of policies//EN',
    'CALSCALE:GREGORIAN',
    // What to call it and how often to look again: RFC 7986, and what came before it.
    'NAME:Curfew',
    'X-WR-CALNAME:Curfew',
    'REFRESH-INTERVAL;VALUE=DURATION:PT1H',
    'X-PUBLISHED-TTL:PT1H',
    ...(entries.length === 0 ? NOTHING : entries.flatMap((entry) => eventLines(entry, now))),
    'END:VCALENDAR',
  ];
  return lines.map((line) => `${fold(line)}\r\n`).join('');
}

/** A calendar has one component at least (3.6); this one says nothing. */
const NOTHING = [
  'BEGIN:VTIMEZONE',
  'TZID:UTC',
  'BEGIN:STANDARD',
  'DTSTART:19700101T000000',
  'TZOFFSETFROM:+0000',
  'TZOFFSETTO:+0000',
  'END:STANDARD',
  'END:VTIMEZONE',
];

function eventLines(entry: CalendarEntry, now: Instant): string[] {
  const { uid, start, end, summary, description, category } = entry;
  return [
    'BEGIN:VEVENT',
    `UID:${escapeText(uid)}`,
    `DTSTAMP:${utc(now)}`,
    `DTSTART:${utc(start)}`,
    `DTEND:${utc(end)}`,
    `SUMMARY:${escapeText(summary)}`,
    ...(description === '' ? [] : [`DESCRIPTION:${escapeText(description)}`]),
    `CATEGORIES:${escapeText(category)}`,
    // Nobody is busy because a sync rests.
    'TRANSP:TRANSPARENT',
    'END:VEVENT',
  ];
}

/** `20261101T053000Z` (3.3.5, form 2); a part of a second is left out. */
function utc(at: Instant): string {
  return `${new Date(at).toISOString().slice(0, 19).replace(/[-:]/g, '')}Z`;
}

/** A value of type TEXT (3.3.11). Control characters have no place in it (3.1). */
function escapeText(text: string): string {
  return text
    .replace(/[\\;,]/g, '\\$&')
    .replace(/\r\n|\r|\n/g, '\\n')
    .replace(/\p{Cc}/gu, ' ');
}

/** Octets of a line without its break (3.1); the space that a continuation begins with counts. */
const OCTETS_MAX = 75;

/** Breaks a long line between characters, each further line beginning with a space. */
function fold(line: string): string {
  let folded = '';
  let octets = 0;
  for (const character of line) {
    const size = Buffer.byteLength(character);
    if (octets + size > OCTETS_MAX) {
      folded += '\r\n ';
      octets = 1;
    }
    folded += character;
    octets += size;
  }
  return folded;
}

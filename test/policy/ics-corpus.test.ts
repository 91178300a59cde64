// iCalendar texts in test/policy/ics, each named by what is special about it. Beside each lies an
// `.expected` file: a line for each refused event, and the times of the others in 2026 as a window
// in New York has them, in UTC.

import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { readIcs } from '../../src/policy/ics-calendar.ts';
import { timesOfIcs } from '../../src/policy/ics-timeline.ts';
import { zoneOf } from '../../src/time/zone.ts';

const folder = new URL('./ics/', import.meta.url);
const names = readdirSync(folder)
  .filter((file) => file.endsWith('.ics'))
  .map((file) => file.replace(/\.ics$/, ''));

const read = (file: string) => readFileSync(new URL(file, folder), 'utf8');
const year = { from: Date.UTC(2026, 0, 1), to: Date.UTC(2027, 0, 1) };

/** What a text comes to, in the form of an `.expected` file. */
function told(text: string, zoneName = 'America/New_York'): string[] {
  const ics = readIcs(text);
  if ('fault' in ics) return [`no calendar, line ${ics.fault.line}: ${ics.fault.message}`];
  const { timeline, eventsAt } = timesOfIcs(ics, zoneOf(zoneName));
  const utc = (instant: number) => new Date(instant).toISOString().replace(/:00\.000Z$/, 'Z');
  const times = [...timeline.segments(year.from, year.to)]
    .filter(({ on }) => on)
    .map(({ start, end }) => {
      const titles = eventsAt(start).map(({ title }) => title);
      return `${utc(start)}/${utc(end)} ${titles.join(', ')}`;
    });
  const refusals = ics.refusals.map(({ line, message }) => `refused, line ${line}: ${message}`);
  return [...refusals, ...times];
}

describe('S44: an iCalendar text means what its .expected file says:', () => {
  it.each(names)('%s', (name) => {
    const expected = read(`${name}.expected`).split('\n').filter(Boolean);
    expect(told(read(`${name}.ics`))).toEqual(expected);
  });

  it('there are texts for everything that is told apart', () => {
    expect(names.length).toBeGreaterThan(30);
  });
});

describe('S44: floating times and whole days', () => {
  it('are those of the zone that asks, and other times are not', () => {
    expect(told(read('floating.ics'), 'Asia/Tokyo')).toEqual([
      '2026-02-28T17:00Z/2026-02-28T21:00Z By the clock of whoever asks',
    ]);
    expect(told(read('all-day-across-clock-changes.ics'), 'UTC')).toEqual([
      '2026-03-08T00:00Z/2026-03-09T00:00Z 23 hours',
      '2026-11-01T00:00Z/2026-11-02T00:00Z 25 hours',
    ]);
    for (const name of ['utc', 'tzid', 'windows-zones']) {
      expect(told(read(`${name}.ics`), 'Asia/Tokyo')).toEqual(told(read(`${name}.ics`)));
    }
  });
});

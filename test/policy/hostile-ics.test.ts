import { readdirSync, readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readIcs } from '../../src/policy/ics-calendar.ts';
import { icsBytesMax } from '../../src/policy/ics-texts.ts';
import { timesOfIcs } from '../../src/policy/ics-timeline.ts';
import { zoneOf } from '../../src/time/zone.ts';

const zone = zoneOf('Europe/Berlin');
const now = Date.UTC(2026, 0, 1);

/** Reads a text and asks of it what a daemon asks. */
function use(text: string) {
  const ics = readIcs(text);
  if ('fault' in ics) return ics;
  const times = timesOfIcs(ics, zone);
  let at = now;
  for (let edges = 0; edges < 20; edges++) at = times.timeline.nextBoundary(at) ?? at;
  times.timeline.previousBoundary(now);
  times.eventsAt(now);
  times.countAfter(now);
  return ics;
}

const event = (...lines: string[]) => `BEGIN:VEVENT\n${lines.join('\n')}\nEND:VEVENT\n`;
const calendar = (body: string) => `BEGIN:VCALENDAR\nVERSION:2.0\n${body}END:VCALENDAR\n`;
/** As many as a text may hold. */
const full = (text: string) => text.repeat(Math.floor(icsBytesMax / text.length));

describe('S44: a hostile iCalendar text', () => {
  it.each([
    ['nothing', '', 1, 'this is no iCalendar text'],
    ['a web page', '<!doctype html>\n<html>', 1, 'this is no iCalendar text'],
    ['an event alone', event('DTSTART:20260101T000000Z'), 1, 'this is no iCalendar text'],
    ['something behind its end', `${calendar('')}\nmore`, 5, 'this is no iCalendar text'],
    ['the first half of one', calendar('').slice(0, 20), 2, '`END:VCALENDAR` is missing'],
    ['ends that are crossed', 'BEGIN:VCALENDAR\nBEGIN:VEVENT\nEND:VCALENDAR', 3, 'ends nothing'],
    ['parts without end', full('BEGIN:VCALENDAR\n'), 11, 'nested too deeply'],
    [
      'a million events',
      calendar(full(event('DTSTART:20260101'))),
      60_005,
      'more than 20000 events',
    ],
    [
      'very many events that come back',
      calendar(event('DTSTART;VALUE=DATE:20260101', 'RRULE:FREQ=DAILY').repeat(501)),
      2003,
      'more than 500 events that come back',
    ],
    [
      'very many dates',
      calendar(
        event(
          'DTSTART:20260301T000000Z',
          'DURATION:PT1H',
          ...Array(3).fill(`RDATE:20260302T000000Z${',20260302T000000Z'.repeat(9_000)}`),
        ),
      ),
      3,
      'more than 20000 dates',
    ],
    ['a NUL', calendar(event('DTSTART:20260101', 'SUMMARY:a\0b')), 5, 'U+0000'],
  ])('is refused for %s', (_, text, line, message) => {
    expect(use(text)).toEqual({ fault: { line, message: expect.stringContaining(message) } });
  });

  it.each([
    ['parameters without end', `EXDATE${full(';A=B')}:20260101T000000Z`],
    ['a thousand parameters', `EXDATE${';A=B'.repeat(1_000)}:20260101T000000Z`],
    ['parameters that never close', `EXDATE;A="${full('x')}`],
    ['a million exceptions', `EXDATE;VALUE=DATE:20260101${full(',20260101')}`],
    ['a million dates', `RDATE:20260101T000000Z${full(',20260102T000000Z')}`],
    ['a list of values without end', `EXDATE:${full('20260101T000000Z,')}`],
    ['a very long word', `EXDATE:${full('9')}`],
    ['a thousand million days', 'RRULE:FREQ=DAILY;COUNT=1000000000'],
    ['all days, hours and seconds', `RRULE:FREQ=YEARLY;BYSECOND=${full('1,')}`],
  ])('keeps its other events when one has %s', (_, line) => {
    const good = event('UID:good', 'DTSTART:20260301T000000Z', 'DURATION:PT1H');
    const bad = event('UID:bad', 'DTSTART:20260302T000000Z', 'DURATION:PT1H', line);
    const ics = use(calendar(bad + good));
    if ('fault' in ics) throw new Error(ics.fault.message);
    expect(ics.happenings).toHaveLength(1);
    expect(ics.refusals).toHaveLength(1);
    expect(ics.refusals[0]!.message.length).toBeLessThan(300);
  });

  it.each([
    ['a line folded a million times', `DESCRIPTION:${full('\n x')}`],
    ['ten thousand exceptions', `EXDATE;VALUE=DATE:20260101${',20260101'.repeat(9_999)}`],
    ['ten thousand dates', `RDATE:20260101T000000Z${',20260102T000000Z'.repeat(9_999)}`],
    ['a title of five megabytes', `SUMMARY:${full('long ')}`],
  ])('is read all the same when it has %s', (_, line) => {
    const start = ['DTSTART:20260301T000000Z', 'DURATION:PT1H'];
    const ics = use(calendar(event(...start, line)));
    expect(ics).toMatchObject({ refusals: [], happenings: [{}] });
  });

  it('may have five hundred rules of the most laborious kinds', () => {
    const rules = [
      'FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=29;BYDAY=MO',
      'FREQ=YEARLY;BYYEARDAY=-366;INTERVAL=7',
      'FREQ=MONTHLY;BYDAY=FR;BYMONTHDAY=13;BYMONTH=1',
      'FREQ=DAILY;INTERVAL=99999',
      'FREQ=WEEKLY;BYDAY=MO,TU,WE,TH,FR;COUNT=10000',
      'FREQ=YEARLY;BYWEEKNO=53;BYDAY=SU',
      'FREQ=MONTHLY;BYDAY=MO,TU,WE;BYSETPOS=-1,2;BYHOUR=1,2,3',
      'FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=30',
    ];
    const events = Array.from({ length: 500 }, (_, index) =>
      event(
        `DTSTART:19${70 + (index % 30)}0105T0${index % 10}0000Z`,
        'DURATION:PT1H',
        `RRULE:${rules[index % rules.length]}`,
      ),
    );
    expect(use(calendar(events.join('')))).toMatchObject({ refusals: [] });
  });
});

const folder = new URL('./ics/', import.meta.url);
const texts = readdirSync(folder)
  .filter((name) => name.endsWith('.ics'))
  .map((name) => readFileSync(new URL(name, folder), 'utf8'));

const snippets = [
  ...['\n', '\r', ' ', '\t', ';', ':', ',', '"', '=', '/', '-', 'Z', 'T', '\u0000', '\ufeff', '😀'],
  ...['BEGIN:VEVENT\n', 'END:VEVENT\n', 'END:VCALENDAR\n', 'RRULE:FREQ=', 'BYDAY=', ';TZID='],
  ...['99999999', '00000000', '20260230', 'T250000', 'PT', 'P9999999999W', '-P1D', '=0', '\\'],
  ...[
    'VALUE=PERIOD:',
    'VALUE=DATE:',
    'RECURRENCE-ID',
    'RANGE=THISANDFUTURE',
    '__proto__',
    '16010101',
  ],
];
const mutation = fc.record({
  at: fc.double({ min: 0, max: 1, noNaN: true }),
  cut: fc.nat({ max: 20 }),
  put: fc.oneof(fc.constantFrom(...snippets), fc.string({ unit: 'binary', maxLength: 4 })),
});
/** More runs with `CURFEW_RUNS=20000`. */
const numRuns = Number(process.env.CURFEW_RUNS ?? 1_000);

describe('S44: a mutated iCalendar text', () => {
  it('never throws, and its faults and refusals lie inside of it', () => {
    fc.assert(
      fc.property(
        fc.constantFrom(...texts),
        fc.array(mutation, { minLength: 1, maxLength: 5 }),
        (text, mutations) => {
          const mutated = mutations.reduce((before, { at, cut, put }) => {
            const index = Math.floor(at * before.length);
            return before.slice(0, index) + put + before.slice(index + cut);
          }, text);
          const ics = use(mutated);
          const lines = mutated.split('\n').length;
          const places = 'fault' in ics ? [ics.fault] : ics.refusals;
          for (const { line, message } of places) {
            expect(line).toBeGreaterThan(0);
            expect(line).toBeLessThanOrEqual(lines);
            expect(message).toMatch(/^[^\n]*[^.\n]$/);
          }
        },
      ),
      { numRuns },
    );
  });
});

import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import fc from 'fast-check';
import ICAL from 'ical.js';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type CalendarEntry, calendarText } from '../../src/cli/ics-text.ts';
import { type TemporaryFolder, temporaryFolder } from '../support/guard.ts';
import { curfew } from './curfew.ts';

const NOW = Date.UTC(2026, 10, 1, 5, 30, 12, 345);
const HOUR = 3_600_000;

function entry(fields: Partial<CalendarEntry> = {}): CalendarEntry {
  return {
    uid: 'abc@curfew',
    start: NOW,
    end: NOW + HOUR,
    summary: 'nightly pauses its syncs',
    description: 'The warehouse rests.',
    category: 'pause',
    ...fields,
  };
}

/** The events as another program reads them. */
function parsed(text: string) {
  const events = new ICAL.Component(ICAL.parse(text)).getAllSubcomponents('vevent');
  return events.map((component) => {
    const event = new ICAL.Event(component);
    return {
      uid: event.uid,
      summary: event.summary,
      description: event.description,
      start: event.startDate.toJSDate().toISOString(),
      end: event.endDate.toJSDate().toISOString(),
      zone: event.startDate.zone?.tzid,
      names: component.getAllProperties().map(({ name }) => name),
    };
  });
}

/** What RFC 5545 asks of every line and of the whole (3.1, 3.4, 3.6, 3.6.1). */
function expectRules(text: string): void {
  expect(text.endsWith('\r\n')).toBe(true);
  const lines = text.slice(0, -2).split('\r\n');
  for (const line of lines) {
    expect(Buffer.byteLength(line)).toBeLessThanOrEqual(75);
    // biome-ignore lint/suspicious/noControlCharactersInRegex: these are what must not be there
    expect(line).not.toMatch(/[\u0000-\u0008\u000a-\u001f\u007f]/);
    expect(line).not.toBe('');
  }
  const unfolded = text.replaceAll('\r\n ', '').split('\r\n').slice(0, -1);
  for (const line of unfolded) expect(line).toMatch(/^[A-Z0-9-]+(;[A-Z-]+=[A-Z]+)*:/);
  expect(unfolded[0]).toBe('BEGIN:VCALENDAR');
  expect(unfolded.at(-1)).toBe('END:VCALENDAR');
  for (const name of ['VERSION:2.0', 'PRODID:-//Curfew//Windows of policies//EN']) {
    expect(unfolded.filter((line) => line === name)).toHaveLength(1);
  }
  const events = unfolded.join('\n').match(/BEGIN:VEVENT\n(?:.*\n)*?END:VEVENT/g) ?? [];
  for (const event of events) {
    for (const name of ['UID', 'DTSTAMP', 'DTSTART', 'DTEND', 'SUMMARY']) {
      expect(event.match(new RegExp(`^${name}:`, 'gm')), name).toHaveLength(1);
    }
    for (const [, time] of event.matchAll(/^DT\w+:(.*)$/gm)) expect(time).toMatch(/^\d{8}T\d{6}Z$/);
  }
  const uids = unfolded.filter((line) => line.startsWith('UID:'));
  expect(new Set(uids).size).toBe(uids.length);
  expect(unfolded.some((line) => /^BEGIN:V(EVENT|TIMEZONE)$/.test(line))).toBe(true);
}

describe('a calendar of windows', () => {
  it('is read back by another program, in UTC and to the second', () => {
    const text = calendarText([entry()], NOW);
    expectRules(text);
    expect(parsed(text)).toEqual([
      {
        uid: 'abc@curfew',
        summary: 'nightly pauses its syncs',
        description: 'The warehouse rests.',
        start: '2026-11-01T05:30:12.000Z',
        end: '2026-11-01T06:30:12.000Z',
        zone: 'UTC',
        names: [
          ...['uid', 'dtstamp', 'dtstart', 'dtend', 'summary', 'description', 'categories'],
          'transp',
        ],
      },
    ]);
  });

  it('says nothing where nothing is to say, and is still a calendar', () => {
    const text = calendarText([], NOW);
    expectRules(text);
    expect(parsed(text)).toEqual([]);
    const silent = calendarText([entry({ description: '' })], NOW);
    expect(parsed(silent)[0]!.names).not.toContain('description');
  });

  it('keeps what people write, and breaks lines between characters', () => {
    const description = `Ab 22:00; ${'Wartung für „Snowflake“, '.repeat(8)}\nC:\\new 😀`;
    const text = calendarText([entry({ description })], NOW);
    expectRules(text);
    expect(parsed(text)[0]!.description).toBe(description);
    expect(text).toContain('\r\n ');
  });

  it('is valid and true whatever people write', () => {
    const words = fc.string({ unit: 'grapheme', maxLength: 200 });
    fc.assert(
      fc.property(words, words, (summary, description) => {
        const text = calendarText([entry({ summary, description })], NOW);
        expectRules(text);
        const plain = (written: string) =>
          written.replace(/\r\n?/g, '\n').replace(/[^\P{Cc}\n]/gu, ' ');
        const [event] = parsed(text);
        expect(event!.summary).toBe(plain(summary));
        expect(event!.description ?? '').toBe(plain(description));
      }),
    );
  });
});

describe('curfew windows --format ics', () => {
  let folder: TemporaryFolder;
  beforeAll(async () => {
    folder = await temporaryFolder('ics');
    await mkdir(join(folder.path, 'policies'));
    await writeFile(
      join(folder.path, 'policies/a.yaml'),
      `version: 1
timezone: America/New_York
policies:
  nightly:
    description: "The warehouse rests, as agreed;\\n see the ticket."
    ticket: OPS-1
    select: { all: true }
    pause: { during: [{ daily: "01:30-03:00" }, { daily: "01:30-02:00" }] }
  books:
    select: { all: true }
    mode: observe
    allow_always: true
    protect: { during: [{ daily: "00:00-24:00" }] }
`,
    );
  });
  afterAll(() => folder.remove());

  const windows = async (args: string) => {
    const ran = await curfew(['windows', ...args.split(' '), '--format', 'ics'], {}, folder.path);
    expect([ran.exitCode, ran.stderr]).toEqual([0, '']);
    expectRules(ran.stdout);
    return ran.stdout;
  };

  it('D5: prints each pause as an event, an hour longer when the clock goes back', async () => {
    const text = await windows('nightly --from 2026-10-31 --to 2026-11-02');
    expect(parsed(text)).toMatchObject([
      { start: '2026-10-31T05:30:00.000Z', end: '2026-10-31T07:00:00.000Z' },
      {
        start: '2026-11-01T05:30:00.000Z',
        end: '2026-11-01T08:00:00.000Z',
        summary: 'nightly pauses its syncs',
        description: 'The warehouse rests, as agreed;\n see the ticket.\nOPS-1',
      },
    ]);
  });

  it('gives an event the same name whenever it is printed', async () => {
    const uids = async (args: string) => parsed(await windows(args)).map(({ uid }) => uid);
    const early = await uids('nightly --from 2026-10-31 --to 2026-11-02');
    const late = await uids('nightly --from 2026-11-01 --to 2026-11-03');
    expect(late[0]).toBe(early[1]);
    expect(late).not.toContain(early[0]);
    const raw = await uids('nightly --raw --from 2026-10-31 --to 2026-11-01');
    expect(new Set(raw).size).toBe(2);
  });

  it('shows a quarter when nobody says until when', async () => {
    const nights = parsed(await windows('nightly --from 2026-06-01'));
    expect(nights).toHaveLength(90);
  });

  it('cuts at the range what never ends', async () => {
    const [always] = parsed(await windows('books --from 2026-06-01 --to 2026-06-02'));
    expect(always).toMatchObject({
      summary: 'books protects its syncs (only observes)',
      start: '2026-06-01T04:00:00.000Z',
      end: '2026-06-02T04:00:00.000Z',
    });
  });
});

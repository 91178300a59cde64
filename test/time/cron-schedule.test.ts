import { CronExpressionParser } from 'cron-parser';
import { describe, expect, it } from 'vitest';
import { parseCron } from '../../src/time/cron-schedule.ts';
import { formatInZone } from '../../src/time/instant.ts';
import { compileRecurrence } from '../../src/time/recurrence.ts';
import { dayMs } from '../../src/time/wall.ts';
import { zoneOf } from '../../src/time/zone.ts';
import { cronCorpus } from './cron-corpus.ts';

/** Zones that have not changed their clocks for long: cron-parser's iteration can be trusted. */
const steadyZones = [
  'Asia/Tokyo',
  'UTC',
  'Asia/Kolkata',
  'America/Phoenix',
  'Africa/Lagos',
  'Australia/Brisbane',
  'Pacific/Honolulu',
];
/** Before leap days, after them, and across the end of a year. */
const begins = [
  Date.UTC(2026, 11, 20),
  Date.UTC(2024, 1, 10),
  Date.UTC(2019, 5, 29),
  Date.UTC(2027, 9, 3),
];
const limit = 25;

function ours(expression: string, zoneName = 'UTC', from = begins[0]!, count = limit): number[] {
  const reading = parseCron(expression);
  if ('fault' in reading) throw new Error(`${expression}: ${reading.fault.message}`);
  const recurrence = { kind: 'cron', schedule: reading.value, forMs: 1000 } as const;
  const starts: number[] = [];
  for (const { start } of compileRecurrence(recurrence, zoneOf(zoneName)).occurrences(from)) {
    if (starts.push(start) === count) break;
  }
  return starts;
}

function theirs(expression: string, zoneName: string, from: number, count = limit): number[] {
  const iterator = CronExpressionParser.parse(expression, {
    tz: zoneName,
    // It looks strictly after its date; ours includes an occurrence that is still on.
    currentDate: from - 1000,
  });
  return Array.from({ length: count }, () => iterator.next().getTime());
}

describe('a cron expression', () => {
  it(`means what cron-parser says, in ${cronCorpus.length} cases`, () => {
    expect(cronCorpus.length).toBeGreaterThan(300);
    cronCorpus.forEach((expression, index) => {
      const zone = steadyZones[index % steadyZones.length]!;
      const from = begins[index % begins.length]!;
      const name = [expression, zone, new Date(from).toISOString()];
      expect([...name, ours(expression, zone, from)]).toEqual([
        ...name,
        theirs(expression, zone, from),
      ]);
    });
  });

  it('ORs its two day fields when both are restricted (S16)', () => {
    const reading = parseCron('0 0 13 * 5');
    if ('fault' in reading) throw new Error(reading.fault.message);
    expect(reading.value).toMatchObject({ monthDays: { days: [13] }, weekdays: { days: [5] } });
    const onlyOne = parseCron('0 0 13 * *');
    expect('value' in onlyOne && onlyOne.value.weekdays).toBe(undefined);
  });

  it.each([
    ['', 0, 'five fields are wanted'],
    ['0 0 * *', 7, 'five fields are wanted'],
    ['0 0 0 * * *', 10, 'five fields are wanted'],
    ['@daily', 6, 'five fields are wanted'],
    ['60 0 * * *', 0, 'minute: '],
    ['0 24 * * *', 2, 'hour: '],
    ['0 0 32 * *', 4, 'day of month: '],
    ['0 0 * 13 *', 6, 'month: '],
    ['0  0 * * 8', 9, 'day of week: '],
    ['0 0 * * mox', 8, 'day of week: '],
    ['5-1 0 * * *', 0, 'minute: '],
    ['H 0 * * *', 0, '`H` is not a time'],
    ['0 H(1-4) * * *', 2, '`H` is not a time'],
    ['0 0 * * 1#6', 8, 'day of week: '],
    ['0 0 LW * *', 4, 'day of month: '],
  ])('cannot be %j: the fault is at %i', (text, index, message) => {
    const fault = { index, message: expect.stringContaining(message) };
    expect(parseCron(text)).toEqual({ fault });
  });

  it('may name a date that does not exist: it has no occurrences (S13)', () => {
    expect(ours('0 0 30 2 *')).toEqual([]);
    expect(ours('0 * 31 4,6 *')).toEqual([]);
  });
});

/** The starts of one day on the wall, as `02:30+11:00`. */
function ofDay(zoneName: string, date: string, list: (from: number) => number[]): string[] {
  const zone = zoneOf(zoneName);
  const [from, to] = [0, dayMs].map((more) => zone.startInstant(Date.parse(date) + more));
  const starts = list(from!).filter((start) => start < to!);
  return starts.map((start) => formatInZone(start, zoneName).slice(11));
}

// Where the clock changes cron-parser moves a skipped time by the length of the gap, may lose one
// beside a skipped one, and where a change is not of an hour gives the repeated time twice or
// nothing at all. Here each time on the wall starts one window, at the jump when it is skipped and
// in the first pass when it is repeated (POLICY 6, and 4).
const differences: readonly (readonly [
  zone: string,
  date: string,
  expression: string,
  ours: readonly string[],
])[] = [
  ['America/New_York', '2026-03-08', '30 2 * * *', ['03:00-04:00']],
  ['America/New_York', '2026-03-08', '15 2,3 * * *', ['03:00-04:00', '03:15-04:00']],
  ['Europe/Berlin', '2026-03-29', '15 2,3 * * *', ['03:00+02:00', '03:15+02:00']],
  ['Australia/Lord_Howe', '2026-10-04', '15 2,3 * * *', ['02:30+11:00', '03:15+11:00']],
  ['Australia/Lord_Howe', '2026-04-05', '15 2,3 * * *', ['02:15+10:30', '03:15+10:30']],
  ['Antarctica/Troll', '2026-03-29', '30 1 * * *', ['03:00+02:00']],
  ['Antarctica/Troll', '2026-10-25', '30 2 * * *', ['02:30+02:00']],
  ['Antarctica/Troll', '2026-10-25', '15 2,3 * * *', ['02:15+02:00', '03:15+00:00']],
  ['America/Santiago', '2026-09-06', '10 0-2 * * *', ['01:00-03:00', '01:10-03:00', '02:10-03:00']],
];

describe('a cron expression at a clock change (POLICY 6)', () => {
  it.each(differences)('is read by our rule, not by cron-parser: %s %s %s', (...row) => {
    const [zone, date, expression, wanted] = row;
    expect(ofDay(zone, date, (from) => ours(expression, zone, from))).toEqual(wanted);
    const them = () =>
      ofDay(zone, date, (from) => theirs(expression, zone, from, wanted.length + 1));
    const said = (() => {
      try {
        return them();
      } catch (error) {
        return String(error);
      }
    })();
    expect(said).not.toEqual(wanted);
  });

  it('in every hour fires in every real one: in both passes of half an hour', () => {
    const list = (from: number) => ours('*/30 * * * *', 'Australia/Lord_Howe', from, 60);
    const starts = ofDay('Australia/Lord_Howe', '2026-04-05', list);
    expect(starts.slice(2, 6)).toEqual([
      '01:00+11:00',
      '01:30+11:00',
      '01:30+10:30',
      '02:00+10:30',
    ]);
    expect(starts).toHaveLength(49);
    expect(ofDay('Australia/Lord_Howe', '2026-10-04', list)).toHaveLength(47);
  });
});

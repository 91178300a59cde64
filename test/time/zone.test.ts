import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseInstant } from '../../src/time/instant.ts';
import { dayMs, formatWall, hourMs, type Wall } from '../../src/time/wall.ts';
import { zoneOf } from '../../src/time/zone.ts';
import { jumpsOf } from './oracle.ts';
import { propertyRuns } from './property-runs.ts';

const newYork = zoneOf('America/New_York');

function at(text: string): number {
  const reading = parseInstant(text);
  if ('fault' in reading) throw new Error(reading.fault.message);
  return reading.value;
}

/** A wall time is written as if it were in UTC. */
function wall(text: string): Wall {
  return at(`${text}Z`);
}

describe('a wall time as a start and as an end (POLICY 4)', () => {
  it('is one instant on an ordinary day', () => {
    expect(newYork.startInstant(wall('2026-07-01T12:00'))).toBe(at('2026-07-01T12:00-04:00'));
    expect(newYork.endInstant(wall('2026-07-01T12:00'))).toBe(at('2026-07-01T12:00-04:00'));
  });

  it('is the jump in a gap (D1, D2)', () => {
    for (const time of ['02:00', '02:30', '02:59', '03:00']) {
      const inGap = wall(`2026-03-08T${time}`);
      expect(newYork.startInstant(inGap)).toBe(at('2026-03-08T07:00Z'));
      expect(newYork.endInstant(inGap)).toBe(at('2026-03-08T07:00Z'));
      expect(newYork.isInGap(inGap)).toBe(time !== '03:00');
    }
    expect(newYork.gapAt(wall('2026-03-08T02:30'))).toEqual({
      start: wall('2026-03-08T02:00'),
      end: wall('2026-03-08T03:00'),
      instant: at('2026-03-08T07:00Z'),
    });
  });

  it('is the first pass as a start and the second as an end when it is repeated (D4, D5)', () => {
    const repeated = wall('2026-11-01T01:30');
    expect(newYork.startInstant(repeated)).toBe(at('2026-11-01T01:30-04:00'));
    expect(newYork.endInstant(repeated)).toBe(at('2026-11-01T01:30-05:00'));
    // Two o'clock is shown once, one o'clock twice; but as an end one o'clock comes first.
    expect(newYork.startInstant(wall('2026-11-01T02:00'))).toBe(at('2026-11-01T02:00-05:00'));
    expect(newYork.endInstant(wall('2026-11-01T01:00'))).toBe(at('2026-11-01T01:00-04:00'));
  });

  it.each([
    ['Australia/Lord_Howe', '2026-10-04T02:15', '2026-10-03T15:30Z', 30],
    ['Antarctica/Troll', '2026-03-29T02:30', '2026-03-29T01:00Z', 120],
    ['America/Santiago', '2026-09-06T00:30', '2026-09-06T04:00Z', 60],
    ['Asia/Beirut', '2026-03-29T00:00', '2026-03-28T22:00Z', 60],
    ['Pacific/Apia', '2011-12-30T12:00', '2011-12-30T10:00Z', 1440],
  ])('knows the gap of %s at %s (D8)', (name, inGap, jump, minutes) => {
    const zone = zoneOf(name);
    const gap = zone.gapAt(wall(inGap))!;
    expect(gap.instant).toBe(at(jump));
    expect(gap.end - gap.start).toBe(minutes * 60_000);
    expect(zone.startInstant(wall(inGap))).toBe(at(jump));
    expect(zone.endInstant(wall(inGap))).toBe(at(jump));
    expect(formatWall(zone.wallAt(at(jump)))).toBe(formatWall(gap.end));
  });
});

const zones = [
  'America/New_York',
  'Australia/Lord_Howe',
  'Antarctica/Troll',
  'America/Santiago',
  'Asia/Beirut',
  'Pacific/Apia',
  'Asia/Gaza',
  'UTC',
  ...Intl.supportedValuesOf('timeZone').filter((_, index) => index % 29 === 0),
];

describe('the table of a zone', () => {
  it('agrees with Intl at any instant of a century', () => {
    const instant = fc.integer({ min: Date.UTC(1950, 0), max: Date.UTC(2060, 0) });
    fc.assert(
      fc.property(fc.constantFrom(...zones), instant, (name, any) => {
        const second = Math.floor(any / 1000) * 1000;
        expect(zoneOf(name).wallAt(second)).toBe(intlWall(name, second));
      }),
      { numRuns: propertyRuns },
    );
  });

  it('maps walls to instants and back without losing order', () => {
    const instant = fc.integer({ min: Date.UTC(2000, 0), max: Date.UTC(2040, 0) });
    fc.assert(
      fc.property(fc.constantFrom(...zones), instant, fc.nat(5 * dayMs), (name, any, later) => {
        const zone = zoneOf(name);
        const wallNow = zone.wallAt(any);
        expect(zone.startInstant(wallNow)).toBeLessThanOrEqual(any);
        expect(zone.endInstant(wallNow)).toBeGreaterThanOrEqual(any);
        expect(zone.startInstant(wallNow + later)).toBeGreaterThanOrEqual(
          zone.startInstant(wallNow),
        );
        expect(zone.endInstant(wallNow + later)).toBeGreaterThanOrEqual(zone.endInstant(wallNow));
        expect(zone.startInstant(zone.latestWallBy(any))).toBeLessThanOrEqual(any);
        expect(zone.startInstant(zone.latestWallBy(any) + 1)).toBeGreaterThan(any);
        expect(zone.endInstant(zone.earliestWallFrom(any))).toBeLessThanOrEqual(any);
        expect(zone.endInstant(zone.earliestWallFrom(any) + 1)).toBeGreaterThan(any);
      }),
      { numRuns: propertyRuns },
    );
  });

  it('lists the changes of a year, also those a week apart', () => {
    const changes = (name: string, year: number) =>
      [...zoneOf(name).changes(Date.UTC(year, 0), Date.UTC(year + 1, 0))].map(
        ({ instant, before, after }) => [
          new Date(instant).toISOString(),
          (after - before) / hourMs,
        ],
      );
    expect(changes('America/New_York', 2026)).toEqual([
      ['2026-03-08T07:00:00.000Z', 1],
      ['2026-11-01T06:00:00.000Z', -1],
    ]);
    expect(changes('Australia/Lord_Howe', 2026)).toEqual([
      ['2026-04-04T15:00:00.000Z', -0.5],
      ['2026-10-03T15:30:00.000Z', 0.5],
    ]);
    // The shortest summer: the table must not step over it.
    expect(changes('America/Recife', 2000).map(([instant]) => instant)).toEqual([
      '2000-02-27T02:00:00.000Z',
      '2000-10-08T03:00:00.000Z',
      '2000-10-15T02:00:00.000Z',
    ]);
    expect(changes('UTC', 2026)).toEqual([]);
  });

  it.each([
    ['Asia/Gaza', 2040],
    ['Asia/Hebron', 2054],
    ['America/Noronha', 2000],
    ['America/Boa_Vista', 2000],
    ['America/Argentina/Tucuman', 2004],
    ['Africa/Casablanca', 2026],
  ])('finds every change of %s in %i, however close', (name, year) => {
    const { changes, offsetAt } = zoneOf(name);
    const found = [...changes(Date.UTC(year, 0), Date.UTC(year + 1, 0))];
    expect(found.map(({ instant }) => instant)).toEqual(jumpsOf(name, year));
    for (const { instant, before, after } of found) {
      expect([offsetAt(instant - 1), offsetAt(instant)]).toEqual([before, after]);
    }
  });

  it('knows changes that are not on a quarter of an hour', () => {
    const zone = zoneOf('America/St_Johns');
    const [spring] = [...zone.changes(Date.UTC(2005, 0), Date.UTC(2005, 6))];
    expect(new Date(spring!.instant).toISOString()).toBe('2005-04-03T03:31:00.000Z');
  });

  it('stays sensible beyond the years that Intl is asked about', () => {
    expect(newYork.wallAt(Infinity)).toBe(Infinity);
    expect(newYork.startInstant(-Infinity)).toBe(-Infinity);
    expect(newYork.endInstant(Infinity)).toBe(Infinity);
    expect(newYork.offsetAt(-8.64e15)).toBe(newYork.offsetAt(Date.UTC(1800, 5)));
    const last = 8.64e15 - dayMs;
    expect(newYork.startInstant(last)).toBe(last - newYork.offsetAt(last));
    expect([...newYork.changes(Date.UTC(20_000, 0), Infinity)]).toEqual([]);
  });
});

function intlWall(name: string, instant: number): number {
  const parts = new Intl.DateTimeFormat('en-US', {
    timeZone: name,
    hourCycle: 'h23',
    dateStyle: 'short',
    timeStyle: 'medium',
  }).formatToParts(instant);
  const part = (type: string) => Number(parts.find((found) => found.type === type)?.value);
  const year = new Date(instant).getUTCFullYear();
  const century = [year - 1, year, year + 1].find((any) => any % 100 === part('year'))!;
  const [hour, minute, second] = [part('hour'), part('minute'), part('second')];
  return Date.UTC(century, part('month') - 1, part('day'), hour, minute, second);
}

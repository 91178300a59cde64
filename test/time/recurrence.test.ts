import { describe, expect, it } from 'vitest';
import { parseCron } from '../../src/time/cron-schedule.ts';
import { formatInZone, parseInstant } from '../../src/time/instant.ts';
import type { Interval } from '../../src/time/interval.ts';
import { compileRecurrence, type Recurrence } from '../../src/time/recurrence.ts';
import { dayMs, formatWall, hourMs, minuteMs } from '../../src/time/wall.ts';
import { zoneOf } from '../../src/time/zone.ts';
import { ruleOfText, wallOfStamp } from './rule-of-text.ts';

function at(text: string): number {
  const reading = parseInstant(text);
  if ('fault' in reading) throw new Error(reading.fault.message);
  return reading.value;
}

/** Minutes after midnight. */
function clock(text: string): number {
  const [hour, minute] = text.split(':').map(Number);
  return hour! * 60 + minute!;
}

function daily(start: string, end: string | number): Recurrence {
  const ending = typeof end === 'string' ? { minute: clock(end) } : { forMs: end };
  return { kind: 'daily', startMinute: clock(start), end: ending };
}

function cron(expression: string, forMs: number): Recurrence {
  const reading = parseCron(expression);
  if ('fault' in reading) throw new Error(reading.fault.message);
  return { kind: 'cron', schedule: reading.value, forMs };
}

/** The occurrences that start from the day `from` to before the day `to`, as people see them. */
function list(recurrence: Recurrence, zoneName: string, from: string, to: string) {
  const zone = zoneOf(zoneName);
  const [first, last] = [zone.startInstant(at(`${from}T00:00Z`)), at(`${to}T00:00Z`)];
  const found: Interval[] = [];
  for (const interval of compileRecurrence(recurrence, zone).occurrences(first)) {
    if (interval.start >= zone.startInstant(last)) break;
    if (interval.start >= first) found.push(interval);
  }
  const show = (instant: number) => formatInZone(instant, zoneName);
  return found.map(({ start, end }) => `${show(start)} ${show(end)}`);
}

function hoursLong(line: string): number {
  const [start, end] = line.split(' ').map(at);
  return (end! - start!) / hourMs;
}

const newYork = 'America/New_York';

describe('a window at a clock change', () => {
  it('that starts in the gap starts at the jump (D1)', () => {
    expect(list(daily('02:30', '05:00'), newYork, '2026-03-08', '2026-03-09')).toEqual([
      '2026-03-08T03:00-04:00 2026-03-08T05:00-04:00',
    ]);
  });

  it('that ends in the gap ends at the jump (D2)', () => {
    expect(list(daily('00:30', '02:30'), newYork, '2026-03-08', '2026-03-09')).toEqual([
      '2026-03-08T00:30-05:00 2026-03-08T03:00-04:00',
    ]);
  });

  it('that lies wholly inside the gap is moved past it, and says so (D3)', () => {
    const swallowed = daily('02:10', '02:50');
    expect(list(swallowed, newYork, '2026-03-08', '2026-03-09')).toEqual([
      '2026-03-08T03:10-04:00 2026-03-08T03:50-04:00',
    ]);
    expect(list(daily('02:00', '03:00'), newYork, '2026-03-08', '2026-03-09')).toEqual([
      '2026-03-08T03:00-04:00 2026-03-08T04:00-04:00',
    ]);
    const compiled = compileRecurrence(swallowed, zoneOf(newYork));
    const moved = [...compiled.moved(at('2026-01-01T00:00Z'), at('2028-01-01T00:00Z'))];
    expect(moved.map(({ wallStart, wallEnd }) => [wallStart, wallEnd].map(formatWall))).toEqual([
      ['2026-03-08T02:10', '2026-03-08T02:50'],
      ['2027-03-14T02:10', '2027-03-14T02:50'],
    ]);
    expect(formatInZone(moved[0]!.occurrence.start, newYork)).toBe('2026-03-08T03:10-04:00');
    // Found also by those who ask while it is open.
    const now = at('2026-03-08T03:40-04:00');
    expect(compiled.timeline.segmentAt(now).start).toBe(at('2026-03-08T03:10-04:00'));
    expect([...take(compiled.occurrences(now), 1)]).toEqual([moved[0]!.occurrence]);
    const long = compileRecurrence(daily('02:10', '03:10'), zoneOf(newYork));
    expect([...long.moved(at('2026-01-01T00:00Z'), at('2028-01-01T00:00Z'))]).toEqual([]);
  });

  it('that starts in the repeated hour starts in its first pass (D4)', () => {
    expect(list(daily('01:30', '04:00'), newYork, '2026-11-01', '2026-11-02')).toEqual([
      '2026-11-01T01:30-04:00 2026-11-01T04:00-05:00',
    ]);
  });

  it('that ends in the repeated hour ends in its second pass (D5)', () => {
    const [line] = list(daily('01:00', '01:30'), newYork, '2026-11-01', '2026-11-02');
    expect(line).toBe('2026-11-01T01:00-04:00 2026-11-01T01:30-05:00');
    expect(hoursLong(line!)).toBe(1.5);
  });

  it('that lies in the repeated hour is one occurrence without a break (D6)', () => {
    expect(list(daily('01:10', '01:20'), newYork, '2026-11-01', '2026-11-02')).toEqual([
      '2026-11-01T01:10-04:00 2026-11-01T01:20-05:00',
    ]);
    const { timeline } = compileRecurrence(daily('01:10', '01:20'), zoneOf(newYork));
    expect(timeline.nextBoundary(at('2026-11-01T01:10-04:00'))).toBe(at('2026-11-01T01:20-05:00'));
  });

  it('is an hour longer or shorter by the wall, and exact by a length (D7)', () => {
    const hours = (recurrence: Recurrence, from: string, to: string) =>
      list(recurrence, newYork, from, to).map(hoursLong);
    expect(hours(daily('22:00', '06:00'), '2026-03-06', '2026-03-09')).toEqual([8, 7, 8]);
    expect(hours(daily('22:00', '06:00'), '2026-10-30', '2026-11-02')).toEqual([8, 9, 8]);
    expect(hours(daily('22:00', 8 * hourMs), '2026-03-06', '2026-03-09')).toEqual([8, 8, 8]);
    expect(hours(daily('22:00', 8 * hourMs), '2026-10-30', '2026-11-02')).toEqual([8, 8, 8]);
  });

  it.each([
    ['Australia/Lord_Howe', '2026-10-04', '02:10', '02:20', '02:40+11:00', '02:50+11:00'],
    ['Antarctica/Troll', '2026-03-29', '01:15', '02:45', '03:15+02:00', '04:45+02:00'],
    ['America/Santiago', '2026-09-06', '00:10', '00:50', '01:10-03:00', '01:50-03:00'],
    ['Asia/Beirut', '2026-03-29', '00:00', '01:00', '01:00+03:00', '02:00+03:00'],
  ])('is moved in %s, whatever the length of the gap (D8)', (zone, date, from, to, start, end) => {
    const next = new Date(at(`${date}T00:00Z`) + dayMs).toISOString().slice(0, 10);
    expect(list(daily(from, to), zone, date, next)).toEqual([`${date}T${start} ${date}T${end}`]);
  });

  it('on a day that never was falls together with the day after (D8)', () => {
    expect(list(daily('10:00', '12:00'), 'Pacific/Apia', '2011-12-29', '2012-01-01')).toEqual([
      '2011-12-29T10:00-10:00 2011-12-29T12:00-10:00',
      '2011-12-31T10:00+14:00 2011-12-31T12:00+14:00',
    ]);
    // The 30th was a Friday.
    const friday: Recurrence = {
      kind: 'weekly',
      days: [5],
      startMinute: 600,
      end: { minute: 720 },
    };
    expect(list(friday, 'Pacific/Apia', '2011-12-29', '2012-01-01')).toEqual([
      '2011-12-31T10:00+14:00 2011-12-31T12:00+14:00',
    ]);
    const { timeline } = compileRecurrence(daily('00:00', '24:00'), zoneOf('Pacific/Apia'));
    expect(timeline.segmentAt(at('2011-12-30T12:00Z')).start).toBe(-Infinity);
  });

  it('tiles with its neighbour, so that nothing opens in between (S7)', () => {
    for (const edge of ['02:00', '02:30', '03:00', '01:30', '01:00']) {
      for (const date of ['2026-03-08', '2026-11-01']) {
        const before = list(daily('00:00', edge), newYork, date, '2026-11-02')[0]!;
        const after = list(daily(edge, '12:00'), newYork, date, '2026-11-02')[0]!;
        expect(at(after.split(' ')[0]!)).toBeLessThanOrEqual(at(before.split(' ')[1]!));
      }
    }
  });
});

describe('a window of the week', () => {
  const nights: Recurrence = {
    kind: 'weekly',
    days: [1, 2, 3, 4, 5],
    startMinute: clock('22:00'),
    end: { minute: clock('06:00') },
  };

  it('belongs to the day it starts on, and goes on over midnight (S1, S2)', () => {
    const { timeline } = compileRecurrence(nights, zoneOf('Europe/Berlin'));
    expect(timeline.at(at('2026-07-04T05:59+02:00'))).toBe(true);
    expect(timeline.at(at('2026-07-06T05:59+02:00'))).toBe(false);
    expect(timeline.at(at('2026-07-06T22:00+02:00'))).toBe(true);
  });

  it('takes any set of days (S3)', () => {
    const weekend: Recurrence = { ...nights, days: [1, 5, 6, 7], end: { forMs: 2 * hourMs } };
    const lines = list(weekend, 'Europe/Berlin', '2026-07-01', '2026-07-09');
    expect(lines.map((line) => line.slice(0, 10))).toEqual([
      '2026-07-03',
      '2026-07-04',
      '2026-07-05',
      '2026-07-06',
    ]);
  });

  it('may end at 24:00, half-open like all (S5, S6)', () => {
    const sunday: Recurrence = { kind: 'weekly', days: [7], startMinute: 0, end: { minute: 1440 } };
    const { timeline } = compileRecurrence(sunday, zoneOf('UTC'));
    expect(timeline.segmentAt(at('2026-07-05T12:00Z'))).toEqual({
      start: at('2026-07-05T00:00Z'),
      end: at('2026-07-06T00:00Z'),
      on: true,
    });
    expect(timeline.at(at('2026-07-06T00:00Z'))).toBe(false);
    expect(timeline.at(at('2026-07-06T00:00Z') - 1)).toBe(true);
  });

  it('may span several days, and the end of the week', () => {
    const weekend: Recurrence = {
      kind: 'span',
      startDay: 5,
      startMinute: clock('18:00'),
      endDay: 1,
      endMinute: clock('06:00'),
    };
    expect(list(weekend, newYork, '2026-03-02', '2026-03-12')).toEqual([
      '2026-03-06T18:00-05:00 2026-03-09T06:00-04:00',
    ]);
    const almostAll: Recurrence = { ...weekend, endDay: 5, endMinute: clock('17:00') };
    expect(list(almostAll, 'UTC', '2026-07-01', '2026-07-08')).toEqual([
      '2026-07-03T18:00Z 2026-07-10T17:00Z',
    ]);
  });

  it('exists only between its dates, those included', () => {
    const limited: Recurrence = {
      ...nights,
      from: { year: 2026, month: 7, day: 2 },
      until: { year: 2026, month: 7, day: 3 },
    };
    expect(list(limited, 'Europe/Berlin', '2020-01-01', '2030-01-01')).toEqual([
      '2026-07-02T22:00+02:00 2026-07-03T06:00+02:00',
      '2026-07-03T22:00+02:00 2026-07-04T06:00+02:00',
    ]);
    const compiled = compileRecurrence(limited, zoneOf('Europe/Berlin'));
    expect([...compiled.occurrencesBefore(Infinity)]).toHaveLength(2);
    expect(compiled.timeline.nextBoundary(at('2026-07-04T06:00+02:00'))).toBe(undefined);
    expect(compiled.timeline.previousBoundary(at('2026-07-02T00:00Z'))).toBe(undefined);
  });
});

describe('a window that overlaps itself', () => {
  it('is a union, and its occurrences stay apart (S9)', () => {
    const compiled = compileRecurrence(daily('22:00', 26 * hourMs), zoneOf('UTC'));
    const now = at('2026-07-05T23:00Z');
    const starts = [...take(compiled.occurrences(now), 3)].map(({ start }) => start);
    expect(starts).toEqual([
      at('2026-07-04T22:00Z'),
      at('2026-07-05T22:00Z'),
      at('2026-07-06T22:00Z'),
    ]);
    expect(compiled.timeline.segmentAt(now)).toEqual({ start: -Infinity, end: Infinity, on: true });
  });
});

describe('finding the next boundary', () => {
  it('needs no enumeration, however far away it is (S21)', () => {
    const leapDay = compileRecurrence(cron('0 0 29 2 *', hourMs), zoneOf(newYork)).timeline;
    expect(leapDay.nextBoundary(at('2096-03-01T00:00Z'))).toBe(at('2104-02-29T05:00Z'));
    expect(leapDay.previousBoundary(at('2104-02-28T00:00Z'))).toBe(at('2096-02-29T06:00Z'));
    const [start, end] = [at('2090-01-01T00:00Z'), at('2090-01-02T00:00Z')];
    const once = compileRecurrence({ kind: 'once', interval: { start, end } }, zoneOf('UTC'));
    expect(once.timeline.nextBoundary(0)).toBe(start);
    expect(once.timeline.nextBoundary(start)).toBe(end);
    expect(once.timeline.nextBoundary(end)).toBe(undefined);
    expect(once.timeline.previousBoundary(Infinity)).toBe(end);
    expect([...once.occurrences(start)]).toEqual([{ start, end }]);
    expect([...once.occurrences(end)]).toEqual([]);
    expect([...once.occurrencesBefore(start)]).toEqual([]);
  });

  it.each([
    ['every minute', cron('* * * * *', minuteMs)],
    ['all day', daily('00:00', '24:00')],
    ['a day that never is', cron('0 0 30 2 *', hourMs)],
  ])('ends when there is none: %s (S22)', (_, recurrence) => {
    const { timeline } = compileRecurrence(recurrence, zoneOf(newYork));
    const now = at('2026-07-05T00:00Z');
    expect(timeline.nextBoundary(now)).toBe(undefined);
    expect(timeline.previousBoundary(now)).toBe(undefined);
  });

  it('finds the hour that "24 hours from midnight" leaves out', () => {
    const { timeline } = compileRecurrence(daily('00:00', 24 * hourMs), zoneOf(newYork));
    expect(timeline.segmentAt(at('2026-07-05T00:00Z'))).toEqual({
      start: at('2025-11-03T00:00-05:00'),
      end: at('2026-11-01T23:00-05:00'),
      on: true,
    });
  });
});

describe('a cron window (POLICY 6)', () => {
  it('starts once for each wall time it names, at the jump when that is skipped', () => {
    expect(list(cron('30 2 * * *', hourMs), newYork, '2026-03-08', '2026-03-09')).toEqual([
      '2026-03-08T03:00-04:00 2026-03-08T04:00-04:00',
    ]);
    expect(list(cron('0,20,40 2,3 * * *', minuteMs), newYork, '2026-03-08', '2026-03-09')).toEqual([
      '2026-03-08T03:00-04:00 2026-03-08T03:01-04:00',
      '2026-03-08T03:20-04:00 2026-03-08T03:21-04:00',
      '2026-03-08T03:40-04:00 2026-03-08T03:41-04:00',
    ]);
    expect(list(cron('30 1 * * *', hourMs), newYork, '2026-11-01', '2026-11-02')).toEqual([
      '2026-11-01T01:30-04:00 2026-11-01T01:30-05:00',
    ]);
  });

  it('fires in every real hour when its hour is `*`', () => {
    const starts = (date: string, next: string) =>
      list(cron('30 * * * *', minuteMs), newYork, date, next).map((line) => line.slice(11, 22));
    expect(starts('2026-11-01', '2026-11-02').slice(0, 4)).toEqual([
      '00:30-04:00',
      '01:30-04:00',
      '01:30-05:00',
      '02:30-05:00',
    ]);
    expect(starts('2026-11-01', '2026-11-02')).toHaveLength(25);
    expect(starts('2026-03-08', '2026-03-09').slice(0, 3)).toEqual([
      '00:30-05:00',
      '01:30-05:00',
      '03:30-04:00',
    ]);
    expect(starts('2026-03-08', '2026-03-09')).toHaveLength(23);
  });

  it('fires again for the hour that midnight repeats, though the day is over', () => {
    // Havana goes from 01:00 back to 00:00; Santiago from 24:00 back to 23:00 of the day before.
    const last = cron('15 * 4 4 *', minuteMs);
    expect(list(last, 'America/Santiago', '2026-04-04', '2026-04-06').slice(-2)).toEqual([
      '2026-04-04T23:15-03:00 2026-04-04T23:16-03:00',
      '2026-04-04T23:15-04:00 2026-04-04T23:16-04:00',
    ]);
    const { timeline } = compileRecurrence(last, zoneOf('America/Santiago'));
    expect(timeline.previousBoundary(at('2026-06-01T00:00Z'))).toBe(at('2026-04-04T23:16-04:00'));
  });
});

describe('a window by a recurrence rule (POLICY 6)', () => {
  const rule = (text: string, starting: string, forMs: number): Recurrence => ({
    kind: 'rule',
    rule: ruleOfText(text),
    starting: wallOfStamp(starting),
    forMs,
  });

  it('starts once for each time on the wall, for an exact time', () => {
    const everyOther = rule('FREQ=WEEKLY;INTERVAL=2;BYDAY=SU', '20260222T013000', hourMs);
    expect(list(everyOther, newYork, '2026-03-01', '2026-04-01')).toEqual([
      '2026-03-08T01:30-05:00 2026-03-08T03:30-04:00',
      '2026-03-22T01:30-04:00 2026-03-22T02:30-04:00',
    ]);
    expect(list(everyOther, newYork, '2026-11-01', '2026-11-02')).toEqual([
      '2026-11-01T01:30-04:00 2026-11-01T01:30-05:00',
    ]);
    const inGap = rule('FREQ=MONTHLY;BYDAY=2SU', '20260101T023000', hourMs);
    expect(list(inGap, newYork, '2026-03-01', '2026-04-01')).toEqual([
      '2026-03-08T03:00-04:00 2026-03-08T04:00-04:00',
    ]);
  });

  it('starts in every real hour when it counts in hours or less and names none', () => {
    const hourly = rule('FREQ=HOURLY', '20260101T003000', minuteMs);
    expect(list(hourly, newYork, '2026-11-01', '2026-11-02')).toHaveLength(25);
    expect(list(hourly, newYork, '2026-03-08', '2026-03-09')).toHaveLength(23);
    const named = rule('FREQ=HOURLY;BYHOUR=1,2', '20260101T003000', minuteMs);
    expect(list(named, newYork, '2026-11-01', '2026-11-02')).toHaveLength(2);
  });

  it('is one long time where each lasts until the next, and knows where that ends', () => {
    const minutes = 'FREQ=MINUTELY;BYMONTH=2;UNTIL=20270215T120000';
    const { timeline } = compileRecurrence(
      rule(minutes, '20250101T000000', minuteMs),
      zoneOf('UTC'),
    );
    expect(timeline.segmentAt(at('2026-02-10T00:00Z'))).toEqual({
      start: at('2026-02-01T00:00Z'),
      end: at('2026-03-01T00:00Z'),
      on: true,
    });
    expect(timeline.nextBoundary(at('2027-02-10T00:00Z'))).toBe(at('2027-02-15T12:01Z'));
    expect(timeline.nextBoundary(at('2027-02-15T12:01Z'))).toBe(undefined);
  });
});

function* take<T>(items: Iterable<T>, count: number): Iterable<T> {
  let left = count;
  for (const item of items) {
    if (left-- === 0) return;
    yield item;
  }
}

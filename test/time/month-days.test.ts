import { describe, expect, it } from 'vitest';
import { type DatePick, daysOfPicks, type MonthDay } from '../../src/time/month-days.ts';
import { compileRecurrence, type Recurrence } from '../../src/time/recurrence.ts';
import { dayMs, formatWall, type Weekday } from '../../src/time/wall.ts';
import { zoneOf } from '../../src/time/zone.ts';

const day = (text: string) => Date.parse(text) / dayMs;
const dateOf = (at: number) => new Date(at * dayMs).toISOString().slice(0, 10);

function pick(monthDay: MonthDay, more: Partial<DatePick> = {}): DatePick {
  return { day: monthDay, shift: 0, ...more };
}

/** All days of `picks` in `[from, to)`, found forward, and the same backward. */
function list(picks: readonly DatePick[], from: string, to: string): string[] {
  const days = daysOfPicks(picks);
  const forward: number[] = [];
  for (let at = days.atOrAfter(day(from)); at < day(to); at = days.atOrAfter(at + 1)) {
    forward.push(at);
  }
  const backward: number[] = [];
  for (let at = days.atOrBefore(day(to) - 1); at >= day(from); at = days.atOrBefore(at - 1)) {
    backward.push(at);
  }
  expect(backward.reverse()).toEqual(forward);
  return forward.map(dateOf);
}

const secondTuesday: MonthDay = { weekdays: [2], nth: 2 };

describe('days of months', () => {
  it('S13: day 31 skips the months that lack it, and the last day does not', () => {
    expect(list([pick({ days: [31] })], '2026-01-01', '2026-08-01')).toEqual([
      '2026-01-31',
      '2026-03-31',
      '2026-05-31',
      '2026-07-31',
    ]);
    expect(list([pick({ days: [-1] })], '2026-01-01', '2026-05-01')).toEqual([
      '2026-01-31',
      '2026-02-28',
      '2026-03-31',
      '2026-04-30',
    ]);
  });

  it('S14: 29 February is in leap years only, and 1900 and 2100 are none', () => {
    const leapDay = [pick({ days: [29] }, { months: [2] })];
    expect(list(leapDay, '2026-01-01', '2033-01-01')).toEqual(['2028-02-29', '2032-02-29']);
    expect(list(leapDay, '2096-01-01', '2105-01-01')).toEqual(['2096-02-29', '2104-02-29']);
    expect(list(leapDay, '1896-01-01', '1905-01-01')).toEqual(['1896-02-29', '1904-02-29']);
  });

  it('S15: the day after the second Tuesday is not always the second Wednesday', () => {
    const after = [pick(secondTuesday, { shift: 1 })];
    expect(list(after, '2026-03-01', '2026-10-01')).toEqual([
      '2026-03-11',
      '2026-04-15',
      '2026-05-13',
      '2026-06-10',
      '2026-07-15',
      '2026-08-12',
      '2026-09-09',
    ]);
    const wednesday = [pick({ weekdays: [3], nth: 2 })];
    expect(list(wednesday, '2026-04-01', '2026-05-01')).toEqual(['2026-04-08']);
  });

  it('S16: a weekday with a number is one condition', () => {
    for (const date of list([pick(secondTuesday)], '2026-01-01', '2036-01-01')) {
      expect(new Date(date).getUTCDay()).toBe(2);
      expect(Math.ceil(Number(date.slice(8)) / 7)).toBe(2);
    }
  });

  it('an offset may lead into another month', () => {
    const before = [pick({ days: [1] }, { shift: -1 }), pick({ days: [-1] }, { shift: 2 })];
    expect(list(before, '2026-02-01', '2026-04-01')).toEqual([
      '2026-02-02',
      '2026-02-28',
      '2026-03-02',
      '2026-03-31',
    ]);
  });

  it('a fifth Friday is not in every month, the last and the tenth weekday are', () => {
    const fifth = [pick({ weekdays: [5], nth: 5 })];
    expect(list(fifth, '2026-01-01', '2026-08-01')).toEqual([
      '2026-01-30',
      '2026-05-29',
      '2026-07-31',
    ]);
    const weekdays: readonly Weekday[] = [1, 2, 3, 4, 5];
    const picks = [pick({ weekdays, nth: 10 }), pick({ weekdays, nth: -1 })];
    expect(list(picks, '2026-05-01', '2026-07-01')).toEqual([
      '2026-05-14',
      '2026-05-29',
      '2026-06-12',
      '2026-06-30',
    ]);
  });

  it('that never are, are none in either direction', () => {
    const days = daysOfPicks([pick({ days: [30] }, { months: [2] })]);
    expect(days.atOrAfter(day('2026-01-01'))).toBe(Infinity);
    expect(days.atOrBefore(day('2026-01-01'))).toBe(-Infinity);
  });
});

describe('a span of dates', () => {
  const span = (more: Partial<Recurrence & { kind: 'date-span' }>): Recurrence => ({
    kind: 'date-span',
    startDate: pick({ days: [24] }, { months: [12] }),
    startMinute: 18 * 60,
    endDate: pick({ days: [2] }, { months: [1] }),
    endMinute: 6 * 60,
    ...more,
  });

  function starting(recurrence: Recurrence, zoneName: string, from: string, count: number) {
    const zone = zoneOf(zoneName);
    const { occurrences, timeline } = compileRecurrence(recurrence, zone);
    const found: string[] = [];
    for (const { start, end } of occurrences(Date.parse(from))) {
      found.push(`${formatWall(zone.wallAt(start))} ${formatWall(zone.wallAt(end))}`);
      expect(timeline.segmentAt(start)).toEqual({ start, end, on: true });
      expect(timeline.segmentAt(end - 1)).toEqual({ start, end, on: true });
      if (found.length === count) break;
    }
    return found;
  }

  it('may go over New Year, and is known to those who ask in the middle of it', () => {
    expect(starting(span({}), 'Europe/Berlin', '2027-01-01T00:00Z', 2)).toEqual([
      '2026-12-24T18:00 2027-01-02T06:00',
      '2027-12-24T18:00 2028-01-02T06:00',
    ]);
  });

  it('S14: from 28 February to 1 March is a day longer in leap years', () => {
    const overFebruary = span({
      startDate: pick({ days: [28] }, { months: [2] }),
      endDate: pick({ days: [1] }, { months: [3] }),
    });
    const found = starting(overFebruary, 'UTC', '2027-01-01T00:00Z', 2);
    expect(found).toEqual([
      '2027-02-28T18:00 2027-03-01T06:00',
      '2028-02-28T18:00 2028-03-01T06:00',
    ]);
    const hours = found.map((line) => {
      const [start, end] = line.split(' ').map((wall) => Date.parse(`${wall}Z`));
      return (end! - start!) / 3_600_000;
    });
    expect(hours).toEqual([12, 36]);
  });

  it('of every month ends at the next such day, also at 24:00', () => {
    const overMonths = span({
      startDate: pick({ days: [-1] }),
      endDate: pick({ days: [2] }),
      endMinute: 1440,
    });
    expect(starting(overMonths, 'America/New_York', '2026-03-01T12:00Z', 3)).toEqual([
      '2026-02-28T18:00 2026-03-03T00:00',
      '2026-03-31T18:00 2026-04-03T00:00',
      '2026-04-30T18:00 2026-05-03T00:00',
    ]);
  });
});

/** January 2020 to December 2029; in October 2021 Europe changed its clocks on the last day. */
const tenYears = { from: Date.UTC(2020, 0, 15), to: Date.UTC(2030, 0, 15) };

describe('the last day of the month', () => {
  const allDay: Recurrence = {
    kind: 'dates',
    dates: [pick({ days: [-1] })],
    startMinute: 0,
    end: { minute: 1440 },
  };

  it('D9: is the last in every zone for ten years, whatever the clocks do', () => {
    const format = (zone: string) =>
      new Intl.DateTimeFormat('en-CA', { timeZone: zone, dateStyle: 'short' });
    for (const name of Intl.supportedValuesOf('timeZone')) {
      const dateAt = format(name);
      const { occurrences } = compileRecurrence(allDay, zoneOf(name));
      const months = new Set<string>();
      for (const { start, end } of occurrences(tenYears.from)) {
        if (end >= tenYears.to) break;
        const [first, last, next] = [start, end - 1, end].map((at) => dateAt.format(at));
        // One day of the calendar, whole, and the first of a month behind it.
        expect([name, last, next?.slice(8)]).toEqual([name, first, '01']);
        expect(dateAt.format(start - 1)).not.toBe(first);
        months.add(first!.slice(0, 7));
      }
      expect([name, months.size]).toEqual([name, 120]);
    }
  });
});

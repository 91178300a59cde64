import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  dateOfDay,
  dayMs,
  dayOfDate,
  daysInMonth,
  formatWall,
  isRealDate,
  wallOf,
  weekdayOfDay,
} from '../../src/time/wall.ts';
import { propertyRuns } from './property-runs.ts';

const anyDay = fc.integer({ min: -700_000, max: 2_900_000 });

describe('the calendar', () => {
  it('agrees with Date on dates and weekdays, and back', () => {
    fc.assert(
      fc.property(anyDay, (day) => {
        const date = new Date(day * dayMs);
        const mine = dateOfDay(day);
        expect(mine).toEqual({
          year: date.getUTCFullYear(),
          month: date.getUTCMonth() + 1,
          day: date.getUTCDate(),
        });
        expect(dayOfDate(mine)).toBe(day);
        expect(weekdayOfDay(day)).toBe(date.getUTCDay() || 7);
      }),
      { numRuns: propertyRuns },
    );
  });

  it('knows the last day of every month of 400 years (D9)', () => {
    for (let month = 0; month < 4800; month++) {
      const [year, number] = [1900 + Math.floor(month / 12), (month % 12) + 1];
      const last = new Date(Date.UTC(year, number, 0)).getUTCDate();
      expect(daysInMonth(year, number)).toBe(last);
    }
  });

  it('refuses dates that do not exist (S13, S14)', () => {
    expect(isRealDate({ year: 2026, month: 2, day: 29 })).toBe(false);
    expect(isRealDate({ year: 2028, month: 2, day: 29 })).toBe(true);
    expect(isRealDate({ year: 2100, month: 2, day: 29 })).toBe(false);
    expect(isRealDate({ year: 2026, month: 13, day: 1 })).toBe(false);
    expect(isRealDate({ year: 2026, month: 4, day: 31 })).toBe(false);
  });

  it('writes wall times, with seconds only where there are some', () => {
    expect(formatWall(wallOf({ year: 2026, month: 11, day: 1 }, 90))).toBe('2026-11-01T01:30');
    expect(formatWall(1_500)).toBe('1970-01-01T00:00:01.500');
    expect(formatWall(-1000)).toBe('1969-12-31T23:59:59');
    expect(formatWall(wallOf({ year: 2026, month: 11, day: 1 }, 1440))).toBe('2026-11-02T00:00');
  });
});

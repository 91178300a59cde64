import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { isReadable, nextSlot, type Schedule, scheduleOf } from '../../src/sandbox/schedule.ts';

const from = Date.parse('2026-03-02T10:00:00Z');

function next(schedule: Partial<Schedule>, after = from): string | undefined {
  const slot = nextSlot(scheduleOf(schedule), after);
  return slot === undefined ? undefined : new Date(slot).toISOString().slice(0, 16);
}

describe('the next slot', () => {
  test.each<[string, Partial<Schedule>, string | undefined]>([
    ['on the hour', { frequency: 'hourly' }, '2026-03-02T11:00'],
    ['at a minute', { frequency: 'hourly', minute: '5' }, '2026-03-02T10:05'],
    ['of a day', { frequency: 'daily', hour: '9', minute: '30' }, '2026-03-03T09:30'],
    ['of a week', { frequency: 'weekly', day_of_week: '0', hour: '1' }, '2026-03-08T01:00'],
    ['on 7, which is Sunday too', { frequency: 'weekly', day_of_week: '7' }, '2026-03-08T00:00'],
    ['by name', { frequency: 'weekly', day_of_week: 'Wednesday' }, '2026-03-04T00:00'],
    ['in a range', { frequency: 'custom', hour: '6-8', minute: '0' }, '2026-03-03T06:00'],
    ['in steps', { frequency: 'custom', hour: '*', minute: '*/20' }, '2026-03-02T10:20'],
    ['from a list', { frequency: 'custom', hour: '8,12', minute: '1' }, '2026-03-02T12:01'],
    [
      'on a leap day',
      { frequency: 'builder', month: '2', day_of_month: '29', hour: '0' },
      '2028-02-29T00:00',
    ],
    ['that never comes', { frequency: 'custom', month: '2', day_of_month: '30' }, undefined],
    ['of a manual sync', { frequency: 'manual' }, undefined],
    ['of a chained sync', { frequency: 'runafter' }, undefined],
  ])('%s', (_, schedule, expected) => {
    expect(next(schedule)).toBe(expected);
  });

  test('is later than what it is asked after, and nothing lies in between', () => {
    const field = (to: number) => fc.option(fc.integer({ min: 0, max: to }).map(String));
    const schedules = fc.record({
      frequency: fc.constantFrom('hourly', 'daily', 'weekly', 'custom'),
      minute: field(59),
      hour: field(23),
      day_of_week: field(6),
    });
    fc.assert(
      fc.property(schedules, fc.integer({ min: 0, max: 10 * 86_400_000 }), (given, offset) => {
        const schedule = scheduleOf(given as Partial<Schedule>);
        const after = from + offset;
        const slot = nextSlot(schedule, after)!;
        expect(slot).toBeGreaterThan(after);
        expect(nextSlot(schedule, slot - 1)).toBe(slot);
        const between = after + Math.floor((slot - after) / 2);
        expect(nextSlot(schedule, between)).toBe(slot);
      }),
    );
  });
});

test.each(['60', '-1', 'often', '5-1', '*/0', '1,,2'])(
  'a minute of %s cannot be read',
  (minute) => {
    expect(isReadable(scheduleOf({ frequency: 'hourly', minute }))).toBe(false);
  },
);

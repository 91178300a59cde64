import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readMonthly, readYearly } from '../../src/policy/date-form.ts';

const evening = { startMinute: 1200, end: { minute: 1380 } };

function datesOf(result: ReturnType<typeof readMonthly>) {
  if ('fault' in result) throw new Error(result.fault.message);
  const { recurrence, notes } = result.value;
  expect(notes).toEqual([]);
  return recurrence.kind === 'dates' ? recurrence.dates : recurrence;
}

const every = { months: undefined, shift: 0 };

describe('the form `monthly`', () => {
  it.each([
    ['1', [{ ...every, day: { days: [1] } }]],
    [
      '15,last day',
      [
        { ...every, day: { days: [15] } },
        { ...every, day: { days: [-1] } },
      ],
    ],
    [
      '1-3, 15',
      [
        { ...every, day: { days: [1, 2, 3] } },
        { ...every, day: { days: [15] } },
      ],
    ],
    ['28-last day', [{ ...every, day: { days: [28, 29, 30, 31] } }]],
    ['30-2', [{ ...every, day: { days: [30, 31, 1, 2] } }]],
    ['2nd Tue', [{ ...every, day: { weekdays: [2], nth: 2 } }]],
    ['LAST sunday', [{ ...every, day: { weekdays: [7], nth: -1 } }]],
    ['2nd Tue +1d', [{ months: undefined, day: { weekdays: [2], nth: 2 }, shift: 1 }]],
    ['last day-2d', [{ months: undefined, day: { days: [-1] }, shift: -2 }]],
    ['15 - 2d', [{ months: undefined, day: { days: [15] }, shift: -2 }]],
    ['10th weekday', [{ ...every, day: { weekdays: [1, 2, 3, 4, 5], nth: 10 } }]],
  ])('reads the days of %s', (text, dates) => {
    expect(datesOf(readMonthly(`${text} 20:00-23:00`))).toEqual(dates);
  });

  it('reads times as the other forms do', () => {
    const { value } = readMonthly('1 20:00-23:00') as { value: { recurrence: object } };
    expect(value.recurrence).toMatchObject({ kind: 'dates', ...evening });
    const lasting = readMonthly('1 20:00 for PT90M') as { value: { recurrence: object } };
    expect(lasting.value.recurrence).toMatchObject({ end: { forMs: 90 * 60_000 } });
  });

  it('reads a span, which ends at the next such day', () => {
    expect(datesOf(readMonthly('last day -1d 18:00 - 3 06:00'))).toEqual({
      kind: 'date-span',
      startDate: { months: undefined, day: { days: [-1] }, shift: -1 },
      startMinute: 1080,
      endDate: { ...every, day: { days: [3] } },
      endMinute: 360,
    });
  });
});

describe('the form `yearly`', () => {
  const december = { months: [12], shift: 0 };

  it.each([
    ['Dec 24', [{ ...december, day: { days: [24] } }]],
    [
      'december 24,26',
      [
        { ...december, day: { days: [24] } },
        { ...december, day: { days: [26] } },
      ],
    ],
    ['Dec 24-26', [{ ...december, day: { days: [24, 25, 26] } }]],
    ['Dec 24 - Dec 26', [{ ...december, day: { days: [24, 25, 26] } }]],
    [
      'Dec 30 - Jan 2',
      [
        { ...december, day: { days: [30, 31] } },
        { months: [1], day: { days: [1, 2] }, shift: 0 },
      ],
    ],
    [
      'Nov 30 - Jan 1',
      [
        { months: [11], day: { days: [30, 31] }, shift: 0 },
        { months: [12], day: { days: Array.from({ length: 31 }, (_, day) => day + 1) }, shift: 0 },
        { months: [1], day: { days: [1] }, shift: 0 },
      ],
    ],
    ['Mar,Jun,Sep,Dec last day', [{ months: [3, 6, 9, 12], day: { days: [-1] }, shift: 0 }]],
    ['Nov-Jan 1', [{ months: [1, 11, 12], day: { days: [1] }, shift: 0 }]],
    ['Nov 4th Thu', [{ months: [11], day: { weekdays: [4], nth: 4 }, shift: 0 }]],
    ['Nov 4th Thu +1d', [{ months: [11], day: { weekdays: [4], nth: 4 }, shift: 1 }]],
    [
      'Dec 24, last Mon, Jan 1',
      [
        { ...december, day: { days: [24] } },
        { ...december, day: { weekdays: [1], nth: -1 } },
        { months: [1], day: { days: [1] }, shift: 0 },
      ],
    ],
  ])('reads the dates of %s', (text, dates) => {
    expect(datesOf(readYearly(`${text} 20:00-23:00`))).toEqual(dates);
  });

  it('reads a span', () => {
    expect(datesOf(readYearly('Dec 24 18:00 - Feb last day 24:00'))).toEqual({
      kind: 'date-span',
      startDate: { ...december, day: { days: [24] } },
      startMinute: 1080,
      endDate: { months: [2], day: { days: [-1] }, shift: 0 },
      endMinute: 1440,
    });
  });
});

describe('a note', () => {
  it.each([
    [readMonthly, '31 18:00 for 6h', 0, 'months without a day 31 are skipped'],
    [readMonthly, '15, 30 +1d 18:00 for 6h', 4, 'February is skipped'],
    [readMonthly, '29 18:00 - 2 06:00', 0, 'February is skipped, but for leap years'],
    [readMonthly, '1, 5th Fri 18:00 for 6h', 3, 'months without a fifth Fri are skipped'],
    [readYearly, 'Jan,Feb 29 18:00 for 6h', 8, 'February has a day 29 in leap years only'],
  ])('is made of dates that are skipped (S13, S14): %o %s', (read, text, index, message) => {
    const result = read(text);
    if ('fault' in result) throw new Error(result.fault.message);
    const hint = expect.stringMatching(/`(Feb )?last (day|Fri)`/);
    expect(result.value.notes).toEqual([{ index, message, hint }]);
  });

  it.each(['28-31', '29-last day', 'last day', '4th Fri'])('is not made of %s', (days) => {
    const result = readMonthly(`${days} 18:00 for 6h`);
    expect('value' in result && result.value.notes).toEqual([]);
  });
});

describe('a fault of a date', () => {
  it.each([
    [readMonthly, '', 0],
    [readMonthly, '15', 2],
    [readMonthly, '15,', 3],
    [readMonthly, '15, 18:00-20:00', 4],
    [readMonthly, '1- 18:00-20:00', 3],
    [readMonthly, '1-last 18:00-20:00', 2],
    [readMonthly, '2nd 18:00-20:00', 4],
    [readMonthly, '2nd Tue + 18:00-20:00', 10],
    [readMonthly, '2nd Tue - 4th Tue 18:00-20:00', 10],
    [readMonthly, 'last day 18:00 - 3', 18],
    [readMonthly, '1 18:00 - 2nd Tue 06:00', 10],
    [readMonthly, '1,2 18:00 - 3 06:00', 10],
    [readMonthly, '1 18:00–20:00', 7],
    [readYearly, 'Dec 18:00-20:00', 4],
    [readYearly, 'Dec 24, 18:00-20:00', 8],
    [readYearly, 'Dec,Jan 24 - Mar 1 18:00-20:00', 13],
    [readYearly, 'Dec 24 18:00 - Dex 27 06:00', 15],
    [readYearly, 'Dec 24 18:00 - Dec 4th Mon 06:00', 19],
    [readYearly, 'Nov 4th Thu 18:00 - Dec 1 06:00', 18],
    [readYearly, 'Dec 24 - Jun 31 18:00-20:00', 13],
  ])('of %o %j is at character %i', (read, text, index) => {
    const result = read(text);
    expect('fault' in result && [result.fault.message, result.fault.index]).toEqual([
      expect.any(String),
      index,
    ]);
  });

  it('is never a throw, and always inside of the text', () => {
    const part = fc.constantFrom(
      ...['Dec', 'Feb', 'Tue', 'last', 'day', 'weekday', '2nd', '5th', '31', '1', '+1d', '-', ','],
      ...[' ', '18:00', '6:00', 'for', '8h', '😀'],
    );
    fc.assert(
      fc.property(
        fc.array(part, { maxLength: 14 }),
        fc.constantFrom(readMonthly, readYearly),
        (parts, read) => {
          const text = parts.join('');
          for (const written of [text, parts.join(' ')]) {
            const result = read(written);
            if ('value' in result) continue;
            expect(result.fault.index).toBeGreaterThanOrEqual(0);
            expect(result.fault.index).toBeLessThanOrEqual(written.length);
          }
        },
      ),
    );
  });
});

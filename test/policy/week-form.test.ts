import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readDaily, readWeekly } from '../../src/policy/week-form.ts';

describe('the form `daily`', () => {
  it.each([
    ['22:00-06:00', { startMinute: 22 * 60, end: { minute: 6 * 60 } }],
    [' 22:00 -  06:00 ', { startMinute: 22 * 60, end: { minute: 6 * 60 } }],
    ['00:00-24:00', { startMinute: 0, end: { minute: 24 * 60 } }],
    ['22:00-00:00', { startMinute: 22 * 60, end: { minute: 0 } }],
    ['22:00 for 8h', { startMinute: 22 * 60, end: { forMs: 8 * 3_600_000 } }],
    ['22:00 FOR PT90M', { startMinute: 22 * 60, end: { forMs: 90 * 60_000 } }],
  ])('reads %s', (text, value) => {
    expect(readDaily(text)).toEqual({ value: { kind: 'daily', ...value } });
  });
});

describe('the form `weekly`', () => {
  it.each([
    ['Sun 02:00-06:00', [7]],
    ['Mon-Fri 02:00-06:00', [1, 2, 3, 4, 5]],
    ['Fri-Mon 02:00-06:00', [1, 5, 6, 7]],
    ['Mon-Mon 02:00-06:00', [1]],
    ['Sat, Sun 02:00-06:00', [6, 7]],
    ['sun,SAT,Saturday 02:00-06:00', [6, 7]],
    ['Mon - Wed, Fri-Sat 02:00-06:00', [1, 2, 3, 5, 6]],
    ['Mon-Sun 02:00-06:00', [1, 2, 3, 4, 5, 6, 7]],
  ])('reads the days of %s', (text, days) => {
    const value = { kind: 'weekly', days, startMinute: 120, end: { minute: 360 } };
    expect(readWeekly(text)).toEqual({ value });
  });

  it('reads a span of days', () => {
    const span = { kind: 'span', startDay: 5, startMinute: 1_080, endDay: 1, endMinute: 360 };
    expect(readWeekly('Fri 18:00 - Mon 06:00')).toEqual({ value: span });
    expect(readWeekly('Fri 18:00-Mon 06:00')).toEqual({ value: span });
  });
});

describe('a fault', () => {
  it.each([
    ['', 0],
    ['Mon', 3],
    ['Mon ', 3],
    ['Mon,', 4],
    ['Mon- 02:00-06:00', 5],
    ['Mon, Tux 02:00-06:00', 5],
    ['Mon 2:00-06:00', 4],
    ['Mon 02:00–06:00', 9],
    ['Mon 02:00-', 10],
    ['Mon 02:00-06:00 and more', 16],
    ['Mon 02:00-06:00:30', 10],
    ['Mon 02:00 for', 13],
    ['Mon 02:00 for  8x', 16],
    ['Mon 02:00 until 06:00', 10],
    ['Fri 18:00 - Mon', 15],
    ['Fri-Sat 18:00 - Mon 06:00', 14],
    ['😀 02:00-06:00', 0],
  ])('of %j is at character %i', (text, index) => {
    const result = readWeekly(text);
    expect('fault' in result && result.fault.index).toBe(index);
  });

  it('is never a throw, and always inside of the text', () => {
    const part = fc.constantFrom(
      'Mon',
      'Fri',
      'x',
      '-',
      ',',
      ' ',
      '22:00',
      '6:00',
      'for',
      '8h',
      '😀',
    );
    fc.assert(
      fc.property(
        fc.array(part, { maxLength: 12 }),
        fc.constantFrom(readDaily, readWeekly),
        (parts, read) => {
          const text = parts.join('');
          const result = read(text);
          if ('fault' in result) {
            expect(result.fault.index).toBeGreaterThanOrEqual(0);
            expect(result.fault.index).toBeLessThanOrEqual(text.length);
          }
        },
      ),
    );
  });
});

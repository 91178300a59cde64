import { describe, expect, it } from 'vitest';
import { inUtc, inZone, lengthOf, relative } from '../../src/cli/moment.ts';
import { instantIn, parseWhen, requireLength } from '../../src/cli/when.ts';

const AT = Date.UTC(2026, 10, 1, 5, 30);

describe('times for people', () => {
  it.each([
    ['America/New_York', 'Sun 2026-11-01 01:30 -04:00'],
    ['Asia/Kathmandu', 'Sun 2026-11-01 11:15 +05:45'],
    ['America/St_Johns', 'Sun 2026-11-01 02:00 -03:30'],
    ['UTC', 'Sun 2026-11-01 05:30 +00:00'],
  ])('in %s carry the offset', (zone, text) => {
    expect(inZone(AT, zone)).toBe(text);
  });

  it('in UTC leave the date out where it is known, and seconds where there are none', () => {
    expect(inUtc(AT)).toBe('2026-11-01 05:30Z');
    expect(inUtc(AT + 5_000, AT)).toBe('05:30:05Z');
  });

  it.each([
    [0, '0 s'],
    [59_999, '59 s'],
    [5_400_000, '1 h 30 min'],
    [90_061_000, '1 d 1 h'],
    [Infinity, 'for ever'],
  ])('%d ms is %s', (ms, text) => {
    expect(lengthOf(ms)).toBe(text);
  });

  it('are near or far, before or after', () => {
    expect([relative(AT, AT + 400), relative(AT + 5_000, AT), relative(AT, AT + 60_000)]).toEqual([
      'now',
      'in 5 s',
      '1 min ago',
    ]);
  });
});

describe('times that people type', () => {
  it.each([
    ['2026-11-01', Date.UTC(2026, 10, 1, 4)],
    ['2026-11-01T01:30', AT],
    ['2026-11-01T01:30-05:00', AT + 3_600_000],
    ['2026-11-01T05:30:00Z', AT],
  ])('%s is read in the zone that is asked for, unless it is exact', (text, at) => {
    expect(instantIn(parseWhen(text, '--from'), 'America/New_York')).toBe(at);
  });

  it.each(['', 'now', '2026-13-01', '2026-11-01T25:00', '01.11.2026'])('%j is refused', (text) => {
    expect(() => parseWhen(text, '--from')).toThrow('--from');
  });

  it('lengths have a unit and are longer than nothing', () => {
    expect(requireLength('1h30m', '--for')).toBe(5_400_000);
    expect(() => requireLength('0s', '--for')).toThrow('longer than nothing');
    expect(() => requireLength('90', '--for')).toThrow('unit');
  });
});

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { formatDuration, parseDuration } from '../../src/time/duration.ts';
import { propertyRuns } from './property-runs.ts';

describe('a length of time', () => {
  it.each([
    ['90s', 90],
    ['15m', 900],
    ['8h', 28_800],
    ['2d', 172_800],
    ['1h30m', 5_400],
    ['1d2h3m4s', 93_784],
    ['0s', 0],
    ['PT12H', 43_200],
    ['P2D', 172_800],
    ['P1DT12H', 129_600],
    ['PT1H30M', 5_400],
    ['P1W', 604_800],
    ['pt90s', 90],
  ])('is read from %s', (text, seconds) => {
    expect(parseDuration(text)).toEqual({ value: seconds * 1000 });
  });

  it.each([
    ['', 0, 'a length such as'],
    ['90', 2, 'a unit is missing'],
    ['h', 0, 'a whole number is wanted'],
    ['8 h', 1, 'a unit is missing'],
    ['1.5h', 1, 'a unit is missing'],
    ['8hours', 1, '`hours` is no unit'],
    ['8H', 1, '`H` is no unit'],
    ['30m1h', 4, 'units go from long to short'],
    ['1h1h', 3, 'units go from long to short'],
    ['-1h', 0, 'a whole number is wanted'],
    ['P1M', 2, 'months and years have no fixed length'],
    ['P1Y', 2, 'months and years have no fixed length'],
    ['P', 1, 'a length such as'],
    ['PT', 2, 'hours or minutes are missing'],
    ['P1H', 2, '`H` is no unit'],
    ['99999999999999999d', 0, 'out of range'],
  ])('is not read from %j', (text, index, message) => {
    const fault = { index, message: expect.stringContaining(message) };
    expect(parseDuration(text)).toEqual({ fault });
  });

  it('is written so that it is read as the same', () => {
    expect(formatDuration(5_400_000)).toBe('1h30m');
    expect(formatDuration(0)).toBe('0s');
    expect(formatDuration(-90_000)).toBe('-1m30s');
    fc.assert(
      fc.property(fc.nat(10_000_000), (seconds) => {
        const text = formatDuration(seconds * 1000);
        expect(parseDuration(text)).toEqual({ value: seconds * 1000 });
      }),
      { numRuns: propertyRuns },
    );
  });
});

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { formatInZone, formatUtc, parseInstant } from '../../src/time/instant.ts';
import { propertyRuns } from './property-runs.ts';

describe('an instant as text', () => {
  it.each([
    ['2026-11-01T05:30:00Z', '2026-11-01T05:30:00Z'],
    ['2026-11-01T05:30Z', '2026-11-01T05:30:00Z'],
    ['2026-11-01T01:30-04:00', '2026-11-01T05:30:00Z'],
    ['2026-11-01t05:30:15.25z', '2026-11-01T05:30:15.250Z'],
    ['2026-11-01 11:15+05:45', '2026-11-01T05:30:00Z'],
  ])('is read from %s', (text, utc) => {
    const reading = parseInstant(text);
    expect('value' in reading && formatUtc(reading.value)).toBe(utc);
  });

  it.each([
    ['tomorrow', 0, 'is wanted'],
    ['2026-02-30T00:00Z', 0, '2026-02-30 does not exist'],
    ['2026-02-01T24:00Z', 11, '24:00 does not exist'],
    ['2026-02-01T00:60Z', 11, '00:60 does not exist'],
    ['2026-02-01T00:00', 16, 'an offset such as'],
    ['2026-02-01T00:00+2', 16, 'an offset such as'],
    ['2026-02-01T00:00 CET', 16, 'an offset such as'],
  ])('is not read from %s', (text, index, message) => {
    const fault = { index, message: expect.stringContaining(message) };
    expect(parseInstant(text)).toEqual({ fault });
  });

  it('always has the offset of its zone (D12)', () => {
    const first = Date.UTC(2026, 10, 1, 5, 30);
    expect(formatInZone(first, 'America/New_York')).toBe('2026-11-01T01:30-04:00');
    expect(formatInZone(first + 3_600_000, 'America/New_York')).toBe('2026-11-01T01:30-05:00');
    expect(formatInZone(first, 'UTC')).toBe('2026-11-01T05:30Z');
    expect(formatInZone(first + 1_000, 'Asia/Kolkata')).toBe('2026-11-01T11:00:01+05:30');
    expect(formatInZone(Date.UTC(1850, 0), 'America/New_York')).toMatch(/-04:56:02$/);
    expect(formatInZone(Infinity, 'UTC')).toBe('∞');
    expect(formatUtc(-Infinity)).toBe('-∞');
  });

  it('is read back from what was written', () => {
    const instant = fc.integer({ min: Date.UTC(1960, 0), max: Date.UTC(2100, 0) });
    const zone = fc.constantFrom('Australia/Lord_Howe', 'Pacific/Apia', 'Europe/Berlin', 'UTC');
    fc.assert(
      fc.property(instant, zone, (any, zoneName) => {
        expect(parseInstant(formatInZone(any, zoneName))).toEqual({ value: any });
        expect(parseInstant(formatUtc(any))).toEqual({ value: any });
      }),
      { numRuns: propertyRuns },
    );
  });
});

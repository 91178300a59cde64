import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { fromTimestamp, toTimestamp } from '../../src/store/timestamp.ts';

describe('instants in the database', () => {
  test('come back as they went, to the millisecond', () => {
    const instant = fc.integer({
      min: Date.parse('0001-01-01T00:00:00.000Z'),
      max: Date.parse('9999-12-31T23:59:59.999Z'),
    });
    fc.assert(
      fc.property(instant, (ms) => {
        expect(fromTimestamp(toTimestamp(ms))).toBe(ms);
      }),
    );
  });

  test('are infinite where four digits do not suffice for the year', () => {
    const { POSITIVE_INFINITY, NEGATIVE_INFINITY } = Number;
    expect(toTimestamp(POSITIVE_INFINITY)).toBe('infinity');
    expect(toTimestamp(Date.parse('+010000-01-01T00:00:00Z'))).toBe('infinity');
    expect(toTimestamp(NEGATIVE_INFINITY)).toBe('-infinity');
    expect(toTimestamp(Date.parse('0000-12-31T23:59:59Z'))).toBe('-infinity');
    expect(fromTimestamp('infinity')).toBe(POSITIVE_INFINITY);
    expect(fromTimestamp('-infinity')).toBe(NEGATIVE_INFINITY);
  });

  test('are read as columns and documents write them, in any zone', () => {
    const expected = Date.parse('2026-03-01T01:00:00.120Z');
    for (const text of [
      '2026-03-01 01:00:00.12+00',
      '2026-03-01 06:30:00.12+05:30',
      '2026-02-28 15:00:00.12-10',
      '2026-03-01T01:00:00.12+00:00',
      '2026-03-01T01:00:00.120Z',
    ]) {
      expect(fromTimestamp(text), text).toBe(expected);
    }
  });
});

import { describe, expect, it } from 'vitest';
import { formatInZone, parseInstant } from '../../src/time/instant.ts';
import { resolveOnce } from '../../src/time/once.ts';
import { formatWall, hourMs } from '../../src/time/wall.ts';
import { zoneOf } from '../../src/time/zone.ts';

function wall(text: string): number {
  const reading = parseInstant(`${text}Z`);
  if ('fault' in reading) throw new Error(reading.fault.message);
  return reading.value;
}

const newYork = zoneOf('America/New_York');

function resolve(start: string, end: string | number) {
  const ending = typeof end === 'string' ? { wall: wall(end) } : { forMs: end };
  const result = resolveOnce(wall(start), ending, newYork);
  if ('fault' in result) return result.fault;
  const { value } = result;
  return [value.start, value.end].map((instant) => formatInZone(instant, newYork.name));
}

describe('a single window', () => {
  it('goes from one wall time to another', () => {
    expect(resolve('2026-12-24T18:00', '2026-12-27T06:00')).toEqual([
      '2026-12-24T18:00-05:00',
      '2026-12-27T06:00-05:00',
    ]);
    expect(resolve('2026-11-01T01:30', '2026-11-01T01:45')).toEqual([
      '2026-11-01T01:30-04:00',
      '2026-11-01T01:45-05:00',
    ]);
  });

  it('lasts exactly as long as it says', () => {
    expect(resolve('2026-11-01T00:00', 12 * hourMs)).toEqual([
      '2026-11-01T00:00-04:00',
      '2026-11-01T11:00-05:00',
    ]);
  });

  it.each([
    ['2026-03-08T02:30', '2026-03-08T05:00', 'start'],
    ['2026-03-08T02:30', 3_600_000, 'start'],
    ['2026-03-08T01:00', '2026-03-08T02:30', 'end'],
  ])('from %s to %s names the gap around its %s (POLICY 5)', (start, end, edge) => {
    const fault = resolve(start, end);
    expect(fault).toMatchObject({ kind: 'in-gap', edge });
    if (!('gap' in fault)) throw new Error('no gap');
    expect([fault.gap.start, fault.gap.end].map(formatWall)).toEqual([
      '2026-03-08T02:00',
      '2026-03-08T03:00',
    ]);
    expect(formatInZone(fault.gap.instant, newYork.name)).toBe('2026-03-08T03:00-04:00');
  });

  it('may end where a gap begins: that is no skipped time', () => {
    expect(resolve('2026-03-08T01:00', '2026-03-08T02:00')).toEqual([
      '2026-03-08T01:00-05:00',
      '2026-03-08T03:00-04:00',
    ]);
  });

  it('cannot be empty or go backward (S4)', () => {
    expect(resolve('2026-12-24T18:00', '2026-12-24T18:00')).toEqual({ kind: 'empty' });
    expect(resolve('2026-12-24T18:00', '2026-12-24T17:00')).toEqual({ kind: 'empty' });
    expect(resolve('2026-12-24T18:00', 0)).toEqual({ kind: 'empty' });
    // Backward on the wall is a fault also in the repeated hour, where it would be an interval.
    expect(resolve('2026-11-01T01:30', '2026-11-01T01:15')).toEqual({ kind: 'empty' });
  });
});

import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { backoffMs, LONGEST_WAIT_MS, verdictOn } from '../../src/plan/retry.ts';

const NOW = 1_000_000;

describe('backoffMs', () => {
  test('doubles from about a second and never passes five minutes', () => {
    expect([1, 2, 3, 4].map((attempt) => backoffMs(attempt, 1))).toEqual([
      1_000, 2_000, 4_000, 8_000,
    ]);
    fc.assert(
      fc.property(fc.nat(10_000), fc.double({ min: 0, max: 1, noNaN: true }), (attempt, random) => {
        const wait = backoffMs(attempt, random);
        expect(wait).toBeGreaterThanOrEqual(500);
        expect(wait).toBeLessThanOrEqual(LONGEST_WAIT_MS);
      }),
    );
  });

  test('chance spreads it over its upper half', () => {
    expect(backoffMs(5, 0)).toBe(backoffMs(5, 1) / 2);
  });
});

describe('verdictOn', () => {
  const refusal = { status: 503, reason: 'busy' };

  test('S64: Retry-After beats our curve, within reason', () => {
    const throttled = { kind: 'throttled', status: 429, reason: 'slow down' } as const;
    const asked = verdictOn({ ...throttled, retryAfterMs: 7_000 }, 1, NOW, 0);
    expect(asked).toMatchObject({ kind: 'throttled', forMs: 7_000 });
    const absurd = verdictOn({ ...throttled, retryAfterMs: 86_400_000 }, 1, NOW, 0);
    expect(absurd).toMatchObject({ forMs: 15 * 60_000 });
    const busy = verdictOn({ kind: 'server-error', ...refusal, retryAfterMs: 9_000 }, 1, NOW, 0);
    expect(busy).toMatchObject({ kind: 'retry', at: NOW + 9_000 });
  });

  test.each(['not-sent', 'unknown'] as const)('%s is tried again after the curve', (kind) => {
    expect(verdictOn({ kind, reason: 'gone' }, 3, NOW, 1)).toEqual({
      kind: 'retry',
      at: NOW + 4_000,
      reason: 'gone',
    });
  });

  test('what the API rejects for good is given up', () => {
    const verdict = verdictOn({ kind: 'rejected', status: 422, reason: 'no' }, 1, NOW, 0);
    expect(verdict).toEqual({ kind: 'give-up', reason: 'no' });
  });
});

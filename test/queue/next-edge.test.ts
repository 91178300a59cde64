import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { createRepeatStrategy, type NextEdge } from '../../src/queue/next-edge.ts';

const DAY_MS = 24 * 3_600_000;

function strategyFor(answer: unknown) {
  const failures: unknown[] = [];
  const nextEdge = (async () => answer) as NextEdge;
  const ask = createRepeatStrategy(nextEdge, (_, error) => failures.push(error));
  return { ask: (after: number) => ask(after, { pattern: 'p' }), failures };
}

describe('createRepeatStrategy', () => {
  it('passes the pattern and the instant on, and a good answer back', async () => {
    const asked: unknown[] = [];
    const nextEdge: NextEdge = (pattern, after) => {
      asked.push([pattern, after]);
      return after + 5;
    };
    expect(await createRepeatStrategy(nextEdge, () => undefined)(1_000.75, { pattern: 'p' })).toBe(
      1_005,
    );
    expect(asked).toEqual([['p', 1_000]]);
  });

  it('undefined stays undefined, and is no failure', async () => {
    const { ask, failures } = strategyFor(undefined);
    expect(await ask(0)).toBeUndefined();
    expect(failures).toEqual([]);
  });

  it('S21: a far edge is approached a day at a time', async () => {
    expect(await strategyFor(Number.POSITIVE_INFINITY).ask(7)).toBe(7 + DAY_MS);
    expect(await strategyFor(7 + DAY_MS).ask(7)).toBe(7 + DAY_MS);
    expect(await strategyFor(8 + DAY_MS).ask(7)).toBe(7 + DAY_MS);
  });

  it('whatever it is told, it answers an integer after its argument within a day', async () => {
    const answers = fc.anything().filter((answer) => answer !== undefined);
    const instants = fc.double({ min: 0, max: 4e12, noNaN: true });
    await fc.assert(
      fc.asyncProperty(fc.oneof(answers, fc.double(), instants), instants, async (told, after) => {
        const edge = await strategyFor(told).ask(after);
        expect(Number.isSafeInteger(edge)).toBe(true);
        expect(edge).toBeGreaterThan(after);
        expect(edge).toBeLessThanOrEqual(after + DAY_MS);
      }),
    );
  });

  it('a failure is reported and answered by a heartbeat a minute later', async () => {
    const failures: unknown[] = [];
    const reason = new Error('the database is away');
    const ask = createRepeatStrategy(
      () => {
        throw reason;
      },
      (pattern, error) => failures.push([pattern, error]),
    );
    expect(await ask(1_000, { pattern: 'p' })).toBe(61_000);
    expect(failures).toEqual([['p', reason]]);
  });

  describe('with a clock in hand', () => {
    beforeEach(() => {
      vi.useFakeTimers();
    });
    afterEach(() => {
      vi.useRealTimers();
    });

    it('an answer that never comes is not waited for', async () => {
      const failures: unknown[] = [];
      const never: NextEdge = () => new Promise(() => undefined);
      const asked = createRepeatStrategy(never, (_, error) => failures.push(error))(0, {});
      await vi.advanceTimersByTimeAsync(5_000);
      expect(await asked).toBe(60_000);
      expect(String(failures[0])).toContain('no answer within 5000 ms');
    });
  });
});

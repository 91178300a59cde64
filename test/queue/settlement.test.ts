import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  leaveToNewer,
  runUnlessAborted,
  type Settlement,
  settle,
  waitAfterThrow,
} from '../../src/queue/settlement.ts';

const NOW = 1_700_000_000_000;
const reason = 'because';
const COMPLETE: Settlement = { kind: 'complete' };

describe('settle', () => {
  it('what is done, stale or given up completes', () => {
    expect(settle({ kind: 'done' }, NOW)).toEqual(COMPLETE);
    expect(settle({ kind: 'stale', reason }, NOW)).toEqual(COMPLETE);
    expect(settle({ kind: 'give-up', reason }, NOW)).toEqual(COMPLETE);
  });

  it('retry waits until its instant, in whole milliseconds and never before', () => {
    const until = (at: number) => settle({ kind: 'retry', at, reason }, NOW);
    expect(until(NOW + 5_000)).toEqual({ kind: 'delay', until: NOW + 5_000 });
    expect(until(NOW + 5_000.25)).toEqual({ kind: 'delay', until: NOW + 5_001 });
    expect(until(NOW - 5)).toEqual({ kind: 'delay', until: NOW + 100 });
    expect(until(Number.NaN)).toEqual({ kind: 'delay', until: NOW + 100 });
    expect(until(Number.POSITIVE_INFINITY)).toEqual({ kind: 'delay', until: NOW + 86_400_000 });
  });

  it('throttled is quiet for at least a millisecond and at most an hour', () => {
    const quiet = (forMs: number) => settle({ kind: 'throttled', forMs, reason }, NOW);
    expect(quiet(1_500.5)).toEqual({ kind: 'throttle', forMs: 1_501 });
    expect(quiet(-1)).toEqual({ kind: 'throttle', forMs: 1 });
    expect(quiet(Number.POSITIVE_INFINITY)).toEqual({ kind: 'throttle', forMs: 3_600_000 });
  });
});

it('leaveToNewer comes back within a minute or so, not all at once', () => {
  expect(leaveToNewer(NOW, 0)).toEqual({ kind: 'delay', until: NOW + 30_000 });
  expect(leaveToNewer(NOW, 0.5)).toEqual({ kind: 'delay', until: NOW + 60_000 });
});

it('waitAfterThrow doubles from half a second to a minute, never past it', () => {
  expect([1, 2, 3, 7, 50].map((attempt) => waitAfterThrow(attempt, 0))).toEqual([
    500, 1_000, 2_000, 30_000, 30_000,
  ]);
  const chance = fc.double({ min: 0, max: 1, noNaN: true, maxExcluded: true });
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 10_000 }), chance, (attempt, random) => {
      const wait = waitAfterThrow(attempt, random);
      expect(Number.isInteger(wait) && wait >= 500 && wait <= 60_000).toBe(true);
    }),
  );
});

describe('runUnlessAborted', () => {
  it('gives what the handler gives, and throws what it throws', async () => {
    const { signal } = new AbortController();
    expect(await runUnlessAborted(signal, async () => COMPLETE)).toEqual(COMPLETE);
    const thrown = runUnlessAborted(signal, async () => Promise.reject(new Error('a bug')));
    await expect(thrown).rejects.toThrow('a bug');
  });

  it('does not begin when aborted', async () => {
    let began = false;
    const settlement = await runUnlessAborted(AbortSignal.abort(), async () => {
      began = true;
      return COMPLETE;
    });
    expect(settlement).toEqual({ kind: 'hand-back' });
    expect(began).toBe(false);
  });

  it('hands back when the handler throws after the abort, or never ends', async () => {
    for (const handler of [() => Promise.reject(new Error('aborted')), () => never()]) {
      const controller = new AbortController();
      const begun = Promise.resolve();
      const settlement = runUnlessAborted(controller.signal, async () => {
        await begun;
        return handler();
      });
      controller.abort();
      expect(await settlement).toEqual({ kind: 'hand-back' });
    }
  });

  it('keeps a verdict that comes soon after the abort', async () => {
    const controller = new AbortController();
    let finish = () => {};
    const finished = new Promise<void>((resolve) => {
      finish = resolve;
    });
    const settlement = runUnlessAborted(controller.signal, async () => {
      await finished;
      return COMPLETE;
    });
    controller.abort();
    finish();
    expect(await settlement).toEqual(COMPLETE);
  });
});

function never(): Promise<Settlement> {
  return new Promise(() => undefined);
}

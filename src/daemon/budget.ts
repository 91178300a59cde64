import type { Store } from '../store/store.ts';

/** How much of a second's budget is fetched at once: few round trips, little left unused. */
const SHARE_OF_SECOND = 5;

/** As many calls as an API of ordinary speed has to answer at once, for the budget to be used. */
const SECONDS_UNDER_WAY = 2;
const PASSES_MIN = 2;
/** What one process can have under way at once without holding itself up. */
export const PASSES_MAX = 50;

/**
 * How many passes one process may have under way. More than the budget feeds would wait for each
 * other's calls with their syncs claimed, and keep more urgent jobs from being taken.
 */
export function passesAtOnce(perSecond: number): number {
  return Math.min(Math.max(Math.ceil(perSecond * SECONDS_UNDER_WAY), PASSES_MIN), PASSES_MAX);
}

/** The call budget that all replicas share. */
export interface Budget {
  /** Resolves when one more request may leave, or at once with for how long (ms) none may. */
  admit(): Promise<number | undefined>;
  /** The API asked for quiet: for so long no request leaves, of any replica. Never rejects. */
  quieten(forMs: number): Promise<void>;
}

/** A process fetches small blocks of the budget from the store and hands them out. */
export function createBudget(
  store: Pick<Store, 'leaseBudget' | 'quietenBudget'>,
  perSecond: number,
  sleep: (ms: number) => Promise<void>,
): Budget {
  const block = Math.max(1, Math.ceil(perSecond / SHARE_OF_SECOND));
  let left = 0;
  let turn: Promise<unknown> = Promise.resolve();

  async function next(): Promise<number | undefined> {
    // What was fetched is forfeited when somebody asks for quiet before its time has come.
    while (left === 0) {
      const { granted, waitMs, quietMs } = await store.leaseBudget('api', perSecond, block);
      if (quietMs > 0) return quietMs;
      left = granted;
      if (waitMs > 0) await sleep(waitMs);
    }
    left -= 1;
    return undefined;
  }

  return {
    admit() {
      // In order of asking; one that failed to get its share does not fail those behind it.
      const mine = turn.then(next);
      turn = mine.catch(() => undefined);
      return mine;
    },
    async quieten(forMs) {
      left = 0;
      // Where it cannot be told to the others, each of them hears it from the API itself.
      await store.quietenBudget('api', forMs).catch(() => undefined);
    },
  };
}

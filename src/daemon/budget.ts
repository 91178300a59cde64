import type { Store } from '../store/store.ts';

/** How much of a second's budget is fetched at once: few round trips, little left unused. */
const SHARE_OF_SECOND = 5;

/**
 * The call budget that all replicas share: a process fetches small blocks of it from the store and
 * hands them out. Resolves when one more request may leave.
 */
export function createBudget(
  store: Pick<Store, 'leaseBudget'>,
  perSecond: number,
  sleep: (ms: number) => Promise<void>,
): () => Promise<void> {
  const block = Math.max(1, Math.ceil(perSecond / SHARE_OF_SECOND));
  let left = 0;
  let turn: Promise<void> = Promise.resolve();

  async function next(): Promise<void> {
    if (left === 0) {
      const lease = await store.leaseBudget('api', perSecond, block);
      left = lease.granted;
      if (lease.waitMs > 0) await sleep(lease.waitMs);
    }
    left -= 1;
  }

  return () => {
    // In order of asking; one that failed to get its share does not fail those behind it.
    const mine = turn.then(next);
    turn = mine.catch(() => undefined);
    return mine;
  };
}

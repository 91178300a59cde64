import type { SyncKey } from '../policy/sync.ts';
import type { Store } from '../store/store.ts';
import { hasPassed } from '../time/elapsed.ts';
import type { Instant } from '../time/interval.ts';
import type { Clock } from './clock.ts';

/**
 * How long a claim on a sync lasts. A crashed process blocks a sync for at most this long, so it
 * is short; whoever needs it for longer than a third of it renews it.
 */
export const CLAIM_MS = 30_000;

/** The claim on a sync, as its owner sees it. */
export interface Claim {
  /** Makes it last when a third of it is over; false when somebody else took the sync. */
  keep(): Promise<boolean>;
  /**
   * Whether a request may leave now. A process that stood still after it wrote down what it is
   * about to do (a paused machine, a starved event loop) must not do it any more: another one may
   * have taken the sync and finished, and nobody looks again.
   */
  mayLeave(): boolean;
}

/** Makes the owner's view of a claim that was asked for at `askedAt` by our clock. */
export function createClaim(
  { store, clock }: { readonly store: Pick<Store, 'renew'>; readonly clock: Clock },
  { sync, fence }: { readonly sync: SyncKey; readonly fence: number },
  askedAt: Instant,
): Claim {
  let claimedAt = askedAt;
  return {
    async keep() {
      const now = clock.now();
      if (!hasPassed(now, claimedAt, CLAIM_MS / 3)) return true;
      if (!(await store.renew(sync, fence, CLAIM_MS))) return false;
      claimedAt = now;
      return true;
    },
    mayLeave: () => !hasPassed(clock.now(), claimedAt, CLAIM_MS / 2),
  };
}

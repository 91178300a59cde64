import type { Sync, SyncKey } from '../policy/sync.ts';
import type { Store } from '../store/store.ts';
import { hasPassed } from '../time/elapsed.ts';
import type { Instant } from '../time/interval.ts';
import type { Clock } from './clock.ts';

/** How old what we know may be before a boundary asks for a new reading. */
const FRESH_MS = 30_000;

/** What this process knows of the inventory; the store has what all replicas know. */
export interface InventoryCache {
  get(sync: SyncKey): Sync | undefined;
  all(): readonly Sync[];
  readonly readAt: Instant | undefined;
  /** Another number after each whole reading. */
  readonly version: number;
  /** A single read knows better than the last listing. */
  put(sync: Sync): void;
  replace(syncs: readonly Sync[], readAt: Instant): void;
  /** Takes over the reading that another replica may have saved since. */
  refresh(): Promise<void>;
  isFresh(): boolean;
}

/** Makes an empty cache; call `refresh` before the first use. */
export function createInventory(store: Store, clock: Clock): InventoryCache {
  let syncs = new Map<SyncKey, Sync>();
  let readAt: Instant | undefined;
  let version = 0;
  let refreshing: Promise<void> | undefined;
  const replace = (next: readonly Sync[], at: Instant | undefined): void => {
    syncs = new Map(next.map((sync) => [sync.key, sync]));
    readAt = at;
    version += 1;
  };
  async function refresh(): Promise<void> {
    const latest = await store.inventoryReadAt();
    // Not only later ones: the clock may have been set back between two readings.
    if (latest === undefined || latest === readAt) return;
    const stored = await store.inventory();
    replace(stored.syncs, stored.readAt);
  }

  return {
    get: (sync) => syncs.get(sync),
    all: () => [...syncs.values()],
    get readAt() {
      return readAt;
    },
    get version() {
      return version;
    },
    put(sync) {
      syncs.set(sync.key, sync);
    },
    replace,
    refresh() {
      refreshing ??= refresh().finally(() => {
        refreshing = undefined;
      });
      return refreshing;
    },
    isFresh: () => readAt !== undefined && !hasPassed(clock.now(), readAt, FRESH_MS),
  };
}

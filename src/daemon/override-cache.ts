import type { Override } from '../plan/override.ts';
import type { Store } from '../store/store.ts';
import { dayMs } from '../time/wall.ts';
import type { Clock } from './clock.ts';

/**
 * How long an override that is over stays in sight. Windows are told from where they were looked at
 * last, and a daemon that was down for longer than this has other worries.
 */
const KEPT_MS = 31 * dayMs;

/** What this process knows of the overrides; the store has what all replicas know. */
export interface OverrideCache {
  /** All that are open, and those that ended lately; the same list until it changes. */
  all(): readonly Override[];
  /** The version of that list, as the store counts. */
  readonly version: number;
  /** Reads the list again if it has changed; with a version, only when ours is older than that. */
  refresh(atLeast?: number): Promise<void>;
}

/** Makes an empty cache; call `refresh` before the first use. */
export function createOverrideCache(store: Pick<Store, 'overrides'>, clock: Clock): OverrideCache {
  let list: readonly Override[] = [];
  let version: number | undefined;
  let reading: Promise<void> | undefined;

  async function read(): Promise<void> {
    // From the beginning of a day, so that the same question is asked all day long.
    const today = Math.floor(clock.now() / dayMs) * dayMs;
    const found = await store.overrides(today - KEPT_MS, version);
    if (found === undefined) return;
    list = found.overrides;
    version = found.version;
  }

  function readOnce(): Promise<void> {
    reading ??= read().finally(() => {
      reading = undefined;
    });
    return reading;
  }

  return {
    all: () => list,
    get version() {
      return version ?? 0;
    },
    async refresh(atLeast) {
      const isEnough = (): boolean => atLeast !== undefined && (version ?? -1) >= atLeast;
      if (isEnough()) return;
      if (reading !== undefined) {
        // It began before we were asked, and may have missed what we were asked for.
        await reading.catch(() => undefined);
        if (isEnough()) return;
      }
      await readOnce();
    },
  };
}

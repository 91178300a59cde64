import type { SyncKey } from '../policy/sync.ts';
import type { EntryDocument } from './seal.ts';

/** A sync that Curfew had paused, as far as a journal tells, and had not restored when it ends. */
export interface LeftPaused {
  readonly sync: SyncKey;
  readonly syncName: string | undefined;
  /** What held it. */
  readonly policy: string | undefined;
  /** RFC 3339: when the entry was written that says so. */
  readonly at: string;
}

/**
 * What a journal leaves paused (S58). After a database was lost, or restored from an old backup, no
 * hold tells that a sync was active before; its exported journal still does. A pause whose fate is
 * unknown counts, since it may have had its effect.
 */
export function createLeftPaused(): {
  take(entry: EntryDocument): void;
  all(): readonly LeftPaused[];
} {
  const left = new Map<string, LeftPaused>();
  return {
    take(entry) {
      const { sync, syncName, policy, at } = entry;
      if (sync === undefined) return;
      const change = changeOf(entry);
      if (change === 'restored') left.delete(sync);
      if (change === 'paused') left.set(sync, { sync: sync as SyncKey, syncName, policy, at });
    },
    all: () => [...left.values()],
  };
}

function changeOf({ type, hold, detail }: EntryDocument): 'paused' | 'restored' | undefined {
  const { baseline, action, outcome } = (detail ?? {}) as Record<string, unknown>;
  switch (type) {
    case 'hold.held':
      // A person who pauses it by hand while it is held makes the pause their own.
      return baseline === 'active' ? 'paused' : 'restored';
    case 'hold.released':
    case 'hold.yielded':
    case 'hold.gone':
      return 'restored';
    case 'call.intended':
      return action === 'deactivate' && hold !== undefined ? 'paused' : undefined;
    case 'call.answered':
      return action === 'activate' && outcome === 'ok' ? 'restored' : undefined;
    default:
      return undefined;
  }
}

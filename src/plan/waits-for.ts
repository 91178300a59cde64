// Syncs that run after other syncs. A policy that pauses the first starves the second, which nobody
// paused and which yet does not run (S38).

import type { Sync, SyncKey } from '../policy/sync.ts';
import type { Instant } from '../time/interval.ts';
import type { Override } from './override.ts';
import type { RestrainedPolicy } from './restraint.ts';
import { type State, stretchAt } from './stretches.ts';

/** A sync that another one runs after, and how it is. */
export interface WaitedFor {
  readonly sync: SyncKey;
  /** Absent where the inventory does not have it. */
  readonly name?: string | undefined;
  readonly active?: boolean | undefined;
  readonly state?: State | undefined;
  /** When that state ends; absent when never. */
  readonly until?: Instant | undefined;
  readonly by?: string | undefined;
}

/** The syncs that `sync` runs after, as they are at an instant; undefined where there are none. */
export function waitedFor(
  policies: readonly RestrainedPolicy[],
  overrides: readonly Override[],
  sync: Sync,
  at: Instant,
  inventory: readonly Sync[],
): readonly WaitedFor[] | undefined {
  if (sync.runsAfter === undefined || sync.runsAfter.length === 0) return undefined;
  return sync.runsAfter.map((key) => {
    const parent = inventory.find((candidate) => candidate.key === key);
    if (parent === undefined) return { sync: key };
    const { state, end, decision } = stretchAt(policies, overrides, parent, at);
    return {
      sync: key,
      name: parent.name,
      active: parent.active,
      state,
      until: Number.isFinite(end) ? end : undefined,
      by: decision.cause,
    };
  });
}

import type { Policy } from '../policy/policy.ts';
import type { Sync } from '../policy/sync.ts';
import type { Override } from './override.ts';
import { type Say, sayAbout } from './stretches.ts';

/** Syncs that have the same future, because the same policies and overrides are about them. */
export interface Alike extends Say {
  /** At least one. */
  readonly syncs: readonly Sync[];
}

/** Sorts syncs by who has a say about them: a question is answered once for all that are alike. */
export function groupAlike(
  policies: readonly Policy[],
  overrides: readonly Override[],
  syncs: readonly Sync[],
): readonly Alike[] {
  const groups = new Map<string, Alike & { readonly syncs: Sync[] }>();
  for (const sync of syncs) {
    const say = sayAbout(policies, overrides, sync);
    const mark = JSON.stringify([
      say.policies.map(({ name }) => name),
      say.overrides.map(({ id }) => id),
    ]);
    const group = groups.get(mark);
    if (group !== undefined) group.syncs.push(sync);
    else groups.set(mark, { ...say, syncs: [sync] });
  }
  return [...groups.values()];
}

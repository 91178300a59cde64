import type { Policy } from '../policy/policy.ts';
import { createSelection } from '../policy/selection.ts';
import type { Sync } from '../policy/sync.ts';
import type { Override } from './override.ts';
import type { Say } from './stretches.ts';

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
  const selection = createSelection(policies.filter(({ enabled }) => enabled));
  const groups = new Map<string, Alike & { readonly syncs: Sync[] }>();
  for (const sync of syncs) {
    const say = {
      policies: selection(sync),
      overrides: overrides.filter((override) => override.covers(sync)),
    };
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

import { createSelection } from '../policy/selection.ts';
import type { Sync } from '../policy/sync.ts';
import { adjustPolicies } from './adjust.ts';
import { isAboutSyncs, type Override } from './override.ts';
import type { RestrainedPolicy } from './restraint.ts';
import type { Say } from './stretches.ts';

/** Syncs that have the same future, because the same policies and overrides are about them. */
export interface Alike<P extends RestrainedPolicy = RestrainedPolicy> extends Say<P> {
  /** At least one. */
  readonly syncs: readonly Sync[];
}

/** Sorts syncs by who has a say about them: a question is answered once for all that are alike. */
export function groupAlike<P extends RestrainedPolicy>(
  policies: readonly P[],
  overrides: readonly Override[],
  syncs: readonly Sync[],
): readonly Alike<P>[] {
  const adjusted = adjustPolicies(policies, overrides);
  const selection = createSelection(adjusted.filter(({ enabled }) => enabled));
  const aboutSyncs = overrides.filter(isAboutSyncs);
  const groups = new Map<string, Alike<P> & { readonly syncs: Sync[] }>();
  for (const sync of syncs) {
    const say = {
      policies: selection(sync),
      overrides: aboutSyncs.filter((override) => override.covers(sync)),
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

import { isAboutSyncs, type Override } from '../plan/override.ts';
import type { Sync } from '../policy/sync.ts';
import type { Instant } from '../time/interval.ts';
import type { PlanBasis, PlannedOverride } from './operations.ts';
import type { Parts } from './parts.ts';

/** What `curfew plan` compares files with. */
export async function planBasisOf(
  { store, overrides }: Pick<Parts, 'store' | 'overrides'>,
  syncs: readonly Sync[],
  now: Instant,
): Promise<PlanBasis> {
  const [inForce, holds] = await Promise.all([store.policySetInForce(), store.openHolds()]);
  return { now, inForce, holds, syncs, overrides: overrides.all().map(planned) };

  function planned(override: Override): PlannedOverride {
    if (!isAboutSyncs(override)) return override;
    const { covers, select: _, ...frame } = override;
    return { ...frame, covered: syncs.filter(covers).map(({ key }) => key) };
  }
}

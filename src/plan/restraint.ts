import type { Policy } from '../policy/policy.ts';
import type { Sync } from '../policy/sync.ts';

/** A policy as far as it may act just now. */
export interface RestrainedPolicy extends Omit<Policy, 'mode'> {
  /** `blocked`: by its own limit; like an observer it is decided and told, and never acts. */
  readonly mode: Policy['mode'] | 'blocked';
}

/** A policy that selects more syncs than its limit allows. */
export interface Blocked {
  readonly policy: string;
  /** How many syncs it selects. */
  readonly selected: number;
  /** The most it may select, in whole syncs. */
  readonly allowed: number;
}

/** The policies that would hold more syncs than they may, given all syncs that there are (S66). */
export function blockedPolicies(
  policies: readonly Policy[],
  syncs: readonly Sync[],
): readonly Blocked[] {
  const limited = policies.filter(
    ({ enabled, limit }) => enabled && (limit.syncs !== undefined || limit.percent !== undefined),
  );
  return limited.flatMap((policy) => {
    const selected = syncs.filter((sync) => policy.selects(sync)).length;
    const allowed = allowedBy(policy, syncs.length);
    return selected > allowed ? [{ policy: policy.name, selected, allowed }] : [];
  });
}

function allowedBy({ limit }: Policy, all: number): number {
  const { syncs = Infinity, percent = 100 } = limit;
  return Math.min(syncs, Math.floor((percent / 100) * all));
}

/**
 * The policies as they may act on one sync. A blocked policy pauses nothing new; what it holds it
 * keeps, so `holder` (the cause of the sync's open hold) acts as ever.
 */
export function restrain(
  policies: readonly Policy[],
  blocked: ReadonlySet<string>,
  holder: string | undefined,
): readonly RestrainedPolicy[] {
  if (blocked.size === 0) return policies;
  return policies.map((policy) =>
    blocked.has(policy.name) && policy.name !== holder ? { ...policy, mode: 'blocked' } : policy,
  );
}

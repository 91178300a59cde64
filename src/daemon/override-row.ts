import { policyOf } from '../plan/adjust.ts';
import {
  isAboutSyncs,
  isInEffect,
  isOpen,
  type Override,
  type SyncOverride,
} from '../plan/override.ts';
import { isAbout } from '../plan/override-effect.ts';
import { overrideDoes } from '../plan/override-words.ts';
import type { Policy } from '../policy/policy.ts';
import type { Sync } from '../policy/sync.ts';
import type { Instant } from '../time/interval.ts';
import type { OverrideRow } from './operations.ts';

interface World {
  readonly all: readonly Override[];
  readonly policies: readonly Policy[];
  readonly now: Instant;
}

/** An override as people see it, beside the others. */
export function rowOf(override: Override, world: World, syncs: readonly Sync[]): OverrideRow {
  const { id, kind, actor, reason, createdAt, from, expires } = override;
  const { revokedAt, revokedBy, revokeReason } = override;
  const mine = syncs.filter((sync) => isAbout(override, world.policies, sync));
  const about = isAboutSyncs(override)
    ? { select: override.select }
    : {
        policy: override.policy,
        policyHash: override.policyHash,
        occurrence: override.occurrence,
        timezone: override.timezone,
      };
  const superseded = isAboutSyncs(override) ? supersededBy(override, world, mine) : undefined;
  return {
    id,
    kind,
    state: stateOf(override, world.now),
    does: overrideDoes(override),
    actor,
    reason,
    createdAt,
    from,
    expires,
    ...about,
    syncs: mine.length,
    superseded: superseded?.count ?? 0,
    note: superseded?.note ?? noteOn(override, world, mine.length),
    revokedAt,
    revokedBy,
    revokeReason,
  };
}

function stateOf(override: Override, now: Instant): OverrideRow['state'] {
  if (override.revokedAt !== undefined && override.revokedAt < override.expires) return 'revoked';
  if (!isOpen(override, now)) return 'expired';
  return isInEffect(override, now) ? 'in effect' : 'to come';
}

/** Of its syncs, those for which a newer word decides (S41). */
function supersededBy(
  override: SyncOverride,
  { all, now }: World,
  syncs: readonly Sync[],
): { readonly count: number; readonly note: string } | undefined {
  if (!isInEffect(override, now)) return undefined;
  const newer = all
    .filter(isAboutSyncs)
    .filter((other) => other.number > override.number && isInEffect(other, now));
  const taken = syncs.filter((sync) => newer.some((other) => other.covers(sync)));
  if (taken.length === 0) return undefined;
  const by = newer.filter((other) => taken.some((sync) => other.covers(sync))).map(({ id }) => id);
  const what = taken.length === syncs.length ? 'superseded' : `superseded for ${taken.length}`;
  return { count: taken.length, note: `${what} by ${by.join(', ')}` };
}

function noteOn(override: Override, world: World, syncs: number): string | undefined {
  if (!isOpen(override, world.now)) return undefined;
  if (isAboutSyncs(override)) return syncs === 0 ? 'no sync matches any more' : undefined;
  const policy = policyOf(override, world.policies);
  if (policy === undefined) return 'its policy is not in force any more';
  if (!policy.enabled) return 'its policy is not enabled any more';
  if (policy.name !== override.policy) return `its policy is called ${policy.name} now`;
  const last = policy.timeline.segmentAt(override.occurrence.end - 1);
  const isThere = last.on || last.start > override.occurrence.start;
  return isThere ? undefined : 'that window is not there any more';
}

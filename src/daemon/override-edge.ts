import { adjustPolicies, policyOf } from '../plan/adjust.ts';
import type { Hold } from '../plan/hold.ts';
import { isAboutSyncs, isOpen, type Override, remindAt } from '../plan/override.ts';
import {
  type EffectWorld,
  effectOf,
  isAbout,
  type OverrideEffect,
} from '../plan/override-effect.ts';
import { expiredEntry, expiringEntry } from '../plan/override-entries.ts';
import type { SyncKey } from '../policy/sync.ts';
import type { BoundaryJob, Queue } from '../queue/queue.ts';
import type { Store } from '../store/store.ts';
import type { Instant } from '../time/interval.ts';
import { tellWindows, untilDue } from './boundary.ts';
import type { Clock } from './clock.ts';
import type { InventoryCache } from './inventory.ts';
import type { OverrideCache } from './override-cache.ts';
import { needsSchedule, overrideSchedule } from './override-schedule.ts';
import type { PolicyKeeper } from './policy-keeper.ts';
import type { Recorder } from './recorder.ts';

export interface OverrideParts {
  readonly store: Store;
  readonly recorder: Recorder;
  readonly inventory: InventoryCache;
  readonly keeper: PolicyKeeper;
  readonly overrides: OverrideCache;
  readonly clock: Clock;
}

type WithQueue = OverrideParts & { readonly queue: Queue };

/** An edge of an override has come: say what is to be said, and have its syncs looked at. */
export async function handleOverrideEdge(
  parts: WithQueue,
  id: string,
  { edge }: BoundaryJob,
): Promise<void> {
  await untilDue(parts.clock, edge);
  await parts.overrides.refresh();
  await parts.inventory.refresh();
  const override = parts.overrides.all().find((other) => other.id === id);
  // One that was revoked had its syncs looked at then.
  if (override === undefined || !needsSchedule(override)) return;
  const isOver = !isOpen(override, parts.clock.now());
  // In this order: who has told that it is over has had its syncs looked at.
  if (isOver || edge === override.from) await lookAtOverride(parts, override, edge);
  await tellOverride(parts, override);
  if (isOver) await parts.queue.removeScheduler(overrideSchedule(override).id);
}

/** When somebody spoke last about an override: what was done since then may be wrong. */
export function spokenAt({ createdAt, revokedAt }: Override): Instant {
  return revokedAt ?? createdAt;
}

/**
 * Has everything looked at that an override is about, because it begins, ends or was revoked: the
 * windows of its policy are told, and each of its syncs gets a job.
 */
export async function lookAtOverride(
  parts: WithQueue,
  override: Override,
  due: Instant,
): Promise<void> {
  const { clock, keeper, overrides } = parts;
  const policies = keeper.policies();
  const policy = isAboutSyncs(override) ? undefined : policyOf(override, policies);
  if (policy !== undefined) {
    const adjusted = adjustPolicies(policies, overrides.all());
    const changed = adjusted.find(({ name }) => name === policy.name);
    if (changed !== undefined) await tellWindows(parts, changed, clock.now());
  }
  const syncs = parts.inventory.all().filter((sync) => isAbout(override, policies, sync));
  const keys = new Set<SyncKey>(syncs.map(({ key }) => key));
  const causes = [`override:${override.id}`, policy?.name];
  for (const hold of await parts.store.openHolds()) {
    if (causes.includes(hold.cause)) keys.add(hold.sync);
  }
  const cause = `override ${override.id}`;
  // Somebody asked for it, and may be waiting.
  await parts.queue.addEnforcements([...keys].map((sync) => ({ sync, cause, due, urgent: true })));
}

/** Reminds of the ends of overrides that are near, and tells those that have come; each once. */
export async function tellOverrides(parts: OverrideParts): Promise<void> {
  for (const override of parts.overrides.all()) await tellOverride(parts, override);
}

async function tellOverride(parts: OverrideParts, override: Override): Promise<void> {
  const { store, recorder, overrides, clock } = parts;
  if (!needsSchedule(override)) return;
  const now = clock.now();
  const isOver = !isOpen(override, now);
  const isNear = override.remindedAt === undefined && (remindAt(override) ?? Infinity) <= now;
  if (!isOver && !isNear) return;
  const entry = isOver
    ? expiredEntry(override, now)
    : expiringEntry(override, await effectOfExpiry(parts, override), now);
  if (await store.tellOverride(override.id, isOver ? 'ended' : 'reminded', now, [entry])) {
    recorder.announce([entry]);
  }
  await overrides.refresh();
}

/** What becomes of its syncs when an override ends, as things are: as if it went on, and not. */
async function effectOfExpiry(parts: OverrideParts, override: Override): Promise<OverrideEffect> {
  const after = parts.overrides.all();
  const before = after.map((other) =>
    other === override ? { ...other, expires: Infinity } : other,
  );
  return effectOf(override, { before, after }, await worldOf(parts), override.expires);
}

/** What the effect of an override depends on. */
export async function worldOf(parts: OverrideParts): Promise<EffectWorld> {
  const { store, inventory, keeper, clock } = parts;
  const open = await store.openHolds();
  const holds = new Map<SyncKey, Hold>(open.map((hold) => [hold.sync, hold]));
  return { policies: keeper.policies(), syncs: inventory.all(), holds, now: clock.now() };
}

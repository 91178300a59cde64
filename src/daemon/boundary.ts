import { adjustPolicies } from '../plan/adjust.ts';
import { SKEW_MAX_MS } from '../plan/pausing.ts';
import { windowsSeen } from '../plan/windows-seen.ts';
import type { Policy } from '../policy/policy.ts';
import type { BoundaryJob, EnforcementJob, Queue } from '../queue/queue.ts';
import type { Store } from '../store/store.ts';
import type { Instant } from '../time/interval.ts';
import type { Clock, Timers } from './clock.ts';
import type { InventoryCache } from './inventory.ts';
import { sleep } from './loop.ts';
import type { OverrideCache } from './override-cache.ts';
import type { PolicyKeeper } from './policy-keeper.ts';
import type { Recorder } from './recorder.ts';
import { schedulerId } from './upkeep.ts';

export interface BoundaryParts {
  readonly store: Store;
  readonly queue: Queue;
  readonly recorder: Recorder;
  readonly inventory: InventoryCache;
  readonly keeper: PolicyKeeper;
  readonly overrides: OverrideCache;
  readonly clock: Clock;
  readonly timers: Timers;
  /** Asks for a new reading of the inventory soon; does not wait for it. */
  readonly requestSweep: () => void;
}

/** More than a timer is ever early by; beyond that clocks disagree, and the sweep sees to it. */
const EARLY_MAX_MS = 1_000;

/**
 * An edge of a policy has come (or passed): tell the windows, and have every sync looked at that it
 * selects or holds. Fans out at once from what is known; syncs that only a new reading shows are
 * found by the sweep it asks for when the known inventory is old.
 */
export async function handleBoundary(parts: BoundaryParts, job: BoundaryJob): Promise<void> {
  const { keeper, overrides, inventory } = parts;
  await overrides.refresh();
  // By scheduler, not by pattern: two policies that do the same have the same pattern. One that
  // left the set while its job waited is looked after by the reload's sweep.
  const find = () =>
    adjustPolicies(keeper.policies(), overrides.all()).find(
      ({ name }) => schedulerId(name) === job.scheduler,
    );
  // A plan that is not ours is that of a set which another replica has put in force.
  if (find()?.hash !== job.pattern) await keeper.follow();
  const policy = find();
  if (policy === undefined) return;
  await untilDue(parts, job.edge);
  await inventory.refresh();
  await tellWindows(parts, policy, parts.clock.now());
  await parts.queue.addEnforcements(await affectedBy(parts, policy, job.edge));
  if (!inventory.isFresh()) parts.requestSweep();
}

/** A timer may fire a moment early, and who looks before the edge finds nothing to do. */
export async function untilDue(
  { clock, timers }: Pick<BoundaryParts, 'clock' | 'timers'>,
  edge: Instant,
): Promise<void> {
  const earlyMs = edge - clock.now();
  if (earlyMs > 0) await sleep(timers, Math.min(earlyMs, EARLY_MAX_MS));
}

/**
 * Journals what a policy's windows did since the last look; once, whichever replica comes first.
 * Answers whether this was the first look ever.
 */
export async function tellWindows(
  parts: Pick<BoundaryParts, 'store' | 'recorder'>,
  policy: Policy,
  now: Instant,
): Promise<boolean> {
  if (!policy.enabled) return false;
  // An edited policy is a new one here: what it finds open, it opens.
  const mark = `${policy.name} ${policy.hash}`;
  const from = await parts.store.boundaryMark(mark);
  // Replicas' clocks differ a little; a mark far ahead is of a clock that was set back since, and
  // the windows that it covers are still to come.
  const isAhead = from !== undefined && from > now + SKEW_MAX_MS;
  if (from !== undefined && from >= now && !isAhead) return false;
  const entries = windowsSeen(policy, isAhead ? undefined : from, now);
  if (await parts.store.moveBoundaryMark(mark, from, now, entries)) {
    parts.recorder.announce(entries);
  }
  return from === undefined;
}

async function affectedBy(
  parts: BoundaryParts,
  policy: Policy,
  edge: Instant,
): Promise<EnforcementJob[]> {
  const isOn = policy.timeline.at(parts.clock.now());
  // The end of a pause, and the start of a protection, may resume: they go first.
  const urgent = policy.effect === 'pause' ? !isOn : isOn;
  const keys = new Set(
    parts.inventory
      .all()
      .filter((sync) => policy.selects(sync))
      .map(({ key }) => key),
  );
  for (const hold of await parts.store.openHolds()) {
    if (hold.cause === policy.name) keys.add(hold.sync);
  }
  // A job that comes late carries the oldest edge that was missed; due is what the latest one asks.
  const due = Math.max(edge, policy.timeline.previousBoundary(parts.clock.now()) ?? edge);
  // Named by policy: the job of another policy with the same edge may have looked too soon.
  const cause = `boundary ${policy.name}`;
  return [...keys].map((sync) => ({ sync, cause, due, urgent }));
}

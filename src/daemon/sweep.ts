import { type Decision, decide, newerWish } from '../plan/decide.ts';
import type { Hold } from '../plan/hold.ts';
import type { Outcome } from '../plan/outcome.ts';
import { type RestrainedPolicy, restrain } from '../plan/restraint.ts';
import type { Policy } from '../policy/policy.ts';
import type { Sync, SyncKey } from '../policy/sync.ts';
import type { Polytomic } from '../polytomic/polytomic.ts';
import type { EnforcementJob, Queue } from '../queue/queue.ts';
import type { Store } from '../store/store.ts';
import type { Instant } from '../time/interval.ts';
import type { Clock } from './clock.ts';
import type { Gate } from './gate.ts';
import type { Guards } from './guards.ts';
import type { InventoryCache } from './inventory.ts';
import type { OverrideCache } from './override-cache.ts';

export interface SweepParts {
  readonly store: Store;
  readonly queue: Queue;
  readonly polytomic: Polytomic;
  readonly inventory: InventoryCache;
  readonly gate: Gate;
  readonly guards: Guards;
  readonly clock: Clock;
  readonly policies: () => readonly Policy[];
  readonly overrides: OverrideCache;
  /** When this process means to look at a sync again by itself. */
  readonly pendingUntil: (sync: SyncKey) => Instant | undefined;
  /** Whether a policy came into force just now; what it finds open is not late. */
  readonly isNewcomer: (policy: string) => boolean;
}

export interface Swept {
  readonly outcome: 'swept' | 'unread';
  readonly message?: string | undefined;
  readonly syncs: number;
  readonly jobs: number;
}

/**
 * Compares every sync with what is wanted and adds a job for each that may be wrong. A `periodic`
 * sweep adds only those that differ; the others (start, reload) every sync that a policy selects,
 * so that each decision gets its entry. What cannot be listed is decided from what is on record.
 */
export async function sweep(
  parts: SweepParts,
  cause: 'start' | 'reload' | 'clock' | 'sweep' | 'recovered',
): Promise<Swept> {
  const { clock, inventory, gate } = parts;
  if (await gate.probe()) cause = 'recovered';
  // What cannot be written is not looked at: the gate's own probes are all that the API hears.
  if (!gate.isOpen) return unread(parts, gate.message, 0);
  const listed = await list(parts);
  const holds = new Map((await parts.store.openHolds()).map((hold) => [hold.sync, hold]));
  const now = clock.now();
  const jobs: EnforcementJob[] = [];
  await parts.guards.tell();
  const blocked = parts.guards.blocked();
  const policies = parts.policies().filter((policy) => policy.enabled);
  for (const sync of inventory.all()) {
    const hold = holds.get(sync.key);
    holds.delete(sync.key);
    const allowed = restrain(policies, blocked, hold?.cause);
    const job = jobFor(parts, allowed, sync, hold, cause, now);
    if (job !== undefined) jobs.push(job);
  }
  // What is held but not listed may be deleted; only a GET that says 404 makes it so.
  for (const hold of holds.values()) jobs.push({ sync: hold.sync, cause, due: now, urgent: true });
  // A call by hand whose process died: who takes its sync says so.
  for (const { sync, hold } of await parts.store.openCalls()) {
    if (hold === undefined) jobs.push({ sync, cause, due: now });
  }
  await parts.queue.addEnforcements(jobs);
  if (listed.kind !== 'ok') return unread(parts, listed.reason, jobs.length);
  return { outcome: 'swept', syncs: inventory.all().length, jobs: jobs.length };
}

function unread({ inventory }: SweepParts, message: string | undefined, jobs: number): Swept {
  return { outcome: 'unread', message, syncs: inventory.all().length, jobs };
}

async function list(parts: SweepParts): Promise<Outcome<readonly Sync[]>> {
  const { clock, inventory, store, gate } = parts;
  const readAt = clock.now();
  const outcome = await parts.polytomic.listSyncs();
  if (outcome.kind === 'ok') {
    await store.saveInventory(outcome.value, readAt);
    inventory.replace(outcome.value, readAt);
  } else if (outcome.kind === 'unauthorized') {
    await gate.refused(outcome.status, outcome.reason);
  }
  return outcome;
}

function jobFor(
  parts: SweepParts,
  policies: readonly RestrainedPolicy[],
  sync: Sync,
  hold: Hold | undefined,
  cause: EnforcementJob['cause'],
  now: Instant,
): EnforcementJob | undefined {
  const decision = decide(policies, parts.overrides.all(), sync, now);
  const isRelease = decision.wanted === 'baseline' && hold !== undefined;
  const isNew = decision.cause !== undefined && parts.isNewcomer(decision.cause);
  const due = dueAt(isNew ? now : decision.stretch.start, hold, isRelease, now);
  const job = { sync: sync.key, cause, due, urgent: isRelease };
  if (isWrong(decision, sync, hold)) {
    const pendingUntil = parts.pendingUntil(sync.key);
    const isPending = cause === 'sweep' && pendingUntil !== undefined && pendingUntil > now;
    return isPending ? undefined : job;
  }
  const isAsked = cause === 'start' || cause === 'reload';
  return isAsked && (hold !== undefined || decision.opinions.length > 0) ? job : undefined;
}

/** When what is wanted became wanted, as far as that is known. */
function dueAt(start: Instant, hold: Hold | undefined, isRelease: boolean, now: Instant): Instant {
  if (isRelease && hold !== undefined) return Math.min(hold.occurrence.end, now);
  return hold === undefined && Number.isFinite(start) ? Math.min(start, now) : now;
}

function isWrong(decision: Decision, sync: Sync, hold: Hold | undefined): boolean {
  const { wanted, cause, stretch } = decision;
  if (hold === undefined) return wanted === 'paused';
  if (wanted === 'baseline') return true;
  switch (hold.state) {
    case 'yielded':
      // A pause of ours may have landed after their click.
      return (
        newerWish(decision, hold.updatedAt) !== undefined ||
        (hold.strayAt !== undefined && !sync.active)
      );
    case 'held':
      return (
        sync.active ||
        hold.cause !== cause ||
        hold.occurrence.end !== stretch.end ||
        (hold.baseline === 'active' && hold.quietAt === undefined)
      );
    default:
      return true;
  }
}

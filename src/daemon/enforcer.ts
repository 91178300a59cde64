import { decide } from '../plan/decide.ts';
import { restrain } from '../plan/restraint.ts';
import { stopping, TAKEN_OVER, type Verdict } from '../plan/verdict.ts';
import type { Sync, SyncKey } from '../policy/sync.ts';
import type { EnforcementJob } from '../queue/queue.ts';
import type { Rules, Store, Taken } from '../store/store.ts';
import { hasPassed } from '../time/elapsed.ts';
import type { Instant } from '../time/interval.ts';
import type { Breaker } from './breaker.ts';
import { CLAIM_MS, type Claim, createClaim } from './claim.ts';
import { createDraft } from './draft.ts';
import type { Guards } from './guards.ts';
import type { InventoryCache } from './inventory.ts';
import type { OverrideCache } from './override-cache.ts';
import { createPass, type PassParts } from './pass.ts';
import type { PolicyKeeper } from './policy-keeper.ts';
import type { Recorder } from './recorder.ts';

/** Clocks that differ by more are no clocks to go by: it is looked at now. */
const FASTER_CLOCK_MAX_MS = 60_000;

/** More steps than any real history needs; a pass that gets here goes round in circles. */
const STEPS_MAX = 24;

/** A set that only a newer program can read will not become readable here within seconds. */
const UNREADABLE_WAIT_MS = 30_000;

export interface EnforcerParts extends PassParts {
  readonly store: Store;
  readonly recorder: Recorder;
  readonly inventory: InventoryCache;
  readonly keeper: Pick<PolicyKeeper, 'policies' | 'version' | 'refresh'>;
  readonly overrides: OverrideCache;
  readonly guards: Guards;
  readonly breaker: Breaker;
  /** Names this process in claims. */
  readonly owner: string;
}

export interface Enforcer {
  /** One pass over a sync: decide, compare, act, record. Never two at once for one sync. */
  enforce(job: EnforcementJob, signal: AbortSignal): Promise<Verdict>;
  /** When this process means to look at a sync again by itself; a sweep need not hurry it. */
  pendingUntil(sync: SyncKey): number | undefined;
}

/** Makes the enforcer of one process. */
export function createEnforcer(parts: EnforcerParts): Enforcer {
  const { store, clock, chance, gate, breaker, keeper } = parts;
  const pending = new Map<SyncKey, { readonly since: Instant; readonly at: Instant }>();
  const failedReads = new Map<SyncKey, number>();
  let passes = 0;

  async function pass(job: EnforcementJob, signal: AbortSignal): Promise<Verdict> {
    if (!gate.isOpen) {
      const at = gate.nextProbeAt() + chance.random() * 5_000;
      return { kind: 'retry', at, reason: gate.message ?? 'The API refuses our key.' };
    }
    if (!breaker.enter()) {
      const at = breaker.nextTrialAt() + chance.random() * 2_000;
      return { kind: 'retry', at, reason: breaker.message ?? 'The API fails.' };
    }
    const startedAt = clock.now();
    // Whoever sent it has a faster clock; by ours there is nothing to see yet.
    if (job.due > startedAt && job.due <= startedAt + FASTER_CLOCK_MAX_MS) {
      return { kind: 'retry', at: job.due, reason: 'By our clock it is not due yet.' };
    }
    // Each pass claims for itself: two of one process exclude each other like two processes.
    passes += 1;
    const taken = await store.take(job.sync, `${parts.owner}/${passes}`, CLAIM_MS);
    if (taken === undefined) {
      const at = startedAt + 1_000 + chance.random() * 2_000;
      return { kind: 'retry', at, reason: 'Somebody else is looking at this sync.' };
    }
    try {
      // What somebody said before we took the sync counts, whichever replica heard it.
      await parts.overrides.refresh(taken.rules.overrides);
      if (!(await keeper.refresh(taken.rules.policies))) {
        await store.release(job.sync, taken.fence);
        const at = clock.now() + UNREADABLE_WAIT_MS;
        return { kind: 'retry', at, reason: 'The policy set in force cannot be read here.' };
      }
      // Another replica may have read the list that this job comes from.
      if (taken.listedAt !== parts.inventory.readAt) await parts.inventory.refresh();
      const claim = createClaim(parts, taken, startedAt);
      const { run, fail } = createPassOver(taken, claim, job, signal);
      for (let steps = 0; steps < STEPS_MAX; steps += 1) {
        const verdict = await run();
        if (verdict !== undefined) return verdict;
        if (signal.aborted) return await fail(stopping(clock.now()));
        if (!(await claim.keep())) return TAKEN_OVER;
      }
      throw new Error(`${job.sync}: no end after ${STEPS_MAX} steps`);
    } catch (error) {
      await store.release(job.sync, taken.fence).catch(() => undefined);
      throw error;
    }
  }

  function createPassOver(taken: Taken, claim: Claim, job: EnforcementJob, signal: AbortSignal) {
    let sync: Sync = parts.inventory.get(job.sync) ?? unseen(job.sync, taken.hold?.syncName);
    const rules = (): Rules => ({ overrides: parts.overrides.version, policies: keeper.version });
    let decidedUnder = rules();
    const draft = createDraft(
      taken,
      () => sync.name,
      parts.recorder,
      clock,
      () => decidedUnder,
    );
    const policies = () => restrain(keeper.policies(), parts.guards.blocked(), draft.hold?.cause);
    return createPass(parts, {
      draft,
      job,
      signal,
      mayLeave: claim.mayLeave,
      decided: taken.decided,
      sync: () => sync,
      isListed: () => parts.inventory.get(job.sync) !== undefined,
      listedAt: () => parts.inventory.readAt,
      refresh: () => parts.inventory.refresh(),
      countFailedRead() {
        const count = (failedReads.get(job.sync) ?? 0) + 1;
        failedReads.set(job.sync, count);
        return count;
      },
      learn(read) {
        sync = read;
        parts.inventory.put(read);
      },
      hashOf: (cause) =>
        keeper.policies().find(({ name, enabled }) => name === cause && enabled)?.hash,
      admitPause: () => parts.guards.admitPause(),
      decide() {
        decidedUnder = rules();
        return decide(policies(), parts.overrides.all(), sync, clock.now());
      },
    });
  }

  return {
    async enforce(job, signal) {
      const failed = failedReads.get(job.sync);
      const verdict = await pass(job, signal);
      // A pass whose reads all worked has ended the row.
      if (failed === failedReads.get(job.sync)) failedReads.delete(job.sync);
      if (verdict.kind === 'retry') pending.set(job.sync, { since: clock.now(), at: verdict.at });
      else pending.delete(job.sync);
      return verdict;
    },
    pendingUntil(sync) {
      const wait = pending.get(sync);
      if (wait === undefined || hasPassed(clock.now(), wait.since, wait.at - wait.since)) return;
      return wait.at;
    },
  };
}

/** Stands for a sync that no reading has shown yet; the pass reads it before anything else. */
function unseen(key: SyncKey, name: string | undefined): Sync {
  const [kind, id] = [key.startsWith('bulk:') ? 'bulk' : 'model', key.slice(key.indexOf(':') + 1)];
  return {
    key,
    kind: kind as Sync['kind'],
    id,
    name: name ?? key,
    active: false,
    sources: [],
    destinations: [],
  };
}

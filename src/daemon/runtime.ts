import { adjustPolicies } from '../plan/adjust.ts';
import { settledWithin } from '../queue/deadline.ts';
import type { BoundaryJob, Queue } from '../queue/queue.ts';
import { announceStart, announceStop } from './announce.ts';
import { handleBoundary, tellWindows } from './boundary.ts';
import type { Clock } from './clock.ts';
import { watchClock } from './clock-watch.ts';
import type { DaemonOptions, Listeners } from './daemon-options.ts';
import { createEnforcer, type Enforcer } from './enforcer.ts';
import { createFailureLog } from './failure-log.ts';
import { watchFeeds } from './feed-watch.ts';
import { type Loop, startLoop } from './loop.ts';
import { openQueue } from './open-queue.ts';
import { handleOverrideEdge, tellOverrides } from './override-edge.ts';
import { overrideOfScheduler } from './override-schedule.ts';
import { watchOverrides } from './override-watch.ts';
import type { Parts } from './parts.ts';
import { createPatience } from './patience.ts';
import type { ReloadOptions } from './policy-keeper.ts';
import { watchPolicies } from './policy-watch.ts';
import { PRUNE_EVERY_MS } from './pruner.ts';
import { createReloader, loadFirstSet, type Reloaded } from './reloader.ts';
import { SEAL_EVERY_MS } from './sealer.ts';
import { type SweepParts, sweep } from './sweep.ts';
import { createSweeper, type SweepCause } from './sweeper.ts';
import { SWEEP_SCHEDULER, tendSchedulers, UPKEEP_EVERY_MS } from './upkeep.ts';
import { watchWindows } from './window-watch.ts';

/** How long running jobs may go on after a stop was asked for. */
const GRACE_MS = 10_000;

/** How long a stop waits for what a daemon does besides its jobs, and for its last words. */
const LAST_WORDS_MS = 3_000;

/** The gate limits itself to a probe a minute; looking more often makes it punctual. */
const PROBE_LOOK_MS = 5_000;

/** A duty passes to another replica when its owner was silent for three turns. */
const DUTY_MS = 3 * UPKEEP_EVERY_MS;

export interface Runtime {
  readonly queue: Queue;
  reload(how?: ReloadOptions): Promise<Reloaded>;
  /** A part was away and is back: nothing waits for the next look. */
  recover(): void;
  stop(): Promise<void>;
}

/** What bringing parts to work takes to know. */
export type RuntimeOptions = Pick<
  DaemonOptions,
  'clock' | 'chance' | 'log' | 'version' | 'isObserving'
> & {
  readonly config: Pick<DaemonOptions['config'], 'sweepMs'> & {
    readonly polytomic: Pick<DaemonOptions['config']['polytomic'], 'ratePerSecond'>;
  };
};

/** Brings connected parts to work: policies, queue, first sweep, workers, loops. */
export async function startRuntime(
  parts: Parts,
  options: RuntimeOptions,
  listeners: Listeners,
  signal: AbortSignal,
): Promise<Runtime> {
  const { keeper, store, inventory, overrides, gate, sealer, timers } = parts;
  const { clock, log, config } = options;
  const patiently = createPatience(timers, listeners.onWaiting, signal);
  await patiently(() => loadFirstSet(parts));
  await patiently(() => Promise.all([inventory.refresh(), overrides.refresh()]));

  const queue = await openQueue(parts, options, listeners, signal);
  const enforcer = enforcerOf(parts, options);
  /** Policies that nobody looked after before this start: what they find open is not late. */
  let newcomers: ReadonlySet<string> = new Set();
  const sweepParts: SweepParts = {
    ...parts,
    queue,
    clock,
    policies: keeper.policies,
    pendingUntil: enforcer.pendingUntil,
    isNewcomer: (policy) => newcomers.has(policy),
  };
  const onError = createFailureLog(log, listeners.onTrouble);
  const sweeper = createSweeper(sweepNow);
  const requestSweep = (): void => {
    sweeper('sweep').catch(onError('a sweep failed; the next one makes up for it'));
  };

  async function sweepNow(cause: SweepCause): Promise<void> {
    await overrides.refresh();
    await tellOverrides({ ...parts, clock });
    log.debug({ cause, ...(await sweep(sweepParts, cause)) }, 'swept');
  }

  /** Answers whether that was for this replica to do; news are at once, for whoever has them. */
  async function tend(isNews = false): Promise<boolean> {
    if (!(await store.claimDuty('schedulers', parts.owner, DUTY_MS)) && !isNews) return false;
    await overrides.refresh();
    const all = overrides.all();
    await tendSchedulers({ ...parts, ...config, queue, overrides: all, clock });
    return true;
  }

  /** After start-up, a reload, a jump of the clock: nothing waits for its next boundary. */
  async function catchUp(cause: Exclude<SweepCause, 'sweep'>): Promise<void> {
    newcomers = await tellAll(parts, clock);
    await tend(cause !== 'start');
    await sweeper(cause);
  }

  /** Policies may have come into force by another replica. */
  async function upkeep(): Promise<void> {
    if (await keeper.follow()) await catchUp('reload');
    // A boundary may have passed before its scheduler was there: it is told of all the same.
    else if (await tend()) await tellAll(parts, clock);
  }

  async function onBoundary(job: BoundaryJob): Promise<void> {
    if (job.scheduler === SWEEP_SCHEDULER) return sweeper('sweep');
    const override = overrideOfScheduler(job.scheduler);
    if (override !== undefined) {
      await handleOverrideEdge({ ...parts, queue, clock }, override, job);
    } else await handleBoundary({ ...parts, queue, clock, requestSweep }, job);
  }

  const { reload, reloadAll } = createReloader(parts, () => catchUp('reload'));

  try {
    await patiently(() => announceStart(parts, options));
    await patiently(() => gate.begin());
    await patiently(() => parts.breaker.begin());
    queue.work({ boundary: onBoundary, enforce: enforcer.enforce });
    await patiently(() => catchUp('start'));
  } catch (error) {
    await queue.close(0);
    throw error;
  }

  async function lastWords(): Promise<void> {
    await announceStop(parts, options).catch(onError('the stop could not be journalled'));
    await sealer.seal().catch(onError('the end of the journal could not be sealed'));
    await store.releaseDuties(parts.owner).catch(onError('the duties could not be given back'));
  }

  const probe = probing(parts, sweeper);
  const loops: Loop[] = [
    startLoop(timers, UPKEEP_EVERY_MS, upkeep, onError('the schedulers could not be looked after')),
    startLoop(timers, PROBE_LOOK_MS, probe, onError('the key could not be tried')),
    watchFeeds(parts, clock, DUTY_MS, reload, onError('the calendars could not be looked at')),
    watchWindows({ ...parts, clock }, onError('the windows could not be looked at')),
    watchClock({ ...options, timers }, () => catchUp('clock'), onError('a jump was not followed')),
    ...startJournalLoops(parts, onError),
    ...watchOverrides({ ...parts, queue, clock }, tend, onError('overrides were not read')),
  ];
  const watch = watchPolicies(parts, reload, onError('the policy files could not be looked at'));

  return {
    queue,
    reload: reloadAll,
    recover() {
      catchUp('recovered').catch(onError('what was missed could not be looked at yet'));
    },
    async stop() {
      const ends = Promise.all([watch.stop(), ...loops.map((loop) => loop.stop())]);
      await settledWithin(LAST_WORDS_MS, ends, timers.after);
      await queue.close(GRACE_MS);
      // A database that says nothing must not hold up the end for longer than it is waited for.
      await settledWithin(LAST_WORDS_MS, lastWords(), timers.after);
      await parts.close();
    },
  };
}

function enforcerOf(parts: Parts, options: RuntimeOptions): Enforcer {
  const { organizationId, id, name } = parts.identity;
  return createEnforcer({
    ...parts,
    clock: options.clock,
    chance: options.chance,
    self: () => ({ id, name }),
    organization: () => organizationId ?? '',
    isObserving: options.isObserving ?? false,
    tzdata: process.versions.tz ?? 'unknown',
  });
}

/** Journals what windows did so far; gives the policies that nobody looked after before. */
async function tellAll(parts: Parts, clock: Clock): Promise<ReadonlySet<string>> {
  const newcomers = new Set<string>();
  for (const policy of adjustPolicies(parts.keeper.policies(), parts.overrides.all())) {
    if (await tellWindows(parts, policy, clock.now())) newcomers.add(policy.name);
  }
  return newcomers;
}

/** Tries a refused key, and looks at everything when it is good again. */
function probing({ gate }: Parts, sweeper: (cause: SweepCause) => Promise<void>) {
  return async (): Promise<void> => {
    if (await gate.probe()) await sweeper('recovered');
  };
}

/** Nothing waits for these, and what fails in them has another turn. */
function startJournalLoops(
  { sealer, pruner, timers }: Parts,
  onError: (what: string) => (error: unknown) => void,
): readonly Loop[] {
  const sealing = startLoop(timers, SEAL_EVERY_MS, sealer.seal, onError('nothing could be sealed'));
  const pruning = startLoop(
    timers,
    PRUNE_EVERY_MS,
    pruner.prune,
    onError('nothing could be pruned'),
  );
  // Who restarts the daemon every five minutes wants the retention kept, too.
  pruning.kick();
  return [sealing, pruning];
}

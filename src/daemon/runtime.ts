import { adjustPolicies } from '../plan/adjust.ts';
import { formatProblem } from '../policy/format-problem.ts';
import type { Problem } from '../policy/problem.ts';
import { createQueue } from '../queue/create-queue.ts';
import type { BoundaryJob, Queue } from '../queue/queue.ts';
import { announceStart, announceStop } from './announce.ts';
import { handleBoundary, tellWindows } from './boundary.ts';
import type { DaemonOptions } from './daemon-options.ts';
import { createEnforcer } from './enforcer.ts';
import { watchFeeds } from './feed-watch.ts';
import { type Loop, startLoop } from './loop.ts';
import type { Waiting } from './operations.ts';
import { handleOverrideEdge, tellOverrides } from './override-edge.ts';
import { overrideOfScheduler } from './override-schedule.ts';
import { watchOverrides } from './override-watch.ts';
import { CONCURRENCY, type Parts } from './parts.ts';
import { untilItWorks } from './patience.ts';
import type { ReloadOptions } from './policy-keeper.ts';
import { watchPolicies } from './policy-watch.ts';
import { PRUNE_EVERY_MS } from './pruner.ts';
import { SEAL_EVERY_MS } from './sealer.ts';
import { StartError } from './start-error.ts';
import { type SweepParts, sweep } from './sweep.ts';
import { createEdgeFinder, SWEEP_SCHEDULER, tendSchedulers, UPKEEP_EVERY_MS } from './upkeep.ts';
import { watchWindows } from './window-watch.ts';

/** How long running jobs may go on after a stop was asked for. */
const GRACE_MS = 10_000;

/** The gate limits itself to a probe a minute; looking more often makes it punctual. */
const PROBE_LOOK_MS = 5_000;

/** A duty passes to another replica when its owner was silent for three turns. */
const DUTY_MS = 3 * UPKEEP_EVERY_MS;

/** What came of a reload, in one sentence. */
export interface Reloaded {
  readonly ok: boolean;
  readonly message: string;
}

export interface Runtime {
  readonly queue: Queue;
  reload(how?: ReloadOptions): Promise<Reloaded>;
  stop(): Promise<void>;
}

/** Brings connected parts to work: policies, queue, first sweep, workers, loops. */
export async function startRuntime(
  parts: Parts,
  options: DaemonOptions,
  onWaiting: (waiting: Waiting) => void,
  signal: AbortSignal,
): Promise<Runtime> {
  const { feeds, files, keeper, recorder, store, inventory, overrides, gate, sealer } = parts;
  const { clock, chance, log, config } = options;
  await loadFirstSet(parts);
  await Promise.all([inventory.refresh(), overrides.refresh()]);

  const queue = await openQueue(parts, options, onWaiting, signal);
  const { organizationId, id, name } = parts.identity;
  const enforcer = createEnforcer({
    ...parts,
    clock,
    chance,
    policies: keeper.policies,
    self: () => ({ id, name }),
    organization: () => organizationId ?? '',
    isObserving: options.isObserving ?? false,
    tzdata: process.versions.tz ?? 'unknown',
  });
  /** Policies that nobody looked after before this start: what they find open is not late. */
  const newcomers = new Set<string>();
  const sweepParts: SweepParts = {
    ...parts,
    queue,
    clock,
    policies: keeper.policies,
    pendingUntil: enforcer.pendingUntil,
    isNewcomer: (policy) => newcomers.has(policy),
  };
  const onError = (what: string) => (error: unknown) => log.error({ err: error }, what);
  const sweeper = createSweeper(sweepNow);
  const requestSweep = (): void => {
    sweeper('sweep').catch(onError('a sweep failed; the next one makes up for it'));
  };

  async function sweepNow(cause: SweepCause): Promise<void> {
    await overrides.refresh();
    await tellOverrides({ ...parts, clock });
    log.debug({ cause, ...(await sweep(sweepParts, cause)) }, 'swept');
  }

  async function tend(): Promise<void> {
    if (!(await store.claimDuty('schedulers', parts.owner, DUTY_MS))) return;
    await overrides.refresh();
    const { sweepMs } = config;
    const all = overrides.all();
    await tendSchedulers({ queue, keeper, overrides: all, recorder, clock, sweepMs });
  }

  async function tellAll(): Promise<void> {
    newcomers.clear();
    for (const policy of adjustPolicies(keeper.policies(), overrides.all())) {
      if (await tellWindows(parts, policy, clock.now())) newcomers.add(policy.name);
    }
  }

  /** After start-up and after a reload: nothing waits for its next boundary. */
  async function catchUp(cause: 'start' | 'reload'): Promise<void> {
    await tellAll();
    await tend();
    await sweeper(cause);
  }

  /** Policies may have come into force by another replica. */
  async function upkeep(): Promise<void> {
    if (await keeper.follow()) await catchUp('reload');
    else await tend();
  }

  async function onBoundary(job: BoundaryJob): Promise<void> {
    const override = overrideOfScheduler(job.scheduler);
    if (job.scheduler === SWEEP_SCHEDULER) await sweeper('sweep');
    else if (override !== undefined) {
      await handleOverrideEdge({ ...parts, queue, clock }, override, job);
    } else await handleBoundary({ ...parts, queue, clock, requestSweep }, job);
  }

  async function reloadOnce(how: ReloadOptions): Promise<Reloaded> {
    const outcome = await keeper.reload(how);
    switch (outcome.kind) {
      case 'unchanged':
        return { ok: true, message: 'The policy files have not changed.' };
      case 'followed':
        return { ok: true, message: 'The newer set of another replica is in force.' };
      case 'refused':
        return { ok: false, message: refusalSentence(outcome.problems) };
      case 'loaded':
        await feeds.forgetOthers(files.feeds);
        await catchUp('reload');
        return { ok: true, message: `${outcome.set.policies.length} policies are in force.` };
    }
  }

  // The watcher, a signal and a person may all ask at once; each gets a whole reload in turn.
  let reloading: Promise<unknown> = Promise.resolve();
  function reload(how: ReloadOptions = {}): Promise<Reloaded> {
    const mine = reloading.then(() => reloadOnce({ isWish: true, ...how }));
    reloading = mine.catch(() => undefined);
    return mine;
  }

  /** A person who asks wants what is true now, also of the calendars. */
  async function reloadAll(how: ReloadOptions = {}): Promise<Reloaded> {
    await feeds.refresh(files.feeds, 'all');
    return reload(how);
  }

  async function probe(): Promise<void> {
    if (await gate.probe()) await sweeper('recovered');
  }

  await announceStart(parts, options);
  await gate.begin();
  queue.work({ boundary: onBoundary, enforce: enforcer.enforce });
  await catchUp('start');

  const loops: Loop[] = [
    startLoop(UPKEEP_EVERY_MS, upkeep, onError('the schedulers could not be looked after')),
    startLoop(PROBE_LOOK_MS, probe, onError('the key could not be tried')),
    watchFeeds(parts, clock, DUTY_MS, reload, onError('the calendars could not be looked at')),
    watchWindows({ ...parts, clock }, onError('the windows could not be looked at')),
    ...startJournalLoops(parts, onError),
    ...watchOverrides({ ...parts, queue, clock }, config, tend, onError('overrides were not read')),
  ];
  const watch = watchPolicies(config.policies, files, reload, onError('the files were not read'));

  return {
    queue,
    reload: reloadAll,
    async stop() {
      await watch.stop();
      await Promise.all(loops.map((loop) => loop.stop()));
      await queue.close(GRACE_MS);
      await announceStop(parts, options).catch(onError('the stop could not be journalled'));
      await sealer.seal().catch(onError('the end of the journal could not be sealed'));
      await store.releaseDuties(parts.owner).catch(onError('the duties could not be given back'));
      await parts.close();
    },
  };
}

/** Opens the queue, however long its server stays away. */
async function openQueue(
  { queueConnection, keeper }: Parts,
  { clock, chance, log }: DaemonOptions,
  onWaiting: (waiting: Waiting) => void,
  signal: AbortSignal,
): Promise<Queue> {
  const queue = createQueue({
    connection: queueConnection,
    nextEdge: createEdgeFinder(keeper),
    now: () => clock.now(),
    random: () => chance.random(),
    log: (event) => log.warn({ event }, 'queue'),
    concurrency: CONCURRENCY,
  });
  await untilItWorks(() => queue.open(), {
    isHopeless: () => false,
    onWaiting: (error) =>
      onWaiting({
        part: 'queue',
        message: `Waiting for the queue: ${error instanceof Error ? error.message : error}`,
      }),
    signal,
  });
  return queue;
}

/** Nothing waits for these, and what fails in them has another turn. */
function startJournalLoops(
  { sealer, pruner }: Parts,
  onError: (what: string) => (error: unknown) => void,
): readonly Loop[] {
  const sealing = startLoop(SEAL_EVERY_MS, sealer.seal, onError('nothing could be sealed'));
  const pruning = startLoop(PRUNE_EVERY_MS, pruner.prune, onError('nothing could be pruned'));
  // Who restarts the daemon every five minutes wants the retention kept, too.
  pruning.kick();
  return [sealing, pruning];
}

/**
 * Files that cannot be read must not let holds rot: with an earlier set on record that set stays in
 * force; without one nothing was ever paused, and the person at the keyboard is told.
 */
async function loadFirstSet({ keeper }: Parts): Promise<void> {
  const outcome = await keeper.reload();
  if (outcome.kind !== 'refused' || keeper.set !== undefined) return;
  throw new StartError('policies', 'The policy files were refused.', {
    problems: outcome.problems,
  });
}

function refusalSentence(problems: readonly Problem[]): string {
  const errors = problems.filter(({ severity }) => severity === 'error');
  const [first] = errors;
  const what = first === undefined ? '' : ` The first of ${errors.length}: ${formatProblem(first)}`;
  return `The policy files were refused; the last good set stays in force.${what}`;
}

type SweepCause = Parameters<typeof sweep>[1];

/** One sweep at a time; who asks while one runs gets the one after it. */
function createSweeper(
  run: (cause: SweepCause) => Promise<void>,
): (cause: SweepCause) => Promise<void> {
  let running: Promise<void> | undefined;
  let next: Promise<void> | undefined;
  return (cause) => {
    if (running === undefined) {
      running = run(cause).finally(() => {
        running = undefined;
      });
      return running;
    }
    next ??= running
      .catch(() => undefined)
      .then(() => {
        next = undefined;
        running = run(cause).finally(() => {
          running = undefined;
        });
        return running;
      });
    return next;
  };
}

import { formatProblem } from '../policy/format-problem.ts';
import type { Problem } from '../policy/problem.ts';
import { createQueue } from '../queue/create-queue.ts';
import type { BoundaryJob, Queue } from '../queue/queue.ts';
import { handleBoundary, tellWindows } from './boundary.ts';
import type { DaemonOptions } from './daemon-options.ts';
import { createEnforcer } from './enforcer.ts';
import { type Loop, startLoop } from './loop.ts';
import type { Waiting } from './operations.ts';
import { CONCURRENCY, type Parts } from './parts.ts';
import { untilItWorks } from './patience.ts';
import { watchPolicies } from './policy-watch.ts';
import { StartError } from './start-error.ts';
import { type SweepParts, sweep } from './sweep.ts';
import { createEdgeFinder, SWEEP_SCHEDULER, tendSchedulers, UPKEEP_EVERY_MS } from './upkeep.ts';

/** How long running jobs may go on after a stop was asked for. */
const GRACE_MS = 10_000;

/** The gate limits itself to a probe a minute; looking more often makes it punctual. */
const PROBE_LOOK_MS = 5_000;

/** Which feed is due is known without asking anybody; looking more often makes it punctual. */
const FEED_LOOK_MS = 5_000;

/** A duty passes to another replica when its owner was silent for three turns. */
const DUTY_MS = 3 * UPKEEP_EVERY_MS;

/** What came of a reload, in one sentence. */
export interface Reloaded {
  readonly ok: boolean;
  readonly message: string;
}

export interface Runtime {
  readonly queue: Queue;
  reload(): Promise<Reloaded>;
  stop(): Promise<void>;
}

/** Brings connected parts to work: policies, queue, first sweep, workers, loops. */
export async function startRuntime(
  parts: Parts,
  options: DaemonOptions,
  onWaiting: (waiting: Waiting) => void,
  signal: AbortSignal,
): Promise<Runtime> {
  const { feeds, files, keeper, recorder, store, inventory, gate } = parts;
  const { clock, chance, log, config } = options;
  await loadFirstSet(parts);
  await inventory.refresh();

  const queue = createQueue({
    connection: parts.queueConnection,
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

  const { organizationId, id, name } = parts.identity;
  const enforcer = createEnforcer({
    ...parts,
    clock,
    chance,
    policies: keeper.policies,
    self: () => ({ id, name }),
    organization: () => organizationId ?? '',
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
  const sweeper = createSweeper(sweepParts, log.debug.bind(log));
  const requestSweep = (): void => {
    sweeper('sweep').catch(onError('a sweep failed; the next one makes up for it'));
  };

  async function tend(): Promise<void> {
    if (!(await store.claimDuty('schedulers', parts.owner, DUTY_MS))) return;
    await tendSchedulers({ queue, keeper, recorder, clock, sweepMs: config.sweepMs });
  }

  async function tellAll(): Promise<void> {
    newcomers.clear();
    for (const policy of keeper.policies()) {
      if (await tellWindows(parts, policy, clock.now())) newcomers.add(policy.name);
    }
  }

  /** After start-up and after a reload: nothing waits for its next boundary. */
  async function catchUp(cause: 'start' | 'reload'): Promise<void> {
    await tellAll();
    await tend();
    await sweeper(cause);
  }

  async function onBoundary(job: BoundaryJob): Promise<void> {
    if (job.scheduler === SWEEP_SCHEDULER) await sweeper('sweep');
    else await handleBoundary({ ...parts, queue, clock, requestSweep }, job);
  }

  async function reloadOnce(): Promise<Reloaded> {
    const outcome = await keeper.reload();
    switch (outcome.kind) {
      case 'unchanged':
        return { ok: true, message: 'The policy files have not changed.' };
      case 'refused':
        return { ok: false, message: refusalSentence(outcome.problems) };
      case 'loaded':
        await catchUp('reload');
        return { ok: true, message: `${outcome.set.policies.length} policies are in force.` };
    }
  }

  // The watcher, a signal and a person may all ask at once; each gets a whole reload in turn.
  let reloading: Promise<unknown> = Promise.resolve();
  function reload(): Promise<Reloaded> {
    const mine = reloading.then(reloadOnce);
    reloading = mine.catch(() => undefined);
    return mine;
  }

  /** A person who asks wants what is true now, also of the calendars. */
  async function reloadAll(): Promise<Reloaded> {
    await feeds.refresh(files.feeds, 'all');
    return reload();
  }

  await announceStart(parts, options);
  queue.work({ boundary: onBoundary, enforce: enforcer.enforce });
  await catchUp('start');

  const loops: Loop[] = [
    startLoop(UPKEEP_EVERY_MS, tend, onError('the schedulers could not be looked after')),
    startLoop(PROBE_LOOK_MS, () => probe(), onError('the key could not be tried')),
    startLoop(FEED_LOOK_MS, () => lookAtFeeds(), onError('the calendars could not be looked at')),
  ];
  async function probe(): Promise<void> {
    if (await gate.probe()) await sweeper('recovered');
  }
  async function lookAtFeeds(): Promise<void> {
    if (feeds.dueAt(files.feeds) > clock.now()) return;
    if (!(await store.claimDuty('calendars', parts.owner, DUTY_MS))) return;
    if (await feeds.refresh(files.feeds, 'due')) await reload();
  }
  const watch = watchPolicies(
    config.policies,
    files.haveChanged,
    async () => void (await reload()),
    onError('the policy files could not be looked at'),
  );

  return {
    queue,
    reload: reloadAll,
    async stop() {
      await watch.stop();
      await Promise.all(loops.map((loop) => loop.stop()));
      await queue.close(GRACE_MS);
      await announceStop(parts, options).catch(onError('the stop could not be journalled'));
      await parts.close();
    },
  };
}

/**
 * Files that cannot be read must not let holds rot: with an earlier set on record that set stays in
 * force; without one nothing was ever paused, and the person at the keyboard is told.
 */
async function loadFirstSet({ keeper }: Parts): Promise<void> {
  const outcome = await keeper.reload();
  if (outcome.kind !== 'refused') return;
  if (await keeper.adoptStored()) return;
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

/** One sweep at a time; who asks while one runs gets the one after it. */
function createSweeper(
  parts: SweepParts,
  tell: (fields: object, message: string) => void,
): (cause: Parameters<typeof sweep>[1]) => Promise<void> {
  let running: Promise<void> | undefined;
  let next: Promise<void> | undefined;
  const run = async (cause: Parameters<typeof sweep>[1]): Promise<void> => {
    const swept = await sweep(parts, cause);
    tell({ cause, ...swept }, 'swept');
  };
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

async function announceStart(parts: Parts, options: DaemonOptions): Promise<void> {
  const { config, clock, version } = options;
  await parts.recorder.append([
    {
      at: clock.now(),
      type: 'daemon.started',
      actor: 'curfew',
      reason: `Curfew ${version} started.`,
      detail: {
        version,
        tzdata: process.versions.tz ?? 'unknown',
        node: process.versions.node,
        database: config.databaseUrl === undefined ? 'embedded' : 'postgres',
        queue: parts.queueConnection.kind,
        organization: parts.identity.organizationId ?? null,
      },
    },
  ]);
}

async function announceStop(parts: Parts, options: DaemonOptions): Promise<void> {
  await parts.store.releaseDuties(parts.owner);
  await parts.recorder.append([
    {
      at: options.clock.now(),
      type: 'daemon.stopped',
      actor: 'curfew',
      reason: 'Curfew stopped in an orderly way.',
    },
  ]);
}

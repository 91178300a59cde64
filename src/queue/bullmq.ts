import { setTimeout as pause } from 'node:timers/promises';
import {
  type BackendFactory,
  ConnectionClosedError,
  createPostgresBackend,
  createRedisBackend,
  DelayedError,
  type IQueueBackend,
  type Job,
  type JobProgress,
  Queue,
  RateLimitError,
  runMigrations,
  WaitingError,
  Worker,
} from 'bullmq';
import { settledWithin } from './deadline.ts';
import type { Lane, LaneOptions } from './lane.ts';
import { listSchedulers, makeScheduler } from './scheduler.ts';
import { isServerAway } from './server-away.ts';
import { runUnlessAborted, type Settlement, waitAfterThrow } from './settlement.ts';
import { messageOf, storableError } from './storable-text.ts';

/** A handler that throws for this long (about three quarters of an hour) is left to a sweep. */
const ATTEMPTS = 50;
/** Those are kept for people to look at, by age and by number. */
const FAILED_KEPT = { age: 7 * 86_400, count: 1_000 };
/** Nobody reads BullMQ's event stream; its default of 10,000 entries is most of an idle queue. */
const EVENTS_KEPT = 100;
/** A stall is a worker that died, rarely the job's fault; but what kills workers must end. */
const STALLS_MAX = 10;
/** BullMQ's default of 15 s after a lost connection is mostly waiting. */
const RETRY_MS = 1_000;
/**
 * How long a worker waits on Postgres without a look at the clock, in seconds. By BullMQ's own hour
 * a boundary could be late after the machine slept; on Redis it is 10 s.
 */
const WAIT_S_MAX = 60;
/**
 * A limit that is never reached. Workers heed the quiet that another worker asked for only when
 * they have a limit of their own to compare it to.
 */
const LIMITER = { max: 2 ** 31 - 1, duration: 1_000 };
/** Aborted handlers get a moment, and handing a job back takes a command. */
const HAND_BACK_WITHIN_MS = 3_000;
/** What is left then: completing, and disconnecting, which on a Cluster sometimes never ends. */
const DISCONNECT_WITHIN_MS = 2_000;

/** Makes BullMQ's tables, or brings them up to its version. */
export async function makeTables(pool: unknown): Promise<void> {
  const client = await (pool as LentPool).connect();
  try {
    await runMigrations(client);
  } finally {
    client.release();
  }
}

interface LentPool {
  connect(): Promise<Parameters<typeof runMigrations>[0] & { release(): void }>;
}

/** Lays a lane; it connects at once and works after `start`. */
export function createLane(options: LaneOptions): Lane {
  const factory = options.wires.backend === 'redis' ? createRedis : createPostgres(options.tell);
  const queue = createBullQueue(options, factory);
  const work: Work = { running: new Set(), isStopping: false };
  const worker = createBullWorker(options, factory, queue, work);
  // Without a listener an error would end the process.
  const onError = (error: Error): void => options.tell({ kind: 'error', error });
  queue.on('error', onError);
  worker.on('error', onError);
  return {
    async ready() {
      await Promise.all([queue.waitUntilReady(), worker.waitUntilReady()]);
    },
    start() {
      worker.run().catch(onError);
    },
    async add(jobs) {
      await queue.addBulk(
        jobs.map(({ id, name, data, priority }) => ({ name, data, opts: { jobId: id, priority } })),
      );
    },
    schedulers: () => listSchedulers(queue),
    upsertScheduler: (key, pattern, name, data) =>
      makeScheduler(options.random, async () => {
        const job = await queue.upsertJobScheduler(key, { pattern }, { name, data });
        return job !== undefined;
      }),
    async removeScheduler(key) {
      await queue.removeJobScheduler(key);
    },
    async counts() {
      const {
        active = 0,
        delayed = 0,
        ...waiting
      } = await queue.getJobCounts(...(['active', 'delayed', 'waiting', 'prioritized'] as const));
      return { active, delayed, waiting: (waiting.waiting ?? 0) + (waiting.prioritized ?? 0) };
    },
    async stop(graceMs) {
      work.isStopping = true;
      const closed = worker.close();
      await settledWithin(graceMs, Promise.allSettled(work.running));
      worker.cancelAllJobs('shutting down');
      await settledWithin(HAND_BACK_WITHIN_MS, Promise.allSettled(work.running));
      await settledWithin(DISCONNECT_WITHIN_MS, closed);
    },
    async end() {
      await settledWithin(DISCONNECT_WITHIN_MS, queue.close());
    },
  };
}

type BullQueue = Queue<object, void, string, object, void, string, IQueueBackend, unknown>;
type BullWorker = Worker<object, void, string, IQueueBackend, JobProgress, unknown>;
type Factory = BackendFactory<IQueueBackend, unknown>;

/** What a lane is busy with. */
interface Work {
  readonly running: Set<Promise<void>>;
  isStopping: boolean;
}

const createRedis = createRedisBackend as Factory;

/**
 * The Postgres backend, but patient. BullMQ takes only a refused connection for an outage that it
 * waits out. A database that shuts down, starts up or turns its clients away it asks again at once
 * and without end, and a job that finishes just then it lets stall, to be run a second time.
 */
function createPostgres(tell: LaneOptions['tell']): Factory {
  const patient =
    <A extends unknown[], R>(ask: (...args: A) => Promise<R>, waitMs = 0) =>
    async (...args: A): Promise<R> => {
      try {
        return await ask(...args);
      } catch (error) {
        if (!isServerAway(error)) throw error;
        tell({ kind: 'error', error: storableError(error) });
        await pause(waitMs);
        throw new ConnectionClosedError(messageOf(error));
      }
    };
  return (name, opts, more) => {
    const backend = (createPostgresBackend as Factory)(name, opts, more);
    Object.defineProperty(backend, 'maximumBlockTimeout', { value: WAIT_S_MAX });
    return Object.assign(backend, {
      // Between two failed waits BullMQ makes hardly a pause.
      waitForJob: patient(backend.waitForJob.bind(backend), RETRY_MS),
      moveToActive: patient(backend.moveToActive.bind(backend)),
      updateJobSchedulerNextMillis: patient(backend.updateJobSchedulerNextMillis.bind(backend)),
      moveToCompleted: patient(backend.moveToCompleted.bind(backend)),
      moveToFailed: patient(backend.moveToFailed.bind(backend)),
      moveToDelayed: patient(backend.moveToDelayed.bind(backend)),
      retryJob: patient(backend.retryJob.bind(backend)),
    });
  };
}

function createBullQueue(options: LaneOptions, factory: Factory): BullQueue {
  const { name, prefix, wires, repeatStrategy } = options;
  return new Queue(
    name,
    {
      connection: wires.forQueues,
      prefix,
      settings: { repeatStrategy },
      streams: { events: { maxLen: EVENTS_KEPT } },
      defaultJobOptions: {
        attempts: ATTEMPTS,
        backoff: { type: 'curfew' },
        removeOnComplete: true,
        removeOnFail: FAILED_KEPT,
        stackTraceLimit: 1,
      },
    },
    factory,
  );
}

function createBullWorker(
  options: LaneOptions,
  factory: Factory,
  queue: BullQueue,
  work: Work,
): BullWorker {
  const { name, prefix, wires, tell, repeatStrategy } = options;
  const worker: BullWorker = new Worker(
    name,
    // BullMQ gives a signal only to processors that declare three parameters.
    async (job: BullJob, token: string | undefined, signal: AbortSignal | undefined) => {
      // A closing worker takes one more job when its wait is cut short: it is not begun.
      const given = work.isStopping || signal === undefined ? AbortSignal.abort() : signal;
      const taken = take(options, queue, job, token ?? '', given);
      work.running.add(taken);
      await taken.finally(() => work.running.delete(taken));
    },
    {
      connection: wires.forWorkers,
      prefix,
      settings: {
        repeatStrategy,
        backoffStrategy: (attempt) => waitAfterThrow(attempt, options.random()),
      },
      autorun: false,
      concurrency: options.concurrency,
      limiter: LIMITER,
      lockDuration: options.lockMs,
      stalledInterval: options.stalledMs,
      maxStalledCount: STALLS_MAX,
      runRetryDelay: RETRY_MS,
    },
    factory,
  );
  worker.on('stalled', (job) => tell({ kind: 'stalled', job }));
  // Without its lock a job is somebody else's by now: stop working on it.
  worker.on('lockRenewalFailed', (ids) => {
    for (const id of ids) worker.cancelJob(id, 'the lock was lost');
  });
  return worker;
}

type BullJob = Job<object, void>;

/** Runs the handler and does with the job what it says; what it throws uses up an attempt. */
async function take(
  options: LaneOptions,
  queue: BullQueue,
  job: BullJob,
  token: string,
  signal: AbortSignal,
): Promise<void> {
  const { id = '', data, timestamp, opts } = job;
  const taken = { id, data, addedAt: timestamp, edge: opts.prevMillis };
  try {
    const settlement = await runUnlessAborted(signal, () => options.handle(taken, signal));
    await apply(settlement, queue, job, token);
  } catch (thrown) {
    if (isInstruction(thrown)) throw thrown;
    const error = storableError(thrown);
    options.tell({ kind: 'threw', job: id, attempt: job.attemptsMade + 1, error });
    throw error;
  }
}

/** The errors by which BullMQ is told that a job was moved, and neither completed nor failed. */
function isInstruction(thrown: unknown): boolean {
  return [DelayedError, WaitingError, RateLimitError].some((kind) => thrown instanceof kind);
}

async function apply(
  settlement: Settlement,
  queue: BullQueue,
  job: BullJob,
  token: string,
): Promise<void> {
  switch (settlement.kind) {
    case 'complete':
      return;
    case 'delay':
      await job.moveToDelayed(settlement.until, token);
      throw new DelayedError();
    case 'throttle':
      // Of several answers that meet, the longest quiet is kept.
      if ((await queue.getRateLimitTtl(LIMITER.max)) < settlement.forMs)
        await queue.rateLimit(settlement.forMs);
      throw new RateLimitError();
    case 'hand-back':
      // Who lost the lock has nothing to give back; who lost the backend cannot.
      await job.moveToWait(token).catch(() => undefined);
      throw new WaitingError();
  }
}

import type { Instant } from '../time/interval.ts';
import { within } from './deadline.ts';
import { createRepeatStrategy, type NextEdge } from './next-edge.ts';
import {
  boundaryPayload,
  enforcementId,
  enforcementPayload,
  schedulerId,
  schedulerKey,
} from './payload.ts';
import {
  type EnforcementJob,
  type Queue,
  QueueClosedError,
  type QueueConnection,
  type QueueHandlers,
} from './queue.ts';
import type { QueueEvent } from './queue-event.ts';
import { openSession, type QueueLimits, type Session } from './session.ts';
import { holdSession } from './session-holder.ts';
import { messageOf, storableText } from './storable-text.ts';

/** What a queue is built from. */
export interface QueueOptions {
  readonly connection: QueueConnection;
  /**
   * Keeps the jobs of this installation apart from others on the same server. On Redis it leads
   * every key; its braces keep them on one node of a Cluster.
   */
  readonly prefix?: string | undefined;
  readonly nextEdge: NextEdge;
  readonly now: () => Instant;
  /** In [0, 1). */
  readonly random: () => number;
  readonly log: (event: QueueEvent) => void;
  /** Enforcement jobs at once in this process. */
  readonly concurrency?: number | undefined;
  readonly limits?: Partial<QueueLimits> | undefined;
}

const DEFAULT_PREFIX = '{curfew}';
const DEFAULT_CONCURRENCY = 50;
/**
 * The lock outlives an event loop that is blocked for ten seconds (it is renewed at half-time), and
 * a job whose process was killed runs elsewhere within half a minute, before a sweep would find it.
 */
const DEFAULT_LIMITS: QueueLimits = {
  lockMs: 20_000,
  stalledMs: 10_000,
  commandMs: 10_000,
  connectMs: 20_000,
};
/** Jobs added in one statement; a longer one would hold the connection for others. */
const BATCH = 1_000;
/** BullMQ takes 0 before 1. */
const URGENT = 0;
const ORDINARY = 1;
/** Health is asked for by probes, which have little patience. */
const HEALTH_WITHIN_MS = 2_000;

/** The queue on BullMQ; nothing connects before `open`, which may be tried again. */
export function createQueue(options: QueueOptions): Queue {
  const { now, random, log } = options;
  const limits = { ...DEFAULT_LIMITS, ...options.limits };
  let handlers: QueueHandlers | undefined;
  const context = { now, random, log, handlers: () => expectHandlers(handlers) };
  const repeatStrategy = createRepeatStrategy(options.nextEdge, (pattern, error) =>
    log({ kind: 'edge-unknown', pattern, message: storableText(messageOf(error)) }),
  );
  const holder = holdSession((signal) =>
    openSession({
      connection: options.connection,
      prefix: options.prefix ?? DEFAULT_PREFIX,
      concurrency: options.concurrency ?? DEFAULT_CONCURRENCY,
      limits,
      repeatStrategy,
      context,
      signal,
    }),
  );
  async function ask<T>(what: string, work: (session: Session) => Promise<T>): Promise<T> {
    try {
      return await within(limits.commandMs, what, async () => work(expectOpen(holder.current())));
    } catch (error) {
      // Its connection may have been cut off under a command that was on its way.
      if (!holder.isClosing) throw error;
      throw new QueueClosedError(`the queue was closed: ${messageOf(error)}`, { cause: error });
    }
  }

  return {
    open: holder.open,
    schedulers: () =>
      ask('listing schedulers', async ({ boundaries }) => {
        const rows = await boundaries.schedulers();
        return rows.map(({ key, ...state }) => ({ id: schedulerId(key), ...state }));
      }),
    upsertScheduler: (plan) =>
      ask('making a scheduler', async ({ boundaries }) => {
        const key = schedulerKey(plan.id);
        const name = storableText(plan.label);
        const data = boundaryPayload(plan);
        const isMade = await boundaries.upsertScheduler(key, plan.pattern, name, data);
        // No edges are left: an older version of the scheduler must not go on in its place.
        if (!isMade) await boundaries.removeScheduler(key);
      }),
    removeScheduler: (id) =>
      ask('removing a scheduler', ({ boundaries }) => boundaries.removeScheduler(schedulerKey(id))),
    async addEnforcements(jobs) {
      for (let from = 0; from < jobs.length; from += BATCH) {
        const batch = jobs.slice(from, from + BATCH).map(newJob);
        await ask('adding enforcement jobs', ({ enforcement }) => enforcement.add(batch));
      }
    },
    work(given) {
      const session = expectOpen(holder.current());
      if (handlers !== undefined) throw new Error('the workers run already');
      handlers = given;
      session.boundaries.start();
      session.enforcement.start();
    },
    health: () => health(holder.isClosing ? undefined : holder.current()),
    close: holder.close,
  };
}

function expectOpen(session: Session | undefined): Session {
  if (session === undefined) throw new Error('the queue is not open');
  return session;
}

function expectHandlers(handlers: QueueHandlers | undefined): QueueHandlers {
  if (handlers === undefined) throw new Error('a worker ran before it was started');
  return handlers;
}

function newJob(job: EnforcementJob) {
  const data = enforcementPayload(job);
  const priority = job.urgent ? URGENT : ORDINARY;
  return { id: enforcementId(data), name: data.cause, data, priority };
}

/** Counts of both queues; the edges that schedulers wait for are not among the delayed. */
async function health(session: Session | undefined) {
  const none = { isReady: false, waiting: 0, active: 0, delayed: 0 };
  if (session === undefined) return none;
  try {
    return await within(HEALTH_WITHIN_MS, 'counting jobs', async () => {
      const [boundaries, enforcement] = await Promise.all([
        session.boundaries.counts(),
        session.enforcement.counts(),
      ]);
      return {
        isReady: true,
        waiting: boundaries.waiting + enforcement.waiting,
        active: boundaries.active + enforcement.active,
        delayed: enforcement.delayed,
      };
    });
  } catch {
    return none;
  }
}

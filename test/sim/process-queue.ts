import type { QueueOptions } from '../../src/queue/create-queue.ts';
import { enforcementId, enforcementPayload } from '../../src/queue/payload.ts';
import type { Queue } from '../../src/queue/queue.ts';
import type { Instant } from '../../src/time/interval.ts';
import type { Dice } from './dice.ts';
import { edgeId, type JobBoard, type Worker } from './job-board.ts';
import type { Life } from './life.ts';
import type { Weather } from './weather.ts';

/** The message of the error when there is no queue. */
export const QUEUE_AWAY = 'the queue is away';

/** As far as BullMQ is asked to look ahead (src/queue/next-edge.ts). */
const FAR_MS = 24 * 3_600_000;
/** What it gets when nobody knows the next edge. */
const HEARTBEAT_MS = 60_000;
/** How long an aborted handler may take to stop (src/queue/settlement.ts). */
const STOP_WITHIN_MS = 1_000;

/** The queue as one process sees it: every command travels, and so does its answer. */
export function queueOf(
  parts: {
    readonly life: Life;
    readonly board: JobBoard;
    readonly dice: Dice;
    readonly weather: Weather;
  },
  options: Omit<QueueOptions, 'connection'>,
): Queue {
  const { life, board, dice, weather } = parts;
  let worker: Worker | undefined;

  function command<T>(act: () => T): Promise<T> {
    return new Promise((resolve, reject) => {
      life.reach(dice.whole(1, 4), () => {
        const isAway = weather.isQueueAway();
        const value = isAway ? undefined : act();
        life.reach(dice.whole(0, 4), () => {
          if (isAway) reject(new Error(QUEUE_AWAY));
          else resolve(value as T);
        });
      });
    });
  }

  async function nextEdge(pattern: string, after: Instant): Promise<Instant | undefined> {
    try {
      const edge = await options.nextEdge(pattern, after);
      return edge === undefined ? undefined : Math.min(Math.ceil(edge), after + FAR_MS);
    } catch {
      return after + HEARTBEAT_MS;
    }
  }

  async function elapse(ms: number): Promise<void> {
    await new Promise<void>((resolve) => life.reach(ms, () => resolve()));
  }

  return {
    open: () => command(() => undefined),
    schedulers: () =>
      command(() =>
        [...board.schedulers.values()].map((scheduler) => {
          const { plan, next } = scheduler;
          const isAlive = board.jobs.has(edgeId(scheduler));
          return { id: plan.id, pattern: plan.pattern, next, isAlive };
        }),
      ),
    async upsertScheduler(plan) {
      const next = await nextEdge(plan.pattern, life.clock.now());
      await command(() => {
        if (next === undefined) board.removeScheduler(plan.id);
        else board.schedule(plan, next);
      });
    },
    removeScheduler: (id) => command(() => board.removeScheduler(id)),
    addEnforcements: (jobs) =>
      command(() => {
        for (const job of jobs) board.addEnforcement(enforcementId(enforcementPayload(job)), job);
      }),
    work(handlers) {
      const { concurrency = 50 } = options;
      worker = { life, handlers, concurrency, nextEdge, running: new Map(), isStopping: false };
      board.work(worker);
    },
    health: () =>
      command(() => {
        const states = [...board.jobs.values()].map(({ state }) => state);
        const count = (wanted: string) => states.filter((state) => state === wanted).length;
        return {
          isReady: true,
          waiting: count('waiting'),
          active: count('active'),
          delayed: count('delayed'),
        };
      }),
    async close(graceMs) {
      if (worker === undefined) return;
      const { running } = worker;
      worker.isStopping = true;
      for (let waitedMs = 0; waitedMs < graceMs && running.size > 0; waitedMs += 100) {
        await elapse(100);
      }
      for (const abort of running.values()) abort.abort();
      if (running.size > 0) await elapse(STOP_WITHIN_MS);
      for (const job of running.keys()) board.handBack(job, job.token, 0);
    },
  };
}

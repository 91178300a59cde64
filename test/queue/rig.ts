// What the tests of the queue stand on: queues that record what they tell and what their handlers
// get, with ways to wait for it.

import { setTimeout as pause } from 'node:timers/promises';
import { test, vi } from 'vitest';
import type { Verdict } from '../../src/plan/verdict.ts';
import { createQueue, type QueueOptions } from '../../src/queue/create-queue.ts';
import type { NextEdge } from '../../src/queue/next-edge.ts';
import type { BoundaryJob, EnforcementJob, Queue, QueueConnection } from '../../src/queue/queue.ts';
import type { QueueEvent } from '../../src/queue/queue-event.ts';
import { freshPrefix, type Place } from './places.ts';

/** Things in the order in which they happened; whoever waits is woken by each. */
export class Record<T> {
  readonly items: T[] = [];
  readonly #wakers = new Set<() => void>();

  add(item: T): void {
    this.items.push(item);
    for (const wake of this.#wakers) wake();
  }

  /** The first `count` things, once they are there. */
  async first(count: number): Promise<T[]> {
    await this.until((items) => items.length >= count, `${count} of them`);
    return this.items.slice(0, count);
  }

  /** Resolves when `isEnough` holds; a hang fails with what there is. */
  until(isEnough: (items: readonly T[]) => boolean, what: string): Promise<void> {
    if (isEnough(this.items)) return Promise.resolve();
    return new Promise((resolve, reject) => {
      const settle = (done: () => void) => {
        clearTimeout(timer);
        this.#wakers.delete(wake);
        done();
      };
      const wake = () => {
        if (isEnough(this.items)) settle(resolve);
      };
      const timer = setTimeout(() => {
        const there = JSON.stringify(this.items.slice(-20));
        settle(() => reject(new Error(`waited in vain for ${what}; there are ${there}`)));
      }, HANG_MS);
      this.#wakers.add(wake);
    });
  }
}

const HANG_MS = 45_000;

/**
 * Short, so that what a dead worker leaves behind is found while a test waits; long enough that a
 * machine which does ten things at once does not make workers look dead.
 */
export const QUICK = { lockMs: 4_000, stalledMs: 500, commandMs: 30_000, connectMs: 40_000 };

/** Edges on a grid: the pattern `grid 250` has one every 250 ms. */
export const gridEdge: NextEdge = (pattern, after) => {
  const step = Number(/^grid (\d+)$/.exec(pattern)?.[1]);
  return Math.floor(after / step) * step + step;
};

/** A queue that is recorded. */
export interface Rig {
  readonly queue: Queue;
  readonly prefix: string;
  readonly events: Record<QueueEvent>;
  readonly boundaries: Record<BoundaryJob & { readonly at: number }>;
  readonly enforced: Record<EnforcementJob & { readonly at: number }>;
  /** Starts the workers; what they get is recorded before the given handlers see it. */
  work(handlers?: {
    boundary?(job: BoundaryJob): Promise<void>;
    enforce?(job: EnforcementJob, signal: AbortSignal): Promise<Verdict>;
  }): void;
}

export const DONE: Verdict = { kind: 'done' };

/** A test that makes open queues by `rig`; they are closed after it. */
export type QueueTest = ReturnType<typeof queueTest>;

/** Tests on one place, safe to run side by side. */
export function queueTest(place: () => Place) {
  return test.extend<{ rig(options?: Partial<QueueOptions>): Promise<Rig> }>({
    rig: async ({ task: _ }, use) => {
      const open: Rig[] = [];
      await use(async (options = {}) => {
        const rig = createRig({ connection: place().connection, ...options });
        open.push(rig);
        await rig.queue.open();
        return rig;
      });
      await Promise.all(open.map(({ queue }) => queue.close(0)));
    },
  });
}

/** A queue that is recorded, not opened yet. */
export function createRig(
  options: Partial<QueueOptions> & { readonly connection: QueueConnection },
): Rig {
  const prefix = options.prefix ?? freshPrefix();
  const events = new Record<QueueEvent>();
  const boundaries: Rig['boundaries'] = new Record();
  const enforced: Rig['enforced'] = new Record();
  const queue = createQueue({
    nextEdge: gridEdge,
    now: Date.now,
    random: Math.random,
    log: (event) => events.add(event),
    limits: QUICK,
    ...options,
    prefix,
  });
  return {
    queue,
    prefix,
    events,
    boundaries,
    enforced,
    work(handlers = {}) {
      queue.work({
        async boundary(job) {
          boundaries.add({ ...job, at: Date.now() });
          await handlers.boundary?.(job);
        },
        async enforce(job, signal) {
          enforced.add({ ...job, at: Date.now() });
          return (await handlers.enforce?.(job, signal)) ?? DONE;
        },
      });
    },
  };
}

/** Waits for what only the backend can tell. */
export function eventually(check: () => Promise<void> | void): Promise<void> {
  return vi.waitFor(check, { timeout: HANG_MS, interval: 25 });
}

/** Waits until the clock has passed an instant. */
export async function passed(instant: number): Promise<void> {
  for (let left = instant - Date.now(); left >= 0; left = instant - Date.now()) {
    await pause(left + 1);
  }
}

/** An enforcement job that was due just now. */
export function job(sync: string, more: Partial<EnforcementJob> = {}): EnforcementJob {
  return { sync: `model:${sync}`, cause: 'test', due: Date.now(), ...more };
}

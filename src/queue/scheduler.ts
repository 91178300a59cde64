// What is particular about BullMQ's job schedulers. A scheduler is a row with the instant of its
// next iteration and, apart from it, the job of that iteration; the worker that takes the job makes
// the next one. When the job is gone nobody will, and the row lies there for ever.

import { setTimeout as pause } from 'node:timers/promises';

/** A scheduler as BullMQ has it; without a living job it would never fire again. */
export interface ListedScheduler {
  readonly key: string;
  readonly pattern: string | undefined;
  /** Epoch milliseconds. */
  readonly next: number | undefined;
  readonly isAlive: boolean;
}

/** The part of a BullMQ queue that this needs. */
export interface SchedulerReader {
  getJobSchedulers(): Promise<readonly SchedulerRow[]>;
  getJobScheduler(key: string): Promise<SchedulerRow | undefined>;
  getJobState(jobId: string): Promise<string>;
}

interface SchedulerRow {
  readonly key: string;
  readonly next?: number | null | undefined;
  readonly pattern?: string | undefined;
}

const LIVING = ['delayed', 'waiting', 'prioritized', 'paused', 'active'];

/** All schedulers of a queue, each with the answer whether it lives. */
export async function listSchedulers(queue: SchedulerReader): Promise<ListedScheduler[]> {
  const rows = await queue.getJobSchedulers();
  return Promise.all(
    rows.map(async (row) => {
      if (await hasJob(queue, row)) return listed(row, true);
      // A worker may have advanced the chain between our two looks: look once more.
      const again = (await queue.getJobScheduler(row.key)) ?? row;
      return listed(again, await hasJob(queue, again));
    }),
  );
}

function listed({ key, pattern, next }: SchedulerRow, isAlive: boolean): ListedScheduler {
  return { key, pattern, next: next ?? undefined, isAlive };
}

async function hasJob(queue: SchedulerReader, { key, next }: SchedulerRow): Promise<boolean> {
  if (next === undefined || next === null) return false;
  return LIVING.includes(await queue.getJobState(`repeat:${key}:${next}`));
}

/** BullMQ: the job of the new edge exists already, and cannot be replaced. */
const JOB_ID_COLLISION = -10;
/** Postgres: two upserts of one scheduler met. */
const DEADLOCK = '40P01';
const TRIES = 3;
const PAUSE_MS = 50;

/**
 * Runs an upsert that may meet another one of the same scheduler. A collision that stays means that
 * the edge has its job, so the scheduler lives; the next upkeep looks again.
 */
export async function makeScheduler(
  random: () => number,
  upsert: () => Promise<boolean>,
): Promise<boolean> {
  for (let tries = 1; ; tries += 1) {
    try {
      return await upsert();
    } catch (error) {
      const code = (error as { code?: unknown }).code;
      if (code !== JOB_ID_COLLISION && code !== DEADLOCK) throw error;
      if (tries === TRIES && code === JOB_ID_COLLISION) return true;
      if (tries === TRIES) throw error;
      await pause(PAUSE_MS * (1 + random()));
    }
  }
}

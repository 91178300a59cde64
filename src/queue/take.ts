import type { Instant } from '../time/interval.ts';
import type { TakenJob } from './lane.ts';
import { readBoundary, readEnforcement } from './payload.ts';
import type { QueueHandlers } from './queue.ts';
import type { QueueEvent, QueueName } from './queue-event.ts';
import { leaveToNewer, type Settlement, settle } from './settlement.ts';

/** A payload that nobody could read for this long is nobody's. */
const UNREADABLE_KEPT_MS = 24 * 3_600_000;

/** What taking a job needs besides the job. */
export interface TakeContext {
  readonly handlers: () => QueueHandlers;
  readonly now: () => Instant;
  readonly random: () => number;
  readonly log: (event: QueueEvent) => void;
}

/** Takes one job of the queue `boundaries`; throws what the handler throws. */
export async function takeBoundary(context: TakeContext, job: TakenJob): Promise<Settlement> {
  const payload = readBoundary(job.data);
  if (payload === undefined) return leave(context, 'boundaries', job);
  const { scheduler, pattern } = payload;
  await context.handlers().boundary({ scheduler, pattern, edge: job.edge ?? job.addedAt });
  return { kind: 'complete' };
}

/** Takes one job of the queue `enforcement`; throws what the handler throws. */
export async function takeEnforcement(
  context: TakeContext,
  job: TakenJob,
  signal: AbortSignal,
): Promise<Settlement> {
  const payload = readEnforcement(job.data);
  if (payload === undefined) return leave(context, 'enforcement', job);
  return settle(await context.handlers().enforce(payload, signal), context.now());
}

function leave(context: TakeContext, queue: QueueName, job: TakenJob): Settlement {
  const now = context.now();
  const isDropped = now - job.addedAt > UNREADABLE_KEPT_MS;
  context.log({ kind: 'unreadable', queue, job: job.id, isDropped });
  return isDropped ? { kind: 'complete' } : leaveToNewer(now, context.random());
}

// One run of a sync. All that will happen to it is drawn when it starts, so its state at any
// instant is arithmetic and thousands of running syncs cost nothing between two requests.

import { chanceOf } from './chance.ts';

export interface Execution {
  readonly id: string;
  readonly type: 'scheduled' | 'manual' | 'resync' | 'test';
  readonly createdAt: number;
  readonly startedAt: number;
  /** How long it takes when nobody cancels it. */
  readonly durationMs: number;
  /** What it would have moved by its own end. */
  readonly records: number;
  readonly errors: number;
  /** When it is over, and how; a cancellation may bring both forward. */
  endsAt: number;
  ending: 'completed' | 'failed' | 'canceled';
  cancelRequestedAt: number | undefined;
}

/** Statuses that both kinds of syncs share; a bulk execution also shows `exporting`. */
export type ExecutionStatus =
  | 'created'
  | 'running'
  | 'exporting'
  | 'canceling'
  | 'canceled'
  | 'completed'
  | 'failed';

/** What a sync's executions are like. */
export interface Habits {
  readonly typicalMs: number;
  readonly typicalRecords: number;
}

const FAILURE_RATE = 0.02;
const TEST_DURATION_MS = 3_000;
/** A full resync reads everything again. */
const RESYNC_FACTOR = 6;

/** Draws a run that is created at `at`; `name` makes it repeatable. */
export function drawExecution(
  name: string,
  habits: Habits,
  at: number,
  type: Execution['type'],
): Execution {
  const chance = chanceOf(name);
  const factor = type === 'resync' ? RESYNC_FACTOR : 1;
  const ordinary = habits.typicalMs * factor * (0.6 + 0.8 * chance.next());
  const durationMs = Math.round(type === 'test' ? TEST_DURATION_MS : ordinary);
  const startedAt = at + chance.whole(200, 1_200);
  const records = Math.round(habits.typicalRecords * factor * (0.5 + chance.next()));
  const isFailing = chance.next() < FAILURE_RATE;
  return {
    id: chance.uuid(),
    type,
    createdAt: at,
    startedAt,
    durationMs,
    records: type === 'test' ? 0 : records,
    errors: chance.next() < 0.1 ? chance.whole(1, 5) : 0,
    endsAt: startedAt + durationMs,
    ending: isFailing ? 'failed' : 'completed',
    cancelRequestedAt: undefined,
  };
}

/** The state at `now`; `exporting` is the last fifth of a bulk run. */
export function statusAt(
  execution: Execution,
  now: number,
  kind: 'model' | 'bulk',
): ExecutionStatus {
  if (now >= execution.endsAt) return execution.ending;
  if (execution.cancelRequestedAt !== undefined) return 'canceling';
  if (now < execution.startedAt) return 'created';
  return kind === 'bulk' && progressAt(execution, now) > 0.8 ? 'exporting' : 'running';
}

/** Whether it is still to end. */
export function isUnderWay(execution: Execution, now: number): boolean {
  return now < execution.endsAt;
}

/** The part of its work that is done at `now`, 0 to 1. */
export function progressAt(execution: Execution, now: number): number {
  const workedMs = Math.min(now, execution.endsAt) - execution.startedAt;
  return Math.max(0, Math.min(1, workedMs / execution.durationMs));
}

/** How cancellations go. */
export interface CancelHabits {
  /** From the request to the terminal status. */
  readonly delayMs: number;
  /** How many of them come too late, so that the run ends as `completed`; 0 to 1. */
  readonly lateRate: number;
}

/**
 * Queues a cancellation: `canceling` now, terminal later. A run whose own end comes first keeps it,
 * and so does one that is being canceled already.
 */
export function requestCancel(execution: Execution, now: number, habits: CancelHabits): boolean {
  if (!isUnderWay(execution, now) || execution.cancelRequestedAt !== undefined) return false;
  execution.cancelRequestedAt = now;
  if (execution.endsAt <= now + habits.delayMs) return true;
  const isLate = chanceOf(`${execution.id}:cancel`).next() < habits.lateRate;
  execution.endsAt = now + habits.delayMs;
  execution.ending = isLate ? 'completed' : 'canceled';
  return true;
}

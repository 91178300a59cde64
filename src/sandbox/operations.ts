// What can be done to a sync, by a key or by a person, with the differences between the kinds.

import { type Answer, ok, refusal } from './answer.ts';
import { type Execution, requestCancel, statusAt } from './execution.ts';
import { renderExecution, timeText } from './render.ts';
import type { Actor, Sync } from './sync.ts';
import {
  addExecution,
  draftExecution,
  markUpdated,
  removeSync,
  runningAt,
  type World,
} from './world.ts';

const CANCEL_QUEUED = 'cancellation has been queued';

/**
 * Sets the flag. The same value again does not bump `updated_at` (undocumented; the quieter guess).
 * Deactivating a model sync leaves its execution alone; a bulk sync's is canceled too.
 */
export function setActive(
  world: World,
  sync: Sync,
  active: boolean,
  by: Actor,
  now: number,
): Answer {
  return ok({ active, id: sync.id }, () => {
    const isCanceling = !active && sync.kind === 'bulk' && cancelRunning(world, sync, now);
    if (sync.active === active) return isCanceling;
    sync.active = active;
    markUpdated(world, sync, by, now);
    return true;
  });
}

/** Queues the cancellation of what runs; with nothing running it is 200 too (undocumented). */
export function cancel(world: World, sync: Sync, now: number): Answer {
  return ok({ message: CANCEL_QUEUED }, () => cancelRunning(world, sync, now));
}

/** Queues the cancellation of one execution; 400 when it is over. */
export function cancelExecution(
  world: World,
  sync: Sync,
  execution: Execution,
  now: number,
): Answer {
  if (runningAt(sync, now) !== execution) {
    const status = statusAt(execution, now, sync.kind);
    return refusal(400, 'not_running', `the execution is already ${status}`);
  }
  return cancel(world, sync, now);
}

/**
 * Starts an execution. 409 while one is under way, and for an inactive model sync (undocumented
 * which status that gives); an inactive bulk sync can be started.
 */
export function start(sync: Sync, type: Execution['type'], now: number): Answer {
  if (sync.kind === 'model' && !sync.active) {
    return refusal(409, 'sync_inactive', 'the sync is not active');
  }
  if (runningAt(sync, now) !== undefined) {
    return refusal(409, 'already_running', 'another execution of the sync is already running');
  }
  const draft = draftExecution(sync, now, type);
  const { id, createdAt } = draft;
  const shown =
    sync.kind === 'bulk'
      ? renderExecution(sync, draft, now)
      : { id, status: 'created', created_at: timeText(createdAt) };
  return ok(shown, () => {
    addExecution(sync, now, type);
    return true;
  });
}

/** Deletes; 409 while an execution is under way. */
export function remove(world: World, sync: Sync, by: Actor, now: number): Answer {
  if (runningAt(sync, now) !== undefined) {
    return refusal(409, 'already_running', 'the sync is running');
  }
  const effect = () => {
    removeSync(world, sync, by, now);
    return true;
  };
  return { status: 200, body: undefined, effect };
}

function cancelRunning(world: World, sync: Sync, now: number): boolean {
  const running = runningAt(sync, now);
  return running !== undefined && requestCancel(running, now, world.cancelHabits);
}

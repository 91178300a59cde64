// The organization as it stands, and how time moves it: a sync is played forward when somebody
// looks at it, so syncs that nobody asks about cost nothing.

import type { ChangeLog } from './change-log.ts';
import type { Clock } from './clock.ts';
import { type CancelHabits, drawExecution, type Execution, isUnderWay } from './execution.ts';
import { nextSlot } from './schedule.ts';
import type {
  Actor,
  BulkSync,
  Connection,
  Model,
  ModelSync,
  Organization,
  Sync,
  SyncKind,
} from './sync.ts';

export interface World {
  readonly seed: string;
  readonly clock: Clock;
  readonly organization: Organization;
  readonly connections: Map<string, Connection>;
  readonly models: Map<string, Model>;
  readonly modelSyncs: Map<string, ModelSync>;
  readonly bulkSyncs: Map<string, BulkSync>;
  readonly cancelHabits: CancelHabits;
  /** What was done to the syncs since the sandbox was founded. */
  readonly changes: ChangeLog;
}

/** Two pages of executions; a replica sync of years would otherwise grow without end. */
const EXECUTIONS_MAX = 100;

const MINUTE_MS = 60_000;

/** What one look plays out at most, when nobody has looked for long; it bounds the work. */
const PLAYED_MAX_MS = 31 * 24 * 60 * MINUTE_MS;

/** A continuous sync rests this long between two executions. */
const CONTINUOUS_REST_MS = MINUTE_MS;

/** The sync of this kind and id, played forward to now. */
export function syncAt(world: World, kind: SyncKind, id: string, now: number): Sync | undefined {
  const sync = kind === 'model' ? world.modelSyncs.get(id) : world.bulkSyncs.get(id);
  if (sync !== undefined) playForward(world, sync, now);
  return sync;
}

/** All syncs, model syncs first; not played forward. */
export function allSyncs(world: World): Sync[] {
  return [...world.modelSyncs.values(), ...world.bulkSyncs.values()];
}

export function addSync(world: World, sync: Sync): void {
  if (sync.kind === 'model') world.modelSyncs.set(sync.id, sync);
  else world.bulkSyncs.set(sync.id, sync);
}

export function removeSync(world: World, sync: Sync, by: Actor, now: number): void {
  (sync.kind === 'model' ? world.modelSyncs : world.bulkSyncs).delete(sync.id);
  world.changes.addDeletion(sync, by, now);
}

/**
 * Starts what the schedule started between the last look and `now`. It must run before `active` or
 * the schedule changes, since it takes both as constant over that time.
 */
export function playForward(world: World, sync: Sync, now: number): void {
  if (now <= sync.playedUntil) return;
  let at = Math.max(sync.playedUntil, now - PLAYED_MAX_MS);
  // First of all, so that two syncs that run after each other do not call each other for ever.
  sync.playedUntil = now;
  while (sync.active) {
    const start = nextStart(world, sync, at, now);
    if (start === undefined || start > now) return;
    // A slot that comes while the sync is busy is skipped, not queued.
    if (runningAt(sync, start) === undefined) addExecution(sync, start, 'scheduled');
    at = start;
  }
}

/** When the schedule starts it next; undefined while inactive and where only events start it. */
export function nextExecutionTime(sync: Sync, now: number): number | undefined {
  if (!sync.active) return undefined;
  const { schedule } = sync.settings;
  return schedule.frequency === 'continuous' ? nextContinuous(sync, now) : nextSlot(schedule, now);
}

/** The execution that is not over at `at`; there is at most one. */
export function runningAt(sync: Sync, at: number): Execution | undefined {
  const last = sync.executions.at(-1);
  return last !== undefined && isUnderWay(last, at) ? last : undefined;
}

/** The execution that the next `addExecution` with the same arguments would add. */
export function draftExecution(sync: Sync, at: number, type: Execution['type']): Execution {
  return drawExecution(`${sync.id}:${sync.executionCount}`, sync.habits, at, type);
}

export function addExecution(sync: Sync, at: number, type: Execution['type']): void {
  sync.executions.push(draftExecution(sync, at, type));
  sync.executionCount += 1;
  if (sync.executions.length > EXECUTIONS_MAX) sync.executions.shift();
}

/** Records a change by a person or a key, as `updated_at` and `updated_by` show it. */
export function markUpdated(world: World, sync: Sync, by: Actor, now: number): void {
  sync.updatedAt = now;
  sync.updatedBy = by;
  world.changes.add(sync, by, now);
}

function nextStart(world: World, sync: Sync, after: number, now: number): number | undefined {
  const { schedule } = sync.settings;
  if (schedule.frequency === 'continuous') return nextContinuous(sync, after);
  if (schedule.frequency === 'runafter') return nextParentEnd(world, sync, after, now);
  return nextSlot(schedule, after);
}

/** After its rest; at once when it has rested longer, which is so when it was just activated. */
function nextContinuous(sync: Sync, after: number): number {
  return Math.max(after + 1, (sync.executions.at(-1)?.endsAt ?? 0) + CONTINUOUS_REST_MS);
}

function nextParentEnd(world: World, sync: Sync, after: number, now: number): number | undefined {
  const { run_after, run_after_success_only } = sync.settings.schedule;
  const parents = [
    ...(run_after?.sync_ids ?? []).map((id) => syncAt(world, 'model', id, now)),
    ...(run_after?.bulk_sync_ids ?? []).map((id) => syncAt(world, 'bulk', id, now)),
  ];
  let first: number | undefined;
  for (const execution of parents.flatMap((parent) => parent?.executions ?? [])) {
    const { endsAt, ending } = execution;
    if (endsAt <= after || endsAt > now || (run_after_success_only && ending !== 'completed'))
      continue;
    if (first === undefined || endsAt < first) first = endsAt;
  }
  return first;
}

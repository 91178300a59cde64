// The first day of a sandbox: the organization, its people and connections, and its syncs.

import { CONNECTIONS } from './catalog.ts';
import { chanceOf } from './chance.ts';
import { createChangeLog } from './change-log.ts';
import type { Clock } from './clock.ts';
import { drawSync } from './crowd.ts';
import { type CancelHabits, progressAt } from './execution.ts';
import { cook, type Recipe } from './recipe.ts';
import { type Frequency, scheduleOf } from './schedule.ts';
import { STORY, type StorySync } from './story.ts';
import type { Actor, Sync } from './sync.ts';
import { addExecution, addSync, allSyncs, playForward, runningAt, type World } from './world.ts';

/** What the world is made from. */
export interface Charter {
  readonly seed: string;
  readonly syncs: number;
  readonly organizationId: string;
  readonly clock: Clock;
  readonly cancelHabits: CancelHabits;
}

/** Most syncs one sandbox makes: ten times what any test asks for, and still less than 100 MB. */
export const SYNCS_MAX = 20_000;

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
const FOUNDED_AGO_MS = 400 * DAY_MS;
const STORY_CHANGED_AGO_MS = 30 * DAY_MS;
const PAUSED_AGO_MS = 2 * DAY_MS;
const FOUNDER = 'Ada Park';

/** A person of the organization; the same name is the same person. */
export function personNamed(world: { readonly seed: string }, name: string): Actor {
  return { id: chanceOf(`${world.seed}:person:${name}`).uuid(), name, type: 'user' };
}

/** Makes the world as it is at the clock's now, with a past. */
export function found(charter: Charter): World {
  const { seed, clock, cancelHabits } = charter;
  const world: World = {
    seed,
    clock,
    cancelHabits,
    organization: { id: charter.organizationId, name: 'Northwind Traders' },
    connections: new Map(),
    models: new Map(),
    modelSyncs: new Map(),
    bulkSyncs: new Map(),
    changes: createChangeLog(),
  };
  const now = clock.now();
  connect(world, now);
  for (const [index, sync] of STORY.slice(0, charter.syncs).entries())
    tell(world, sync, index, now);
  const joined: Sync[] = [];
  for (let index = 0; index < charter.syncs - STORY.length; index += 1) {
    // A chain finds its parent among a few, so that no two far-away syncs hang together.
    joined.push(join(world, index, joined.slice(-20), now));
  }
  return world;
}

function connect(world: World, now: number): void {
  const createdBy = personNamed(world, FOUNDER);
  const createdAt = now - FOUNDED_AGO_MS;
  for (const { name, type } of CONNECTIONS) {
    const id = chanceOf(`${world.seed}:connection:${name}`).uuid();
    world.connections.set(id, { id, name, type, createdAt, createdBy });
  }
}

/** Adds a hand-written sync; `index` keeps the order of the story in `updated_at`. */
function tell(world: World, story: StorySync, index: number, now: number): void {
  const changedAt = now - STORY_CHANGED_AGO_MS - index * DAY_MS;
  const sync = make(world, { ...story, schedule: storySchedule(world, story) }, changedAt);
  beginHistory(sync, now);
  if (story.pausedBy !== undefined) {
    pauseInThePast(world, sync, story.pausedBy, now - PAUSED_AGO_MS);
  }
  playForward(world, sync, now);
  if (story.isBusy) keepBusy(sync, now);
}

function storySchedule(world: World, story: StorySync) {
  const parents = allSyncs(world).filter((sync) => story.after?.includes(sync.name));
  const ids = (kind: Sync['kind']) => parents.filter((p) => p.kind === kind).map((p) => p.id);
  const run_after =
    story.after === undefined ? null : { sync_ids: ids('model'), bulk_sync_ids: ids('bulk') };
  return scheduleOf({ ...story.schedule, run_after });
}

function join(world: World, index: number, neighbours: readonly Sync[], now: number): Sync {
  const drawn = drawSync(world.seed, index, neighbours);
  const sync = make(world, { ...drawn, active: true }, now - drawn.updatedAgoMs - 30 * DAY_MS);
  sync.updatedAt = now - drawn.updatedAgoMs;
  beginHistory(sync, now);
  if (drawn.active === false) pauseInThePast(world, sync, FOUNDER, sync.updatedAt);
  return sync;
}

function make(world: World, recipe: Recipe, changedAt: number): Sync {
  const by = personNamed(world, FOUNDER);
  const sync = cook(world, recipe, {
    name: `${world.seed}:sync:${recipe.kind}:${recipe.name}`,
    by,
    at: changedAt,
  });
  addSync(world, sync);
  return sync;
}

function pauseInThePast(world: World, sync: Sync, by: string, at: number): void {
  beginHistory(sync, at);
  playForward(world, sync, at);
  sync.active = false;
  sync.updatedAt = at;
  sync.updatedBy = personNamed(world, by);
}

/** A sync comes with a past of this length, a few dozen executions. */
function beginHistory(sync: Sync, now: number): void {
  sync.playedUntil = Math.max(sync.createdAt, now - historyMs(sync.settings.schedule.frequency));
}

function historyMs(frequency: Frequency): number {
  switch (frequency) {
    case 'continuous':
      return 2 * HOUR_MS;
    case 'hourly':
      return DAY_MS;
    default:
      return 15 * DAY_MS;
  }
}

/** Puts an execution under way that still has most of its work before it. */
function keepBusy(sync: Sync, now: number): void {
  const running = runningAt(sync, now);
  if (running !== undefined && progressAt(running, now) < 0.5) return;
  const startedAt = now - 20_000;
  while (runningAt(sync, startedAt) !== undefined) sync.executions.pop();
  addExecution(sync, startedAt, 'scheduled');
}

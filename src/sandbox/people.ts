// What people do in the vendor's own user interface while the API's clients are at work.

import { z } from 'zod';
import { type Answer, notFound, ok, refusal } from './answer.ts';
import { personNamed } from './founding.ts';
import { cancel, remove, setActive, start } from './operations.ts';
import { connectionNamed, cook } from './recipe.ts';
import { FREQUENCIES } from './schedule.ts';
import type { Actor, Sync } from './sync.ts';
import { addSync, allSyncs, markUpdated, syncAt, type World } from './world.ts';

const person = z.string().min(1).max(200);
const kind = z.enum(['model', 'bulk']);
/** A sync by id, or by name when that is the only one of it; `kind` narrows. */
const which = { name: person, sync: z.string().min(1), kind: kind.optional() };

/** What `POST /_sandbox/people` takes; `name` is the person's. */
export const personBody = z.discriminatedUnion('action', [
  z.strictObject({ ...which, action: z.literal('activate') }),
  z.strictObject({ ...which, action: z.literal('deactivate') }),
  z.strictObject({ ...which, action: z.literal('toggle') }),
  z.strictObject({ ...which, action: z.literal('start') }),
  z.strictObject({ ...which, action: z.literal('cancel') }),
  z.strictObject({ ...which, action: z.literal('delete') }),
  z.strictObject({ ...which, action: z.literal('rename'), to: z.string().min(1) }),
  z.strictObject({
    name: person,
    action: z.literal('create'),
    sync: z.string().min(1),
    kind: kind.default('model'),
    source: z.string().default('Snowflake Production'),
    destination: z.string().default('Salesforce'),
    frequency: z.enum(FREQUENCIES).default('hourly'),
    active: z.boolean().default(true),
  }),
]);
export type PersonAction = z.infer<typeof personBody>;

/** Does it at once, and answers as the API would; what a person does needs no key. */
export function actAs(world: World, action: PersonAction): Answer {
  const now = world.clock.now();
  const by = personNamed(world, action.name);
  const answer =
    action.action === 'create' ? create(world, action, by, now) : change(world, action, by, now);
  answer.effect?.();
  return answer.body === undefined ? { ...answer, body: {} } : answer;
}

type Creation = Extract<PersonAction, { action: 'create' }>;

function create(world: World, action: Creation, by: Actor, now: number): Answer {
  const missing = [action.source, action.destination].find(
    (name) => connectionNamed(world, name) === undefined,
  );
  if (missing !== undefined) return notFound(`connection ${missing}`);
  const { kind, source, destination, frequency, active } = action;
  const recipe = { kind, name: action.sync, source, destination, schedule: { frequency }, active };
  const count = world.modelSyncs.size + world.bulkSyncs.size;
  const origin = `${world.seed}:people:${now}:${action.sync}:${count}`;
  const sync = cook(world, recipe, { name: origin, by, at: now });
  return ok({ id: sync.id, kind, name: sync.name }, () => {
    addSync(world, sync);
    world.changes.add(sync, by, now);
    return true;
  });
}

type Change = Exclude<PersonAction, Creation>;

function change(world: World, action: Change, by: Actor, now: number): Answer {
  const found = allSyncs(world).filter(
    (sync) =>
      (action.kind === undefined || sync.kind === action.kind) &&
      (sync.id === action.sync || sync.name === action.sync),
  );
  const [sync] = found;
  if (sync === undefined) return notFound(`sync ${action.sync}`);
  if (found.length > 1) {
    return refusal(409, 'ambiguous', `${found.length} syncs are named ${action.sync}`);
  }
  syncAt(world, sync.kind, sync.id, now);
  return changeOne(world, sync, action, by, now);
}

function changeOne(world: World, sync: Sync, action: Change, by: Actor, now: number): Answer {
  switch (action.action) {
    case 'activate':
      return setActive(world, sync, true, by, now);
    case 'deactivate':
      return setActive(world, sync, false, by, now);
    case 'toggle':
      return setActive(world, sync, !sync.active, by, now);
    case 'start':
      return start(sync, 'manual', now);
    case 'cancel':
      return cancel(world, sync, now);
    case 'delete':
      return remove(world, sync, by, now);
    case 'rename':
      return ok({ id: sync.id, name: action.to }, () => {
        sync.name = action.to;
        markUpdated(world, sync, by, now);
        return true;
      });
  }
}

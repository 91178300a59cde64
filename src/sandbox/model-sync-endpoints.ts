// The model-sync section of the API's reference.

import {
  type Answer,
  badRequest,
  type Call,
  type Endpoint,
  isAnswer,
  notFound,
  ok,
} from './answer.ts';
import {
  MODEL_SYNC_MODES,
  type ModelSyncBody,
  modelSyncBody,
  readBody,
  startModelBody,
} from './body.ts';
import { chanceOf } from './chance.ts';
import { executionEndpoints } from './execution-endpoints.ts';
import { cancel, remove, setActive, start } from './operations.ts';
import { flagOf, pageOf } from './page.ts';
import { orNull, renderModelSync, renderModelSyncItem, renderStatus } from './render.ts';
import { SCHEDULE_OPTIONS } from './schedule-options.ts';
import { checkSettings, settingsFrom } from './settings.ts';
import type { ModelSync } from './sync.ts';
import { addSync, markUpdated, syncAt } from './world.ts';

/** All of them, for the server to mount. */
export const MODEL_SYNC_ENDPOINTS: readonly Endpoint[] = [
  { method: 'GET', url: '/api/syncs', handle: list },
  { method: 'POST', url: '/api/syncs', handle: create },
  {
    method: 'GET',
    url: '/api/syncs/schedules',
    handle: () => ok({ schedule_options: SCHEDULE_OPTIONS }),
  },
  {
    method: 'GET',
    url: '/api/syncs/:id',
    handle: withSync(({ world }, sync) => ok(renderModelSync(world, sync))),
  },
  { method: 'PUT', url: '/api/syncs/:id', handle: withSync(update) },
  {
    method: 'DELETE',
    url: '/api/syncs/:id',
    handle: withSync(({ world, caller, now }, sync) => remove(world, sync, caller.actor, now)),
  },
  { method: 'POST', url: '/api/syncs/:id/activate', handle: withSync(activate) },
  {
    method: 'POST',
    url: '/api/syncs/:id/cancel',
    handle: withSync(({ world, now }, sync) => cancel(world, sync, now)),
  },
  { method: 'POST', url: '/api/syncs/:id/executions', handle: withSync(startNow) },
  {
    method: 'GET',
    url: '/api/syncs/:id/status',
    handle: withSync(({ now }, sync) => ok(renderStatus(sync, now))),
  },
  ...executionEndpoints('model', '/api/syncs/:id/executions'),
];

function withSync(handle: (call: Call, sync: ModelSync) => Answer): (call: Call) => Answer {
  return (call) => {
    const sync = syncAt(call.world, 'model', call.params.id ?? '', call.now);
    return sync?.kind === 'model' ? handle(call, sync) : notFound('sync');
  };
}

function list({ world, query }: Call): Answer {
  const active = flagOf(query, 'active');
  if (typeof active === 'object') return active;
  const { mode, target_connection_id: target } = query;
  if (mode !== undefined && !MODEL_SYNC_MODES.some((known) => known === mode)) {
    return badRequest(`mode must be one of ${MODEL_SYNC_MODES.join(', ')}`);
  }
  const rows = [...world.modelSyncs.values()].filter(
    (sync) =>
      (active === undefined || sync.active === active) &&
      (mode === undefined || sync.settings.mode === mode) &&
      (target === undefined || sync.settings.target.connection_id === target),
  );
  const page = pageOf(rows, (sync) => ({ at: sync.updatedAt, id: sync.id }), query, {
    list: 'syncs',
    limit: 50,
    limitMax: 50,
  });
  if (isAnswer(page)) return page;
  const data = orNull(page.rows.map((sync) => renderModelSyncItem(world, sync)));
  return { status: 200, body: { data, pagination: page.pagination } };
}

function activate({ world, caller, now, body }: Call, sync: ModelSync): Answer {
  const active = activeIn(body);
  if (active === undefined) return badRequest('active must be true or false');
  return setActive(world, sync, active, caller.actor, now);
}

/** The one field of an activation; read by hand, since this is the call that comes by thousands. */
export function activeIn(body: unknown): boolean | undefined {
  if (typeof body !== 'object' || body === null || !('active' in body)) return undefined;
  return typeof body.active === 'boolean' ? body.active : undefined;
}

function startNow({ now, body }: Call, sync: ModelSync): Answer {
  const read = readBody(startModelBody, body);
  if ('answer' in read) return read.answer;
  const { resync, test } = read.value;
  return start(sync, resync === true ? 'resync' : test === true ? 'test' : 'manual', now);
}

function create(call: Call): Answer {
  const { world, caller, now } = call;
  const read = readChecked(call);
  if ('answer' in read) return read.answer;
  // Named by what exists, so that the same calls in the same order give the same ids.
  const name = `${world.seed}:created:${now}:${read.value.name}:${world.modelSyncs.size}`;
  const sync: ModelSync = {
    kind: 'model',
    id: chanceOf(name).uuid(),
    name: read.value.name,
    active: read.value.active ?? false,
    createdAt: now,
    createdBy: caller.actor,
    updatedAt: now,
    updatedBy: caller.actor,
    habits: { typicalMs: 60_000, typicalRecords: 1_000 },
    executions: [],
    executionCount: 0,
    playedUntil: now,
    settings: settingsFrom(read.value),
  };
  return ok(renderModelSync(world, sync), () => {
    addSync(world, sync);
    world.changes.add(sync, caller.actor, now);
    return true;
  });
}

/** A full replacement: what the body leaves out goes back to its default, `active` included. */
function update(call: Call, sync: ModelSync): Answer {
  const { world, caller, now } = call;
  const read = readChecked(call);
  if ('answer' in read) return read.answer;
  const after = {
    name: read.value.name,
    active: read.value.active ?? false,
    settings: settingsFrom(read.value),
  };
  const shown = { ...sync, ...after, updatedAt: now, updatedBy: caller.actor };
  return ok(renderModelSync(world, shown), () => {
    Object.assign(sync, after);
    markUpdated(world, sync, caller.actor, now);
    return true;
  });
}

function readChecked({ world, body }: Call): { value: ModelSyncBody } | { answer: Answer } {
  const read = readBody(modelSyncBody, body);
  if ('answer' in read) return read;
  const problem = checkSettings(world, read.value);
  return problem === undefined ? read : { answer: problem };
}

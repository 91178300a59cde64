// The bulk syncs of the API, as far as somebody who pauses and resumes them needs it.

import {
  type Answer,
  badRequest,
  type Call,
  type Endpoint,
  isAnswer,
  notFound,
  ok,
} from './answer.ts';
import { readBody, startBulkBody } from './body.ts';
import { executionEndpoints } from './execution-endpoints.ts';
import { activeIn } from './model-sync-endpoints.ts';
import { cancel, setActive, start } from './operations.ts';
import { flagOf, pageOf } from './page.ts';
import { orNull, renderBulkSummary, renderBulkSync, renderStatus } from './render.ts';
import type { BulkSync } from './sync.ts';
import { syncAt } from './world.ts';

/** All of them, for the server to mount. */
export const BULK_SYNC_ENDPOINTS: readonly Endpoint[] = [
  { method: 'GET', url: '/api/bulk/syncs', handle: list },
  { method: 'GET', url: '/api/bulk/syncs/status', handle: statusOfMany },
  {
    method: 'GET',
    url: '/api/bulk/syncs/:id',
    handle: withSync(({ world }, sync) => ok(renderBulkSync(world, sync))),
  },
  { method: 'POST', url: '/api/bulk/syncs/:id/activate', handle: withSync(activate) },
  {
    method: 'POST',
    url: '/api/bulk/syncs/:id/cancel',
    handle: withSync(({ world, now }, sync) => cancel(world, sync, now)),
  },
  { method: 'POST', url: '/api/bulk/syncs/:id/executions', handle: withSync(startNow) },
  {
    method: 'GET',
    url: '/api/bulk/syncs/:id/status',
    handle: withSync(({ now }, sync) => ok(renderStatus(sync, now))),
  },
  ...executionEndpoints('bulk', '/api/bulk/syncs/:id/executions'),
];

function withSync(handle: (call: Call, sync: BulkSync) => Answer): (call: Call) => Answer {
  return (call) => {
    const sync = bulkSyncAt(call, call.params.id ?? '');
    return sync === undefined ? notFound('bulk sync') : handle(call, sync);
  };
}

function bulkSyncAt({ world, now }: Call, id: string): BulkSync | undefined {
  const sync = syncAt(world, 'bulk', id, now);
  return sync?.kind === 'bulk' ? sync : undefined;
}

/** Paged as the prose of 2025-09-18 says; its schema declares no paging. */
function list({ world, query }: Call): Answer {
  const active = flagOf(query, 'active');
  if (typeof active === 'object') return active;
  const rows = [...world.bulkSyncs.values()].filter(
    (sync) => active === undefined || sync.active === active,
  );
  const page = pageOf(rows, (sync) => ({ at: sync.updatedAt, id: sync.id }), query, {
    list: 'bulk-syncs',
    limit: 50,
    limitMax: 50,
  });
  if (isAnswer(page)) return page;
  const data = orNull(page.rows.map((sync) => renderBulkSync(world, sync)));
  return { status: 200, body: { data, pagination: page.pagination } };
}

function activate({ world, caller, now, body }: Call, sync: BulkSync): Answer {
  const active = activeIn(body);
  if (active === undefined) return badRequest('active must be true or false');
  return setActive(world, sync, active, caller.actor, now);
}

function startNow({ now, body }: Call, sync: BulkSync): Answer {
  const read = readBody(startBulkBody, body);
  if ('answer' in read) return read.answer;
  const { resync, resync_mode, fetch_mode, test, schemas } = read.value;
  const isResync = resync === true || typeof resync_mode === 'string' || fetch_mode === 'full';
  if (test === true && (resync === true || typeof resync_mode === 'string')) {
    return badRequest('test and resync_mode exclude each other');
  }
  const strange = schemas?.find((schema) => !sync.settings.schemas.includes(schema));
  if (strange !== undefined) return badRequest(`schema ${strange} is not part of the sync`);
  return start(sync, test === true ? 'test' : isResync ? 'resync' : 'manual', now);
}

/** `all` and `active` make `sync_id` void; without any of the three nothing is asked for. */
function statusOfMany(call: Call): Answer {
  const { world, query, now } = call;
  const all = flagOf(query, 'all');
  const active = flagOf(query, 'active');
  if (typeof all === 'object') return all;
  if (typeof active === 'object') return active;
  const asked = [query.sync_id ?? []].flat();
  const isScoped = all !== true && active !== true;
  if (isScoped && asked.some((id) => !world.bulkSyncs.has(id))) return notFound('bulk sync');
  const ids = isScoped ? asked : [...world.bulkSyncs.keys()];
  const syncs = ids.flatMap((id) => bulkSyncAt(call, id) ?? []);
  const shown = active === true ? syncs.filter((sync) => sync.active) : syncs;
  return ok(shown.map((sync) => renderBulkSummary(sync, now)));
}

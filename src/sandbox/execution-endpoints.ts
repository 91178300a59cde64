// Lists, shows and cancels executions; the same for both kinds but for the names of two parameters.

import { type Answer, type Call, type Endpoint, isAnswer, notFound, ok } from './answer.ts';
import { type Execution, isUnderWay } from './execution.ts';
import { cancelExecution } from './operations.ts';
import { flagOf, pageOf } from './page.ts';
import { orNull, renderExecution } from './render.ts';
import type { Sync, SyncKind } from './sync.ts';
import { syncAt } from './world.ts';

/** The three operations under `url`, the path of a sync's executions. */
export function executionEndpoints(kind: SyncKind, url: string): Endpoint[] {
  const one =
    (handle: (call: Call, sync: Sync, execution: Execution) => Answer) => (call: Call) => {
      const sync = syncAt(call.world, kind, call.params.id ?? '', call.now);
      const execution = sync?.executions.find((each) => each.id === call.params.executionId);
      if (sync === undefined) return notFound('sync');
      return execution === undefined ? notFound('execution') : handle(call, sync, execution);
    };
  return [
    { method: 'GET', url, handle: (call) => list(call, kind) },
    {
      method: 'GET',
      url: `${url}/:executionId`,
      handle: one(({ now }, sync, execution) => ok(renderExecution(sync, execution, now))),
    },
    {
      method: 'POST',
      url: `${url}/:executionId/cancel`,
      handle: one(({ world, now }, sync, execution) =>
        cancelExecution(world, sync, execution, now),
      ),
    },
  ];
}

function list({ world, params, query, now }: Call, kind: SyncKind): Answer {
  const sync = syncAt(world, kind, params.id ?? '', now);
  if (sync === undefined) return notFound('sync');
  const isOverOnly = flagOf(query, kind === 'model' ? 'only_completed' : 'only_terminal');
  const ascending = flagOf(query, 'ascending');
  if (typeof isOverOnly === 'object') return isOverOnly;
  if (typeof ascending === 'object') return ascending;
  const rows = sync.executions.filter((each) => isOverOnly !== true || !isUnderWay(each, now));
  const page = pageOf(rows, (each) => ({ at: each.createdAt, id: each.id }), query, {
    list: `executions:${sync.id}`,
    ascending,
    limit: 50,
    limitMax: kind === 'model' ? 50 : 100,
  });
  if (isAnswer(page)) return page;
  const shown = page.rows.map((each) => renderExecution(sync, each, now));
  // Only the model list's schema allows null.
  const data = kind === 'model' ? orNull(shown) : shown;
  return { status: 200, body: { data, pagination: page.pagination } };
}

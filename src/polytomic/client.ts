import type { Outcome } from '../plan/outcome.ts';
import type { SyncKey } from '../policy/sync.ts';
import { createCaller, type PolytomicOptions } from './caller.ts';
import { createInventory } from './inventory.ts';
import { isSameId, locate, type Place } from './place.ts';
import type { Polytomic } from './polytomic.ts';
import * as shapes from './shapes.ts';

const execution = shapes.envelope(shapes.execution);
const executions = shapes.page(shapes.execution);
const identity = shapes.envelope(shapes.identity);
const syncStatus = shapes.envelope(shapes.syncStatus);
const activation = shapes.envelope(shapes.activation);
const receipt = shapes.envelope(shapes.receipt);

/** Builds the client; sends nothing yet. Throws a TypeError on a base URL or key of no use. */
export function createPolytomic(options: PolytomicOptions): Polytomic {
  const caller = createCaller(options);
  const { call, reason } = caller;
  const inventory = createInventory(caller);
  return {
    admit: options.admit,
    me: () => call(identity, '/api/me'),
    listSyncs: inventory.list,
    getSync: (sync) => at(sync, inventory.get),
    status: (sync) => at(sync, ({ path }) => call(syncStatus, `${path}/status`)),
    executions: (sync) =>
      at(sync, async ({ path }) => {
        const first = await call(executions, `${path}/executions?ascending=false`);
        return first.kind === 'ok' ? { kind: 'ok', value: first.value.items } : first;
      }),
    setActive: (sync, active, key) =>
      at(sync, async ({ path, id }) => {
        const answer = await call(activation, `${path}/activate`, { key, body: { active } });
        if (answer.kind !== 'ok') return answer;
        const said = answer.value;
        if (said.active === active && isSameId(said.id, id))
          return { kind: 'ok', value: { active } };
        const twist = `asked for active=${active}, answered active=${said.active} of ${said.id}`;
        return { kind: 'unknown', reason: reason(twist) };
      }),
    cancel: (sync, key) =>
      at(sync, async ({ path }) => {
        const answer = await call(receipt, `${path}/cancel`, { key });
        if (answer.kind !== 'ok') return answer;
        return { kind: 'ok', value: { message: reason(answer.value.message ?? '') } };
      }),
    // Never with `resync`: it reads everything again, which no daemon should decide.
    start: (sync, key) =>
      at(sync, ({ path }) => call(execution, `${path}/executions`, { key, body: {} })),
    skewMs: caller.skewMs,
    close: caller.close,
  };
}

async function at<T>(
  sync: SyncKey,
  act: (place: Place) => Promise<Outcome<T>>,
): Promise<Outcome<T>> {
  const place = locate(sync);
  return place.kind === 'ok' ? act(place.value) : place;
}

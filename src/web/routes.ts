import type { FastifyInstance, FastifyRequest } from 'fastify';
import type { Role } from '../daemon/config-values.ts';
import type { Operations } from '../daemon/operations.ts';
import type { Action } from '../plan/hold.ts';
import type { Access } from './access.ts';
import {
  actionBody,
  explainQuestion,
  findSync,
  findSyncKey,
  journalQuestion,
  readPart,
} from './question.ts';
import { Refusal } from './refusal.ts';
import { toWire } from './wire.ts';

const ACTIONS: readonly Action[] = ['activate', 'deactivate', 'cancel', 'start'];

/** Who asked, when neither a token nor the request says so. */
const SOMEBODY = 'somebody on this machine';

/** The routes under `/v1`; each names the role it needs. */
export function addRoutes(app: FastifyInstance, operations: Operations, access: Access): void {
  const as = (role: Role) => ({
    onRequest: async (request: FastifyRequest) => {
      access.check(request.headers, role);
    },
  });

  app.get('/v1/status', as('viewer'), async () => toWire(await operations.status()));
  app.get('/v1/syncs', as('viewer'), async () => toWire(await operations.syncs()));

  app.get('/v1/plan-basis', as('viewer'), async () => toWire(await operations.planBasis()));

  app.get('/v1/journal', as('viewer'), async ({ query }) => {
    const { sync, policy, type, since, until, after, limit } = readPart(
      journalQuestion,
      query,
      'query-invalid',
    );
    const key = sync === undefined ? undefined : await findSyncKey(operations, sync);
    const filter = { sync: key, policy, types: type, since, until, afterSeq: after, limit };
    return toWire(await operations.journal(filter));
  });

  app.get('/v1/explain', as('viewer'), async ({ query }) => {
    const { sync, at } = readPart(explainQuestion, query, 'query-invalid');
    const explanation = await operations.explain(await findSync(operations, sync), at);
    return toWire({ ...explanation, until: explanation.until ?? Infinity });
  });

  app.post('/v1/reload', as('admin'), async () => {
    const result = await operations.reload();
    if (!result.ok) throw new Refusal('reload-refused', result.message);
    return result;
  });

  addSyncRoutes(app, operations, access, as);
}

function addSyncRoutes(
  app: FastifyInstance,
  operations: Operations,
  access: Access,
  as: (role: Role) => object,
): void {
  type Named = { Params: { sync: string } };

  const readStatus = async (text: string) => {
    const { key } = await findSync(operations, text);
    const answer = await operations.syncStatus(key);
    if (answer.kind === 'ok') return answer;
    throw new Refusal('api-unreachable', answer.message, { outcome: answer.outcome });
  };

  app.get<Named>('/v1/syncs/:sync', as('viewer'), async ({ params }) => {
    const { sync } = await readStatus(params.sync);
    const row = (await operations.syncs()).find((candidate) => candidate.key === sync.key);
    // The row knows the hold, the fresh reading everything else.
    return toWire({ ...row, ...sync });
  });

  app.get<Named>('/v1/syncs/:sync/status', as('viewer'), async ({ params }) => {
    const { sync, status } = await readStatus(params.sync);
    return toWire({ sync: sync.key, name: sync.name, active: sync.active, ...status });
  });

  for (const action of ACTIONS) {
    app.post<Named>(`/v1/syncs/:sync/${action}`, as('operator'), async (request) => {
      const { reason, actor } = readPart(actionBody, request.body, 'body-invalid');
      const token = access.check(request.headers, 'operator');
      const { key } = await findSync(operations, request.params.sync);
      const result = await operations.act({
        sync: key,
        action,
        // A token is somebody's own: nobody acts in another name with it.
        actor: token ?? (actor || SOMEBODY),
        reason: reason || undefined,
      });
      if (result.outcome === 'ok') return toWire(result);
      throw new Refusal('call-failed', result.message, toWire(result));
    });
  }
}

import { Readable } from 'node:stream';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import type { Role } from '../daemon/config-values.ts';
import type { Operations } from '../daemon/operations.ts';
import type { Action } from '../plan/hold.ts';
import type { Access } from './access.ts';
import { addOverrideRoutes } from './override-routes.ts';
import {
  actionBody,
  actorOf,
  evidenceQuestion,
  explainQuestion,
  findSync,
  findSyncKey,
  journalQuestion,
  readPart,
  reloadBody,
  sealsQuestion,
} from './question.ts';
import { Refusal } from './refusal.ts';
import { toWire } from './wire.ts';

const ACTIONS: readonly Action[] = ['activate', 'deactivate', 'cancel', 'start'];

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

  addAuditRoutes(app, operations, as);

  app.get('/v1/explain', as('viewer'), async ({ query }) => {
    const { sync, at } = readPart(explainQuestion, query, 'query-invalid');
    const explanation = await operations.explain(await findSync(operations, sync), at);
    return toWire({ ...explanation, until: explanation.until ?? Infinity });
  });

  app.post('/v1/reload', as('admin'), async ({ body }) => {
    const { allowMassDelete } = readPart(reloadBody, body, 'body-invalid');
    const result = await operations.reload({ mayDeleteMost: allowMassDelete });
    if (!result.ok) throw new Refusal('reload-refused', result.message);
    return result;
  });

  addSyncRoutes(app, operations, access, as);
  addOverrideRoutes(app, operations, access, as);
}

// Each reads as fast as it can, and the work of the daemon waits for the same few connections.
const READERS_MAX = 2;

function addAuditRoutes(
  app: FastifyInstance,
  operations: Operations,
  as: (role: Role) => object,
): void {
  let readers = 0;

  async function* counted(lines: AsyncIterable<string>): AsyncGenerator<string> {
    readers += 1;
    try {
      yield* lines;
    } finally {
      readers -= 1;
    }
  }

  app.get('/v1/audit/evidence', as('viewer'), async ({ query }, reply) => {
    const question = readPart(evidenceQuestion, query, 'query-invalid');
    if (readers >= READERS_MAX) {
      throw new Refusal('unavailable', `${readers} others read the journal: try again later.`);
    }
    const { sync, policy, type, since, until, seals } = question;
    const key = sync === undefined ? undefined : await findSyncKey(operations, sync);
    const filter = { sync: key, policy, types: type, since, until };
    const lines = operations.evidence({ query: filter, withSeals: seals === 'true' });
    reply.type('application/x-ndjson');
    return Readable.from(counted(lines));
  });

  app.get('/v1/audit/seals', as('viewer'), async ({ query }) => {
    const { limit } = readPart(sealsQuestion, query, 'query-invalid');
    return operations.seals(limit);
  });
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
        actor: actorOf(token, actor),
        reason: reason || undefined,
      });
      if (result.outcome === 'ok') return toWire(result);
      throw new Refusal('call-failed', result.message, toWire(result));
    });
  }
}

import type { FastifyInstance } from 'fastify';
import type { Role } from '../daemon/config-values.ts';
import type { Operations, OverrideAnswer } from '../daemon/operations.ts';
import type { Access } from './access.ts';
import {
  keyOf,
  overrideBody,
  overridesQuestion,
  requestOf,
  revokeBody,
} from './override-question.ts';
import { actorOf, findSync, readPart } from './question.ts';
import { Refusal, type RefusalCode } from './refusal.ts';
import { toWire } from './wire.ts';

/** The routes by which people override policies for a time; operators may. */
export function addOverrideRoutes(
  app: FastifyInstance,
  operations: Operations,
  access: Access,
  as: (role: Role) => object,
): void {
  app.get('/v1/overrides', as('viewer'), async ({ query }) => {
    const { all } = readPart(overridesQuestion, query, 'query-invalid');
    return toWire(await operations.overrides(all === 'true' ? 'all' : 'open'));
  });

  app.post('/v1/overrides', as('operator'), async ({ body: sent, headers }, reply) => {
    const body = readPart(overrideBody, sent, 'body-invalid');
    const names = 'syncs' in body ? (body.syncs ?? []) : [];
    const syncs = [];
    for (const name of names) syncs.push(await findSync(operations, name));
    const actor = actorOf(access.check(headers, 'operator'), body.actor);
    const key = keyOf(body, headers['idempotency-key']);
    const answer = await operations.override(requestOf(body, syncs, { actor, key }));
    const document = documentOf(answer, 'policy-unknown');
    return reply.code(document.outcome === 'created' ? 201 : 200).send(document);
  });

  app.post<{ Params: { id: string } }>(
    '/v1/overrides/:id/revoke',
    as('operator'),
    async ({ params, body: sent, headers }) => {
      const { reason, actor: given } = readPart(revokeBody, sent, 'body-invalid');
      const actor = actorOf(access.check(headers, 'operator'), given);
      const request = { id: params.id, actor, reason: reason || undefined };
      return documentOf(await operations.revoke(request), 'override-unknown');
    },
  );
}

function documentOf(answer: OverrideAnswer, unknown: RefusalCode) {
  if (answer.kind === 'ok') {
    const { kind: _, ...document } = answer;
    return toWire(document);
  }
  const codes = { invalid: 'override-invalid', conflict: 'override-conflict', unknown } as const;
  throw new Refusal(codes[answer.code], answer.message);
}

// The routes under `/_sandbox/`: not part of the API, for tests and demonstrations that need to be
// the weather, the people and the auditor. They take no key, so they answer loopback only.

import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { z } from 'zod';
import { type Answer, refusal } from './answer.ts';
import { readBody } from './body.ts';
import { isAdjustable } from './clock.ts';
import type { Room } from './exchange.ts';
import { faultBody } from './fault.ts';
import { actAs, personBody } from './people.ts';
import { timeText } from './render.ts';
import type { LoggedRequest } from './request-log.ts';
import { connectionIdsOf, type Sync } from './sync.ts';
import { send } from './wire.ts';
import { allSyncs, runningAt, syncAt, type World } from './world.ts';

type Handler = (room: Room, request: FastifyRequest) => Answer;

const ROUTES: readonly (readonly ['GET' | 'POST' | 'DELETE', string, Handler])[] = [
  ['GET', '/faults', ({ faults }) => plain({ faults: faults.list() })],
  ['POST', '/faults', addFault],
  ['DELETE', '/faults', ({ faults }) => plain({ removed: faults.remove() })],
  ['DELETE', '/faults/:id', removeFault],
  ['POST', '/people', person],
  ['GET', '/requests', readRequests],
  ['DELETE', '/requests', clearRequests],
  ['GET', '/changes', readChanges],
  ['POST', '/clock', advanceClock],
  ['POST', '/key', revokeKey],
  ['GET', '/state', state],
];

/** Mounts them all. */
export function mountAdmin(app: FastifyInstance, room: Room): void {
  for (const [method, path, handle] of ROUTES) {
    app.route({
      method,
      url: `/_sandbox${path}`,
      handler: (request: FastifyRequest, reply: FastifyReply) => {
        const answer = isLoopback(request) ? handle(room, request) : NOT_LOOPBACK;
        const text = JSON.stringify(answer.body);
        send(reply, { status: answer.status, text }, room.world.clock.now());
      },
    });
  }
}

const NOT_LOOPBACK = refusal(403, 'forbidden', 'the admin routes answer loopback only');

function isLoopback(request: FastifyRequest): boolean {
  const address = request.raw.socket.remoteAddress?.replace(/^::ffff:/, '') ?? '';
  return address === '::1' || address.startsWith('127.');
}

/** Admin answers have no `data` envelope, so that nobody takes them for the API's. */
function plain(body: object): Answer {
  return { status: 200, body };
}

function addFault({ faults }: Room, request: FastifyRequest): Answer {
  const read = readAdmin(faultBody, request);
  if ('answer' in read) return read.answer;
  const added = faults.add(read.value);
  return added === undefined
    ? refusal(409, 'too_many', 'there are too many faults; delete some')
    : plain(added);
}

function removeFault({ faults }: Room, request: FastifyRequest): Answer {
  const { id } = request.params as { id: string };
  return faults.remove(id) === 1
    ? plain({ removed: 1 })
    : refusal(404, 'not_found', `fault ${id} not found`);
}

function person({ world }: Room, request: FastifyRequest): Answer {
  const read = readAdmin(personBody, request);
  if ('answer' in read) return read.answer;
  return actAs(world, read.value);
}

/** After which number to read a log. */
const since = z.coerce.number().int().min(0).optional();

const filterQuery = z.strictObject({
  since,
  limit: z.coerce.number().int().min(1).optional(),
  method: z.string().optional(),
  path: z.string().max(500).optional(),
  key: z.string().optional(),
  caller: z.string().optional(),
  status: z.coerce.number().int().optional(),
  effect: z.enum(['none', 'changed', 'replayed']).optional(),
});

function readRequests({ requests }: Room, request: FastifyRequest): Answer {
  const read = readBody(filterQuery, request.query);
  if ('answer' in read) return read.answer;
  const found = requests.read(read.value);
  return plain({ ...found, requests: found.requests.map(renderLogged) });
}

function clearRequests({ requests }: Room): Answer {
  requests.clear();
  return plain({});
}

function readChanges({ world }: Room, request: FastifyRequest): Answer {
  const read = readBody(z.strictObject({ since }), request.query);
  if ('answer' in read) return read.answer;
  const { changes, lost } = world.changes.read(read.value.since ?? 0);
  const shown = changes.map(({ at, by, ...rest }) => ({
    ...rest,
    time: timeText(at),
    by: by.name,
  }));
  return plain({ changes: shown, lost });
}

function renderLogged(request: LoggedRequest): object {
  const { at, body, idempotencyKey, ...rest } = request;
  return {
    ...rest,
    time: timeText(at),
    body: body === undefined ? null : jsonOr(body),
    idempotency_key: idempotencyKey ?? null,
    caller: request.caller ?? null,
    status: request.status ?? null,
    fault: request.fault ?? null,
  };
}

function jsonOr(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

function advanceClock({ world }: Room, request: FastifyRequest): Answer {
  const read = readAdmin(z.strictObject({ advance_ms: z.number().min(0) }), request);
  if ('answer' in read) return read.answer;
  if (!isAdjustable(world.clock)) {
    return refusal(409, 'real_clock', 'this sandbox runs on a clock that cannot be moved');
  }
  world.clock.advance(read.value.advance_ms);
  return plain({ now: timeText(world.clock.now()) });
}

const keyBody = z.strictObject({
  key: z.enum(['apiKey', 'readOnlyKey', 'orgKey']).default('apiKey'),
  revoked: z.boolean(),
});

function revokeKey({ callers }: Room, request: FastifyRequest): Answer {
  const read = readAdmin(keyBody, request);
  if ('answer' in read) return read.answer;
  callers.setRevoked(read.value.key, read.value.revoked);
  return plain({ revoked: callers.revoked() });
}

function state({ world, callers, faults }: Room): Answer {
  const now = world.clock.now();
  return plain({
    now: timeText(now),
    organization: world.organization,
    revoked: callers.revoked(),
    faults: faults.list().length,
    syncs: allSyncs(world).map((sync) => renderState(world, sync, now)),
  });
}

function renderState(world: World, sync: Sync, now: number): object {
  syncAt(world, sync.kind, sync.id, now);
  return {
    kind: sync.kind,
    id: sync.id,
    name: sync.name,
    active: sync.active,
    running: runningAt(sync, now)?.id ?? null,
    frequency: sync.settings.schedule.frequency,
    connections: connectionIdsOf(world.models, sync).map((id) => world.connections.get(id)?.name),
    executions: sync.executionCount,
    updated_at: timeText(sync.updatedAt),
    updated_by: sync.updatedBy.name,
  };
}

/** Admin bodies are JSON text like all others; a broken one is a 400. */
function readAdmin<T>(shape: z.ZodType<T>, request: FastifyRequest) {
  const { body } = request;
  return readBody(shape, typeof body === 'string' ? jsonOr(body) : body);
}

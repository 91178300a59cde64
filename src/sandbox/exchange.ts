// One request from its arrival to its answer. The order is the real one: gateway, key, version,
// permission, form, idempotency, operation, wire; faults strike in between.

import type { FastifyReply, FastifyRequest } from 'fastify';
import {
  type Answer,
  badRequest,
  type Call,
  type Endpoint,
  type Query,
  refusal,
} from './answer.ts';
import type { Callers } from './caller.ts';
import { createDelays, type Delays } from './delay.ts';
import { createFaults, type Faults, type Harm } from './fault.ts';
import {
  type Claim,
  createIdempotencyKeys,
  type IdempotencyKeys,
  type Outcome,
} from './idempotency.ts';
import { createRequestLog, type LoggedRequest, type RequestLog } from './request-log.ts';
import { API_VERSION, cut, send, sendHalf, sendPage } from './wire.ts';
import type { World } from './world.ts';

/** All that outlives one request. */
export interface Room {
  readonly world: World;
  readonly callers: Callers;
  readonly faults: Faults;
  readonly keys: IdempotencyKeys;
  readonly requests: RequestLog;
  readonly delays: Delays;
  /** Told of every request when its fate is known. */
  readonly log: ((request: LoggedRequest) => void) | undefined;
}

/** Furnishes a room around a world. */
export function createRoom(world: World, callers: Callers, log: Room['log']): Room {
  return {
    world,
    callers,
    faults: createFaults(world.seed),
    keys: createIdempotencyKeys(),
    requests: createRequestLog(),
    delays: createDelays(),
    log,
  };
}

/** One request under way. */
interface Exchange {
  readonly room: Room;
  readonly request: FastifyRequest;
  readonly reply: FastifyReply;
  readonly logged: LoggedRequest;
  readonly harm: Harm | undefined;
}

/** The handler to mount for an endpoint. */
export function serve(room: Room, endpoint: Endpoint) {
  return (request: FastifyRequest, reply: FastifyReply): void => {
    const [path = '', query = ''] = request.url.split('?', 2);
    const logged = room.requests.open({
      at: room.world.clock.now(),
      method: request.method,
      path,
      query,
      body: typeof request.body === 'string' && request.body !== '' ? request.body : undefined,
      idempotencyKey: headerOf(request, 'idempotency-key'),
    });
    const { delayMs, harm } = room.faults.draw(request.method, path);
    logged.fault = harm?.kind ?? (delayMs > 0 ? 'latency' : undefined);
    const exchange: Exchange = { room, request, reply, logged, harm };
    if (isBeforeTheApi(harm)) room.delays.after(delayMs, () => strike(exchange, harm));
    else handle(exchange, endpoint, delayMs);
  };
}

type Gateway = Extract<Harm, { kind: 'status' | 'html' | 'reset' }>;

function isBeforeTheApi(harm: Harm | undefined): harm is Gateway {
  return harm?.kind === 'status' || harm?.kind === 'html' || harm?.kind === 'reset';
}

function strike(exchange: Exchange, harm: Gateway): void {
  if (harm.kind === 'reset') {
    cut(exchange.reply);
    settle(exchange, 'broken', undefined);
  } else if (harm.kind === 'html') {
    sendPage(exchange.reply, harm.status, exchange.logged.at);
    settle(exchange, 'answered', harm.status);
  } else {
    const message = harm.message ?? 'injected fault';
    if (harm.retryAfter !== undefined) exchange.reply.header('retry-after', harm.retryAfter);
    finish(exchange, outcomeOf(refusal(harm.status, 'injected', message)));
  }
}

function handle(exchange: Exchange, endpoint: Endpoint, delayMs: number): void {
  const { room, request, logged } = exchange;
  const admitted = admit(exchange, endpoint);
  if ('status' in admitted) {
    room.delays.after(delayMs, () => finish(exchange, outcomeOf(admitted)));
    return;
  }
  const claim = claimKey(exchange);
  if (claim?.kind === 'replay') logged.effect = 'replayed';
  room.delays.after(delayMs, () => {
    if (claim?.kind === 'replay') finish(exchange, claim.outcome);
    else if (claim?.kind === 'refused') finish(exchange, outcomeOf(claim.answer));
    else {
      // The clock may have moved during the delay.
      const now = room.world.clock.now();
      const outcome = operate(exchange, endpoint, { ...admitted, now, params: paramsOf(request) });
      claim?.record(outcome);
      finish(exchange, outcome);
    }
  });
}

/** All that can refuse a request before the operation looks at it. */
function admit(
  { room, request, logged }: Exchange,
  endpoint: Endpoint,
): Answer | Omit<Call, 'params'> {
  const caller = room.callers.identify(request.headers.authorization);
  if (caller === undefined) return UNAUTHORIZED;
  logged.caller = caller.actor.name;
  const version = headerOf(request, 'x-polytomic-version') ?? API_VERSION;
  if (version !== API_VERSION) return badRequest(`API version ${version} is not served here`);
  if (endpoint.method !== 'GET' && caller.isReadOnly) return FORBIDDEN;
  const body = bodyOf(request.body);
  if (body === MALFORMED) return badRequest('the body is not valid JSON');
  return { world: room.world, now: logged.at, caller, query: request.query as Query, body };
}

const UNAUTHORIZED = refusal(401, 'unauthorized', 'the API key is missing or not valid');
const FORBIDDEN = refusal(403, 'forbidden', 'this API key may only read');
const MALFORMED = Symbol('malformed');

function bodyOf(text: unknown): unknown {
  if (typeof text !== 'string' || text === '') return undefined;
  try {
    return JSON.parse(text);
  } catch {
    return MALFORMED;
  }
}

/** The guide speaks of POST only; on other methods the header is ignored. */
function claimKey({ room, request, logged }: Exchange): Claim | undefined {
  if (request.method !== 'POST' || logged.idempotencyKey === undefined) return undefined;
  const sameness = `${logged.method} ${logged.path}\n${request.body ?? ''}`;
  return room.keys.claim(logged.idempotencyKey, sameness, logged.at);
}

function operate({ harm, logged }: Exchange, endpoint: Endpoint, call: Call): Outcome {
  if (harm?.kind === 'record-500') {
    return outcomeOf(refusal(500, 'internal', 'injected fault, remembered under the key'));
  }
  const answer = answerOf(endpoint, call);
  const isDone = harm?.kind !== 'ignore' && answer.effect?.() === true;
  if (isDone) logged.effect = 'changed';
  return outcomeOf(answer);
}

/** A bug of the sandbox must not leave a key in flight or a client without an answer. */
function answerOf(endpoint: Endpoint, call: Call): Answer {
  try {
    return endpoint.handle(call);
  } catch (error) {
    return refusal(500, 'internal', `the sandbox failed: ${String(error)}`);
  }
}

function outcomeOf({ status, body }: Answer): Outcome {
  return { status, text: body === undefined ? undefined : JSON.stringify(body) };
}

/** Who is not known never gets as far as the faults behind the door. */
function finish(exchange: Exchange, outcome: Outcome): void {
  const { reply, logged, room } = exchange;
  const at = room.world.clock.now();
  const kind = logged.caller === undefined ? undefined : exchange.harm?.kind;
  if (kind === 'reset-after') {
    cut(reply);
    settle(exchange, 'broken', undefined);
  } else if (kind === 'stall' || kind === 'truncate') {
    sendHalf(reply, outcome, at, kind);
    settle(exchange, 'broken', outcome.status);
  } else {
    send(reply, outcome, at);
    settle(exchange, 'answered', outcome.status);
  }
}

function settle(
  { logged, room }: Exchange,
  state: LoggedRequest['state'],
  status: number | undefined,
): void {
  logged.state = state;
  logged.status = status;
  room.log?.(logged);
}

function paramsOf(request: FastifyRequest): Call['params'] {
  return request.params as Call['params'];
}

function headerOf(request: FastifyRequest, name: string): string | undefined {
  const value = request.headers[name];
  return Array.isArray(value) ? value.join(',') : value;
}

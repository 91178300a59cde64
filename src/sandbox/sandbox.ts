// The room `sandbox` stands in for the vendor's API, version 2025-09-18: a real HTTP server with an
// organization of believable syncs behind it, whose schedules run as time passes. It shares no code
// with the client, so the two can disagree and a test can see it. What the vendor's documentation
// leaves open is decided here, each time with a comment that says so.

import type { AddressInfo } from 'node:net';
import Fastify, { type FastifyInstance } from 'fastify';
import { mountAdmin } from './admin.ts';
import { badRequest, notFound, refusal } from './answer.ts';
import { BULK_SYNC_ENDPOINTS } from './bulk-sync-endpoints.ts';
import { createCallers, type Keys } from './caller.ts';
import { chanceOf } from './chance.ts';
import { type Clock, realClock } from './clock.ts';
import { createRoom, type Room, serve } from './exchange.ts';
import { found, SYNCS_MAX } from './founding.ts';
import { MODEL_SYNC_ENDPOINTS } from './model-sync-endpoints.ts';
import { ORGANIZATION_ENDPOINTS } from './organization-endpoints.ts';
import type { LoggedRequest } from './request-log.ts';
import { STORY } from './story.ts';
import { send } from './wire.ts';
import { allSyncs, type World } from './world.ts';

export interface SandboxOptions {
  /** Names everything that is drawn; the same seed and clock give the same sandbox. Default 1. */
  readonly seed?: number | undefined;
  /** How many syncs; by default the hand-written ones. */
  readonly syncs?: number | undefined;
  readonly apiKey?: string | undefined;
  readonly readOnlyKey?: string | undefined;
  readonly orgId?: string | undefined;
  readonly orgKey?: string | undefined;
  /** By default the machine's; an `AdjustableClock` can be moved through `/_sandbox/clock`. */
  readonly clock?: Clock | undefined;
  /** From a cancellation to its terminal status, in milliseconds. Default 2,000. */
  readonly cancelDelayMs?: number | undefined;
  /** How many cancellations come too late, so that the run completes; 0 to 1. Default 0.1. */
  readonly cancelLateRate?: number | undefined;
  /** Told of every API request when its fate is known. */
  readonly log?: ((request: LoggedRequest) => void) | undefined;
}

/** What a start-up message can say. */
export interface About {
  readonly organization: { readonly id: string; readonly name: string };
  readonly keys: Keys;
  readonly modelSyncs: number;
  readonly bulkSyncs: number;
  readonly active: number;
  readonly connections: number;
}

export interface Sandbox {
  readonly about: () => About;
  /** Rejects with the system's error when the address is taken. `port` 0 takes a free one. */
  listen(address: { readonly host: string; readonly port: number }): Promise<{ url: string }>;
  /** Ends all connections, stalled ones too. May be called at any time, and again. */
  close(): Promise<void>;
}

const BODY_LIMIT_BYTES = 1_048_576;

/** Builds a sandbox that is not listening yet. Throws a RangeError for impossible numbers. */
export function createSandbox(options: SandboxOptions = {}): Sandbox {
  const seed = String(options.seed ?? 1);
  const syncs = options.syncs ?? STORY.length;
  if (!Number.isInteger(syncs) || syncs < 0 || syncs > SYNCS_MAX) {
    throw new RangeError(`syncs must be a whole number from 0 to ${SYNCS_MAX}, not ${syncs}`);
  }
  const keys: Keys = {
    apiKey: options.apiKey ?? 'sandbox-api-key',
    readOnlyKey: options.readOnlyKey ?? 'sandbox-read-only-key',
    orgId: options.orgId ?? chanceOf(`${seed}:organization`).uuid(),
    orgKey: options.orgKey ?? 'sandbox-organization-key',
  };
  const world = found({
    seed,
    syncs,
    organizationId: keys.orgId,
    clock: options.clock ?? realClock,
    cancelHabits: {
      delayMs: options.cancelDelayMs ?? 2_000,
      lateRate: options.cancelLateRate ?? 0.1,
    },
  });
  const callers = createCallers(seed, keys, world.organization.name);
  const room = createRoom(world, callers, options.log);
  const app = createServer(room);
  let closing: Promise<void> | undefined;
  return {
    about: () => describe(world, keys),
    async listen({ host, port }) {
      await app.listen({ host, port });
      return { url: urlOf(app, host) };
    },
    close() {
      closing ??= closeNow(app, room);
      return closing;
    },
  };
}

/** Fastify cuts the connections that it has; who comes after that would hold the server open. */
async function closeNow(app: FastifyInstance, room: Room): Promise<void> {
  app.server.on('connection', (socket) => socket.destroy());
  room.delays.cancelAll();
  await app.close();
}

function createServer(room: Room): FastifyInstance {
  const app = Fastify({ logger: false, forceCloseConnections: true, bodyLimit: BODY_LIMIT_BYTES });
  // Fastify's own JSON parser refuses an empty body with a JSON content type, which clients do
  // send; and idempotency compares bodies as they came.
  app.removeAllContentTypeParsers();
  app.addContentTypeParser('*', { parseAs: 'string' }, (_, body, done) => done(null, body));
  const now = () => room.world.clock.now();
  app.setNotFoundHandler((request, reply) => {
    const { status, body } = notFound(`${request.method} ${request.url}`);
    send(reply, { status, text: JSON.stringify(body) }, now());
  });
  app.setErrorHandler((error: { statusCode?: number; message: string }, _, reply) => {
    const { statusCode = 500, message } = error;
    const { status, body } =
      statusCode < 500
        ? { ...badRequest(message), status: statusCode }
        : refusal(statusCode, 'internal', message);
    send(reply, { status, text: JSON.stringify(body) }, now());
  });
  const endpoints = [MODEL_SYNC_ENDPOINTS, BULK_SYNC_ENDPOINTS, ORGANIZATION_ENDPOINTS].flat();
  for (const endpoint of endpoints) {
    const { method, url } = endpoint;
    app.route({ method, url, exposeHeadRoute: false, handler: serve(room, endpoint) });
  }
  mountAdmin(app, room);
  return app;
}

function urlOf(app: FastifyInstance, host: string): string {
  const { port } = app.server.address() as AddressInfo;
  const isAny = host === '0.0.0.0' || host === '::';
  const name = isAny ? '127.0.0.1' : host.includes(':') ? `[${host}]` : host;
  return `http://${name}:${port}`;
}

function describe(world: World, keys: Keys): About {
  return {
    organization: world.organization,
    keys,
    modelSyncs: world.modelSyncs.size,
    bulkSyncs: world.bulkSyncs.size,
    active: allSyncs(world).filter((sync) => sync.active).length,
    connections: world.connections.size,
  };
}

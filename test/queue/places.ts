// The places that the queue's conformance suite runs on: each engine with a real server behind it.

import { randomBytes } from 'node:crypto';
import {
  type BackendFactory,
  Queue as BullQueue,
  createPostgresBackend,
  createRedisBackend,
  type IQueueBackend,
} from 'bullmq';
import { wire } from '../../src/queue/connection.ts';
import type { QueueConnection } from '../../src/queue/queue.ts';
import type { QueueName } from '../../src/queue/queue-event.ts';
import { sqlQueueName } from '../../src/queue/session.ts';
import { openMemory } from '../../src/store/embedded.ts';
import { freshDatabase, sharedRedisUrl } from '../support/database.ts';
import type { Engine } from '../support/engine-names.ts';
import { startRedis, startRedisCluster, startSentinel } from '../support/servers.ts';

/** A backend to run queues on; each queue takes a prefix of its own. */
export interface Place {
  readonly connection: QueueConnection;
  close(): Promise<void>;
}

/** Opens the backend of one engine. */
export async function openPlace(engine: Engine): Promise<Place> {
  switch (engine) {
    case 'redis':
      return { connection: redis(sharedRedisUrl()!), close: async () => undefined };
    case 'redis-tls': {
      // Its url names the authority to trust.
      const server = await startRedis({ tls: true });
      return { connection: redis(server.url), close: () => server.stop() };
    }
    case 'redis-sentinel': {
      const server = await startSentinel();
      const url = `redis+sentinel://${server.host}:${server.port}/${server.name}`;
      return { connection: redis(url), close: () => server.stop() };
    }
    case 'redis-cluster': {
      const cluster = await startRedisCluster();
      const url = cluster.url.replace('redis:', 'redis+cluster:');
      return { connection: redis(url), close: () => cluster.stop() };
    }
    case 'postgres': {
      const database = await freshDatabase();
      return { connection: { kind: 'postgres', url: database.url }, close: () => database.drop() };
    }
    case 'pglite': {
      const { database, sessionPool } = await openMemory((reason) => {
        throw reason;
      });
      const connection = { kind: 'embedded', pool: sessionPool } as const;
      return { connection, close: () => database.close() };
    }
  }
}

function redis(url: string): QueueConnection {
  return { kind: 'redis', url };
}

/** BullMQ itself on the same backend, to look at or put in what our port would not. */
export function rawQueue(place: Place, prefix: string, name: QueueName) {
  const wires = wire(place.connection, 5_000, () => undefined);
  const isRedis = wires.backend === 'redis';
  const queue = new BullQueue(
    isRedis ? name : sqlQueueName(prefix, name),
    { connection: wires.forQueues, prefix },
    (isRedis ? createRedisBackend : createPostgresBackend) as BackendFactory<
      IQueueBackend,
      unknown
    >,
  );
  queue.on('error', () => undefined);
  return {
    queue,
    async close() {
      await queue.close();
      await wires.end();
    },
  };
}

/** A prefix that no other queue has. */
export function freshPrefix(): string {
  return `{test-${randomBytes(6).toString('hex')}}`;
}

import { createPostgresPool } from './postgres-pool.ts';
import type { QueueConnection } from './queue.ts';
import { createRedisClients } from './redis.ts';
import { parseRedisUrl } from './redis-url.ts';

/** The connections of one process, in the words of BullMQ: each is a `connection` option. */
export interface Wires {
  readonly backend: 'redis' | 'sql';
  readonly forQueues: unknown;
  readonly forWorkers: unknown;
  /** Ends what BullMQ does not own. */
  end(): Promise<void>;
}

/** Per process: adding and listing takes a moment. */
const QUEUE_POOL_MAX = 4;
/** Per process: one listens for each of two workers; more made no difference to throughput. */
const WORKER_POOL_MAX = 10;
/** A worker's statements are short; one that hangs is better tried again. */
const WORKER_STATEMENT_MS = 30_000;

/** Prepares the connections; `onError` hears of failed attempts. Throws when a url is wrong. */
export function wire(
  connection: QueueConnection,
  commandMs: number,
  onError: (error: Error) => void,
): Wires {
  switch (connection.kind) {
    case 'redis': {
      const parsed = parseRedisUrl(connection.url);
      if (!parsed.ok) throw new Error(`the Redis url cannot be used: ${parsed.problem}`);
      const { end, ...clients } = createRedisClients(parsed.endpoint, commandMs, onError);
      return { backend: 'redis', ...clients, end: async () => end() };
    }
    case 'postgres': {
      const pool = (max: number, query_timeout: number) =>
        createPostgresPool(connection.url, { max, query_timeout });
      const forQueues = pool(QUEUE_POOL_MAX, commandMs);
      const forWorkers = pool(WORKER_POOL_MAX, WORKER_STATEMENT_MS);
      return {
        backend: 'sql',
        forQueues,
        forWorkers,
        async end() {
          await Promise.all([forQueues.end(), forWorkers.end()]);
        },
      };
    }
    case 'embedded': {
      const { pool } = connection;
      const end = async () => undefined;
      return { backend: 'sql', forQueues: pool, forWorkers: pool, end };
    }
  }
}

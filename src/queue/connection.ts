import type { QueueConnection } from './queue.ts';
import { createRedisClients } from './redis.ts';
import { parseRedisUrl } from './redis-url.ts';

/** The connections of one process, in the words of BullMQ: each is a `connection` option. */
export interface Wires {
  readonly backend: 'redis' | 'sql';
  readonly forQueues: unknown;
  readonly forWorkers: unknown;
  /** A pool that was lent: its schema is ours to make. */
  readonly lentPool: unknown;
  /** Ends what BullMQ does not own, at once. */
  end(): void;
}

/** BullMQ's schema; a database of its own is not needed. */
const SCHEMA = 'bullmq';
/** Per BullMQ queue: adding and listing takes a moment. */
const QUEUE_POOL_MAX = 2;
/** Per BullMQ worker, besides the one that listens; more made no difference to throughput. */
const WORKER_POOL_MAX = 4;
/** A database that is away should say so soon, also when it says nothing. */
const CONNECT_WITHIN_MS = 5_000;
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
      const clients = createRedisClients(parsed.endpoint, commandMs, onError);
      return { backend: 'redis', ...clients, lentPool: undefined };
    }
    case 'postgres': {
      const pool = (max: number, query_timeout: number) =>
        poolOptions(connection.url, { max, query_timeout });
      return {
        backend: 'sql',
        forQueues: pool(QUEUE_POOL_MAX, commandMs),
        forWorkers: pool(WORKER_POOL_MAX, WORKER_STATEMENT_MS),
        lentPool: undefined,
        end() {},
      };
    }
    case 'embedded': {
      const { pool } = connection;
      return { backend: 'sql', forQueues: pool, forWorkers: pool, lentPool: pool, end() {} };
    }
  }
}

/**
 * The options of a pool, for BullMQ's Postgres backend. It passes its `search_path` in `options`,
 * which an `?options=` in the url would replace, so those move over to stand beside it.
 */
export function poolOptions(url: string, limits: { max: number; query_timeout: number }) {
  const shared = {
    schema: SCHEMA,
    migrate: true,
    keepAlive: true,
    connectionTimeoutMillis: CONNECT_WITHIN_MS,
    ...limits,
  };
  if (!URL.canParse(url)) return { ...shared, connectionString: url };
  const parsed = new URL(url);
  const options = parsed.searchParams.get('options');
  if (options === null) return { ...shared, connectionString: url };
  parsed.searchParams.delete('options');
  return { ...shared, connectionString: parsed.href, options };
}

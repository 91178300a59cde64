// The pools that BullMQ works with on a Postgres server. It could make its own, but listens on a
// client that it strips of all listeners before it ends it: a server that goes down just then would
// end this process. The clients of these pools always have a listener.

import pg from 'pg';

/** What one kind of use may take of the server. */
export interface PoolLimits {
  /** Connections at once. */
  readonly max: number;
  /** When a statement is given up, in milliseconds. */
  readonly query_timeout: number;
}

/** BullMQ's schema; a database of its own is not needed. */
const SCHEMA = 'bullmq';
/** A database that is away should say so soon, also when it says nothing. */
const CONNECT_WITHIN_MS = 5_000;
/** How soon a peer that vanished without a word is noticed. */
const KEEP_ALIVE_MS = 10_000;

/** A pool to lend to BullMQ; no connection is made before it is asked for one. */
export function createPostgresPool(url: string, limits: PoolLimits): pg.Pool {
  const pool = new pg.Pool(poolOptions(url, limits));
  // Each of BullMQ's objects listens to the pool it works with.
  pool.setMaxListeners(0);
  // The pool has already dropped a client that broke while nobody used it.
  pool.on('error', () => undefined);
  pool.on('connect', (client) => {
    client.on('error', (error) => {
      // Whoever was just given the client begins to listen a moment later, and has to hear it.
      if (client.listenerCount('error') === 1) setImmediate(() => tellOthers(client, error));
    });
  });
  return pool;
}

function tellOthers(client: pg.PoolClient, error: Error): void {
  if (client.listenerCount('error') > 1) client.emit('error', error);
}

/**
 * The options of a pool. BullMQ's names are looked up by the `search_path` in `options`, which an
 * `?options=` in the url would replace, so those move over to stand before it.
 */
export function poolOptions(url: string, limits: PoolLimits): pg.PoolConfig {
  const searchPath = `-c search_path="${SCHEMA}"`;
  const shared = {
    keepAlive: true,
    keepAliveInitialDelayMillis: KEEP_ALIVE_MS,
    connectionTimeoutMillis: CONNECT_WITHIN_MS,
    ...limits,
  };
  const parsed = URL.canParse(url) ? new URL(url) : undefined;
  const options = parsed?.searchParams.get('options') ?? undefined;
  if (parsed === undefined || options === undefined) {
    return { ...shared, connectionString: url, options: searchPath };
  }
  parsed.searchParams.delete('options');
  return { ...shared, connectionString: parsed.href, options: `${options} ${searchPath}` };
}

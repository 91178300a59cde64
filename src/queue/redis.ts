import { readFileSync } from 'node:fs';
import type { ConnectionOptions as TlsOptions } from 'node:tls';
import { Cluster, type CommonRedisOptions, Redis } from 'ioredis';
import type { RedisEndpoint, RedisTls } from './redis-url.ts';

/** A connected or connecting client, of whatever kind the endpoint needs. */
export type RedisClient = Redis | Cluster;

type ClientOptions = Omit<CommonRedisOptions, 'replyMapping'>;

/** The two clients of one process; BullMQ copies the second for its blocking reads. */
export interface RedisClients {
  /** Fails fast while Redis is away: its callers wait for an answer. */
  readonly forQueues: RedisClient;
  /** Never gives up: a worker that has waited through an outage goes on. */
  readonly forWorkers: RedisClient;
  /** Ends both and all copies, at once. */
  end(): void;
}

/** What BullMQ's own strategy (up to 20 s) would add to every outage is lateness. */
const RETRY_STEP_MS = 200;
const RETRY_MAX_MS = 2_000;
/** Rides out a restart of about a second; later commands fail with the next few refusals. */
const QUEUE_RETRIES = 3;
/** How soon a peer that vanished without a word is noticed. */
const KEEP_ALIVE_MS = 10_000;
/** A busy cluster may need longer than the library's second to tell its slots. */
const SLOTS_TIMEOUT_MS = 5_000;

/**
 * Makes the clients, which connect in the background; `onError` hears of every failed attempt.
 * Throws when a PEM file cannot be read.
 */
export function createRedisClients(
  endpoint: RedisEndpoint,
  commandMs: number,
  onError: (error: Error) => void,
): RedisClients {
  const tls = endpoint.tls && readTls(endpoint.tls);
  const copies: RedisClient[] = [];
  const create = (options: ClientOptions, isForQueues: boolean): RedisClient =>
    connect(endpoint, { ...access(endpoint), ...options }, tls, isForQueues);
  const forQueues = create(
    { maxRetriesPerRequest: QUEUE_RETRIES, commandTimeout: commandMs },
    true,
  );
  const forWorkers = create({ maxRetriesPerRequest: null }, false);
  rememberCopies(forWorkers, copies);
  for (const client of [forQueues, forWorkers]) client.on('error', onError);
  return {
    forQueues,
    forWorkers,
    end() {
      for (const client of [forQueues, forWorkers, ...copies]) client.disconnect();
    },
  };
}

function access({ username, password }: RedisEndpoint): ClientOptions {
  return {
    ...(username === undefined ? {} : { username }),
    ...(password === undefined ? {} : { password }),
    keepAlive: KEEP_ALIVE_MS,
    // A master that was demoted answers so; the next connection goes to its successor.
    reconnectOnError: (error) => (/READONLY/.test(error.message) ? 2 : false),
  };
}

function connect(
  endpoint: RedisEndpoint,
  options: ClientOptions,
  tls: TlsOptions | undefined,
  isForQueues: boolean,
): RedisClient {
  const secure = tls === undefined ? {} : { tls };
  switch (endpoint.kind) {
    case 'single':
      return new Redis({
        ...endpoint.address,
        db: endpoint.db,
        ...options,
        ...secure,
        retryStrategy,
      });
    case 'sentinel':
      return new Redis({
        ...options,
        ...secure,
        ...(tls === undefined ? {} : { enableTLSForSentinelMode: true, sentinelTLS: tls }),
        sentinels: [...endpoint.sentinels],
        name: endpoint.master,
        db: endpoint.db,
        sentinelUsername: endpoint.sentinelUsername,
        sentinelPassword: endpoint.sentinelPassword,
        sentinelRetryStrategy: retryStrategy,
        retryStrategy,
      });
    case 'cluster':
      return new Cluster([...endpoint.nodes], {
        redisOptions: { ...options, ...secure },
        clusterRetryStrategy: retryStrategy,
        slotsRefreshTimeout: SLOTS_TIMEOUT_MS,
        // A cluster client has no limit on retries: while it is down its queue would only grow.
        enableOfflineQueue: !isForQueues,
        // Certificates name hosts: looking a name up ourselves would compare them to an address.
        ...(tls === undefined ? {} : { dnsLookup: keepName }),
      });
  }
}

function keepName(host: string, done: (error: null, address: string) => void): void {
  done(null, host);
}

function retryStrategy(times: number): number {
  return Math.min(times * RETRY_STEP_MS, RETRY_MAX_MS);
}

/** BullMQ makes its blocking connections by `duplicate`; one that reconnects it cannot end. */
function rememberCopies(client: RedisClient, copies: RedisClient[]): void {
  const duplicate = client.duplicate.bind(client) as (...args: unknown[]) => RedisClient;
  const remembering = (...args: unknown[]): RedisClient => {
    const copy = duplicate(...args);
    copies.push(copy);
    return copy;
  };
  Object.assign(client, { duplicate: remembering });
}

function readTls({ cacert, cert, key }: RedisTls): TlsOptions {
  return {
    ...(cacert === undefined ? {} : { ca: readFileSync(cacert, 'utf8') }),
    ...(cert === undefined ? {} : { cert: readFileSync(cert, 'utf8') }),
    ...(key === undefined ? {} : { key: readFileSync(key, 'utf8') }),
  };
}

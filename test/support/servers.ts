// Real servers for the tests, each in a temporary folder on a free loopback port: Redis (plain,
// TLS, Sentinel, Cluster) and PostgreSQL. They are ready when the promise resolves and never
// outlive the process that started them (guard.ts). The two that all tests share: database.ts.

import { execFile } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { createCertificate } from './certificate.ts';
import { temporaryFolder } from './guard.ts';
import { launch } from './launch.ts';
import { freePort, LOOPBACK } from './ports.ts';
import { postgresUser, programPath } from './programs.ts';
import { runServer, type Server } from './server.ts';

/** How a Redis server differs from the plain one. */
export interface RedisOptions {
  /** Speak only TLS; the server's `ca` is what a client must trust. */
  readonly tls?: boolean;
  /** As on the command line of redis-server; they win over what the tests set. */
  readonly extraArgs?: readonly string[];
}

/** A Redis server; when it speaks TLS, its url names the file with the certificate to trust. */
export interface RedisServer extends Server {
  /** That certificate as PEM text; undefined without TLS. */
  readonly ca: string | undefined;
}

/** A Redis that keeps everything in memory: `kill` loses it unless `extraArgs` turn the AOF on. */
export async function startRedis(options: RedisOptions = {}): Promise<RedisServer> {
  const folder = await temporaryFolder('redis');
  const certificate = options.tls ? await createCertificate(folder.path) : undefined;
  const listen = (port: number) =>
    certificate === undefined
      ? ['--port', `${port}`]
      : [
          ...['--port', '0', '--tls-port', `${port}`, '--tls-auth-clients', 'no'],
          ...['--tls-cert-file', certificate.certFile, '--tls-key-file', certificate.keyFile],
          ...['--tls-ca-cert-file', certificate.certFile],
        ];
  const server = await runServer({
    folder,
    url: (port) =>
      certificate === undefined
        ? `redis://${LOOPBACK}:${port}`
        : `rediss://${LOOPBACK}:${port}?cacert=${certificate.certFile}`,
    start: (port) =>
      launchRedis([...listen(port), '--dir', folder.path, ...(options.extraArgs ?? [])]),
    stopSignal: 'SIGTERM',
    killSignal: 'SIGKILL',
  });
  return extend(server, { ca: certificate?.ca });
}

async function launchRedis(args: readonly string[]) {
  const redis = await launch(programPath('redis-server'), [
    ...['--bind', LOOPBACK, '--save', '', '--appendonly', 'no'],
    ...['--maxmemory-policy', 'noeviction', '--repl-diskless-sync-delay', '0'],
    ...args,
  ]);
  await redis.waitForLine(/Ready to accept connections/);
  return redis;
}

/** Adds to a server without evaluating its getters, which a spread would freeze. */
function extend<T extends object>(server: Server, more: T): Server & T {
  return Object.assign(server, more);
}

/**
 * A sentinel whose word is enough for a failover, with the master and the replica that it looks
 * after. Its url is one for `REDIS_URL` and leads to the master.
 */
export interface SentinelServer extends Server {
  /** The name under which the sentinel knows the master. */
  readonly name: string;
  readonly master: RedisServer;
  readonly replica: RedisServer;
}

const MASTER_NAME = 'curfew-test';
// Short, so that a test of a failover does not take long; a busy machine needs this much.
const DOWN_AFTER_MS = 1_500;

/** Starts a sentinel with a master and a replica; `stop` ends all three. */
export async function startSentinel(): Promise<SentinelServer> {
  const master = await startRedis();
  const replica = await startRedis({ extraArgs: ['--replicaof', LOOPBACK, `${master.port}`] });
  await replica.waitForLine(/MASTER <-> REPLICA sync: Finished/);
  const folder = await temporaryFolder('sentinel');
  const configFile = join(folder.path, 'sentinel.conf');
  // A sentinel rewrites its file with what it learns, so it is written once and not at a restart.
  await writeFile(
    configFile,
    [
      `bind ${LOOPBACK}`,
      `dir ${folder.path}`,
      `sentinel monitor ${MASTER_NAME} ${LOOPBACK} ${master.port} 1`,
      `sentinel down-after-milliseconds ${MASTER_NAME} ${DOWN_AFTER_MS}`,
      `sentinel failover-timeout ${MASTER_NAME} 10000`,
    ].join('\n'),
  );
  const sentinel = await runServer({
    folder,
    url: (port) => `redis+sentinel://${LOOPBACK}:${port}/${MASTER_NAME}`,
    async start(port) {
      const args = [configFile, '--sentinel', '--port', `${port}`];
      const process = await launch(programPath('redis-server'), args);
      await process.waitForLine(/\+monitor master/);
      return process;
    },
    stopSignal: 'SIGTERM',
    killSignal: 'SIGKILL',
  });
  await sentinel.waitForLine(/\+slave slave/);
  const stopSentinel = sentinel.stop;
  return extend(sentinel, {
    name: MASTER_NAME,
    master,
    replica,
    async stop() {
      await stopSentinel();
      await Promise.all([master.stop(), replica.stop()]);
    },
  });
}

/** A Redis Cluster of three masters. */
export interface RedisCluster {
  /** For `REDIS_URL`, with all nodes. */
  readonly url: string;
  readonly nodes: readonly Server[];
  stop(): Promise<void>;
}

const CLUSTER_BUS_OFFSET = 10_000;
const SLOT_RANGES = ['0-5460', '5461-10922', '10923-16383'] as const;

/** Starts three masters that share the slots; resolves when each says that the cluster is fine. */
export async function startRedisCluster(): Promise<RedisCluster> {
  const members = await Promise.all(
    SLOT_RANGES.map(async (slots) => {
      const id = randomBytes(20).toString('hex');
      return { slots, id, port: await freePort(CLUSTER_BUS_OFFSET) };
    }),
  );
  const nodes = await Promise.all(
    members.map(async ({ port }) => {
      const folder = await temporaryFolder('redis-cluster');
      // Written by hand, the file that nodes keep their view of the cluster in: they meet at once.
      const view = members.map(
        (node, index) =>
          `${node.id} ${LOOPBACK}:${node.port}@${node.port + CLUSTER_BUS_OFFSET} ` +
          `${node.port === port ? 'myself,' : ''}master - 0 0 ${index + 1} connected ${node.slots}`,
      );
      view.push('vars currentEpoch 3 lastVoteEpoch 0', '');
      await writeFile(join(folder.path, 'nodes.conf'), view.join('\n'));
      return runServer(
        {
          folder,
          url: (port) => `redis://${LOOPBACK}:${port}`,
          start: (port) =>
            launchRedis(['--port', `${port}`, '--dir', folder.path, '--cluster-enabled', 'yes']),
          stopSignal: 'SIGTERM',
          killSignal: 'SIGKILL',
        },
        port,
      );
    }),
  );
  await Promise.all(nodes.map((node) => node.waitForLine(/Cluster state changed: ok/)));
  return {
    url: `redis+cluster://${nodes.map(({ host, port }) => `${host}:${port}`).join(',')}`,
    nodes,
    async stop() {
      await Promise.all(nodes.map((node) => node.stop()));
    },
  };
}

/** How a PostgreSQL server differs from the plain one. */
export interface PostgresOptions {
  /** Survive a crash of the machine too; off by default, since tests only crash the server. */
  readonly fsync?: boolean;
  /** Settings as in postgresql.conf. */
  readonly settings?: Readonly<Record<string, string>>;
}

const POSTGRES_DEFAULTS = {
  listen_addresses: LOOPBACK,
  max_connections: '200',
  timezone: 'UTC',
};

/** A PostgreSQL with the superuser `curfew` and the empty database `postgres`. */
export async function startPostgres(options: PostgresOptions = {}): Promise<Server> {
  const user = postgresUser();
  const folder = await temporaryFolder('postgres', user);
  const data = join(folder.path, 'data');
  const initArgs = ['-D', data, '-A', 'trust', '-U', 'curfew', '-E', 'UTF8'];
  await promisify(execFile)(
    programPath('initdb'),
    [...initArgs, '--locale=C', '--no-sync', '--no-instructions'],
    { cwd: folder.path, ...user },
  );
  const settings = {
    ...POSTGRES_DEFAULTS,
    unix_socket_directories: folder.path,
    fsync: options.fsync ? 'on' : 'off',
    ...options.settings,
  };
  const settingArgs = Object.entries(settings).flatMap(([name, value]) => [
    '-c',
    `${name}=${value}`,
  ]);
  return runServer({
    folder,
    url: (port) => `postgres://curfew@${LOOPBACK}:${port}/postgres`,
    async start(port) {
      const args = ['-D', data, '-p', `${port}`, ...settingArgs];
      // SIGQUIT ends all its processes at once, as a crash does; SIGKILL would leave some behind.
      const options = { cwd: folder.path, ...user, lastSignal: 'SIGQUIT' } as const;
      const postgres = await launch(programPath('postgres'), args, options);
      await postgres.waitForLine(/database system is ready to accept connections/);
      return postgres;
    },
    stopSignal: 'SIGINT',
    killSignal: 'SIGQUIT',
  });
}

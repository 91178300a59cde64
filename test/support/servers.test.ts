import { Cluster, Redis } from 'ioredis';
import pg from 'pg';
import { afterEach, expect, it } from 'vitest';
import { freshDatabase, freshRedisPrefix, sharedPostgresUrl, sharedRedisUrl } from './database.ts';
import { describeOn } from './engines.ts';
import { startPostgres, startRedis, startRedisCluster, startSentinel } from './servers.ts';

const started: { stop(): Promise<void> }[] = [];

/** Leaves the stopping to `afterEach`, which comes when the test failed too. */
function stopAfterwards<T extends { stop(): Promise<void> }>(server: T): T {
  started.push(server);
  return server;
}

afterEach(async () => {
  await Promise.all(started.splice(0).map((server) => server.stop()));
});

async function ping(client: Redis | Cluster): Promise<string> {
  try {
    return await client.ping();
  } finally {
    client.disconnect();
  }
}

async function query(url: string, sql: string): Promise<unknown> {
  const client = new pg.Client({ connectionString: url });
  // The end of the server ends the connection; the query that runs says so already.
  client.on('error', () => {});
  await client.connect();
  try {
    return (await client.query({ text: sql, rowMode: 'array' })).rows[0]?.[0];
  } finally {
    await client.end();
  }
}

describeOn('redis', 'the test server', () => {
  it('answers, and not any more when it is stopped, twice', async () => {
    const server = stopAfterwards(await startRedis());
    expect(await ping(new Redis(server.url))).toBe('PONG');
    await server.stop();
    await server.stop();
    const client = new Redis(server.url, { retryStrategy: () => null, lazyConnect: true });
    client.on('error', () => {});
    await expect(client.connect()).rejects.toThrow();
  });

  it('comes back on its port after a crash, with its data when the AOF is on', async () => {
    const extraArgs = ['--appendonly', 'yes', '--appendfsync', 'always'];
    const server = stopAfterwards(await startRedis({ extraArgs }));
    const client = new Redis(server.url);
    await client.set('colour', 'blue');
    client.disconnect();
    const { pid } = server;

    await server.kill();
    await server.restart();

    expect(server.pid).not.toBe(pid);
    const again = new Redis(server.url);
    expect(await again.get('colour')).toBe('blue');
    again.disconnect();
  });

  it('is shared by all tests, who keep apart by a prefix', async () => {
    expect(await ping(new Redis(sharedRedisUrl()!))).toBe('PONG');
    expect(freshRedisPrefix()).not.toBe(freshRedisPrefix());
  });
});

describeOn('redis-tls', 'the test server', () => {
  it('speaks TLS to those who trust its certificate, and to nobody else', async () => {
    const server = stopAfterwards(await startRedis({ tls: true }));
    expect(server.url).toMatch(/^rediss:.*\?cacert=/);
    expect(await ping(new Redis(server.url, { tls: { ca: server.ca! } }))).toBe('PONG');
    const stranger = new Redis(server.url, { retryStrategy: () => null, lazyConnect: true });
    stranger.on('error', () => {});
    await expect(stranger.connect()).rejects.toThrow();
  });
});

describeOn('redis-sentinel', 'the test server', () => {
  it('leads to the master, and to the replica after the master has crashed', async () => {
    const sentinel = stopAfterwards(await startSentinel());
    const asked = new Redis({ host: sentinel.host, port: sentinel.port });
    const masterAddress = () => asked.call('SENTINEL', 'GET-MASTER-ADDR-BY-NAME', sentinel.name);
    expect(await masterAddress()).toEqual([sentinel.host, `${sentinel.master.port}`]);

    await sentinel.master.kill();
    await sentinel.waitForLine(/\+switch-master/);

    expect(await masterAddress()).toEqual([sentinel.host, `${sentinel.replica.port}`]);
    asked.disconnect();
  });
});

describeOn('redis-cluster', 'the test server', () => {
  it('serves keys of every slot', async () => {
    const cluster = stopAfterwards(await startRedisCluster());
    const client = new Cluster(cluster.nodes.map(({ url }) => url));
    const keys = Array.from({ length: 50 }, (_, index) => `key-${index}`);
    await Promise.all(keys.map((key) => client.set(key, key)));
    expect(await Promise.all(keys.map((key) => client.get(key)))).toEqual(keys);
    client.disconnect();
  });
});

describeOn('postgres', 'the test server', () => {
  it('gives every test a database of its own, and takes it back from whoever uses it', async () => {
    const [mine, yours] = await Promise.all([freshDatabase(), freshDatabase()]);
    await query(mine.url, 'CREATE TABLE colours (name text)');
    await expect(query(yours.url, 'SELECT * FROM colours')).rejects.toThrow('does not exist');
    const sleeper = query(mine.url, 'SELECT pg_sleep(600)');
    await Promise.all([expect(sleeper).rejects.toThrow(), mine.drop(), yours.drop()]);
    const left = await query(
      sharedPostgresUrl()!,
      `SELECT count(*) FROM pg_database WHERE datname IN ('${mine.name}', '${yours.name}')`,
    );
    expect(left).toBe('0');
  });

  it('keeps what was committed before a crash, and comes back on its port', async () => {
    const server = stopAfterwards(await startPostgres({ settings: { work_mem: '5MB' } }));
    expect(await query(server.url, 'SHOW work_mem')).toBe('5MB');
    await query(server.url, `CREATE TABLE colours AS SELECT 'blue' AS name`);

    await server.kill();
    await server.restart();
    expect(await query(server.url, 'SELECT name FROM colours')).toBe('blue');

    await server.stop();
    await server.stop();
  });
});

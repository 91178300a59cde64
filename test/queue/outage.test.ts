import { Redis } from 'ioredis';
import pg from 'pg';
import { describe, expect, test } from 'vitest';
import type { QueueConnection } from '../../src/queue/queue.ts';
import { freshDatabase } from '../support/database.ts';
import { describeOn } from '../support/engines.ts';
import type { Server } from '../support/server.ts';
import { startPostgres, startRedis, startSentinel } from '../support/servers.ts';
import { isEmpty } from './enforcement-suite.ts';
import { startQuietProxy } from './quiet-proxy.ts';
import { createRig, DONE, eventually, job, passed, QUICK, type Rig } from './rig.ts';

const COMMAND_MS = 3_000;
const LIMITS = { ...QUICK, commandMs: COMMAND_MS };
/** What a busy machine may add to a bound. */
const SLACK_MS = 5_000;

/** Tests that open queues by `open`; they are closed after it, and may run side by side. */
const it = test.extend<{ open(options: Parameters<typeof createRig>[0]): Promise<Rig> }>({
  open: async ({ task: _ }, use) => {
    const rigs: Rig[] = [];
    await use(async (options) => {
      const rig = createRig({ limits: LIMITS, ...options });
      rigs.push(rig);
      await rig.queue.open();
      return rig;
    });
    await Promise.all(rigs.map(({ queue }) => queue.close(0)));
  },
});

/** How a queue bears that its server goes away and comes back with its data. */
function outagesConform(start: () => Promise<Server>, connect: (url: string) => QueueConnection) {
  const itsServer = it.extend<{ server: Server; connection: QueueConnection }>({
    server: async ({ task: _ }, use) => {
      const server = await start();
      await use(server);
      await server.stop();
    },
    connection: async ({ server }, use) => use(connect(server.url)),
  });

  itsServer(
    'fails fast while the server is away, and goes on by itself when it is back',
    async ({ open, server, connection }) => {
      const { queue, boundaries, enforced, work } = await open({ connection });
      work();
      await queue.upsertScheduler({ id: 'p', pattern: 'grid 300', label: 'p' });
      await boundaries.first(1);
      await server.kill();
      const startedAt = Date.now();
      await expect(queue.addEnforcements([job('a')])).rejects.toThrow();
      await expect(queue.schedulers()).rejects.toThrow();
      expect(await queue.health()).toMatchObject({ isReady: false });
      expect(Date.now() - startedAt).toBeLessThan(2 * COMMAND_MS + 2_000 + SLACK_MS);
      await server.restart();
      const backAt = Date.now();
      await eventually(() => queue.addEnforcements([job('b')]));
      await enforced.until((all) => all.some(({ sync }) => sync === 'model:b'), 'b');
      await boundaries.until((all) => all.some(({ edge }) => edge > backAt), 'a later edge');
      expect(await queue.health()).toMatchObject({ isReady: true });
    },
  );

  itsServer(
    'a job that ends while the server is away is completed later, not run again',
    async ({ open, server, connection }) => {
      const { queue, enforced, work } = await open({
        connection,
        limits: { ...LIMITS, lockMs: 30_000 },
      });
      let finish = () => {};
      const outage = new Promise<void>((resolve) => {
        finish = resolve;
      });
      work({
        async enforce() {
          await outage;
          return DONE;
        },
      });
      await queue.addEnforcements([job('a')]);
      await enforced.first(1);
      await server.kill();
      finish();
      await expect(queue.addEnforcements([job('b')])).rejects.toThrow();
      await server.restart();
      await isEmpty(queue);
      expect(enforced.items).toHaveLength(1);
    },
  );

  itsServer(
    'closes within its bound while the server is away',
    async ({ open, server, connection }) => {
      const { queue, enforced, work } = await open({ connection });
      work({ enforce: () => new Promise(() => undefined) });
      await queue.addEnforcements([job('a')]);
      await enforced.first(1);
      await server.kill();
      const startedAt = Date.now();
      await queue.close(200);
      expect(Date.now() - startedAt).toBeLessThan(5_200 + SLACK_MS);
    },
  );

  itsServer(
    'says why it cannot open, and opens when tried again',
    async ({ server, connection }) => {
      await server.kill();
      const rig = createRig({ connection, limits: { ...LIMITS, connectMs: 3_000 } });
      await expect(rig.queue.open()).rejects.toThrow(/cannot be reached: .*ECONNREFUSED/);
      await server.restart();
      await eventually(() => rig.queue.open());
      rig.work();
      await rig.queue.addEnforcements([job('a')]);
      await rig.enforced.first(1);
      await rig.queue.close(0);
    },
  );

  itsServer('closes while it is still trying to open', async ({ server }) => {
    const proxy = await startQuietProxy(server.port);
    proxy.beSilent();
    const throughProxy = connect(server.url.replace(`:${server.port}`, `:${proxy.port}`));
    const rig = createRig({ connection: throughProxy, limits: QUICK });
    const opening = rig.queue.open();
    const startedAt = Date.now();
    await Promise.all([expect(opening).rejects.toThrow('closed'), rig.queue.close(0)]);
    expect(Date.now() - startedAt).toBeLessThan(5_200 + SLACK_MS);
    await proxy.close();
  });

  itsServer('gives up waiting for a server that says nothing', async ({ open, server }) => {
    const proxy = await startQuietProxy(server.port);
    const throughProxy = connect(server.url.replace(`:${server.port}`, `:${proxy.port}`));
    const { queue, enforced, work } = await open({ connection: throughProxy });
    work();
    proxy.beSilent();
    const startedAt = Date.now();
    await expect(queue.addEnforcements([job('a')])).rejects.toThrow();
    expect(await queue.health()).toMatchObject({ isReady: false });
    expect(Date.now() - startedAt).toBeLessThan(COMMAND_MS + 2_000 + SLACK_MS);
    proxy.speakAgain();
    await eventually(() => queue.addEnforcements([job('b')]));
    await enforced.until((all) => all.some(({ sync }) => sync === 'model:b'), 'b');
    await queue.close(0);
    await proxy.close();
  });
}

describeOn('redis', 'outages of the queue', () => {
  const persistent = { extraArgs: ['--appendonly', 'yes', '--appendfsync', 'always'] };
  describe.concurrent('while it is away', () =>
    outagesConform(
      () => startRedis(persistent),
      (url) => ({ kind: 'redis', url }),
    ));
});

describeOn('postgres', 'outages of the queue', () => {
  describe.concurrent('while it is away', () =>
    outagesConform(startPostgres, (url) => ({ kind: 'postgres', url })));

  it('does not storm a database that turns it away, and goes on when that is over', async ({
    open,
  }) => {
    const server = await startPostgres();
    const connection = { kind: 'postgres', url: server.url } as const;
    const { queue, enforced, work } = await open({ connection, limits: QUICK, concurrency: 5 });
    const admin = new pg.Client({ connectionString: server.url.replace(/postgres$/, 'template1') });
    await admin.connect();
    const jobs = Array.from({ length: 300 }, (_, index) => job(`s${index}`));
    await queue.addEnforcements(jobs);
    work();
    await enforced.first(50);
    await admin.query('ALTER DATABASE postgres ALLOW_CONNECTIONS false');
    await admin.query(
      "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = 'postgres'",
    );
    await server.waitForLine(/not currently accepting connections/);
    await passed(Date.now() + 1_000);
    const before = server.lines.length;
    await passed(Date.now() + 2_000);
    expect(server.lines.length - before).toBeLessThan(40);
    await admin.query('ALTER DATABASE postgres ALLOW_CONNECTIONS true');
    await admin.end();
    await isEmpty(queue);
    expect(new Set(enforced.items.map(({ sync }) => sync)).size).toBe(300);
    await queue.close(0);
    await server.stop();
  });
});

describeOn('redis-sentinel', 'a failover of the queue', () => {
  it('edges and jobs go on with the new master', async ({ open }) => {
    const server = await startSentinel();
    const { queue, boundaries, enforced, work } = await open({
      connection: { kind: 'redis', url: server.url },
    });
    work();
    const plan = { id: 'p', pattern: 'grid 300', label: 'p' };
    await queue.upsertScheduler(plan);
    await boundaries.first(1);
    await server.master.kill();
    const killedAt = Date.now();
    await eventually(() => queue.addEnforcements([job('b')]));
    await enforced.until((all) => all.some(({ sync }) => sync === 'model:b'), 'b');
    await eventually(async () => {
      // The new master may lack what the old one did last, so the schedulers are looked after.
      const [state] = await queue.schedulers();
      if (!state?.isAlive) await queue.upsertScheduler(plan);
      expect(boundaries.items.some(({ edge }) => edge > killedAt)).toBe(true);
    });
    await queue.close(0);
    await server.stop();
  });
});

describeOn('redis', 'what the queue leaves in memory', () => {
  it('FLUSHALL: the schedulers are seen to be missing and can be made again', async ({ open }) => {
    const server = await startRedis();
    const admin = new Redis(server.port, server.host);
    const { queue, boundaries, enforced, work } = await open({
      connection: { kind: 'redis', url: server.url },
    });
    work();
    const plan = { id: 'p', pattern: 'grid 200', label: 'p' };
    await queue.upsertScheduler(plan);
    await boundaries.first(1);
    await admin.flushall();
    await admin.script('FLUSH');
    expect(await queue.schedulers()).toEqual([]);
    await queue.upsertScheduler(plan);
    const seen = boundaries.items.length;
    await boundaries.first(seen + 2);
    await queue.addEnforcements([job('a')]);
    await enforced.first(1);
    await queue.close(0);
    admin.disconnect();
    await server.stop();
  });

  it('after 2,000 jobs as many keys as after 50, and no more memory to speak of', async ({
    open,
  }) => {
    const server = await startRedis();
    const admin = new Redis(server.port, server.host);
    const { queue, enforced, work } = await open({
      connection: { kind: 'redis', url: server.url },
      limits: QUICK,
    });
    work();
    const measure = async (jobs: number) => {
      const from = enforced.items.length;
      const names = Array.from({ length: jobs }, (_, index) => job(`s${from + index}`));
      await queue.addEnforcements(names);
      await enforced.first(from + jobs);
      await isEmpty(queue);
      const keys = await admin.keys('*');
      const sizes = await Promise.all(keys.map((key) => admin.memory('USAGE', key)));
      return {
        keys: keys.length,
        bytes: sizes.reduce<number>((sum, size) => sum + (size ?? 0), 0),
      };
    };
    const before = await measure(50);
    const after = await measure(2_000);
    // One key counts the jobs of this second, if there were any.
    expect(after.keys).toBeLessThanOrEqual(before.keys + 1);
    // Two thousand jobs that stayed would be a megabyte.
    expect(after.bytes - before.bytes).toBeLessThan(50_000);
    await queue.close(0);
    admin.disconnect();
    await server.stop();
  });
});

describeOn('postgres', 'what the queue leaves in the database', () => {
  it('after 600 jobs: none of them, and a bounded number of events', async ({ open }) => {
    const database = await freshDatabase();
    const connection = { kind: 'postgres', url: database.url } as const;
    const { queue, enforced, work } = await open({ connection, limits: QUICK });
    work();
    await queue.addEnforcements(Array.from({ length: 600 }, (_, index) => job(`s${index}`)));
    await enforced.first(600);
    await isEmpty(queue);
    const client = new pg.Client({ connectionString: database.url });
    await client.connect();
    const { rows } = await client.query(
      'SELECT (SELECT count(*)::int FROM bullmq.job) AS jobs,' +
        ' (SELECT count(*)::int FROM bullmq.event) AS events',
    );
    await client.end();
    expect(rows[0].jobs).toBe(0);
    // Each job has at least three; BullMQ trims them now and then.
    expect(rows[0].events).toBeLessThan(1_200);
    await queue.close(0);
    await database.drop();
  });
});

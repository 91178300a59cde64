import { Redis } from 'ioredis';
import pg from 'pg';
import { describe, expect } from 'vitest';
import { QueueClosedError, type QueueConnection } from '../../src/queue/queue.ts';
import { describeOn } from '../support/engines.ts';
import type { Server } from '../support/server.ts';
import { startPostgres, startRedis, startSentinel } from '../support/servers.ts';
import { isEmpty } from './enforcement-suite.ts';
import { COMMAND_MS, it, LIMITS } from './open.ts';
import { startQuietProxy } from './quiet-proxy.ts';
import { createRig, DONE, eventually, job, passed, QUICK } from './rig.ts';

/** What a busy machine may add to a bound. */
const SLACK_MS = 5_000;

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
    'says which commands came to nothing because it was closed, and which for want of a server',
    async ({ open, server, connection }) => {
      const { queue } = await open({ connection });
      await server.kill();
      await expect(queue.schedulers()).rejects.not.toThrow(QueueClosedError);
      const asked = expect(queue.schedulers()).rejects.toThrow(QueueClosedError);
      await queue.close(0);
      await asked;
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

/** Ends all connections but the admin's, and waits until they are gone. */
const TERMINATE =
  "SELECT pg_terminate_backend(pid, 60000) FROM pg_stat_activity WHERE datname = 'postgres'";

async function connectAdmin({ url }: Server): Promise<pg.Client> {
  const admin = new pg.Client({ connectionString: url.replace(/postgres$/, 'template1') });
  await admin.connect();
  return admin;
}

describeOn('postgres', 'outages of the queue', () => {
  describe.concurrent('while it is away', () =>
    outagesConform(startPostgres, (url) => ({ kind: 'postgres', url })));

  it('bears the last words of a server that goes down while it closes', async ({ open }) => {
    const server = await startPostgres();
    const proxy = await startQuietProxy(server.port);
    const url = server.url.replace(`:${server.port}`, `:${proxy.port}`);
    // A worker that runs would ask for a last job, and wait for the answer before it disconnects.
    const { queue } = await open({ connection: { kind: 'postgres', url } });
    const admin = await connectAdmin(server);
    const uncaught: Error[] = [];
    const remember = (error: Error) => uncaught.push(error);
    process.on('uncaughtExceptionMonitor', remember);
    proxy.beSilent();
    await admin.query(TERMINATE);
    await queue.close(0);
    proxy.speakAgain();
    await eventually(async () => expect(proxy.openEnds).toBe(0));
    process.off('uncaughtExceptionMonitor', remember);
    expect(uncaught).toEqual([]);
    await proxy.close();
    await admin.end();
    await server.stop();
  });

  it('does not storm a database that turns it away, and goes on when that is over', async ({
    open,
  }) => {
    const server = await startPostgres();
    const connection = { kind: 'postgres', url: server.url } as const;
    const { queue, enforced, work } = await open({ connection, limits: QUICK, concurrency: 5 });
    const admin = await connectAdmin(server);
    const jobs = Array.from({ length: 300 }, (_, index) => job(`s${index}`));
    await queue.addEnforcements(jobs);
    work();
    await enforced.first(50);
    await admin.query('ALTER DATABASE postgres ALLOW_CONNECTIONS false');
    await admin.query(TERMINATE);
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

describeOn('redis', 'a flush of the queue', () => {
  it('the schedulers are seen to be missing and can be made again', async ({ open }) => {
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
});

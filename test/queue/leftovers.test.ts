// What remains when the work is done: BullMQ would keep jobs and events for ever.

import { Redis } from 'ioredis';
import pg from 'pg';
import { expect } from 'vitest';
import { freshDatabase } from '../support/database.ts';
import { describeOn } from '../support/engines.ts';
import { startRedis } from '../support/servers.ts';
import { isEmpty } from './enforcement-suite.ts';
import { it } from './open.ts';
import { job, QUICK } from './rig.ts';

describeOn('redis', 'what the queue leaves in memory', () => {
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

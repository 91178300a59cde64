// Trap 6 of BullMQ on Postgres: with a global concurrency at its maximum an idle worker asks the
// database thousands of times per second. Ours sets none; here it is counted.

import { Redis } from 'ioredis';
import { expect, it } from 'vitest';
import type { QueueConnection } from '../../src/queue/queue.ts';
import { openMemory } from '../../src/store/embedded.ts';
import { describeOn } from '../support/engines.ts';
import { startPostgres, startRedis } from '../support/servers.ts';
import { isEmpty } from './enforcement-suite.ts';
import { createRig, job, passed } from './rig.ts';

/** Far above what an idle queue does, far below a busy loop. */
const STATEMENTS_MAX = 200;

/** Statements that `count` sees in two seconds in which the queue has nothing to do. */
async function countWhileIdle(connection: QueueConnection, count: () => Promise<number>) {
  const { queue, enforced, work } = createRig({ connection });
  await queue.open();
  await queue.upsertScheduler({ id: 'far', pattern: 'grid 86400000', label: 'far' });
  work();
  await queue.addEnforcements([job('a')]);
  await enforced.first(1);
  await isEmpty(queue);
  const before = await count();
  await passed(Date.now() + 2_000);
  const statements = (await count()) - before;
  await queue.close(0);
  return statements;
}

describeOn('redis', 'an idle queue', () => {
  it('trap 6: Redis is asked rarely', async () => {
    const server = await startRedis();
    const admin = new Redis(server.port, server.host);
    const count = async () =>
      Number(/total_commands_processed:(\d+)/.exec(await admin.info('stats'))?.[1]);
    const statements = await countWhileIdle({ kind: 'redis', url: server.url }, count);
    expect(statements).toBeLessThan(STATEMENTS_MAX);
    admin.disconnect();
    await server.stop();
  });
});

describeOn('postgres', 'an idle queue', () => {
  it('trap 6: Postgres is asked rarely', async () => {
    const server = await startPostgres({ settings: { log_statement: 'all' } });
    const connection = { kind: 'postgres', url: server.url } as const;
    const statements = await countWhileIdle(connection, async () => server.lines.length);
    expect(statements).toBeLessThan(STATEMENTS_MAX);
    await server.stop();
  });
});

describeOn('pglite', 'an idle queue', () => {
  it('trap 6: the embedded database is asked rarely', async () => {
    const { database, sessionPool } = await openMemory((reason) => {
      throw reason;
    });
    let asked = 0;
    const query = sessionPool.query.bind(sessionPool);
    sessionPool.query = (text, params) => {
      asked += 1;
      return query(text, params);
    };
    const connection = { kind: 'embedded', pool: sessionPool } as const;
    expect(await countWhileIdle(connection, async () => asked)).toBeLessThan(STATEMENTS_MAX);
    expect(asked).toBeGreaterThan(5);
    await database.close();
  });
});

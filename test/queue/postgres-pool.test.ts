import { once } from 'node:events';
import { describe, expect, it } from 'vitest';
import { createPostgresPool, poolOptions } from '../../src/queue/postgres-pool.ts';
import { freshDatabase } from '../support/database.ts';
import { describeOn } from '../support/engines.ts';

const limits = { max: 2, query_timeout: 5_000 };

describe('poolOptions', () => {
  it('passes a url as it is, with our limits', () => {
    const url = 'postgres://me:p%40@h/db?sslmode=require';
    expect(poolOptions(url, limits)).toMatchObject({
      connectionString: url,
      options: '-c search_path="bullmq"',
      max: 2,
    });
    expect(poolOptions('socket:/run/x', limits).connectionString).toBe('socket:/run/x');
    expect(poolOptions('no url', limits).connectionString).toBe('no url');
  });

  it("keeps the url's options beside its own", () => {
    const given = poolOptions('postgres://h/db?options=-c%20a%3Db&x=1', limits);
    expect(given).toMatchObject({
      connectionString: 'postgres://h/db?x=1',
      options: '-c a=b -c search_path="bullmq"',
    });
  });
});

describeOn('postgres', 'a client of the pool', () => {
  it('tells that it broke also to those who listen a moment later', async () => {
    const database = await freshDatabase();
    const pool = createPostgresPool(database.url, limits);
    pool.on('connect', (client) => {
      process.nextTick(() => client.emit('error', new Error('broke at once')));
    });
    const client = await pool.connect();
    expect(await once(client, 'error')).toEqual([new Error('broke at once')]);
    client.release(true);
    await pool.end();
    await database.drop();
  });
});

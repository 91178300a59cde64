import { once } from 'node:events';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Database } from '../../src/store/database.ts';
import { openMemory } from '../../src/store/embedded.ts';
import type { SessionPool } from '../../src/store/session-pool.ts';
import { onCrash } from './folders.ts';

describe('the session that store and queue share', () => {
  let database: Database;
  let pool: SessionPool;
  beforeAll(async () => {
    ({ database, sessionPool: pool } = await openMemory(onCrash));
    await database.query('create schema bullmq; create table bullmq.jobs (name text)');
  });
  afterAll(() => database.close());

  test('finds the names of the queue in its own schema', async () => {
    await pool.query('insert into jobs values ($1)', ['found']);
    expect(await database.query('select name from bullmq.jobs')).toEqual([{ name: 'found' }]);
  });

  test('is had alone by whoever is in a transaction', async () => {
    const client = await pool.connect();
    await client.query('BEGIN');
    await client.query("insert into jobs values ('in between')");
    let isAnswered = false;
    const others = Promise.all([
      database.query("select 1 from bullmq.jobs where name = 'in between'"),
      pool.query("select 1 from jobs where name = 'in between'"),
      database.transaction((session) =>
        session.query("select 1 from bullmq.jobs where name = 'in between'"),
      ),
    ]).finally(() => {
      isAnswered = true;
    });
    await client.query('select 1');
    await client.query('ROLLBACK');
    expect(isAnswered).toBe(false);
    client.release();
    expect(await others).toEqual([[], { rows: [] }, []]);
  });

  test('is free again when a client is given back in the middle of a transaction', async () => {
    for (const statement of ['select 1', 'select 1/0']) {
      const client = await pool.connect();
      await client.query('begin');
      await client.query("insert into jobs values ('left open')");
      await client.query(statement).catch(() => undefined);
      client.release(true);
      expect(await database.query("select 1 from bullmq.jobs where name = 'left open'")).toEqual(
        [],
      );
    }
  });

  test('does not stay in a transaction that nobody could ever end', async () => {
    await pool.query('begin');
    await database.transaction((session) => session.query('select 1'));
  });

  test('runs the statements of one client in their order, waited for or not', async () => {
    const client = await pool.connect();
    const all = ['begin', "insert into jobs values ('ordered')", 'commit'];
    await Promise.all(all.map((text) => client.query(text)));
    client.release();
    expect(await pool.query("select name from jobs where name = 'ordered'")).toEqual({
      rows: [{ name: 'ordered' }],
    });
  });

  test('tells every listening client what is notified, and holds nobody up meanwhile', async () => {
    const [first, second] = [await pool.connect(), await pool.connect()];
    await first.query('listen jobs_came');
    const heard = Promise.all([first, second].map((client) => once(client, 'notification')));
    await database.transaction(async (session) => {
      await session.query('select pg_notify($1, $2)', ['jobs_came', 'queue-1']);
    });
    const message = { channel: 'jobs_came', payload: 'queue-1' };
    expect(await heard).toEqual([[message], [message]]);
    first.release();
    second.release();
  });

  test('takes parameters as `pg` does, and gives errors with code and detail', async () => {
    const { rows } = await pool.query(
      'select $1::text as text, $2::jsonb as json, $3::text[] as list, $4::bigint as big, ' +
        '$5::boolean as flag, $6::text as nothing',
      ['x', { a: [1] }, ['a', null, 'b "c"'], 5, true, undefined],
    );
    expect(rows).toEqual([
      {
        text: 'x',
        json: { a: [1] },
        list: ['a', null, 'b "c"'],
        big: 5,
        flag: true,
        nothing: null,
      },
    ]);
    await expect(
      pool.query("do $$ begin raise 'no' using errcode = 'BM001', detail = '-6'; end $$"),
    ).rejects.toMatchObject({ code: 'BM001', detail: '-6' });
  });

  test('is not lent any more once the pool has ended, but the store goes on', async () => {
    const { database, sessionPool } = await openMemory(onCrash);
    const client = await sessionPool.connect();
    await client.query('begin');
    await sessionPool.end();
    await expect(sessionPool.query('select 1')).rejects.toThrow('after calling end on the pool');
    expect(await database.query('select 1 as one')).toEqual([{ one: 1 }]);
    await database.close();
  });
});

import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import type { Database } from '../../src/store/database.ts';
import { openMemory } from '../../src/store/embedded.ts';
import {
  type Migration,
  migrate,
  requireMigrated,
  shippedMigrations,
} from '../../src/store/migrate.ts';
import { connectPostgres } from '../../src/store/postgres.ts';
import { freshDatabase } from '../support/database.ts';
import { describeOn } from '../support/engines.ts';
import { onCrash } from './folders.ts';

const first: Migration = {
  number: 1,
  name: '0001-first.sql',
  sql: 'create table curfew.first (x integer);',
};
const second: Migration = {
  number: 2,
  name: '0002-second.sql',
  sql: 'create table curfew.second (y integer); insert into curfew.second values (1)',
};

describeOn('postgres', 'migrations', () => {
  testMigrations(async () => connectPostgres({ url: (await freshDatabase()).url }));

  test('two processes that migrate at once do it once', async () => {
    const { url } = await freshDatabase();
    const databases = Array.from({ length: 6 }, () => connectPostgres({ url }));
    await Promise.all(databases.map((database) => migrate(database)));
    const rows = await databases[0]!.query('select name from curfew.migrations order by number');
    expect(rows).toEqual(shippedMigrations().map(({ name }) => ({ name })));
    await Promise.all(databases.map((database) => database.close()));
  });
});

describeOn('pglite', 'migrations', () => {
  testMigrations(async () => {
    const { database } = await openMemory(onCrash);
    return database;
  });
});

function testMigrations(open: () => Promise<Database>): void {
  let database: Database;
  beforeAll(async () => {
    database = await open();
  });
  beforeEach(() => database.query('drop schema if exists curfew cascade'));
  afterAll(() => database.close());

  test('run in order, once, and the rest later', async () => {
    await migrate(database, [first]);
    await migrate(database, [first, second]);
    await migrate(database, [first, second]);
    expect(await database.query('select y from curfew.second')).toEqual([{ y: 1 }]);
    expect(await database.query('select number, name from curfew.migrations')).toEqual([
      { number: 1, name: '0001-first.sql' },
      { number: 2, name: '0002-second.sql' },
    ]);
  });

  test('land whole or not at all', async () => {
    const broken = { ...second, sql: `${second.sql}; select 1/0` };
    await expect(migrate(database, [first, broken])).rejects.toMatchObject({ code: '22012' });
    expect(await database.query("select to_regnamespace('curfew') as schema", [])).toEqual([
      { schema: null },
    ]);
    await migrate(database, [first, second]);
  });

  test('of a newer program are refused in one sentence', async () => {
    await migrate(database, [first, second]);
    await expect(migrate(database, [first])).rejects.toMatchObject({
      code: 'database-newer',
      message:
        'The database is newer than this version of Curfew: it has 0002-second.sql. ' +
        'Use the version that made it, or a later one.',
    });
  });

  test('are asked for, not made, by those who only read', async () => {
    const older = (has: string) => ({
      code: 'database-older',
      message:
        `The database has ${has}, and this version needs 0002-second.sql: ` +
        'a daemon of this version has to start on it once.',
    });
    const reading = () => requireMigrated(database, [first, second]);
    await expect(reading()).rejects.toMatchObject(older('nothing of Curfew'));
    expect(await database.query("select to_regnamespace('curfew') as schema", [])).toEqual([
      { schema: null },
    ]);
    await migrate(database, [first]);
    await expect(reading()).rejects.toMatchObject(older('0001-first.sql'));
    await migrate(database, [first, second]);
    await reading();
    await expect(requireMigrated(database, [first])).rejects.toMatchObject({
      code: 'database-newer',
    });
  });

  test('that are not what was applied are refused', async () => {
    await migrate(database, [first]);
    const changed = { ...first, sql: `${first.sql} -- better` };
    await expect(migrate(database, [changed, second])).rejects.toMatchObject({
      code: 'migration-changed',
      message: 'The database was made with another 0001-first.sql than this version of Curfew has.',
    });
    const renamed = { ...first, name: '0001-other.sql' };
    await expect(migrate(database, [renamed])).rejects.toMatchObject({
      code: 'migration-changed',
    });
    expect(await database.query("select to_regclass('curfew.second') as table", [])).toEqual([
      { table: null },
    ]);
  });
}

test('the shipped migrations are numbered without gaps', () => {
  const numbers = shippedMigrations().map(({ number }) => number);
  expect(numbers).toEqual(numbers.map((_, index) => index + 1));
});

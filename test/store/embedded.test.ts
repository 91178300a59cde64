import { rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { createStore } from '../../src/store/create-store.ts';
import { openFolder, openMemory } from '../../src/store/embedded.ts';
import { openEmbedded, openInMemory } from '../../src/store/open.ts';
import { describeOn } from '../support/engines.ts';
import { testDatabase } from './database-conformance.ts';
import { noFolder, onCrash, readyFolder } from './folders.ts';
import { testOverrides } from './override-conformance.ts';
import { freshSync } from './samples.ts';
import { testSeals } from './seal-conformance.ts';
import { testStore } from './store-conformance.ts';

describeOn('pglite', 'the database port in a folder', () => {
  testDatabase(async () => (await openFolder(await readyFolder(), onCrash)).database);
});

describeOn('pglite', 'the database port in memory', () => {
  testDatabase(async () => (await openMemory(onCrash)).database);
});

describeOn('pglite', 'the store in a folder', () => {
  testStore(async () => (await openEmbedded({ folder: await readyFolder(), onCrash })).database);
});

describeOn('pglite', 'the store in memory', () => {
  testStore(async () => (await openInMemory(onCrash)).database);
});

describeOn('pglite', 'seals in a folder', () => {
  testSeals(async () => (await openEmbedded({ folder: await readyFolder(), onCrash })).database);
});

describeOn('pglite', 'seals in memory', () => {
  testSeals(async () => (await openInMemory(onCrash)).database);
});

describeOn('pglite', 'the overrides of a store in memory', () => {
  testOverrides(async () => (await openInMemory(onCrash)).database);
});

describeOn('pglite', 'an embedded folder', () => {
  test('keeps what was written, is private, and is free again after closing', async () => {
    const folder = await noFolder();
    const sync = freshSync();
    const first = await openEmbedded({ folder, onCrash });
    const before = createStore(first.database);
    const claim = await before.take(sync, 'a', 60_000);
    await before.write({ sync, fence: claim!.fence, decided: 'kept', release: true });
    await before.close();
    await before.close();
    expect(statSync(folder).mode & 0o777).toBe(0o700);
    expect(statSync(join(folder, 'database')).mode & 0o777).toBe(0o700);

    const after = createStore((await openEmbedded({ folder, onCrash })).database);
    expect((await after.take(sync, 'b', 60_000))?.decided).toBe('kept');
    await after.close();
  });

  test('is not opened twice, and says who has it', async () => {
    const folder = await readyFolder();
    const first = await openEmbedded({ folder, onCrash });
    first.lock.setAddress('127.0.0.1:4280');
    await expect(openEmbedded({ folder, onCrash })).rejects.toMatchObject({
      code: 'folder-in-use',
      message:
        `The data folder ${folder} is in use by process ${process.pid}, ` +
        'which listens on 127.0.0.1:4280.',
    });
    await first.database.close();
  });

  test('that cannot be made is a sentence', async () => {
    const folder = await noFolder();
    writeFileSync(folder, 'a file');
    await expect(openEmbedded({ folder, onCrash })).rejects.toMatchObject({
      code: 'folder-not-created',
      message: `Cannot make the data folder ${folder} (EEXIST).`,
    });
    await expect(openEmbedded({ folder: join(folder, 'below'), onCrash })).rejects.toMatchObject({
      code: 'folder-not-created',
      message: expect.stringContaining('ENOTDIR'),
    });
  });

  test('that nobody can write into is a sentence', async () => {
    await expect(openEmbedded({ folder: '/proc/self', onCrash })).rejects.toMatchObject({
      code: 'folder-not-writable',
      message: expect.stringMatching(/^Cannot write into the data folder \/proc\/self \(E\w+\)\.$/),
    });
  });

  test('whose files are damaged is a sentence, and the folder is free again', async () => {
    const folder = await readyFolder();
    rmSync(join(folder, 'database/global/pg_control'));
    const opening = openEmbedded({ folder, onCrash });
    await expect(opening).rejects.toMatchObject({ code: 'database-broken' });
    await expect(openEmbedded({ folder, onCrash })).rejects.toMatchObject({
      code: 'database-broken',
    });
  });

  test('whose disk fails ends the engine, which is told once', async () => {
    const folder = await readyFolder();
    const crashes: unknown[] = [];
    const { database, sessionPool } = await openEmbedded({
      folder,
      onCrash: (reason) => crashes.push(reason),
    });
    rmSync(join(folder, 'database/pg_wal'), { recursive: true });
    const outcomes = await Promise.allSettled([
      database.query('select pg_switch_wal()'),
      database.query('select 1'),
      sessionPool.query('select 1'),
      database.transaction((session) => session.query('select 1')),
    ]);
    for (const outcome of outcomes) {
      expect(outcome).toMatchObject({ status: 'rejected', reason: { code: '08006' } });
    }
    await expect(database.query('select 1')).rejects.toMatchObject({ code: '08006' });
    await database.close();
    expect(crashes).toEqual([expect.objectContaining({ code: '08006' })]);
  });

  test('answers what was asked before it closes, and refuses what is asked after', async () => {
    const { database } = await openInMemory(onCrash);
    const transaction = database.transaction(async (session) => {
      await session.query('create table public.late (x integer)');
      return session.query('select 1 as one');
    });
    const asked = database.query('select 2 as two');
    await database.close();
    expect(await transaction).toEqual([{ one: 1 }]);
    expect(await asked).toEqual([{ two: 2 }]);
    await expect(database.query('select 3')).rejects.toMatchObject({ code: '08006' });
  });
});

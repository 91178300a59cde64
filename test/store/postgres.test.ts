import { expect, test } from 'vitest';
import { prunedEntry } from '../../src/plan/pruning.ts';
import { makeSeal } from '../../src/plan/seal.ts';
import { createStore } from '../../src/store/create-store.ts';
import { type Database, isUnreachable } from '../../src/store/database.ts';
import { openPostgres } from '../../src/store/open.ts';
import { connectPostgres } from '../../src/store/postgres.ts';
import { entryToRow, holdToRow } from '../../src/store/rows.ts';
import type { Store, Taken, Written } from '../../src/store/store.ts';
import { type FreshDatabase, freshDatabase } from '../support/database.ts';
import { describeOn } from '../support/engines.ts';
import { freePort } from '../support/ports.ts';
import { startPostgres } from '../support/servers.ts';
import { testDatabase } from './database-conformance.ts';
import { holdOverride, testOverrides } from './override-conformance.ts';
import { entryOf, freshSync, HOUR_MS, holdOf, NOW } from './samples.ts';
import { testSeals } from './seal-conformance.ts';
import { testStore } from './store-conformance.ts';

describeOn('postgres', 'the database port', () => {
  testDatabase(async () => connectPostgres({ url: (await freshDatabase()).url }));
});

describeOn('postgres', 'the store', () => {
  testStore(async () => openPostgres({ url: (await freshDatabase()).url }));
});

describeOn('postgres', 'seals', () => {
  testSeals(async () => openPostgres({ url: (await freshDatabase()).url }));

  async function withStore(work: (store: Store, database: Database) => Promise<void>) {
    const { url, drop } = await freshDatabase();
    const database = await openPostgres({ url });
    const store = createStore(database);
    await work(store, database);
    await store.close();
    await drop();
  }

  /** Resolves when so many statements wait for somebody else, or when `isOver` says so. */
  async function untilWaiting(database: Database, count: number, isOver: () => boolean) {
    while (!isOver()) {
      const [waiting] = await database.query<{ count: number }>(
        'select count(*) from pg_locks where not granted',
      );
      if (waiting!.count >= count) return;
    }
  }

  test('never reach past an entry that is written and not yet visible', () =>
    withStore(async (store, database) => {
      const [early, late] = [entryOf(freshSync()), entryOf(freshSync())];
      let later: Promise<void> = Promise.resolve();
      await database.transaction(async (session) => {
        const rows = JSON.stringify([entryToRow(early)]);
        await session.query('select curfew.append_entries($1::jsonb)', [rows]);
        let isIn = false;
        later = store.append([late]).then(() => {
          isIn = true;
        });
        await untilWaiting(database, 1, () => isIn);
        expect((await store.unsealed(10)).entries).toEqual([]);
      });
      await later;
      const { entries } = await store.unsealed(10);
      expect(entries.map(({ sync }) => sync)).toEqual([early.sync, late.sync]);
    }));

  test('are pruned by one of the replicas that want to at the same moment', () =>
    withStore(async (store, database) => {
      await store.append([entryOf(freshSync())]);
      const { entries } = await store.unsealed(10);
      const { seal, list } = makeSeal(undefined, entries, NOW, undefined);
      await store.addSeal(seal, list);
      const range = (await store.prunable(NOW + 1, 10))!;
      const entry = prunedEntry(range, HOUR_MS, NOW);
      let pruned: Promise<boolean[]> = Promise.resolve([]);
      await database.transaction(async (session) => {
        await session.query("select pg_advisory_xact_lock(hashtext('curfew.journal'))");
        pruned = Promise.all([1, 2].map(() => store.prune(range, entry)));
        await untilWaiting(database, 2, () => false);
      });
      expect((await pruned).sort()).toEqual([false, true]);
    }));
});

describeOn('postgres', 'the overrides of a store', () => {
  testOverrides(async () => openPostgres({ url: (await freshDatabase()).url }));
});

describeOn('postgres', 'opening a store', () => {
  async function withDatabase(work: (fresh: FreshDatabase) => Promise<void>): Promise<void> {
    const fresh = await freshDatabase();
    try {
      await work(fresh);
    } finally {
      await fresh.drop();
    }
  }

  test('says our name to the server', () =>
    withDatabase(async ({ url }) => {
      const database = await openPostgres({ url, applicationName: 'curfew-replica-7' });
      const [row] = await database.query('select current_setting($1) as name', [
        'application_name',
      ]);
      expect(row).toEqual({ name: 'curfew-replica-7' });
      await database.close();
    }));

  test('instants do not depend on the time zone of the server', () =>
    withDatabase(async ({ url, name }) => {
      const database = await openPostgres({ url });
      await database.query(`alter database ${name} set timezone = 'Asia/Kolkata'`);
      await database.close();
      const store = createStore(await openPostgres({ url }));
      const sync = freshSync();
      await store.append([
        { at: 1_780_000_000_123, type: 'sync.quiet', actor: 'a', reason: '', sync },
      ]);
      await store.savePolicySet({
        hash: 'h',
        files: 'f',
        loadedAt: 1_780_000_000_123,
        sources: [],
      });
      expect((await store.journal({ sync }))[0]?.at).toBe(1_780_000_000_123);
      expect((await store.policySetInForce())?.loadedAt).toBe(1_780_000_000_123);
      await store.close();
    }));

  test('a server that is not there may be tried again', async () => {
    const url = `postgres://curfew:secret@127.0.0.1:${await freePort()}/x`;
    const opening = openPostgres({ url });
    await expect(opening).rejects.toMatchObject({ code: 'database-unreachable' });
    await expect(opening).rejects.not.toThrow(/secret/);
  });

  test('a database that is not there is refused', () =>
    withDatabase(async ({ url }) => {
      const wrong = new URL(url);
      wrong.pathname = '/nobody-made-this';
      await expect(openPostgres({ url: wrong.href })).rejects.toMatchObject({
        code: 'database-refused',
      });
    }));

  test('whoever waits for a claim sees what the owner before wrote with its release', () =>
    withDatabase(async ({ url }) => {
      const database = await openPostgres({ url });
      const others = createStore(connectPostgres({ url }));
      const sync = freshSync();
      const hold = holdOf(sync);
      const { fence } = (await createStore(database).take(sync, 'a', 60_000))!;
      const step = { sync, fence, hold: holdToRow(hold), release: true };
      let taking: Promise<Taken | undefined> | undefined;
      await database.transaction(async (session) => {
        await session.query('select curfew.write_steps($1::jsonb)', [JSON.stringify([step])]);
        taking = others.take(sync, 'b', 60_000);
        const waiting = "select 1 from pg_stat_activity where wait_event_type = 'Lock'";
        while ((await database.query(waiting)).length === 0);
      });
      expect((await taking)?.hold).toEqual(hold);
      await others.close();
      await database.close();
    }));

  test('whoever is about to act waits for a person who is speaking, and hears it', () =>
    withDatabase(async ({ url }) => {
      const database = await openPostgres({ url });
      const others = createStore(connectPostgres({ url }));
      const { sync, fence, overridesVersion } = (await others.take(freshSync(), 'a', 60_000))!;
      let writing: Promise<Written> | undefined;
      await database.transaction(async (session) => {
        const speaking = createStore({ ...database, query: session.query });
        const entries = [entryOf(undefined, { type: 'override.created' })];
        await speaking.createOverride(holdOverride(), { digest: 'd' }, entries, 10);
        writing = others.write({ sync, fence, overridesVersion, entries: [entryOf(sync)] });
        const waiting = "select 1 from pg_stat_activity where wait_event_type = 'Lock'";
        while ((await database.query(waiting)).length === 0);
      });
      expect(await writing).toBe('outdated');
      const { version } = (await others.overrides(NOW))!;
      const known = { sync, fence, overridesVersion: version };
      expect(await others.write({ ...known, decided: 'd' })).toBe('written');
      await others.close();
      await database.close();
    }));

  test('the store comes back by itself after a restart of the server', async () => {
    const server = await startPostgres();
    const store = createStore(await openPostgres({ url: server.url }));
    try {
      const sync = freshSync();
      const claim = await store.take(sync, 'a', 60_000);
      await Promise.all(Array.from({ length: 5 }, () => store.ping()));
      await server.kill();
      const failure = await store.ping().catch((error: unknown) => error);
      expect(isUnreachable(failure)).toBe(true);
      await server.restart();
      const written = await store.write({ sync, fence: claim!.fence, decided: 'after' });
      expect(written).toBe('written');
    } finally {
      await store.close();
      await server.stop();
    }
  });

  test('a transaction that loses its server rejects and harms nobody', async () => {
    const server = await startPostgres();
    const database = connectPostgres({ url: server.url });
    try {
      const work = database.transaction(async (session) => {
        await session.query('create table lost (x integer)');
        await server.kill();
        await session.query('insert into lost values (1)');
      });
      const failure = await work.catch((error: unknown) => error);
      expect(isUnreachable(failure)).toBe(true);
      await server.restart();
      expect(await database.query("select to_regclass('lost') as lost", [])).toEqual([
        { lost: null },
      ]);
    } finally {
      await database.close();
      await server.stop();
    }
  });
});

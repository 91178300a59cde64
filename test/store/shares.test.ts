import { afterAll, beforeAll, expect, test } from 'vitest';
import { createStore } from '../../src/store/create-store.ts';
import type { Database } from '../../src/store/database.ts';
import { openInMemory, openPostgres } from '../../src/store/open.ts';
import type { Store } from '../../src/store/store.ts';
import { freshDatabase } from '../support/database.ts';
import { describeOn } from '../support/engines.ts';
import { onCrash } from './folders.ts';
import { freshSync } from './samples.ts';

const TTL_MS = 60_000;

function areShared(open: () => Promise<Database>): void {
  let database: Database;
  let store: Store;
  beforeAll(async () => {
    database = await open();
    store = createStore(database);
  });
  afterAll(() => store.close());

  /** As if the clock of the database had been set back by a day since a claim was made. */
  async function setBack(claim: string): Promise<void> {
    await database.query(
      "update curfew.claims set expires_at = expires_at + interval '1 day' where name = $1",
      [claim],
    );
  }

  test('a claim that is renewed lasts, and is not renewed for who lost it', async () => {
    const sync = freshSync();
    const { fence } = (await store.take(sync, 'a', 1))!;
    expect(await store.renew(sync, fence, TTL_MS)).toBe(true);
    expect(await store.take(sync, 'b', TTL_MS)).toBeUndefined();
    await store.release(sync, fence);
    expect(await store.renew(sync, fence, TTL_MS)).toBe(false);
    expect(await store.take(sync, 'b', TTL_MS)).toBeDefined();
  });

  test('S74: claims that a clock set back has made endless are free', async () => {
    const sync = freshSync();
    await store.take(sync, 'a', TTL_MS);
    await store.claimDuty(sync, 'a', TTL_MS);
    await setBack(sync);
    await setBack(`duty:${sync}`);
    expect(await store.take(sync, 'b', TTL_MS)).toBeDefined();
    expect(await store.claimDuty(sync, 'b', TTL_MS)).toBe(true);
  });

  test('S64: in the quiet nobody is granted a call; the longest wish counts', async () => {
    const name = `quiet-${freshSync()}`;
    await store.quietenBudget(name, 60_000);
    await store.quietenBudget(name, 1_000);
    const lease = await store.leaseBudget(name, 10, 5);
    expect(lease.granted).toBe(0);
    expect(lease.quietMs).toBeGreaterThan(1_000);
    expect(lease.quietMs).toBeLessThanOrEqual(60_000);
  });

  test('S64: when the quiet is over calls are granted again', async () => {
    const name = `over-${freshSync()}`;
    await store.quietenBudget(name, 50);
    let lease = await store.leaseBudget(name, 10, 1);
    while (lease.granted === 0) lease = await store.leaseBudget(name, 10, 1);
    expect(lease).toMatchObject({ granted: 1, quietMs: 0 });
  });

  test('S74: a clock set back makes the quiet no longer than it was meant', async () => {
    const name = `jump-${freshSync()}`;
    await store.quietenBudget(name, 24 * 3_600_000);
    expect(await store.leaseBudget(name, 10, 1)).toMatchObject({ granted: 1, quietMs: 0 });
    await store.quietenBudget(name, 5_000);
    const { quietMs } = await store.leaseBudget(name, 10, 1);
    expect(quietMs).toBeGreaterThan(0);
    expect(quietMs).toBeLessThanOrEqual(5_000);
  });
}

describeOn('pglite', 'what replicas share', () =>
  areShared(async () => (await openInMemory(onCrash)).database),
);

describeOn('postgres', 'what replicas share', () =>
  areShared(async () => openPostgres({ url: (await freshDatabase()).url })),
);

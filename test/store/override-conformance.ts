import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Override, SyncOverride, WindowOverride } from '../../src/plan/override.ts';
import { createStore } from '../../src/store/create-store.ts';
import type { Database } from '../../src/store/database.ts';
import type { NewOverride, Store } from '../../src/store/store.ts';
import { entryOf, freshSync, HOUR_MS, NOW, syncOf } from './samples.ts';

const OPEN_MAX = 1_000;
const SQL_FOREVER = "'infinity'";
let lastNumber = 0;

/** A hold of one sync for an hour that no other test of the file knows. */
export function holdOverride(changes: Partial<Omit<SyncOverride, 'number'>> = {}): NewOverride {
  lastNumber += 1;
  return {
    id: `ov-${lastNumber}`,
    kind: 'hold',
    createdAt: NOW,
    actor: 'ada',
    reason: 'the schema changes',
    from: NOW,
    expires: NOW + HOUR_MS,
    select: { id: 'model:1' },
    subject: 'Contacts to Salesforce',
    covers: () => true,
    ...changes,
  };
}

function skipOverride(changes: Partial<Omit<WindowOverride, 'number'>> = {}): NewOverride {
  lastNumber += 1;
  return {
    id: `ov-${lastNumber}`,
    kind: 'skip',
    createdAt: NOW,
    actor: 'ada',
    reason: 'a launch',
    from: NOW,
    expires: NOW + HOUR_MS,
    policy: 'nightly',
    policyHash: 'f00',
    occurrence: { start: Number.NEGATIVE_INFINITY, end: NOW + HOUR_MS },
    timezone: 'Europe/Berlin',
    ...changes,
  };
}

/** What every store promises about overrides, on a database that is migrated. */
export function testOverrides(open: () => Promise<Database>): void {
  let database: Database;
  let store: Store;
  beforeAll(async () => {
    database = await open();
    store = createStore(database);
  });
  afterAll(() => store.close());

  const request = (key?: string, digest = 'd') => ({ key, digest });

  async function create(override: NewOverride): Promise<Override> {
    const created = await store.createOverride(override, request(), [], OPEN_MAX);
    expect(created.outcome).toBe('created');
    return created.override!;
  }

  async function listed(id: string, endedAfter = NOW): Promise<Override | undefined> {
    return (await store.overrides(endedAfter))!.overrides.find((override) => override.id === id);
  }

  async function version(): Promise<number> {
    return (await store.overrides(NOW))!.version;
  }

  describe('overrides', () => {
    test('come back as they were, in the order in which people spoke', async () => {
      const first = await create(holdOverride());
      const second = await create(skipOverride());
      expect(first).toMatchObject({
        kind: 'hold',
        actor: 'ada',
        reason: 'the schema changes',
        from: NOW,
        expires: NOW + HOUR_MS,
        select: { id: 'model:1' },
        revokedAt: undefined,
      });
      const { covers } = first as SyncOverride;
      expect([covers(syncOf('model:1')), covers(syncOf('model:2'))]).toEqual([true, false]);
      const { number: _, ...skipped } = second as WindowOverride;
      expect(skipped).toMatchObject({
        policy: 'nightly',
        policyHash: 'f00',
        timezone: 'Europe/Berlin',
        occurrence: { start: Number.NEGATIVE_INFINITY, end: NOW + HOUR_MS },
      });
      expect(second.number).toBeGreaterThan(first.number);
      const ids = (await store.overrides(NOW))!.overrides.map(({ id }) => id);
      expect(ids.indexOf(first.id)).toBeLessThan(ids.indexOf(second.id));
    });

    test('have a version that every change raises, and nothing else', async () => {
      const before = await version();
      expect(await store.overrides(NOW, before)).toBeUndefined();
      const { id } = await create(holdOverride());
      const created = await version();
      expect(created).toBeGreaterThan(before);
      await store.tellOverride(id, 'reminded', NOW, []);
      const told = await version();
      await store.revokeOverride(id, { at: NOW, actor: 'bob' }, []);
      expect(told).toBeGreaterThan(created);
      expect(await version()).toBeGreaterThan(told);
      await store.append([entryOf(undefined)]);
      expect(await store.overrides(NOW, await version())).toBeUndefined();
    });

    test('the same request again gives what came of it, and nothing new', async () => {
      const entry = entryOf(undefined, { type: 'override.created', key: 'key-1' });
      const key = 'key-1';
      const one = holdOverride();
      const first = await store.createOverride(one, request(key), [entry], OPEN_MAX);
      const again = holdOverride({ createdAt: NOW + 5, expires: NOW + 2 * HOUR_MS });
      const second = await store.createOverride(again, request(key), [entry], OPEN_MAX);
      expect([first.outcome, second.outcome]).toEqual(['created', 'known']);
      expect(second.override).toMatchObject({ id: one.id, expires: NOW + HOUR_MS });
      expect(await listed(again.id)).toBeUndefined();
      const told = await store.journal({ types: ['override.created'] });
      expect(told.filter((kept) => kept.key === key)).toHaveLength(1);
    });

    test('a key that belongs to another request is refused', async () => {
      const one = holdOverride();
      await store.createOverride(one, request('key-2'), [], OPEN_MAX);
      const other = await store.createOverride(
        holdOverride(),
        request('key-2', 'another'),
        [],
        OPEN_MAX,
      );
      expect(other).toMatchObject({ outcome: 'conflict', override: { id: one.id } });
    });

    test('of many that make the same request at once, one makes it', async () => {
      const outcomes = await Promise.all(
        Array.from({ length: 10 }, () =>
          store.createOverride(holdOverride(), request('key-3'), [], OPEN_MAX),
        ),
      );
      expect(outcomes.filter(({ outcome }) => outcome === 'created')).toHaveLength(1);
      expect(new Set(outcomes.map(({ override }) => override!.id)).size).toBe(1);
    });

    test('only so many are open at once; those that are over do not count', async () => {
      const later = NOW + 1_000 * HOUR_MS;
      const inTheFuture = { createdAt: later, from: later, expires: later + HOUR_MS };
      const { id } = await create(holdOverride(inTheFuture));
      const most = 1;
      const tooMany = await store.createOverride(holdOverride(inTheFuture), request(), [], most);
      expect(tooMany).toEqual({ outcome: 'too-many', override: undefined });
      await store.revokeOverride(id, { at: later, actor: 'bob' }, []);
      const next = await store.createOverride(holdOverride(inTheFuture), request(), [], most);
      expect(next.outcome).toBe('created');
      await store.revokeOverride(next.override!.id, { at: later, actor: 'bob' }, []);
    });

    test('revoking ends one there and then, once, and it stays on record', async () => {
      const { id } = await create(holdOverride());
      const entry = entryOf(undefined, { type: 'override.revoked', key: id });
      const at = NOW + 5;
      const first = await store.revokeOverride(id, { at, actor: 'bob', reason: 'done' }, [entry]);
      expect(first).toMatchObject({
        revoked: true,
        override: { id, revokedAt: at, revokedBy: 'bob', revokeReason: 'done' },
      });
      const again = await store.revokeOverride(id, { at: at + 1, actor: 'eve' }, [entry]);
      expect(again).toMatchObject({ revoked: false, override: { revokedBy: 'bob' } });
      const told = await store.journal({ types: ['override.revoked'] });
      expect(told.filter(({ key }) => key === id)).toHaveLength(1);
      expect(await listed(id, at - 1)).toMatchObject({ revokedAt: at });
      expect(await listed(id, at)).toBeUndefined();
    });

    test('what is over by itself, or unknown, cannot be revoked', async () => {
      const { id, expires } = await create(holdOverride());
      const late = await store.revokeOverride(id, { at: expires, actor: 'bob' }, []);
      expect(late).toMatchObject({ revoked: false, override: { id, revokedAt: undefined } });
      expect(await store.revokeOverride('nobody', { at: NOW, actor: 'bob' }, [])).toBeUndefined();
    });

    test('what is said about its end is said once', async () => {
      const { id, expires } = await create(holdOverride());
      const entry = (type: 'override.expiring' | 'override.expired') =>
        entryOf(undefined, { type, key: id });
      const remind = () => store.tellOverride(id, 'reminded', NOW, [entry('override.expiring')]);
      const end = () => store.tellOverride(id, 'ended', expires, [entry('override.expired')]);
      const reminded = await Promise.all([remind(), remind(), remind()]);
      expect(reminded.filter(Boolean)).toHaveLength(1);
      expect(await listed(id)).toMatchObject({ remindedAt: NOW, endedAt: undefined });
      expect([await end(), await end(), await remind()]).toEqual([true, false, false]);
      const types = ['override.expiring', 'override.expired'] as const;
      const told = (await store.journal({ types })).filter(({ key }) => key === id);
      expect(told.map(({ type }) => type)).toEqual(types);
    });

    test('nothing is said about the end of one that was revoked', async () => {
      const { id } = await create(holdOverride());
      await store.revokeOverride(id, { at: NOW, actor: 'bob' }, []);
      expect(await store.tellOverride(id, 'reminded', NOW, [])).toBe(false);
      expect(await store.tellOverride(id, 'ended', NOW, [])).toBe(false);
    });

    test('one that expired is in the list until somebody has told so', async () => {
      const { id, expires } = await create(holdOverride());
      expect(await listed(id, expires + HOUR_MS)).toMatchObject({ id });
      await store.tellOverride(id, 'ended', expires + HOUR_MS, []);
      expect(await listed(id, expires + HOUR_MS)).toBeUndefined();
      expect(await listed(id, expires - 1)).toMatchObject({ id });
    });

    test('one without an end, without a reason or about nothing is refused', async () => {
      for (const [column, value] of [
        ['expires_at', SQL_FOREVER],
        ['reason', "''"],
        ['subject', 'null'],
        ['kind', "'ignore'"],
      ]) {
        const { id } = await create(holdOverride());
        const change = `update curfew.overrides set ${column} = ${value} where id = $1`;
        await expect(database.query(change, [id])).rejects.toMatchObject({ code: '23514' });
      }
    });
  });

  describe('steps and overrides', () => {
    async function taken(sync = freshSync()) {
      return (await store.take(sync, 'a', 60_000))!;
    }

    test('whoever takes a sync learns the version', async () => {
      await create(holdOverride());
      expect((await taken()).overridesVersion).toBe(await version());
    });

    test('a step that was decided before somebody spoke does not land', async () => {
      const { sync, fence, overridesVersion } = await taken();
      await create(holdOverride());
      const entries = [entryOf(sync)];
      expect(await store.write({ sync, fence, overridesVersion, entries })).toBe('outdated');
      expect(await store.journal({ sync })).toEqual([]);
      const known = await version();
      expect(await store.write({ sync, fence, overridesVersion: known, entries })).toBe('written');
      expect(await store.write({ sync, fence, entries })).toBe('written');
      expect(await store.journal({ sync })).toHaveLength(2);
    });

    test('of a group that meets, the outdated and the fenced fail alone', async () => {
      const claims = await Promise.all(Array.from({ length: 6 }, () => taken()));
      await create(holdOverride());
      const now = await version();
      const written = await Promise.all(
        claims.map(({ sync, fence, overridesVersion }, index) =>
          store.write({
            sync,
            fence: index === 1 ? fence - 1 : fence,
            overridesVersion: index % 2 === 0 ? now : index === 3 ? overridesVersion : undefined,
            decided: 'd',
          }),
        ),
      );
      expect(written).toEqual(['written', 'fenced', 'written', 'outdated', 'written', 'written']);
    });
  });
}

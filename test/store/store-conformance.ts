import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { SyncKey } from '../../src/policy/sync.ts';
import { createStore } from '../../src/store/create-store.ts';
import type { Database } from '../../src/store/database.ts';
import type { Store, Taken } from '../../src/store/store.ts';
import { callOf, entryOf, freshSync, HOUR_MS, holdOf, NOW, syncOf } from './samples.ts';
import { testTexts } from './texts-conformance.ts';

const TTL_MS = 60_000;

/** What every store promises, on a database that is migrated. Call it inside a `describe`. */
export function testStore(open: () => Promise<Database>): void {
  let database: Database;
  let store: Store;
  beforeAll(async () => {
    database = await open();
    store = createStore(database);
  });
  afterAll(() => store.close());

  async function taken(sync: SyncKey, owner = 'a'): Promise<Taken> {
    const claim = await store.take(sync, owner, TTL_MS);
    if (claim === undefined) throw new Error(`${sync} is somebody else's`);
    return claim;
  }

  async function expire(sync: SyncKey): Promise<void> {
    await database.query(
      "update curfew.claims set expires_at = clock_timestamp() - interval '1 s' where name = $1",
      [sync],
    );
  }

  describe('claims', () => {
    test('a sync that nobody knows yet is taken empty', async () => {
      const sync = freshSync();
      expect(await store.take(sync, 'a', TTL_MS)).toEqual({
        sync,
        fence: expect.any(Number),
        hold: undefined,
        openCalls: [],
        decided: undefined,
        rules: { overrides: expect.any(Number), policies: expect.any(Number) },
      });
    });

    test('a sync has one owner until the claim expires', async () => {
      const sync = freshSync();
      const { fence } = await taken(sync, 'a');
      expect(await store.take(sync, 'b', TTL_MS)).toBeUndefined();
      await expire(sync);
      expect((await taken(sync, 'b')).fence).toBeGreaterThan(fence);
    });

    test('taking again what one holds renews it under a new fence', async () => {
      const sync = freshSync();
      const { fence } = await taken(sync);
      expect((await taken(sync)).fence).toBeGreaterThan(fence);
      expect(await store.write({ sync, fence, decided: 'old' })).toBe('fenced');
    });

    test('a sync that was given back is free, and its fence is spent', async () => {
      const sync = freshSync();
      const { fence } = await taken(sync, 'a');
      await store.release(sync, fence);
      expect(await store.write({ sync, fence, decided: 'late' })).toBe('fenced');
      const next = await taken(sync, 'b');
      expect(next.fence).toBeGreaterThan(fence);
      expect(next.decided).toBeUndefined();
    });

    test('whoever releases too late takes nothing from the next owner', async () => {
      const sync = freshSync();
      const { fence } = await taken(sync, 'a');
      await expire(sync);
      await taken(sync, 'b');
      await store.release(sync, fence);
      expect(await store.take(sync, 'c', TTL_MS)).toBeUndefined();
    });

    test('of many that take one sync at once, one gets it', async () => {
      const sync = freshSync();
      const owners = Array.from({ length: 20 }, (_, index) => `owner-${index}`);
      const claims = await Promise.all(owners.map((owner) => store.take(sync, owner, TTL_MS)));
      expect(claims.filter((claim) => claim !== undefined)).toHaveLength(1);
    });

    test('a duty has one owner, who may keep it and gives it back', async () => {
      expect(await store.claimDuty('sweep', 'a', TTL_MS)).toBe(true);
      expect(await store.claimDuty('sweep', 'b', TTL_MS)).toBe(false);
      expect(await store.claimDuty('sweep', 'a', TTL_MS)).toBe(true);
      expect(await store.claimDuty('schedulers', 'b', TTL_MS)).toBe(true);
      await store.releaseDuties('a');
      expect(await store.claimDuty('sweep', 'b', TTL_MS)).toBe(true);
      expect(await store.claimDuty('schedulers', 'a', TTL_MS)).toBe(false);
    });

    test('giving back duties leaves syncs alone', async () => {
      const sync = freshSync();
      await taken(sync, 'keeper');
      await store.releaseDuties('keeper');
      expect(await store.take(sync, 'b', TTL_MS)).toBeUndefined();
    });
  });

  describe('steps', () => {
    test('what was written is what the next owner takes', async () => {
      const sync = freshSync();
      const { fence } = await taken(sync);
      const hold = holdOf(sync, {
        heldAt: NOW + 1,
        quietAt: NOW + 2,
        execution: 'run-1',
        occurrence: { start: Number.NEGATIVE_INFINITY, end: Number.POSITIVE_INFINITY },
      });
      const second = callOf(sync, { key: `${sync}-b`, intendedAt: NOW + 5, attempts: 2 });
      const first = callOf(sync, { key: `${sync}-a`, outcome: 'unknown', status: 502 });
      const closed = callOf(sync, { key: `${sync}-c`, state: 'closed', answeredAt: NOW });
      const calls = [second, closed, first];
      expect(await store.write({ sync, fence, hold, calls, decided: 'd1' })).toBe('written');
      const next = await taken(sync);
      expect(next).toEqual({
        sync,
        fence: next.fence,
        hold,
        openCalls: [first, second],
        decided: 'd1',
        rules: { overrides: expect.any(Number), policies: expect.any(Number) },
      });
      expect(await store.hold(hold.id)).toEqual(hold);
      expect(await store.openHolds()).toContainEqual(hold);
      expect(await store.openCalls()).toEqual(expect.arrayContaining([first, second]));
    });

    test('a hold that closed is remembered, but not taken', async () => {
      const sync = freshSync();
      const { fence } = await taken(sync);
      const open = holdOf(sync);
      const closed = { ...open, state: 'released', closedAt: NOW + 9 } as const;
      await store.write({ sync, fence, hold: open, calls: [callOf(sync)] });
      await store.write({ sync, fence, hold: closed, calls: [callOf(sync, { state: 'closed' })] });
      expect(await taken(sync)).toMatchObject({ hold: undefined, openCalls: [] });
      expect(await store.hold(open.id)).toEqual(closed);
      expect(await store.openHolds()).not.toContainEqual(expect.objectContaining({ sync }));
    });

    test('nothing of a fenced step lands', async () => {
      const sync = freshSync();
      const { fence } = await taken(sync, 'a');
      await expire(sync);
      await taken(sync, 'b');
      const written = await store.write({
        sync,
        fence,
        hold: holdOf(sync),
        calls: [callOf(sync)],
        entries: [entryOf(sync)],
        decided: 'd',
        observed: syncOf(sync),
        release: true,
      });
      expect(written).toBe('fenced');
      expect(await store.journal({ sync })).toEqual([]);
      expect((await store.inventory()).syncs).not.toContainEqual(syncOf(sync));
      expect(await store.take(sync, 'c', TTL_MS)).toBeUndefined();
      await expire(sync);
      const next = await taken(sync, 'c');
      expect(next).toMatchObject({ hold: undefined, openCalls: [], decided: undefined });
    });

    test('nothing lands without a claim', async () => {
      const sync = freshSync();
      expect(await store.write({ sync, fence: 1, decided: 'd' })).toBe('fenced');
    });

    test('a write may give the claim back', async () => {
      const sync = freshSync();
      const { fence } = await taken(sync, 'a');
      await store.write({ sync, fence, decided: 'd', release: true });
      expect((await taken(sync, 'b')).decided).toBe('d');
    });

    test('steps of one sync that nobody waits for land in their order', async () => {
      const sync = freshSync();
      const { fence } = await taken(sync);
      const steps = Array.from({ length: 30 }, (_, index) =>
        store.write({
          sync,
          fence,
          hold: holdOf(sync, { generation: index }),
          entries: [entryOf(sync, { key: `${index}` })],
        }),
      );
      expect(new Set(await Promise.all(steps))).toEqual(new Set(['written']));
      expect((await taken(sync)).hold?.generation).toBe(29);
      const keys = (await store.journal({ sync })).map(({ key }) => key);
      expect(keys).toEqual(Array.from({ length: 30 }, (_, index) => `${index}`));
    });

    test('of a group that meets, the bad and the fenced fail alone', async () => {
      const syncs = Array.from({ length: 60 }, freshSync);
      const claims = await Promise.all(syncs.map((sync) => taken(sync)));
      const outcomes = await Promise.allSettled(
        claims.map(({ sync, fence }, index) =>
          store.write({
            sync,
            fence: index % 20 === 1 ? fence - 1 : fence,
            hold: holdOf(sync, index % 20 === 2 ? { generation: -1 } : {}),
            entries: [entryOf(sync)],
          }),
        ),
      );
      const words = outcomes.map((outcome) =>
        outcome.status === 'fulfilled' ? outcome.value : outcome.reason.code,
      );
      const expected = syncs.map((_, index) =>
        index % 20 === 1 ? 'fenced' : index % 20 === 2 ? '23514' : 'written',
      );
      expect(words).toEqual(expected);
      for (const [index, sync] of syncs.entries()) {
        expect(await store.journal({ sync })).toHaveLength(expected[index] === 'written' ? 1 : 0);
      }
    });

    test('a second open hold of a sync is refused', async () => {
      const sync = freshSync();
      const { fence } = await taken(sync);
      await store.write({ sync, fence, hold: holdOf(sync) });
      await expect(
        store.write({ sync, fence, hold: holdOf(sync, { id: `other-${sync}` }) }),
      ).rejects.toMatchObject({ code: '23505', constraint: 'one_open_hold_per_sync' });
    });

    test('a step that speaks of another sync is a bug', async () => {
      const [sync, other] = [freshSync(), freshSync()];
      const { fence } = await taken(sync);
      await expect(store.write({ sync, fence, hold: holdOf(other) })).rejects.toThrow(other);
    });

    test('NUL and halves of surrogate pairs never stop a step', async () => {
      const sync = freshSync();
      const { fence } = await taken(sync);
      const reason = 'a\0b \ud83d \\u0000 😀';
      const entry = entryOf(sync, { reason, detail: { 'k\0': '\udc00', path: 'C:\\u0000' } });
      expect(await store.write({ sync, fence, entries: [entry] })).toBe('written');
      const [kept] = await store.journal({ sync });
      expect(kept?.reason).toBe('ab \ufffd \\u0000 😀');
      expect(kept?.detail).toEqual({ k: '\ufffd', path: 'C:\\u0000' });
    });

    test('two thousand syncs at once are taken and written', async () => {
      const syncs = Array.from({ length: 2_000 }, freshSync);
      const claims = await Promise.all(syncs.map((sync) => taken(sync, 'crowd')));
      const written = await Promise.all(
        claims.map(({ sync, fence }) =>
          store.write({ sync, fence, hold: holdOf(sync), release: true }),
        ),
      );
      expect(new Set(written)).toEqual(new Set(['written']));
      const open = new Set((await store.openHolds()).map(({ sync }) => sync));
      expect(syncs.filter((sync) => !open.has(sync))).toEqual([]);
    });
  });

  describe('journal', () => {
    test('an entry comes back whole, in the order of its number', async () => {
      const sync = freshSync();
      const whole = entryOf(sync, {
        type: 'call.answered',
        actor: 'ada',
        policy: `policy-of-${sync}`,
        syncName: 'Contacts',
        hold: 'hold-1',
        occurrence: { start: NOW, end: Number.POSITIVE_INFINITY },
        before: 'active',
        after: 'paused',
        key: 'cf1-x',
        latenessMs: 12,
        detail: { status: 200, nothing: null, list: ['a', { b: true }] },
      });
      const bare = entryOf(sync, { at: NOW - 5 });
      await store.append([whole, bare]);
      const kept = await store.journal({ sync });
      expect(kept).toEqual([
        { ...whole, seq: expect.any(Number) },
        { ...bare, seq: expect.any(Number) },
      ]);
      expect(kept[1]!.seq).toBeGreaterThan(kept[0]!.seq);
    });

    test('a query narrows by each of its parts', async () => {
      const sync = freshSync();
      const policy = `narrow-${sync}`;
      await store.append([
        entryOf(sync, { at: NOW, type: 'hold.opened', policy }),
        entryOf(sync, { at: NOW + 1, type: 'hold.held' }),
        entryOf(sync, { at: NOW + 2, type: 'hold.resuming', policy }),
        entryOf(undefined, { at: NOW + 3, type: 'window.closed', policy }),
      ]);
      const types = async (query: Parameters<Store['journal']>[0]) =>
        (await store.journal(query)).map(({ type }) => type);
      expect(await types({ policy })).toEqual(['hold.opened', 'hold.resuming', 'window.closed']);
      expect(await types({ sync, types: ['hold.held', 'hold.gone'] })).toEqual(['hold.held']);
      expect(await types({ sync, types: [] })).toEqual([]);
      expect(await types({ sync, since: NOW + 1 })).toEqual(['hold.held', 'hold.resuming']);
      expect(await types({ sync, since: NOW + 1, until: NOW + 2 })).toEqual(['hold.held']);
      expect(await types({ sync, limit: 2 })).toEqual(['hold.held', 'hold.resuming']);
      const [first] = await store.journal({ sync });
      expect(await types({ sync, afterSeq: first!.seq })).toEqual(['hold.held', 'hold.resuming']);
    });

    test('nothing in it is ever changed or removed', async () => {
      await store.append([entryOf(freshSync())]);
      for (const change of [
        "update curfew.journal set reason = 'nothing happened'",
        'delete from curfew.journal',
        'delete from curfew.journal where false',
        'truncate curfew.journal',
      ]) {
        await expect(database.query(change)).rejects.toMatchObject({ code: 'CF001' });
      }
    });

    test('a boundary mark moves once from where it was seen, with its entries', async () => {
      const policy = `marked-${freshSync()}`;
      const opened = entryOf(undefined, { type: 'window.opened', policy });
      expect(await store.boundaryMark(policy)).toBeUndefined();
      expect(await store.moveBoundaryMark(policy, undefined, NOW, [opened])).toBe(true);
      expect(await store.moveBoundaryMark(policy, undefined, NOW, [opened])).toBe(false);
      expect(await store.moveBoundaryMark(policy, NOW, NOW + 1, [opened])).toBe(true);
      expect(await store.moveBoundaryMark(policy, NOW, NOW + 2, [opened])).toBe(false);
      expect(await store.moveBoundaryMark(policy, NOW + 1, NOW + 1, [opened])).toBe(false);
      expect(await store.boundaryMark(policy)).toBe(NOW + 1);
      expect(await store.journal({ policy })).toHaveLength(2);
      expect(await store.moveBoundaryMark(policy, NOW + 1, NOW, [])).toBe(true);
      expect(await store.boundaryMark(policy)).toBe(NOW);
    });
  });

  describe('alerts and caps', () => {
    const alert = { name: 'limit:all', reason: 'too many', policy: 'all', raisedAt: NOW };

    test('an alert is raised once with its entry, listed, and cleared once', async () => {
      const raised = entryOf(undefined, { type: 'alert.raised', reason: 'too many, just raised' });
      const cleared = entryOf(undefined, { type: 'alert.cleared', reason: 'just cleared' });
      const told = async (reason: string) =>
        (await store.journal({})).filter((entry) => entry.reason === reason).length;
      expect(await store.clearAlert(alert.name, [cleared])).toBe(false);
      expect(await store.raiseAlert(alert, [raised])).toBe(true);
      expect(await store.raiseAlert({ ...alert, reason: 'again' }, [raised])).toBe(false);
      expect(await store.alerts()).toEqual([alert]);
      expect(await store.clearAlert(alert.name, [cleared])).toBe(true);
      expect(await store.alerts()).toEqual([]);
      expect([await told(raised.reason), await told(cleared.reason)]).toEqual([1, 1]);
      const more = { name: 'key-refused', reason: 'no', policy: undefined, raisedAt: NOW };
      await store.raiseAlert(more, []);
      expect(await store.alerts()).toEqual([more]);
      await store.clearAlert(more.name, []);
    });

    test('of many that pause at once, as many are admitted as the cap allows', async () => {
      const asked = await Promise.all(Array.from({ length: 12 }, () => store.admitPause(5)));
      expect(asked.filter(Boolean).length).toBe(5);
      expect(await store.admitPause(6)).toBe(true);
      expect(await store.admitPause(0)).toBe(false);
      await database.query("update curfew.pauses set at = at - interval '1 hour'");
      expect(await store.admitPause(1)).toBe(true);
      expect(await store.admitPause(1)).toBe(false);
    });
  });

  describe('inventory, policies and budgets', () => {
    test('the inventory is replaced as a whole and freshened by steps', async () => {
      const [kept, gone, read] = [freshSync(), freshSync(), freshSync()];
      await store.saveInventory([syncOf(kept), syncOf(gone)], NOW);
      await store.saveInventory([syncOf(kept, { name: 'first' }), syncOf(kept)], NOW + HOUR_MS);
      expect(await store.inventory()).toEqual({ syncs: [syncOf(kept)], readAt: NOW + HOUR_MS });
      const { fence } = await taken(read);
      const observed = syncOf(read, { active: false });
      await store.write({ sync: read, fence, observed });
      expect((await store.inventory()).syncs).toEqual([syncOf(kept), observed]);
    });

    test('policy sets are found by hash, by policy, and as the one in force', async () => {
      const set = (hash: string, loadedAt: number) => ({
        hash,
        files: `files of ${hash}`,
        loadedAt,
        sources: [{ file: 'policies/night.yaml', text: `# ${hash}\0` }],
      });
      expect(await store.policySetHead()).toBeUndefined();
      expect(await store.policySet('one')).toBeUndefined();
      await store.savePolicySet(set('one', NOW));
      await store.savePolicySet(set('two', NOW + 1));
      await store.savePolicyHashes('two', ['p1', 'p2', 'p2']);
      await store.savePolicyHashes('two', []);
      expect((await store.policySetInForce())?.hash).toBe('two');
      await store.savePolicySet(set('one', NOW + 2));
      expect(await store.policySetInForce()).toEqual({
        ...set('one', NOW + 2),
        version: expect.any(Number),
        sources: [{ file: 'policies/night.yaml', text: '# one' }],
      });
      const { hash, files, loadedAt } = set('one', NOW + 2);
      const version = expect.any(Number);
      expect(await store.policySetHead()).toEqual({ hash, files, version, loadedAt });
      expect(await store.knowsPolicyFiles('files of two')).toBe(true);
      expect(await store.knowsPolicyFiles('two')).toBe(false);
      expect((await store.policySetWithPolicy('p2'))?.hash).toBe('two');
      expect(await store.policySetWithPolicy('p3')).toBeUndefined();
    });

    test('what was decided under another policy set does not land', async () => {
      const sync = freshSync();
      const { fence, rules } = await taken(sync);
      const policies = await store.savePolicySet({
        hash: 'newer',
        files: 'newer',
        loadedAt: NOW,
        sources: [],
      });
      expect(policies).toBeGreaterThan(rules.policies);
      expect((await store.policySetHead())?.version).toBe(policies);
      expect(await store.write({ sync, fence, rules, decided: 'd' })).toBe('outdated');
      expect((await taken(sync)).rules).toEqual({ ...rules, policies });
      const anew = await taken(sync);
      const step = { sync, fence: anew.fence, rules: anew.rules, decided: 'd' };
      expect(await store.write(step)).toBe('written');
    });

    test('replicas know of each other while they live, and of their files', async () => {
      const meet = (owner: string, files?: string) => store.meetReplicas(owner, files, TTL_MS);
      expect(await meet('a', 'old')).toEqual(new Set());
      expect(await meet('b', 'new')).toEqual(new Set(['old']));
      expect(await meet('c')).toEqual(new Set(['old', 'new']));
      expect(await meet('a', 'new')).toEqual(new Set(['new']));
      await store.leaveReplicas('b');
      expect(await meet('a', 'new')).toEqual(new Set());
      await database.query("update curfew.replicas set seen_at = seen_at - interval '61 s'");
      expect(await meet('d', 'old')).toEqual(new Set());
      expect(await meet('c', undefined)).toEqual(new Set(['old']));
    });

    test('a budget is spent one after the other, at most a second of it at once', async () => {
      const name = `budget-${freshSync()}`;
      const first = await store.leaseBudget(name, 10, 4);
      expect(first).toMatchObject({ granted: 4, waitMs: 0 });
      const second = await store.leaseBudget(name, 10, 100);
      expect(second.granted).toBe(10);
      expect(second.notBefore - first.notBefore).toBeCloseTo(400, -1);
      const third = await store.leaseBudget(name, 10, 1);
      expect(third.notBefore - second.notBefore).toBeCloseTo(1_000, -1);
      expect(third.waitMs).toBeGreaterThan(0);
      expect(third.waitMs).toBeLessThanOrEqual(1_400);
    });

    test('a budget below one call per second still grants calls', async () => {
      const name = `slow-${freshSync()}`;
      const first = await store.leaseBudget(name, 0.5, 3);
      const second = await store.leaseBudget(name, 0.5, 3);
      expect([first.granted, second.granted]).toEqual([1, 1]);
      expect(second.notBefore - first.notBefore).toBeCloseTo(2_000, -1);
    });

    test('a budget that a clock set back has spent far into the future comes back', async () => {
      const name = `jump-${freshSync()}`;
      await store.leaseBudget(name, 10, 1);
      await database.query(
        "update curfew.budgets set spent_until = now() + interval '1 year' where name = $1",
        [name],
      );
      expect((await store.leaseBudget(name, 10, 1)).waitMs).toBeLessThanOrEqual(60_000);
    });

    test('it answers', async () => {
      await store.ping();
    });
  });

  testTexts(() => ({ database, store }));
}

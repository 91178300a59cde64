import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { type ChainVerdict, createChainCheck } from '../../src/plan/chain-check.ts';
import { prunedEntry } from '../../src/plan/pruning.ts';
import { makeSeal, type Seal } from '../../src/plan/seal.ts';
import { canonicalJson } from '../../src/policy/canonical.ts';
import { createStore } from '../../src/store/create-store.ts';
import type { Database } from '../../src/store/database.ts';
import type { Store } from '../../src/store/store.ts';
import { entryOf, freshSync, HOUR_MS, holdOf, NOW } from './samples.ts';
import { forgetEverything, tamper } from './tamper.ts';

const DAY_MS = 24 * HOUR_MS;

/** What every store promises about seals, on a database that is migrated and this test's own. */
export function testSeals(open: () => Promise<Database>): void {
  let database: Database;
  let store: Store;
  beforeAll(async () => {
    database = await open();
    store = createStore(database);
  });
  beforeEach(() => forgetEverything(database));
  afterAll(() => store.close());

  /** Appends so many entries and gives their numbers. */
  async function append(count: number): Promise<number[]> {
    const sync = freshSync();
    await store.append(Array.from({ length: count }, (_, at) => entryOf(sync, { at: NOW + at })));
    return (await store.journal({ sync })).map(({ seq }) => seq);
  }

  /** Seals what is unsealed, up to `most` entries, as a sealer does. */
  async function seal(most = 1_000, madeAt = NOW): Promise<Seal> {
    const { last, entries } = await store.unsealed(most);
    const made = makeSeal(last, entries, madeAt, undefined);
    expect(await store.addSeal(made.seal, made.list)).toBe(true);
    return made.seal;
  }

  async function verdict(batch = 1_000): Promise<ChainVerdict> {
    const check = createChainCheck();
    let last = 0;
    for (;;) {
      const links = await store.linksAfter(last, batch);
      for (const link of links) check.take(link);
      if (links.length === 0) break;
      last = links.at(-1)!.seal.header.number;
    }
    for (const entry of (await store.unsealed(1_000)).entries) check.takeUnsealed(entry);
    return check.verdict();
  }

  async function breaches(): Promise<string[]> {
    return (await verdict()).breaches.map(({ code, seq }) => `${code} ${seq}`);
  }

  /** An insert that comes to nothing and takes a number with it. */
  async function loseNumber(): Promise<void> {
    const losing = database.query(
      "insert into curfew.journal (at, type, actor, reason) values (now(), 'none', '', '')",
    );
    await expect(losing).rejects.toMatchObject({ code: '23514' });
  }

  describe('seals', () => {
    test('are given back as they were made, whatever is in them', async () => {
      expect(await store.unsealed(10)).toEqual({ last: undefined, entries: [] });
      expect(await store.seal(1)).toBeUndefined();
      await append(3);
      const { entries } = await store.unsealed(2);
      expect(entries).toHaveLength(2);
      const signer = { keyId: '0123456789abcdef', sign: () => 'AbC+/=' };
      const first = makeSeal(undefined, entries, NOW + 123, signer);
      await store.addSeal(first.seal, first.list);
      const second = await seal();
      expect(await store.seal(1)).toEqual(first.seal);
      expect(first.seal.header.madeAt).toBe('2026-06-07T06:00:00.123Z');
      expect(await store.newestSeals(10)).toEqual([first.seal, second]);
      expect(await store.newestSeals(1)).toEqual([second]);
      expect(await store.unsealed(10)).toEqual({ last: second, entries: [] });
      const [link] = await store.linksAfter(0, 1);
      expect(link).toEqual({ ...first, list: Buffer.from(first.list), entries });
    });

    test('are made once, whoever else makes the same one', async () => {
      await append(2);
      const { last, entries } = await store.unsealed(10);
      const made = [NOW, NOW + 1, NOW + 2].map((at) => makeSeal(last, entries, at, undefined));
      const added = await Promise.all(made.map((one) => store.addSeal(one.seal, one.list)));
      expect(added.filter(Boolean)).toHaveLength(1);
      expect(await store.newestSeals(10)).toHaveLength(1);
      expect((await verdict()).ok).toBe(true);
    });

    test('are never changed or removed, nor are their lists', async () => {
      await append(1);
      await seal();
      for (const change of [
        "update curfew.seals set hash = ''",
        'delete from curfew.seals',
        'truncate curfew.seals cascade',
        "update curfew.seal_lists set list = ''",
        'delete from curfew.seal_lists',
        'delete from curfew.seal_lists where false',
        'truncate curfew.seal_lists',
      ]) {
        await expect(database.query(change), change).rejects.toMatchObject({ code: 'CF001' });
      }
    });

    test('hold over all entries, also where numbers are missing', async () => {
      await append(2);
      await loseNumber();
      const [seq] = await append(1);
      await seal(2);
      await loseNumber();
      await append(4);
      await loseNumber();
      await seal(3);
      await seal();
      await append(2);
      for (const batch of [1, 2, 3, 1_000]) {
        expect(await verdict(batch)).toMatchObject({
          ok: true,
          seals: 3,
          entries: 7,
          unsealed: { count: 2 },
        });
      }
      const { header } = (await store.seal(2))!;
      expect(header).toMatchObject({ firstSeq: seq, count: 3 });
      expect(header.lastSeq - header.firstSeq).toBeGreaterThan(2);
    });

    test('are over the very same bytes on every engine', async () => {
      const sync = 'model:7';
      await store.append([
        entryOf(sync, {
          type: 'call.answered',
          reason: 'Zoë’s “night” ✓ \u{1f600}\u2028',
          policy: 'p',
          syncName: 'Contacts',
          hold: 'h',
          occurrence: { start: Number.NEGATIVE_INFINITY, end: NOW + 0.5 },
          before: '',
          after: 'paused',
          key: 'k',
          latenessMs: 12,
          detail: { b: 1e23, a: 0.1, 10: -1.5e-7, 9: [null, { z: true, y: 'ÿ' }], '': 2 ** 53 - 1 },
        }),
      ]);
      const [entry] = (await store.unsealed(1)).entries;
      expect(canonicalJson({ ...entry, seq: 1 })).toBe(
        '{"actor":"curfew","after":"paused","at":"2026-06-07T06:00:00.000Z","before":"",' +
          '"detail":{"":9007199254740991,"10":-1.5e-7,"9":[null,{"y":"ÿ","z":true}],' +
          '"a":0.1,"b":1e+23},"hold":"h","key":"k","latenessMs":12,' +
          '"occurrence":{"end":"2026-06-07T06:00:00.000Z","start":"-infinity"},"policy":"p",' +
          '"reason":"Zoë’s “night” ✓ 😀\u2028","seq":1,"sync":"model:7",' +
          '"syncName":"Contacts","type":"call.answered"}',
      );
    });
  });

  describe('what is done behind our back', () => {
    test('to any column of an entry is found, and the entry named', async () => {
      const [, seq] = await append(3);
      await seal();
      const columns = await database.query<{ name: string; type: string }>(
        `select column_name as name, udt_name as type from information_schema.columns
          where table_schema = 'curfew' and table_name = 'journal' and column_name <> 'seq'`,
        [],
      );
      expect(columns.length).toBeGreaterThan(14);
      for (const { name, type } of columns) {
        await tamper(
          database,
          `create temporary table was as select * from curfew.journal;
           update curfew.journal set ${name} = ${otherValue(name, type)} where seq = ${seq}`,
        );
        expect(await breaches(), name).toEqual([`entry-changed ${seq}`]);
        await tamper(
          database,
          `update curfew.journal as j set ${name} = was.${name} from was where was.seq = j.seq;
           drop table was`,
        );
        expect(await breaches(), name).toEqual([]);
      }
    });

    test.each([
      ["set detail = 'null'", 'null of JSON instead of null'],
      ['set occurrence_end = now()', 'half of an occurrence'],
      ["set occurrence_start = '-infinity', occurrence_end = 'infinity'", 'an endless occurrence'],
      ["set at = at + interval '1 microsecond'", 'a microsecond'],
      ["set at = at - interval '4050 years'", 'four thousand years'],
    ])('by %s is found: %s', async (change) => {
      const [seq] = await append(1);
      await seal();
      await tamper(database, `update curfew.journal ${change}`);
      expect(await breaches()).toEqual([`entry-changed ${seq}`]);
    });

    test('to the last digit of a number is found, where no program would see it', async () => {
      await store.append([entryOf(freshSync(), { detail: { ratio: 0.1 } })]);
      const { header } = await seal();
      await tamper(
        database,
        `update curfew.journal set detail = '{"ratio": 0.10000000000000000001}'`,
      );
      expect(await breaches()).toEqual([`entry-changed ${header.firstSeq}`]);
      await tamper(database, `update curfew.journal set detail = '{"ratio": 0.10}'`);
      expect(await breaches()).toEqual([]);
    });

    test('to the set of entries is found', async () => {
      const seqs = await append(9);
      await seal(3);
      await seal(3);
      await seal(3);
      await tamper(database, `delete from curfew.journal where seq = ${seqs[4]}`);
      expect(await breaches()).toEqual([`entry-removed ${seqs[4]}`]);
      await tamper(
        database,
        `insert into curfew.journal (seq, at, type, actor, reason) overriding system value
         values (${seqs[4]}, now(), 'sync.quiet', 'curfew', 'nothing happened')`,
      );
      expect(await breaches()).toEqual([`entry-changed ${seqs[4]}`]);
      await tamper(
        database,
        `insert into curfew.journal (seq, at, type, actor, reason) overriding system value
         values (${seqs[0]! - 1}, now(), 'sync.quiet', 'curfew', 'it was always there')`,
      );
      expect((await breaches())[0]).toBe(`entry-added ${seqs[0]! - 1}`);
    });

    test('to the order of entries is found', async () => {
      const [first, second] = await append(4);
      await seal();
      await tamper(
        database,
        `update curfew.journal as j set at = k.at from curfew.journal as k
          where (j.seq, k.seq) in ((${first}, ${second}), (${second}, ${first}))`,
      );
      expect(await breaches()).toEqual([`entry-changed ${first}`, `entry-changed ${second}`]);
    });

    test('to seals is found, and does not hide what is under them', async () => {
      const seqs = await append(6);
      for (let made = 0; made < 3; made += 1) await seal(2);
      await tamper(database, 'delete from curfew.seal_lists where seal = 2');
      expect(await breaches()).toEqual([`list-changed ${seqs[2]}`]);
      await tamper(database, "update curfew.seals set entries = repeat('0', 64) where number = 2");
      expect((await breaches())[0]).toBe(`seal-changed ${seqs[2]}`);
      await tamper(database, 'delete from curfew.seals where number = 2');
      expect((await breaches())[0]).toBe(`seal-order ${seqs[2]}`);
      await tamper(database, 'truncate curfew.seals, curfew.seal_lists');
      expect(await breaches()).toEqual([`nothing-sealed ${seqs[0]}`]);
    });

    test('with a million entries under one seal is read a few at a time', async () => {
      await append(2);
      const { header } = await seal();
      await tamper(
        database,
        `insert into curfew.journal (seq, at, type, actor, reason) overriding system value
         select ${header.firstSeq} - n, now(), 'sync.quiet', 'a', ''
           from generate_series(1, 500) as n`,
      );
      const [link] = await store.linksAfter(0, 1_000);
      expect(link!.entries).toHaveLength(102);
      expect((await verdict()).ok).toBe(false);
    });
  });

  describe('entries as evidence', () => {
    test('come in their order, with their seals, as narrow as they are asked for', async () => {
      const seqs = await append(5);
      await seal(2);
      await seal(2);
      const all = await store.entriesAfter({}, 10);
      expect(all.map(({ entry, seal: number }) => [entry.seq, number])).toEqual([
        [seqs[0], 1],
        [seqs[1], 1],
        [seqs[2], 2],
        [seqs[3], 2],
        [seqs[4], null],
      ]);
      const { entries } = await store.unsealed(1);
      expect(all[4]!.entry).toEqual(entries[0]);
      expect(await store.entriesAfter({ afterSeq: seqs[1]! }, 2)).toEqual(all.slice(2, 4));
      const query = { since: NOW + 1, until: NOW + 4, types: ['hold.opened' as const] };
      expect(await store.entriesAfter(query, 10)).toEqual(all.slice(1, 4));
      expect(await store.entriesAfter({ policy: 'nobody' }, 10)).toEqual([]);
    });
  });

  describe('pruning', () => {
    /** Three seals of two entries each, a day apart from each other, and one entry more. */
    async function threeDays(): Promise<number[]> {
      const seqs = await append(7);
      for (const day of [0, 1, 2]) await seal(2, NOW + day * DAY_MS);
      return seqs;
    }

    const at = NOW + 500 * DAY_MS;

    test('finds whole seals that are old enough, from the oldest on', async () => {
      expect(await store.prunable(NOW + DAY_MS, 10)).toBeUndefined();
      const seqs = await threeDays();
      const first = { fromSeal: 1, throughSeal: 1, throughSeq: seqs[1]!, entries: 2, since: NOW };
      const second = { fromSeal: 1, throughSeal: 2, throughSeq: seqs[3]!, entries: 4, since: NOW };
      expect(await store.prunable(NOW, 10)).toBeUndefined();
      expect(await store.prunable(NOW + 1, 10)).toEqual(first);
      expect(await store.prunable(NOW + 2 * DAY_MS, 10)).toEqual(second);
      expect(await store.prunable(NOW + 2 * DAY_MS, 3)).toEqual(first);
      expect((await store.prunable(at, 10))?.throughSeal).toBe(3);
    });

    test('keeps what an open hold may have to be explained by', async () => {
      await threeDays();
      const sync = freshSync();
      const claim = (await store.take(sync, 'a', 60_000))!;
      const hold = holdOf(sync, { openedAt: NOW + DAY_MS });
      await store.write({ sync, fence: claim.fence, hold });
      expect((await store.prunable(at, 10))?.throughSeal).toBe(1);
      const closed = { ...hold, state: 'released', closedAt: at } as const;
      await store.write({ sync, fence: claim.fence, hold: closed });
      expect((await store.prunable(at, 10))?.throughSeal).toBe(3);
    });

    test('removes them once, says so, and the chain holds', async () => {
      const seqs = await threeDays();
      const range = (await store.prunable(NOW + 2 * DAY_MS, 10))!;
      const entry = prunedEntry(range, 498 * DAY_MS, at);
      const replicas = Array.from({ length: 5 }, () => store.prune(range, entry));
      expect((await Promise.all(replicas)).filter(Boolean)).toHaveLength(1);
      const left = await store.journal({});
      expect(left.map(({ seq }) => seq).slice(0, 3)).toEqual(seqs.slice(4));
      expect(left.slice(3)).toMatchObject([{ type: 'journal.pruned', reason: entry.reason }]);
      expect(await verdict()).toMatchObject({
        ok: true,
        seals: 3,
        entries: 2,
        pruned: { throughSeal: 2, throughSeq: seqs[3], retentionMs: 498 * DAY_MS },
      });
      const next = (await store.prunable(at, 10))!;
      expect(next).toEqual({
        fromSeal: 3,
        throughSeal: 3,
        throughSeq: seqs[5],
        entries: 2,
        since: NOW + 2 * DAY_MS,
      });
      await store.prune(next, prunedEntry(next, 498 * DAY_MS, at));
      await seal();
      expect(await verdict()).toMatchObject({ ok: true, seals: 4, entries: 3 });
    });

    test('is the only way out: no other removal, and none that is not written down', async () => {
      const [first, second, third] = await threeDays();
      const said = (throughSeal: number, throughSeq: number | undefined) =>
        `insert into curfew.journal (at, type, actor, reason, detail)
         values (now(), 'journal.pruned', 'me', '',
           jsonb_build_object('throughSeal', ${throughSeal}, 'throughSeq', ${throughSeq}))`;
      const through = (seq: number | undefined) => `delete from curfew.journal where seq <= ${seq}`;
      for (const removal of [
        through(second),
        `delete from curfew.journal where seq = ${first}`,
        `${said(1, first)}; ${through(first)}`,
        `${said(1, second)}; ${through(third)}`,
        `${said(1, second)}; delete from curfew.journal where seq = ${first}`,
        `${said(2, second)}; ${through(second)}`,
        `${said(1, second)}; delete from curfew.seal_lists where seal = 2`,
      ]) {
        const trying = database.transaction((session) => session.query(removal));
        await expect(trying, removal).rejects.toMatchObject({ code: 'CF001' });
      }
      await database.query(said(1, second));
      await expect(database.query(through(second))).rejects.toMatchObject({ code: 'CF001' });
    });

    test('touches nothing that was sealed less than a day ago', async () => {
      await append(2);
      const { header } = await seal(2, Date.now() - HOUR_MS);
      const range = (await store.prunable(Date.now(), 10))!;
      expect(range.throughSeq).toBe(header.lastSeq);
      const pruning = store.prune(range, prunedEntry(range, HOUR_MS, Date.now()));
      await expect(pruning).rejects.toMatchObject({ code: 'CF001' });
      expect(await store.journal({})).toHaveLength(2);
    });
  });
}

function otherValue(column: string, type: string): string {
  switch (type) {
    case 'timestamptz':
      return `coalesce(${column}, now()) + interval '1 microsecond'`;
    case 'int8':
      return `coalesce(${column}, 0) + 1`;
    case 'jsonb':
      return `coalesce(${column}, '{}') || '{"x": 1}'`;
    default:
      if (column === 'type') return "'hold.gone'";
      return column === 'sync' ? "'model:other'" : `coalesce(${column}, '') || 'x'`;
  }
}

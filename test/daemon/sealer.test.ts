import { generateKeyPairSync } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { evidenceOf } from '../../src/daemon/evidence.ts';
import { createLog } from '../../src/daemon/log.ts';
import { createPruner, type Pruner } from '../../src/daemon/pruner.ts';
import { createRecorder, type Recorder } from '../../src/daemon/recorder.ts';
import { createSealer, type Sealer } from '../../src/daemon/sealer.ts';
import {
  type ChainCheckOptions,
  type ChainVerdict,
  createChainCheck,
} from '../../src/plan/chain-check.ts';
import type { Entry } from '../../src/plan/entry.ts';
import { createEvidenceReader } from '../../src/plan/evidence.ts';
import { readSealKey, readSigner } from '../../src/plan/seal-key.ts';
import { createStore } from '../../src/store/create-store.ts';
import type { Database } from '../../src/store/database.ts';
import { openInMemory } from '../../src/store/open.ts';
import type { Store } from '../../src/store/store.ts';
import { entryOf, freshSync, HOUR_MS, NOW } from '../store/samples.ts';
import { forgetEverything, tamper } from '../store/tamper.ts';

// A real store, and a clock that is in the test's hand.

const DAY_MS = 24 * HOUR_MS;
const RETENTION_MS = 30 * DAY_MS;

let now: number;
let database: Database;
let store: Store;
let recorder: Recorder;
let logged: Record<string, unknown>[];
let announced: Entry[];
let replicas: number;

const clock = { now: () => now };

beforeAll(async () => {
  ({ database } = await openInMemory(() => undefined));
  store = createStore(database);
});
afterAll(() => store.close());

beforeEach(async () => {
  now = NOW;
  logged = [];
  announced = [];
  replicas = 0;
  await forgetEverything(database);
  await database.query('delete from curfew.claims');
  recorder = createRecorder(store);
  recorder.listen((entry) => announced.push(entry));
});

function replica(more: { signer?: Parameters<typeof createSealer>[0]['signer'] } = {}) {
  replicas += 1;
  const log = createLog({
    level: 'info',
    secrets: [],
    write: (line) => logged.push(JSON.parse(line)),
  });
  const owner = `replica-${replicas}`;
  const parts = { store, recorder, clock, log, owner, signer: more.signer };
  const sealer: Sealer = createSealer(parts);
  const pruner: Pruner = createPruner({ ...parts, retentionMs: RETENTION_MS });
  return { sealer, pruner, owner };
}

async function append(count: number): Promise<void> {
  const sync = freshSync();
  await store.append(Array.from({ length: count }, () => entryOf(sync, { at: now })));
}

/** What an auditor would find. */
async function verify(options: ChainCheckOptions = {}): Promise<ChainVerdict> {
  const check = createChainCheck(options);
  const reader = createEvidenceReader(check);
  for await (const chunk of evidenceOf(store, { query: {}, withSeals: true })) {
    for (const line of chunk.trimEnd().split('\n')) expect(reader.take(line)).toBeUndefined();
  }
  reader.end();
  return check.verdict();
}

describe('a sealer', () => {
  test('seals what is there, once, and tells the log enough to keep the seal', async () => {
    const { sealer } = replica();
    await sealer.seal();
    expect(await verify()).toMatchObject({ ok: true, seals: 0 });
    await append(3);
    now += 5_000;
    await sealer.seal();
    await sealer.seal();
    expect(await verify()).toMatchObject({ ok: true, seals: 1, entries: 3 });
    expect(logged).toMatchObject([{ msg: 'sealed', count: 3, keyId: null }]);
    const [, number, hash] = /^(\d+):(\w{64})$/.exec(String(logged[0]!.mark))!;
    const kept = [{ number: Number(number), hash: hash! }];
    expect(await verify({ kept })).toMatchObject({ ok: true, kept: 1 });
  });

  test('takes a backlog of any length in seals of a thousand', async () => {
    await append(2_500);
    await replica().sealer.seal();
    expect(await verify()).toMatchObject({ ok: true, seals: 3, entries: 2_500 });
    expect(logged.map(({ count }) => count)).toEqual([1_000, 1_000, 500]);
  });

  test('leaves it to the replica that has the duty', async () => {
    const [one, other] = [replica(), replica()];
    await append(1);
    await one.sealer.seal();
    await append(1);
    await other.sealer.seal();
    expect(await verify()).toMatchObject({ seals: 1, unsealed: { count: 1 } });
    await store.releaseDuties(one.owner);
    await other.sealer.seal();
    await store.releaseDuties(other.owner);
    await append(1);
    await one.sealer.seal();
    expect(await verify()).toMatchObject({ ok: true, seals: 3, entries: 3 });
    expect([one.sealer.message, other.sealer.message]).toEqual([undefined, undefined]);
  });

  test('signs with its key, and the next key goes on where it stopped', async () => {
    const keys = [0, 1].map(() =>
      generateKeyPairSync('ed25519', {
        publicKeyEncoding: { type: 'spki', format: 'pem' },
        privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
      }),
    );
    for (const { privateKey } of keys) {
      const { sealer, owner } = replica({ signer: readSigner(privateKey) });
      await append(1);
      await sealer.seal();
      await store.releaseDuties(owner);
    }
    const publicKeys = keys.map(({ publicKey }) => readSealKey(publicKey)!);
    expect(await verify({ keys: publicKeys })).toMatchObject({ ok: true, seals: 2 });
    expect((await verify({ keys: publicKeys.slice(1) })).breaches).toMatchObject([
      { code: 'key-unknown', seal: 1 },
    ]);
  });

  test.each([
    ['gone', 'truncate curfew.seals, curfew.seal_lists', /Seal 1, .* is gone/],
    ['another one', "update curfew.seals set hash = repeat('0', 64)", /Seal 1, .* is another one/],
  ])('does not vouch for a chain whose seal is suddenly %s', async (_, deed, message) => {
    const { sealer } = replica();
    await append(2);
    await sealer.seal();
    await tamper(database, deed);
    await append(1);
    await sealer.seal();
    await sealer.seal();
    expect(sealer.message).toMatch(message);
    expect(announced).toMatchObject([
      { type: 'alert.raised', detail: { alert: 'chain-rewritten', seal: 1 } },
    ]);
    expect(await store.newestSeals(10)).toHaveLength(deed.startsWith('truncate') ? 0 : 1);
    // A person has been told; whoever starts the daemon anew lets it go on from what is there.
    await store.releaseDuties('replica-1');
    await replica().sealer.seal();
    expect((await verify()).unsealed.count).toBe(0);
  });
});

describe('a pruner', () => {
  /** An entry a day, sealed at once, for so many days. */
  async function live(days: number, { sealer }: { sealer: Sealer }): Promise<void> {
    for (let day = 0; day < days; day += 1) {
      await append(1);
      await sealer.seal();
      now += DAY_MS;
    }
  }

  test('keeps everything where no retention is set', async () => {
    const one = replica();
    await live(50, one);
    const parts = { store, recorder, clock, owner: one.owner, retentionMs: undefined };
    await createPruner(parts).prune();
    expect(await verify()).toMatchObject({ ok: true, entries: 50, pruned: undefined });
  });

  test('lets go of what is older, a day at a time, and the chain holds', async () => {
    const one = replica();
    await live(30, one);
    now += DAY_MS / 2;
    await one.pruner.prune();
    expect(announced).toEqual([]);
    now -= DAY_MS / 2;
    await live(10, one);
    await one.pruner.prune();
    expect(announced).toMatchObject([
      {
        type: 'journal.pruned',
        at: now,
        detail: { throughSeal: 10, entries: 10, retentionMs: RETENTION_MS },
      },
    ]);
    await one.pruner.prune();
    expect(announced).toHaveLength(1);
    await one.sealer.seal();
    const verdict = await verify();
    expect(verdict).toMatchObject({
      ok: true,
      seals: 41,
      entries: 31,
      pruned: { throughSeal: 10 },
    });
    await live(40, one);
    await one.pruner.prune();
    expect(await verify()).toMatchObject({ ok: true, pruned: { throughSeal: 51 } });
  });

  test('works off a backlog in steps that others need not wait for', async () => {
    const one = replica();
    await append(25_000);
    await one.sealer.seal();
    now += 40 * DAY_MS;
    await one.pruner.prune();
    const steps = announced.map(({ detail }) => detail?.entries);
    expect(steps).toEqual([10_000, 10_000, 5_000]);
    expect(await verify()).toMatchObject({ ok: true, entries: 0, pruned: { throughSeal: 25 } });
  });

  test('does not remove the traces of whoever changed the journal', async () => {
    const one = replica();
    await live(40, one);
    const [first] = await store.journal({});
    await tamper(database, `update curfew.journal set actor = 'me' where seq = ${first!.seq}`);
    await one.pruner.prune();
    await one.pruner.prune();
    expect(one.pruner.message).toContain(`entry ${first!.seq} was changed after it was sealed`);
    expect(announced).toMatchObject([
      { type: 'alert.raised', detail: { alert: 'journal-damaged', seq: first!.seq } },
    ]);
    expect((await verify()).breaches).toMatchObject([{ code: 'entry-changed', seq: first!.seq }]);
  });
});

describe('the journal in writing', () => {
  async function lines(question: Parameters<typeof evidenceOf>[1]) {
    const read: { seq?: number; seal?: unknown; mark?: string }[] = [];
    for await (const chunk of evidenceOf(store, question)) {
      expect(chunk.endsWith('\n')).toBe(true);
      read.push(
        ...chunk
          .trimEnd()
          .split('\n')
          .map((line) => JSON.parse(line)),
      );
    }
    return read;
  }

  test('has every entry once and in order, however many there are', async () => {
    await append(2_300);
    await replica().sealer.seal();
    await append(2_200);
    const seqs = (await store.entriesAfter({}, 10_000)).map(({ entry }) => entry.seq);
    const plain = await lines({ query: {}, withSeals: false });
    expect(plain.map(({ seq }) => seq)).toEqual(seqs);
    expect(plain.filter(({ seal }) => seal === null)).toHaveLength(2_200);
    const whole = await lines({ query: {}, withSeals: true });
    expect(whole.flatMap(({ seq }) => seq ?? [])).toEqual(seqs);
    expect(whole.filter(({ mark }) => mark !== undefined)).toHaveLength(3);
    expect(whole.filter(({ seal }) => seal === null)).toHaveLength(2_200);
  });

  test('is still whole when entries are sealed while it is read, at the worst moment', async () => {
    const { sealer } = replica();
    await append(1_500);
    await sealer.seal();
    await append(10);
    const check = createChainCheck();
    const reader = createEvidenceReader(check);
    let looks = 0;
    const busy: Parameters<typeof evidenceOf>[0] = {
      ...store,
      async unsealed(most) {
        looks += 1;
        if (looks === 1) await sealer.seal();
        if (looks === 1) await append(5);
        return store.unsealed(most);
      },
    };
    for await (const chunk of evidenceOf(busy, { query: {}, withSeals: true })) {
      for (const line of chunk.trimEnd().split('\n')) reader.take(line);
    }
    reader.end();
    expect(check.verdict()).toMatchObject({ ok: true, entries: 1_510, unsealed: { count: 5 } });
  });
});

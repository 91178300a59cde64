import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { createPolicyKeeper, type PolicyKeeper } from '../../src/daemon/policy-keeper.ts';
import { createRecorder } from '../../src/daemon/recorder.ts';
import type { Entry } from '../../src/plan/entry.ts';
import { loadPolicySet } from '../../src/policy/load-policies.ts';
import type { PolicySource } from '../../src/policy/policy.ts';
import { createStore } from '../../src/store/create-store.ts';
import type { Database } from '../../src/store/database.ts';
import { openInMemory } from '../../src/store/open.ts';
import type { Store } from '../../src/store/store.ts';

let database: Database;
let store: Store;
let entries: Entry[];

beforeAll(async () => {
  ({ database } = await openInMemory(() => undefined));
  store = createStore(database);
});
afterAll(() => store.close());
beforeEach(async () => {
  entries = [];
  await database.query('delete from curfew.replicas');
  await database.query('delete from curfew.policies');
  await database.query('delete from curfew.policy_sets');
});

function sourcesOf(...names: string[]): PolicySource[] {
  const policies = names.map(
    (name) => `  ${name}:
    select: { all: true }
    pause: { during: [daily: 22:00-06:00] }
`,
  );
  const text = `version: 1\ntimezone: UTC\npolicies:\n${policies.join('')}`;
  return [{ file: 'policies/all.yaml', text }];
}

/** A policy by a calendar that is fetched, and a copy of that. */
function withFeed(title: string): PolicySource[] {
  const url = 'https://vendor.example/a.ics';
  const event = `DTSTART:20260301T020000Z\nDURATION:PT1H\nSUMMARY:${title}`;
  return [
    {
      file: 'policies/all.yaml',
      text: `version: 1
timezone: UTC
calendars: { vendor: { ics: "${url}" } }
policies:
  maintenance:
    select: { all: true }
    pause: { during: [calendar: vendor] }
`,
    },
    {
      file: url,
      text: `BEGIN:VCALENDAR\nBEGIN:VEVENT\n${event}\nEND:VEVENT\nEND:VCALENDAR\n`,
      kind: 'calendar',
    },
  ];
}

interface Replica {
  readonly keeper: PolicyKeeper;
  /** What its disk holds; undefined is a file that cannot be read. */
  disk: PolicySource[] | undefined;
  names(): string[];
}

/** A replica with its own disk, on the store that all share. */
function replica(owner: string, ...names: string[]): Replica {
  const recorder = createRecorder(store);
  recorder.listen((entry) => entries.push(entry));
  const self: Replica = {
    disk: sourcesOf(...names),
    keeper: createPolicyKeeper({
      load: async () =>
        self.disk === undefined ? { problems: [{ ...PROBLEM }] } : loadPolicySet(self.disk),
      compile: (sources) => loadPolicySet(sources).set,
      store,
      recorder,
      clock: { now: () => Date.now() },
      isObserving: false,
      owner,
    }),
    names: () => self.keeper.policies().map(({ name }) => name),
  };
  return self;
}

const PROBLEM = {
  file: 'policies/all.yaml',
  line: 1,
  column: 1,
  path: '',
  code: 'yaml-syntax',
  severity: 'error',
  message: 'this is not YAML',
} as const;

const restarted = async (owner: string, ...names: string[]) => {
  const self = replica(owner, ...names);
  await self.keeper.reload();
  return self;
};

const loaded = () => entries.filter(({ type }) => type === 'policies.loaded').length;

/** As if a replica had been silent for long. */
const die = (owner: string) =>
  database.query(
    "update curfew.replicas set seen_at = seen_at - interval '10 minutes' where owner = $1",
    [owner],
  );

describe('replicas with two policy sets on their disks', () => {
  test('news counts at once, for all of them', async () => {
    const old = await restarted('one', 'nightly');
    const young = await restarted('two', 'nightly', 'weekly');
    expect(young.names()).toEqual(['nightly', 'weekly']);
    expect(old.names()).toEqual(['nightly']);
    expect(await old.keeper.follow()).toBe(true);
    expect(old.names()).toEqual(['nightly', 'weekly']);
    expect(await old.keeper.follow()).toBe(false);
    expect(await young.keeper.follow()).toBe(false);
    expect(loaded()).toBe(2);
  });

  test('a restart does not bring the old set back while a live replica has newer', async () => {
    const old = await restarted('one', 'nightly');
    const young = await restarted('two', 'nightly', 'weekly');
    await old.keeper.follow();
    const again = await restarted('one, restarted', 'nightly');
    expect(again.names()).toEqual(['nightly', 'weekly']);
    expect(await young.keeper.follow()).toBe(false);
    expect(loaded()).toBe(2);
  });

  test('a rollback is done when the last replica with the newer set is gone', async () => {
    await restarted('one', 'nightly');
    await restarted('two', 'nightly', 'weekly');
    const back = await restarted('one, rolled back', 'nightly');
    expect(back.names()).toEqual(['nightly', 'weekly']);
    await store.leaveReplicas('two');
    expect(await back.keeper.follow()).toBe(true);
    expect(back.names()).toEqual(['nightly']);
    const second = await restarted('two, rolled back', 'nightly');
    expect(second.names()).toEqual(['nightly']);
    expect(loaded()).toBe(3);
  });

  test('a replica that died speaks for its files no longer than a minute and a half', async () => {
    await restarted('one', 'nightly');
    await restarted('two', 'nightly', 'weekly');
    await die('two');
    const back = await restarted('three', 'nightly');
    expect(back.names()).toEqual(['nightly']);
  });

  test('files that somebody changes or asks for count, even earlier ones', async () => {
    const one = await restarted('one', 'nightly');
    const two = await restarted('two', 'nightly', 'weekly');
    await one.keeper.follow();
    two.disk = sourcesOf('nightly');
    expect(await two.keeper.reload({ isWish: true })).toMatchObject({ kind: 'loaded' });
    expect(await one.keeper.follow()).toBe(true);
    expect(one.names()).toEqual(['nightly']);
    expect(await two.keeper.follow()).toBe(false);
  });

  test('a replica whose files are refused follows the others', async () => {
    const one = await restarted('one', 'nightly');
    one.disk = undefined;
    expect(await one.keeper.reload({ isWish: true })).toMatchObject({ kind: 'refused' });
    expect(one.names()).toEqual(['nightly']);
    await restarted('two', 'nightly', 'weekly');
    expect(await one.keeper.follow()).toBe(true);
    expect(one.names()).toEqual(['nightly', 'weekly']);
    expect(one.keeper.refusedSince).toBeDefined();
  });

  test('a restart on the files in force brings nothing into force anew', async () => {
    await restarted('one', 'nightly');
    const again = await restarted('one, restarted', 'nightly');
    expect(again.names()).toEqual(['nightly']);
    expect(loaded()).toBe(1);
  });

  test('who knows an older set takes over the newer one before deciding by it', async () => {
    const old = await restarted('one', 'nightly');
    const young = await restarted('two', 'nightly', 'weekly');
    expect(young.keeper.version).toBeGreaterThan(old.keeper.version);
    expect(await old.keeper.refresh(old.keeper.version)).toBe(true);
    expect(old.names()).toEqual(['nightly']);
    expect(await old.keeper.refresh(young.keeper.version)).toBe(true);
    expect(old.names()).toEqual(['nightly', 'weekly']);
    expect(old.keeper.version).toBe(young.keeper.version);
  });

  test('a set that only a newer program can read is not decided by', async () => {
    const old = await restarted('one', 'nightly');
    const version = await store.savePolicySet({
      hash: 'of the future',
      files: 'of the future',
      loadedAt: Date.now(),
      sources: [{ file: 'policies/all.yaml', text: 'version: 2\n' }],
    });
    expect(await old.keeper.refresh(version)).toBe(false);
    expect(old.names()).toEqual(['nightly']);
    expect(old.keeper.version).toBeLessThan(version);
  });

  test('of the same files the newest copy of a feed counts, no older one comes back', async () => {
    const one = await restarted('one', 'nightly');
    one.disk = withFeed('first');
    await one.keeper.reload();
    const two = replica('two');
    two.disk = withFeed('second');
    await two.keeper.reload();
    const hash = two.keeper.set!.hash;
    expect(await one.keeper.follow()).toBe(true);
    expect(await one.keeper.follow()).toBe(false);
    expect(await two.keeper.follow()).toBe(false);
    expect([one, two].map(({ keeper }) => keeper.set!.hash)).toEqual([hash, hash]);
    // Read anew, it has the newest copy, which is in force already.
    one.disk = withFeed('second');
    expect(await one.keeper.reload()).toEqual({ kind: 'unchanged' });
    expect(loaded()).toBe(3);
  });

  test('another copy of a feed does not bring old files back', async () => {
    const old = replica('one');
    old.disk = withFeed('first');
    await old.keeper.reload();
    const young = await restarted('two', 'nightly', 'weekly');
    old.disk = withFeed('second');
    expect(await old.keeper.reload()).toMatchObject({ kind: 'followed' });
    expect(old.names()).toEqual(young.names());
  });

  test('a plan of a set that another replica has is found by its hash', async () => {
    const old = await restarted('one', 'nightly');
    const unknown = 'no such hash';
    expect(await old.keeper.policyByHash(unknown)).toBeUndefined();
    const text = sourcesOf('nightly')[0]!.text.replace('22:00', '21:00');
    const young = replica('two');
    young.disk = [{ file: 'policies/all.yaml', text }];
    await young.keeper.reload();
    const [policy] = young.keeper.policies();
    expect((await old.keeper.policyByHash(policy!.hash))?.name).toBe('nightly');
  });
});

import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { realChance } from '../../src/cli/clock.ts';
import { createEnforcer, type Enforcer } from '../../src/daemon/enforcer.ts';
import { createGate, type Gate, PROBE_EVERY_MS } from '../../src/daemon/gate.ts';
import { createInventory, type InventoryCache } from '../../src/daemon/inventory.ts';
import { createOverrideCache, type OverrideCache } from '../../src/daemon/override-cache.ts';
import { createRecorder } from '../../src/daemon/recorder.ts';
import type { Entry } from '../../src/plan/entry.ts';
import type { Verdict } from '../../src/plan/verdict.ts';
import type { Sync, SyncKey } from '../../src/policy/sync.ts';
import { createPolytomic } from '../../src/polytomic/client.ts';
import type { Polytomic } from '../../src/polytomic/polytomic.ts';
import { createStore } from '../../src/store/create-store.ts';
import type { Database } from '../../src/store/database.ts';
import { openInMemory } from '../../src/store/open.ts';
import type { Store } from '../../src/store/store.ts';
import { HOUR, MINUTE, policy, timelineOf } from '../plan/rig.ts';
import {
  KEY,
  type SandboxHandle,
  type SeenRequest,
  startSandbox,
  writes,
} from '../support/sandbox.ts';

// One sync, one policy, a real store and a real sandbox. They share a clock that is in the test's
// hand and goes on by what a verdict asks for.

const START = Math.floor(Date.now() / 1_000) * 1_000;
const WINDOW = { start: START, end: START + HOUR };

let now: number;
let sandbox: SandboxHandle;
let database: Database;
let store: Store;
let polytomic: Polytomic;
let inventory: InventoryCache;
let gate: Gate;
let overrides: OverrideCache;
let enforcer: Enforcer;
let entries: Entry[];
let model: Sync;
let bulk: Sync;
let inFlight: 'leave' | 'cancel';

const clock = { now: () => now };
const never = new AbortController().signal;

beforeAll(async () => {
  ({ database } = await openInMemory(() => undefined));
  store = createStore(database);
});

afterAll(() => store.close());

beforeEach(async () => {
  now = START;
  inFlight = 'leave';
  entries = [];
  sandbox = await startSandbox({ clock });
  for (const table of ['calls', 'holds', 'claims', 'decisions', 'overrides']) {
    await database.query(`delete from curfew.${table}`);
  }
  polytomic = createPolytomic({
    baseUrl: sandbox.url,
    credentials: { kind: 'bearer', key: KEY },
    timeoutMs: 500,
    connections: 4,
    admit: async () => undefined,
    now: () => now,
    onVersionMismatch: () => undefined,
    userAgent: 'test',
  });
  const me = await polytomic.me();
  const self = me.kind === 'ok' ? { id: me.value.id, name: me.value.name } : undefined;
  const recorder = createRecorder(store);
  recorder.listen((entry) => entries.push(entry));
  inventory = createInventory(store, clock);
  gate = createGate(polytomic, recorder, clock);
  overrides = createOverrideCache(store, clock);
  enforcer = createEnforcer({
    store,
    recorder,
    inventory,
    polytomic,
    gate,
    clock,
    chance: realChance,
    policies: () => [policy('nightly', { timeline: timelineOf(WINDOW), inFlight })],
    overrides,
    self: () => self,
    organization: () => 'org',
    owner: 'test',
  });
  const listed = await polytomic.listSyncs();
  if (listed.kind !== 'ok') throw new Error(listed.reason);
  inventory.replace(listed.value, now);
  model = await idle(listed.value, 'model');
  bulk = await idle(listed.value, 'bulk');
});

afterEach(async () => {
  await polytomic.close();
  await sandbox.close();
});

/** An active sync of a kind that has nothing to run now. */
async function idle(syncs: readonly Sync[], kind: Sync['kind']): Promise<Sync> {
  for (const sync of syncs) {
    if (sync.kind !== kind || !sync.active || sync.frequency === 'continuous') continue;
    const status = await polytomic.status(sync.key);
    if (status.kind === 'ok' && (status.value.current?.isTerminal ?? true)) return sync;
  }
  throw new Error(`no idle ${kind} sync in the sandbox`);
}

function look(key: SyncKey): Promise<Verdict> {
  return enforcer.enforce({ sync: key, cause: 'boundary', due: START }, never);
}

/** Looks, and looks again when asked to, with the clock set on; until a verdict that ends it. */
async function settle(key: SyncKey): Promise<Verdict> {
  for (let looks = 0; looks < 60; looks += 1) {
    const verdict = await look(key);
    if (verdict.kind === 'retry') now = Math.max(now + 1, verdict.at);
    else if (verdict.kind === 'throttled') now += verdict.forMs;
    else return verdict;
  }
  throw new Error('it never settled');
}

async function pauseAndResume(key: SyncKey): Promise<void> {
  now = START;
  await settle(key);
  now = Math.max(now, WINDOW.end);
  await settle(key);
}

async function isActive(key: SyncKey): Promise<boolean> {
  const read = await polytomic.getSync(key);
  if (read.kind !== 'ok') throw new Error(read.reason);
  return read.value.active;
}

function types(): string[] {
  return entries.map(({ type }) => type).filter((type) => !type.startsWith('run.'));
}

function keysOf(calls: readonly SeenRequest[]): number {
  return new Set(calls.map(({ idempotency_key }) => idempotency_key)).size;
}

const fault = (body: object) => sandbox.post('/_sandbox/faults', body);
const ACTIVATE = { method: 'POST', route: '/api/**/activate' };

describe('without faults', () => {
  test('each arrow is one entry, and each call is written before it is made', async () => {
    await settle(model.key);
    expect(await isActive(model.key)).toBe(false);
    expect(types()).toEqual([
      'hold.opened',
      'call.intended',
      'call.answered',
      'hold.held',
      'sync.quiet',
    ]);
    entries.length = 0;
    now = WINDOW.end;
    await settle(model.key);
    expect(await isActive(model.key)).toBe(true);
    expect(types()).toEqual(['hold.resuming', 'call.intended', 'call.answered', 'hold.released']);
    expect(await store.openHolds()).toEqual([]);
    expect(await store.openCalls()).toEqual([]);
  });

  test('looking again changes nothing and says nothing', async () => {
    await settle(model.key);
    const told = entries.length;
    const requests = writes(await sandbox.requests()).length;
    for (let i = 0; i < 5; i += 1) expect(await look(model.key)).toMatchObject({ kind: 'done' });
    expect(entries.length).toBe(told);
    expect(writes(await sandbox.requests()).length).toBe(requests);
  });

  test('S25: a sync that was inactive before sees no call at all', async () => {
    await sandbox.post('/_sandbox/people', { name: 'Eve', sync: model.id, action: 'deactivate' });
    await pauseAndResume(model.key);
    expect(await isActive(model.key)).toBe(false);
    expect(writes(await sandbox.requests())).toEqual([]);
    expect(types()).toEqual(['hold.opened', 'hold.released']);
  });

  test('two looks at once make one effect', async () => {
    const verdicts = await Promise.all([look(model.key), look(model.key), look(model.key)]);
    expect(verdicts.filter(({ kind }) => kind === 'retry').length).toBeGreaterThan(0);
    await settle(model.key);
    expect(writes(await sandbox.requests()).length).toBe(1);
  });
});

describe('when the API misbehaves', () => {
  test.each([
    ['a reset before', { kind: 'reset' }, 1],
    ['a reset after', { kind: 'reset-after' }, 1],
    ['a stalled body', { kind: 'stall' }, 1],
    ['a truncated body', { kind: 'truncate' }, 1],
    // Its key is in flight meanwhile (409); whoever meets that too often takes a new key.
    ['latency beyond the deadline', { kind: 'latency', ms: 700 }, 2],
    ['an HTML page with 200', { kind: 'html', status: 200 }, 1],
    ['a 429 with Retry-After', { kind: 'status', status: 429, retryAfter: 2 }, 2],
    ['a gateway 503', { kind: 'status', status: 503 }, 2],
    ['a 500 that is recorded under the key', { kind: 'record-500' }, 2],
  ])('S61: %s: paused once, restored once, by the key protocol', async (_, harm, keys) => {
    for (const end of ['pause', 'resume']) {
      await fault({ ...ACTIVATE, ...harm, count: 1 });
      if (end === 'resume') now = Math.max(now, WINDOW.end);
      await settle(model.key);
      expect(await isActive(model.key)).toBe(end === 'resume');
    }
    const calls = writes(await sandbox.requests());
    const effects = calls.filter(({ effect }) => effect === 'changed');
    const off = calls.filter(({ body }) => body?.active === false);
    const on = calls.filter(({ body }) => body?.active === true);
    if (harm.kind !== 'latency') expect([keysOf(off), keysOf(on)]).toEqual([keys, keys]);
    expect(Math.max(keysOf(off), keysOf(on))).toBeLessThanOrEqual(keys);
    expect(effects.length).toBe(2);
    expect(await store.openHolds()).toEqual([]);
    expect(await store.openCalls()).toEqual([]);
  });

  test('S62: a 200 without effect is found out at the resume, and called anew', async () => {
    await settle(model.key);
    now = WINDOW.end;
    await fault({ ...ACTIVATE, kind: 'ignore', count: 1 });
    await settle(model.key);
    expect(await isActive(model.key)).toBe(true);
  });

  test('S62: a pause without effect is made again when a reading shows it', async () => {
    await fault({ ...ACTIVATE, kind: 'ignore', count: 1 });
    await settle(model.key);
    expect(await isActive(model.key)).toBe(true);
    // What a sweep does: the listing says that it is active.
    const read = await polytomic.getSync(model.key);
    if (read.kind === 'ok') inventory.put({ ...read.value, updatedAt: undefined });
    await settle(model.key);
    expect(types()).toContain('hold.renewed');
    expect(await isActive(model.key)).toBe(false);
  });

  test('S60: a pause that never works is retried till the window ends, then let go', async () => {
    await fault({ ...ACTIVATE, kind: 'status', status: 500, count: 10_000 });
    while (now < WINDOW.end) {
      const verdict = await look(model.key);
      expect(verdict.kind).toBe('retry');
      now = verdict.kind === 'retry' ? verdict.at : WINDOW.end;
    }
    const alerts = entries.filter(({ type }) => type === 'alert.raised');
    expect(alerts.map(({ detail }) => detail?.alert)).toEqual(['late-pause']);
    await sandbox.del('/_sandbox/faults');
    await settle(model.key);
    expect(await isActive(model.key)).toBe(true);
    expect(await store.openHolds()).toEqual([]);
  });

  test('S60: a resume is tried for ever, at most five minutes apart, with one alert', async () => {
    await settle(model.key);
    now = WINDOW.end;
    await fault({ ...ACTIVATE, kind: 'reset', count: 10_000 });
    for (const until = now + 3 * HOUR; now < until; ) {
      const verdict = await look(model.key);
      if (verdict.kind !== 'retry') throw new Error(`gave up: ${verdict.kind}`);
      expect(verdict.at - now).toBeLessThanOrEqual(5 * MINUTE);
      now = verdict.at;
    }
    const alerts = entries.filter(({ type }) => type === 'alert.raised');
    expect(alerts.map(({ detail }) => detail?.alert)).toEqual(['late-resume']);
    await sandbox.del('/_sandbox/faults');
    await settle(model.key);
    expect(await isActive(model.key)).toBe(true);
  });

  test('S63: a refused key stops writing and is probed each minute; then all goes on', async () => {
    await sandbox.post('/_sandbox/key', { key: 'apiKey', revoked: true });
    expect(await look(model.key)).toMatchObject({ kind: 'retry' });
    expect(gate.isOpen).toBe(false);
    expect(types()).toContain('alert.raised');
    const before = (await sandbox.requests()).length;
    for (let i = 0; i < 10; i += 1) await look(model.key);
    expect((await sandbox.requests()).length).toBe(before);
    expect(await gate.probe()).toBe(false);
    await sandbox.post('/_sandbox/key', { key: 'apiKey', revoked: false });
    now += PROBE_EVERY_MS;
    expect(await gate.probe()).toBe(true);
    await settle(model.key);
    expect(await isActive(model.key)).toBe(false);
  });
});

describe('when somebody overrides policies', () => {
  /** As another replica would: this process hears of it only through the store. */
  async function speak(kind: 'hold' | 'release'): Promise<void> {
    const said = {
      id: `${kind}-${now}`,
      kind,
      createdAt: now,
      actor: 'alice',
      reason: 'a migration',
      from: now,
      expires: now + HOUR / 2,
      select: { id: model.id },
      subject: model.name,
      covers: () => true,
    };
    const made = await store.createOverride(said, { digest: 'd' }, [], 10);
    expect(made.outcome).toBe('created');
  }

  test('a pass that starts after that hears it, whoever put it on record', async () => {
    await speak('release');
    expect(overrides.all()).toEqual([]);
    await settle(model.key);
    expect(overrides.all()).toHaveLength(1);
    expect(await isActive(model.key)).toBe(true);
    expect(writes(await sandbox.requests())).toEqual([]);
  });

  test('a call that was decided before that does not leave any more', async () => {
    // The sync is read when the pass has decided already; then somebody speaks, then it would act.
    const getSync = polytomic.getSync.bind(polytomic);
    polytomic.getSync = async (key) => {
      const read = await getSync(key);
      polytomic.getSync = getSync;
      await speak('release');
      return read;
    };
    const verdict = await look(model.key);
    expect(verdict).toMatchObject({ kind: 'retry', at: now });
    expect(writes(await sandbox.requests())).toEqual([]);
    // Nothing of that pass is on record, and the sync is free for the next one.
    const taken = await store.take(model.key, 'another', 60_000);
    expect(taken).toMatchObject({ hold: undefined, openCalls: [], decided: undefined });
    expect(types()).toEqual([]);
    await store.release(model.key, taken!.fence);
    expect(await look(model.key)).toMatchObject({ kind: 'done' });
    expect(await isActive(model.key)).toBe(true);
    expect(types()).toEqual(['sync.decided']);
  });

  test('a job whose time has not come by our clock waits for it', async () => {
    const due = START + 1_500;
    const job = { sync: model.key, cause: 'boundary', due };
    expect(await enforcer.enforce(job, never)).toMatchObject({ kind: 'retry', at: due });
    now = due;
    expect(await enforcer.enforce(job, never)).not.toMatchObject({ at: due });
    expect(await isActive(model.key)).toBe(false);
  });
});

describe('running work', () => {
  const start = (sync: Sync) =>
    sandbox.post('/_sandbox/people', { name: 'Ann', sync: sync.id, action: 'start' });

  test('S67: with cancel, a running model execution is cancelled after the pause', async () => {
    inFlight = 'cancel';
    await start(model);
    await look(model.key);
    const posts = writes(await sandbox.requests()).map(({ path }) => path.split('/').at(-1));
    expect(posts).toEqual(['activate', 'cancel']);
  });

  test('S67: with leave, it is left alone and the journal says so once', async () => {
    await start(model);
    for (let i = 0; i < 3; i += 1) {
      const verdict = await look(model.key);
      expect(verdict.kind).toBe('retry');
    }
    expect(entries.filter(({ type }) => type === 'run.left').length).toBe(1);
    expect(writes(await sandbox.requests()).length).toBe(1);
  });

  test('S68: with leave, a running bulk execution ends before its sync is paused', async () => {
    await start(bulk);
    expect(await look(bulk.key)).toMatchObject({ kind: 'retry' });
    expect(await isActive(bulk.key)).toBe(true);
    expect(types()).toEqual(['hold.opened']);
    expect(entries.at(-1)?.type).toBe('run.waited');
    await sandbox.post('/_sandbox/people', { name: 'Ann', sync: bulk.id, action: 'cancel' });
    for (let active = true; active; active = await isActive(bulk.key)) {
      now += 1_000;
      await look(bulk.key);
    }
    expect(types()).toContain('hold.held');
  });

  test('S68: with cancel, pausing a bulk sync cancels its execution by itself', async () => {
    inFlight = 'cancel';
    await start(bulk);
    await look(bulk.key);
    expect(await isActive(bulk.key)).toBe(false);
    const posts = writes(await sandbox.requests()).map(({ path }) => path.split('/').at(-1));
    expect(posts).toEqual(['activate']);
  });
});

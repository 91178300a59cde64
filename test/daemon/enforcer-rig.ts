// One sync, one policy, a real store and a real sandbox. They share a clock that is in the test's
// hand and goes on by what a verdict asks for.

import { afterAll, afterEach, beforeAll, beforeEach } from 'vitest';
import { realChance } from '../../src/cli/clock.ts';
import { createAlarms } from '../../src/daemon/alarms.ts';
import { type Breaker, createBreaker, watched } from '../../src/daemon/breaker.ts';
import { actByHand } from '../../src/daemon/by-hand.ts';
import { createEnforcer, type Enforcer } from '../../src/daemon/enforcer.ts';
import { createGate, type Gate } from '../../src/daemon/gate.ts';
import { createGuards, type Guards } from '../../src/daemon/guards.ts';
import { createInventory, type InventoryCache } from '../../src/daemon/inventory.ts';
import type { ActionResult } from '../../src/daemon/operations.ts';
import { createOverrideCache, type OverrideCache } from '../../src/daemon/override-cache.ts';
import type { PolicyKeeper } from '../../src/daemon/policy-keeper.ts';
import { createRecorder } from '../../src/daemon/recorder.ts';
import type { Entry } from '../../src/plan/entry.ts';
import type { Action } from '../../src/plan/hold.ts';
import type { Verdict } from '../../src/plan/verdict.ts';
import type { Policy } from '../../src/policy/policy.ts';
import type { Sync, SyncKey } from '../../src/policy/sync.ts';
import { createPolytomic } from '../../src/polytomic/client.ts';
import type { Polytomic } from '../../src/polytomic/polytomic.ts';
import { createStore } from '../../src/store/create-store.ts';
import type { Database } from '../../src/store/database.ts';
import { openInMemory } from '../../src/store/open.ts';
import type { Store } from '../../src/store/store.ts';
import { HOUR, policy, timelineOf } from '../plan/rig.ts';
import { KEY, type SandboxHandle, startSandbox } from '../support/sandbox.ts';

/** The real present, since the sandbox signs its answers with it. */
export const START = Math.floor(Date.now() / 1_000) * 1_000;
export const WINDOW = { start: START, end: START + HOUR };

const TABLES = [
  ...['calls', 'holds', 'claims', 'decisions', 'alerts', 'pauses', 'boundary_marks', 'overrides'],
  ...['inventory', 'inventory_reading'],
];

/** A signal of a daemon that never stops. */
export const never = new AbortController().signal;

/** What a daemon is told when it is started. */
interface Settings {
  readonly pausesPerHour?: number;
  readonly isObserving?: boolean;
}

/** What a test works on; made anew for each, but for the database. */
export interface Bench {
  now: number;
  /** What the policy `nightly` says beyond its window; may change while the test runs. */
  says: Partial<Policy>;
  /** The policies in force. */
  policies: Policy[];
  /** What asking the rate budget comes to; at first everybody is let through. */
  admit: () => Promise<number | undefined>;
  readonly sandbox: SandboxHandle;
  readonly store: Store;
  readonly polytomic: Polytomic;
  readonly inventory: InventoryCache;
  readonly gate: Gate;
  readonly overrides: OverrideCache;
  readonly breaker: Breaker;
  readonly guards: Guards;
  readonly enforcer: Enforcer;
  readonly entries: Entry[];
  /** An active sync of either kind that has nothing to run. */
  readonly model: Sync;
  readonly bulk: Sync;
  /** Makes guards and enforcer anew, as another daemon on the same store. */
  configure(settings: Settings): void;
  /**
   * The enforcer of another replica on the same store, with a clock of its own; what it asks of the
   * store and of the API goes through `pass`.
   */
  replica(owner: string, now: () => number, pass: <P extends object>(port: P) => P): Enforcer;
  look(key: SyncKey): Promise<Verdict>;
  /** Looks, and looks again when asked to, with the clock set on; until a verdict that ends it. */
  settle(key: SyncKey): Promise<Verdict>;
  /** What a sweep does first: lists all syncs into the inventory. */
  readAll(): Promise<readonly Sync[]>;
  isActive(key: SyncKey): Promise<boolean>;
  /** Forgets all that was ever done, but for what the sandbox has seen. */
  forget(): Promise<void>;
  /** The types of all entries so far, but for those about running work. */
  types(): string[];
  fault(body: object): Promise<unknown>;
  person(action: string, sync: Sync): Promise<unknown>;
  /** What a person asks of Curfew. */
  byHand(action: Action, sync: Sync): Promise<ActionResult>;
}

/** Registers the hooks that make a bench for each test of the file. */
export function useBench(): Bench {
  let database: Database;
  const clock = { now: () => bench.now };
  const bench = {
    look: (key) => bench.enforcer.enforce({ sync: key, cause: 'boundary', due: START }, never),
    async settle(key) {
      for (let looks = 0; looks < 80; looks += 1) {
        const verdict = await bench.look(key);
        if (verdict.kind === 'retry') bench.now = Math.max(bench.now + 1, verdict.at);
        else if (verdict.kind === 'throttled') bench.now += verdict.forMs;
        else return verdict;
      }
      throw new Error('it never settled');
    },
    async readAll() {
      const listed = await bench.polytomic.listSyncs();
      if (listed.kind !== 'ok') throw new Error(listed.reason);
      bench.inventory.replace(listed.value, bench.now);
      return listed.value;
    },
    async isActive(key) {
      const read = await bench.polytomic.getSync(key);
      if (read.kind !== 'ok') throw new Error(read.reason);
      return read.value.active;
    },
    types: () => bench.entries.map(({ type }) => type).filter((type) => !type.startsWith('run.')),
    fault: (body) => bench.sandbox.post('/_sandbox/faults', body),
    async forget() {
      for (const table of TABLES) await database.query(`delete from curfew.${table}`);
      bench.entries.length = 0;
    },
    person: (action, sync) =>
      bench.sandbox.post('/_sandbox/people', { name: 'Ann', sync: sync.id, action }),
  } as { -readonly [K in keyof Bench]: Bench[K] };

  beforeAll(async () => {
    ({ database } = await openInMemory(() => undefined));
    bench.store = createStore(database);
  });
  afterAll(() => bench.store.close());

  beforeEach(async () => {
    const admit = async () => undefined;
    Object.assign(bench, { now: START, says: {}, policies: [], entries: [], admit });
    await bench.forget();
    const nightly = () => policy('nightly', { timeline: timelineOf(WINDOW), ...bench.says });
    bench.sandbox = await startSandbox({ clock });
    const client = clientOf(bench.sandbox.url, clock.now, () => bench.admit());
    const me = await client.me();
    const self = me.kind === 'ok' ? { id: me.value.id, name: me.value.name } : undefined;
    const { store } = bench;
    const recorder = createRecorder(store);
    recorder.listen((entry) => bench.entries.push(entry));
    const alarms = createAlarms(store, recorder, clock);
    bench.breaker = createBreaker(alarms, clock, realChance);
    bench.polytomic = watched(client, bench.breaker);
    bench.inventory = createInventory(store, clock);
    bench.overrides = createOverrideCache(store, clock);
    bench.gate = createGate(bench.polytomic, alarms, clock);
    const policies = () => (bench.policies.length > 0 ? bench.policies : [nightly()]);
    const parts = {
      ...bench,
      recorder,
      alarms,
      clock,
      chance: realChance,
      policies,
      self: () => self,
      organization: () => 'org',
      owner: 'test',
      keeper: { policies, version: 0, refresh: async () => true },
      tzdata: '2026a',
    };
    bench.configure = ({ pausesPerHour, isObserving = false }) => {
      const keeper = { policies } as unknown as PolicyKeeper;
      bench.guards = createGuards({ ...parts, keeper, pausesPerHour });
      bench.enforcer = createEnforcer({ ...parts, guards: bench.guards, isObserving });
    };
    const sleep = async (ms: number) => {
      bench.now += ms;
    };
    bench.byHand = (action, sync) =>
      actByHand({ ...parts, sleep }, { actor: 'priya', action, sync: sync.key }, sync);
    bench.replica = (name, now, pass) => {
      const owned = { clock: { now }, owner: name, guards: bench.guards, isObserving: false };
      const ports = { store: pass(bench.store), polytomic: pass(bench.polytomic) };
      return createEnforcer({ ...parts, ...owned, ...ports });
    };
    bench.configure({});
    const syncs = await bench.readAll();
    bench.model = await idle(bench.polytomic, syncs, 'model');
    bench.bulk = await idle(bench.polytomic, syncs, 'bulk');
  });

  afterEach(async () => {
    await bench.polytomic.close();
    await bench.sandbox.close();
  });
  return bench;
}

function clientOf(baseUrl: string, now: () => number, admit: Bench['admit']): Polytomic {
  return createPolytomic({
    baseUrl,
    credentials: { kind: 'bearer', key: KEY },
    timeoutMs: 500,
    connections: 4,
    admit,
    now,
    onVersionMismatch: () => undefined,
    userAgent: 'test',
  });
}

async function idle(
  polytomic: Polytomic,
  syncs: readonly Sync[],
  kind: Sync['kind'],
): Promise<Sync> {
  for (const sync of syncs) {
    if (sync.kind !== kind || !sync.active || sync.frequency === 'continuous') continue;
    const status = await polytomic.status(sync.key);
    if (status.kind === 'ok' && (status.value.current?.isTerminal ?? true)) return sync;
  }
  throw new Error(`no idle ${kind} sync in the sandbox`);
}

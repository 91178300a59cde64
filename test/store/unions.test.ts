import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { ENTRY_TYPES } from '../../src/plan/entry.ts';
import type {
  Action,
  Baseline,
  Call,
  Hold,
  HoldState,
  OpenHoldState,
} from '../../src/plan/hold.ts';
import type { OverrideKind } from '../../src/plan/override.ts';
import type { SyncKind } from '../../src/policy/sync.ts';
import { createStore } from '../../src/store/create-store.ts';
import type { Database } from '../../src/store/database.ts';
import { openInMemory } from '../../src/store/open.ts';
import type { Store } from '../../src/store/store.ts';
import { onCrash } from './folders.ts';
import { entryOf, freshSync, holdOf } from './samples.ts';

// The compiler sees to it that these lists are whole.
const HOLD_STATES = Object.keys({
  pausing: 0,
  held: 0,
  resuming: 0,
  yielded: 0,
  released: 0,
  gone: 0,
} satisfies Record<HoldState, 0>);
const OPEN_STATES = Object.keys({
  pausing: 0,
  held: 0,
  resuming: 0,
  yielded: 0,
} satisfies Record<OpenHoldState, 0>);
const BASELINES = Object.keys({ active: 0, inactive: 0 } satisfies Record<Baseline, 0>);
const ACTIONS = Object.keys({
  activate: 0,
  deactivate: 0,
  cancel: 0,
  start: 0,
} satisfies Record<Action, 0>);
const CALL_STATES = Object.keys({ open: 0, closed: 0 } satisfies Record<Call['state'], 0>);
const OVERRIDE_KINDS = Object.keys({
  hold: 0,
  release: 0,
  skip: 0,
  end: 0,
  extend: 0,
} satisfies Record<OverrideKind, 0>);
const SYNC_KINDS = Object.keys({ model: 0, bulk: 0 } satisfies Record<SyncKind, 0>);

describe('what the tables allow is what the types allow', () => {
  let database: Database;
  let store: Store;
  beforeAll(async () => {
    database = (await openInMemory(onCrash)).database;
    store = createStore(database);
  });
  afterAll(() => store.close());

  async function wordsOf(table: string, column: string): Promise<string[]> {
    const [row] = await database.query<{ definition: string }>(
      `select pg_get_constraintdef(oid) as definition from pg_constraint
        where conrelid = $1::regclass and conname = $2`,
      [`curfew.${table}`, `${table}_${column}_check`],
    );
    return quotedIn(row!.definition);
  }

  function quotedIn(definition: string): string[] {
    return [...definition.matchAll(/'([^']+)'/g)].map(([, word]) => word!).sort();
  }

  test('in the journal, the types of entries', async () => {
    expect(await wordsOf('journal', 'type')).toEqual(Object.keys(ENTRY_TYPES).sort());
  });

  test('in holds and calls, states, baselines and actions', async () => {
    expect(await wordsOf('holds', 'state')).toEqual(HOLD_STATES.sort());
    expect(await wordsOf('holds', 'baseline')).toEqual(BASELINES.sort());
    expect(await wordsOf('calls', 'action')).toEqual(ACTIONS.sort());
    expect(await wordsOf('calls', 'state')).toEqual(CALL_STATES.sort());
  });

  test('in overrides, the kinds', async () => {
    expect(await wordsOf('overrides', 'kind')).toEqual(OVERRIDE_KINDS.sort());
  });

  test('in the index that allows one open hold per sync, the open states', async () => {
    const [row] = await database.query<{ definition: string }>(
      "select pg_get_indexdef('curfew.one_open_hold_per_sync'::regclass) as definition",
      [],
    );
    expect(quotedIn(row!.definition)).toEqual(OPEN_STATES.sort());
  });

  test('a hold of every state counts as open exactly when its type says so', async () => {
    for (const state of HOLD_STATES as HoldState[]) {
      const sync = freshSync();
      const claim = await store.take(sync, 'a', 60_000);
      const hold: Hold = holdOf(sync, { state });
      await store.write({ sync, fence: claim!.fence, hold });
      const again = await store.take(sync, 'a', 60_000);
      const isOpen = OPEN_STATES.includes(state);
      expect(again!.hold !== undefined, state).toBe(isOpen);
      expect(
        (await store.openHolds()).some(({ id }) => id === hold.id),
        state,
      ).toBe(isOpen);
    }
  });

  test('the kinds of syncs, and no others', async () => {
    for (const kind of SYNC_KINDS) await store.append([entryOf(`${kind as SyncKind}:1`)]);
    for (const wrong of ['dbt:1', 'model:', 'model']) {
      await expect(store.append([entryOf(wrong as 'model:1')])).rejects.toMatchObject({
        code: '23514',
      });
    }
  });
});

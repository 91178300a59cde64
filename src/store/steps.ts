// The hot path: taking a sync, and writing what changed for it. Two thousand syncs may want this at
// one boundary, so those that meet share a statement and a commit (0002-steps.sql).

import type { Entry } from '../plan/entry.ts';
import type { Call } from '../plan/hold.ts';
import type { SyncKey } from '../policy/sync.ts';
import { createBatcher } from './batcher.ts';
import { cleanJson } from './clean-text.ts';
import { type Database, DatabaseError, isUnreachable } from './database.ts';
import {
  type CallRow,
  callFromRow,
  callToRow,
  entryToRow,
  type HoldRow,
  holdFromRow,
  holdToRow,
} from './rows.ts';
import type { Store, Taken, WriteSet, Written } from './store.ts';

// Enough for everybody who can meet at the usual concurrency; more would only make the first wait.
const GROUP_MAX = 100;

/** `take`, `write` and `release` of a store. */
export function createSteps(database: Database): Pick<Store, 'take' | 'write' | 'release'> {
  const take = createBatcher<Wish, Taken | undefined>({
    keyOf: ({ sync }) => sync,
    sizeMax: GROUP_MAX,
    run: (wishes) => takeAll(database, wishes),
    isRepeatable,
  });
  const write = createBatcher<Step, Written>({
    keyOf: ({ sync }) => sync,
    sizeMax: GROUP_MAX,
    run: (steps) => writeAll(database, steps),
    isRepeatable,
  });
  return {
    take: (sync, owner, ttlMs) => take({ sync, owner, ttl_ms: ttlMs }),
    write: async (set) => write(stepOf(set)),
    async release(sync, fence) {
      await write(stepOf({ sync, fence, release: true }));
    },
  };
}

interface Wish {
  readonly sync: SyncKey;
  readonly owner: string;
  readonly ttl_ms: number;
}

interface TakenRow {
  readonly sync: SyncKey;
  readonly fence: number;
  readonly hold: HoldRow | null;
  readonly calls: readonly CallRow[] | null;
  readonly decided: string | null;
  readonly overrides: number;
  readonly policies: number;
  readonly listed_at: number | null;
}

async function takeAll(
  database: Database,
  wishes: readonly Wish[],
): Promise<readonly (Taken | undefined)[]> {
  const rows = await database.query<TakenRow>('select * from curfew.take_syncs($1::jsonb)', [
    cleanJson(wishes),
  ]);
  const bySync = new Map(rows.map((row) => [row.sync, takenOf(row)]));
  return wishes.map(({ sync }) => bySync.get(sync));
}

function takenOf(row: TakenRow): Taken {
  const { sync, fence, hold, calls, decided, overrides, policies, listed_at } = row;
  return {
    sync,
    fence,
    hold: hold === null ? undefined : holdFromRow(hold),
    openCalls: (calls ?? []).map(callFromRow),
    decided: decided ?? undefined,
    rules: { overrides, policies },
    listedAt: listed_at ?? undefined,
  };
}

/** A write set in the words of `curfew.write_steps`; `json` is what the database gets. */
interface Step {
  readonly sync: SyncKey;
  readonly json: string;
}

/** Made while its caller waits, so that a set that cannot be written fails nobody else. */
function stepOf(set: WriteSet): Step {
  const { sync, fence, hold, calls, entries, decided, observed, release } = set;
  const others = [hold?.sync, observed?.key, ...(calls ?? []).map((call) => call.sync)];
  const stranger = others.find((other) => other !== undefined && other !== sync);
  if (stranger !== undefined) throw new Error(`a write set of ${sync} speaks of ${stranger}`);
  const json = cleanJson({
    sync,
    fence,
    ...set.rules,
    hold: hold && holdToRow(hold),
    calls: calls?.map((call: Call) => callToRow(call)),
    entries: entries?.map((entry: Entry) => entryToRow(entry)),
    decided,
    observed,
    release,
  });
  return { sync, json };
}

async function writeAll(database: Database, steps: readonly Step[]): Promise<readonly Written[]> {
  const [row] = await database.query<Record<'standing' | 'outdated', readonly string[]>>(
    'select * from curfew.write_steps($1::jsonb)',
    [`[${steps.map(({ json }) => json).join()}]`],
  );
  const standing = new Set(row!.standing);
  const outdated = new Set(row!.outdated);
  return steps.map(({ sync }) => {
    if (standing.has(sync)) return 'written';
    return outdated.has(sync) ? 'outdated' : 'fenced';
  });
}

/** What the database refused, it has rolled back; after a lost connection nobody knows. */
function isRepeatable(error: unknown): boolean {
  return error instanceof DatabaseError && !isUnreachable(error);
}

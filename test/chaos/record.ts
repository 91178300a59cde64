// The record of a run, read with SQL when no daemon is there any more.

import type { Database } from '../../src/store/database.ts';
import { openEmbedded } from '../../src/store/open.ts';
import { connectPostgres } from '../../src/store/postgres.ts';
import type { Entry, Leftovers } from './evidence.ts';
import type { Town } from './town.ts';

/** What the tables say. */
export interface Record {
  readonly entries: readonly Entry[];
  readonly leftovers: Leftovers;
}

/** Reads everything; the daemons must have ended. */
export async function readRecord(town: Town): Promise<Record> {
  const database = await open(town);
  try {
    return { entries: await readEntries(database), leftovers: await readLeftovers(database) };
  } finally {
    await database.close();
  }
}

async function open({ postgres, data }: Town): Promise<Database> {
  if (postgres !== undefined) return connectPostgres({ url: postgres.url });
  const onCrash = (reason: Error): never => {
    throw reason;
  };
  return (await openEmbedded({ folder: data, onCrash })).database;
}

/** One answer of a database should not be hundreds of megabytes. */
const PAGE = 20_000;

async function readEntries(database: Database): Promise<Entry[]> {
  const entries: Entry[] = [];
  while (true) {
    const page = await database.query<Entry>(
      `select seq, at, type, reason, policy, sync, hold, occurrence_start, occurrence_end,
              before, after, key, detail
         from curfew.journal where seq > $1 order by seq limit ${PAGE}`,
      [entries.at(-1)?.seq ?? 0],
    );
    entries.push(...page);
    if (page.length < PAGE) return entries;
  }
}

async function readLeftovers(database: Database): Promise<Leftovers> {
  return {
    holds: await database.query(
      `select id, sync, state from curfew.holds
        where state in ('pausing', 'held', 'resuming', 'yielded')`,
    ),
    calls: await database.query(`select key, sync, action from curfew.calls where state = 'open'`),
    alerts: await database.query('select name, reason from curfew.alerts'),
  };
}

const STATUS_LIMIT_MS = 10_000;

/** What is still open, as a daemon that runs tells it; throws when none answers. */
export async function countOpen(town: Town): Promise<{ holds: number; alerts: number }> {
  const answer = await fetch(`${town.daemons[0]!.url}/v1/status`, {
    signal: AbortSignal.timeout(STATUS_LIMIT_MS),
  });
  if (!answer.ok) throw new Error(`/v1/status: ${answer.status}`);
  const { holds, alerts } = (await answer.json()) as { holds: unknown[]; alerts: unknown[] };
  return { holds: holds.length, alerts: alerts.length };
}

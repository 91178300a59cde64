// The database of a simulated world: the same PGlite that the embedded database is, with the same
// migrations, but in this thread, where answers come in an order that is the same each time.

import { PGlite, parse, protocol } from '@electric-sql/pglite';
import { DatabaseError, type Param, runTransaction } from '../../src/store/database.ts';
import { migrate } from '../../src/store/migrate.ts';
import { fromTimestamp, toTimestamp } from '../../src/store/timestamp.ts';
import type { Instant } from '../../src/time/interval.ts';

const { serialize } = protocol;
const BIGINT = 20;
const TIMESTAMPTZ = 1184;
const SETTINGS = ['shared_buffers=8MB', 'work_mem=1MB', 'search_path=bullmq'];

/** A database that one world after the other may use. */
export interface Engine {
  /** Runs a statement at an instant of the simulated time; rejects with a `DatabaseError`. */
  run(text: string, params: readonly Param[] | undefined, now: Instant): Promise<unknown[]>;
  /** Makes it as it was when it was new. */
  empty(): Promise<void>;
  close(): Promise<void>;
}

/** Opens and migrates a database, and puts simulated time into the place of its clock. */
export async function openEngine(): Promise<Engine> {
  const database = await PGlite.create({
    startParams: [...PGlite.defaultStartParams, ...SETTINGS.flatMap((word) => ['-c', word])],
    parsers: { [BIGINT]: Number, [TIMESTAMPTZ]: fromTimestamp },
  });
  let shown: Instant | undefined;

  async function run(text: string, params: readonly Param[] | undefined): Promise<unknown[]> {
    try {
      if (params !== undefined) return await runOne(database, text, params.map(toText));
      return (await database.exec(text)).at(-1)?.rows ?? [];
    } catch (error) {
      throw databaseError(error);
    }
  }

  const query = async <Row>(text: string, params?: readonly Param[]) =>
    (await run(text, params)) as Row[];
  await migrate({
    engine: 'embedded',
    query,
    transaction: (work) => runTransaction({ query }, work),
    close: () => database.close(),
  });
  await database.exec(`
    create or replace function curfew.now() returns timestamptz
    language sql volatile as $$select current_setting('simulated.now')::timestamptz$$`);

  const emptying = await emptyingScript(async (text) => (await run(text, [])) as Words[]);
  return {
    async run(text, params, now) {
      if (shown !== now) {
        shown = now;
        await database.exec(`set simulated.now = '${toTimestamp(now)}'`);
      }
      return run(text, params);
    },
    async empty() {
      await database.exec(emptying);
    },
    close: () => database.close(),
  };
}

type Words = Readonly<Record<'name' | 'text', string>>;

/**
 * What makes a database as new as it is now: rows that the migrations made stay. Some tables refuse
 * to be emptied, and rightly so; here a world ends, and they with it.
 */
async function emptyingScript(ask: (text: string) => Promise<Words[]>): Promise<string> {
  const tables = await ask(`
    select format('curfew.%I', tablename) as name from pg_tables
     where schemaname = 'curfew' and tablename <> 'migrations' order by tablename`);
  const sequences = await ask(`
    select format('curfew.%I', sequencename) as name from pg_sequences
     where schemaname = 'curfew' order by sequencename`);
  const guards = await ask(`
    select tgrelid::regclass::text as name,
           format('alter table %s enable %s trigger %I', tgrelid::regclass,
                  case tgenabled when 'A' then 'always' else '' end, tgname) as text
      from pg_trigger where not tgisinternal and tgrelid::regclass::text like 'curfew.%'
     order by 1, 2`);
  const script = guards.map(({ name }) => `alter table ${name} disable trigger user`);
  script.push(`truncate ${tables.map(({ name }) => name).join()}`);
  for (const { name } of sequences) script.push(`alter sequence ${name} restart`);
  for (const { name } of tables) {
    const [row] = await ask(
      `select '' as name, jsonb_agg(to_jsonb(t))::text as text from ${name} as t`,
    );
    if (!row?.text) continue;
    script.push(`insert into ${name} overriding system value
      select * from jsonb_populate_recordset(null::${name}, $rows$${row.text}$rows$)`);
  }
  script.push(...guards.map(({ text }) => text));
  return script.join(';\n');
}

/** All of a statement at once, its parameters as text, as src/store/pglite-worker.js does it. */
async function runOne(database: PGlite, text: string, values: (string | null)[]) {
  const request = Buffer.concat([
    serialize.parse({ text }),
    serialize.bind({ values }),
    serialize.describe({ type: 'P' }),
    serialize.execute({}),
    serialize.sync(),
  ]);
  const { messages } = await database.execProtocol(request);
  const [result] = parse.parseResults(messages, database.parsers);
  if (result === undefined) throw new Error('the engine stopped in the middle');
  return result.rows;
}

function toText(param: Param): string | null {
  if (param === null || typeof param === 'string') return param;
  if (typeof param !== 'object') return String(param);
  return `{${param.map((item) => `"${item.replace(/["\\]/g, '\\$&')}"`).join()}}`;
}

function databaseError(error: unknown): unknown {
  const { code, message, detail, constraint } = error as Partial<DatabaseError>;
  if (typeof code !== 'string' || typeof message !== 'string') return error;
  return new DatabaseError(code, message, { cause: error, detail, constraint });
}

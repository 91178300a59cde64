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
// A world asks the same few questions thousands of times: each is parsed and planned once.
const SETTINGS = [
  'shared_buffers=8MB',
  'work_mem=1MB',
  'search_path=bullmq',
  'plan_cache_mode=force_generic_plan',
];
const SHOW = "select set_config('simulated.now', $1, false)";

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
  const prepared = createPrepared(database);
  const reads = createReads();
  // What a loop asks again before anybody has written anything has the same answer.
  const answers = new Map<string, unknown[]>();
  let shown: Instant | undefined;

  async function run(
    text: string,
    given: readonly Param[] | undefined,
    now?: Instant,
  ): Promise<unknown[]> {
    try {
      const isRead = reads.isRead(text);
      // Without parameters it may be a script, which cannot be prepared.
      const params = given ?? (isRead ? [] : undefined);
      const question = isRead ? JSON.stringify([text, params]) : undefined;
      if (question === undefined) answers.clear();
      const known = question === undefined ? undefined : answers.get(question);
      if (known !== undefined) return known;
      const isNew = question === undefined && now !== undefined && now !== shown;
      const before = isNew ? [{ text: SHOW, values: [toTimestamp(now)] }] : [];
      if (isNew) shown = now;
      if (params !== undefined) {
        const rows = await prepared.run([...before, { text, values: params.map(toText) }]);
        if (question !== undefined) answers.set(question, rows);
        return rows;
      }
      if (isNew) await prepared.run(before);
      return (await database.exec(text)).at(-1)?.rows ?? [];
    } catch (error) {
      // What is undone takes the time that was shown meanwhile with it.
      shown = undefined;
      throw databaseError(error);
    } finally {
      if (text === 'rollback') shown = undefined;
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

  reads.learn((await query<Words>(NAMES_OF_READS, [])).map(({ name }) => name));
  const emptying = await emptyingScript(async (text) => (await run(text, [])) as Words[]);
  return {
    run,
    async empty() {
      answers.clear();
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

/** Functions that only read, and whose answer depends on nothing but what they read. */
const NAMES_OF_READS = `
  select proname as name, '' as text from pg_proc
   where pronamespace = 'curfew'::regnamespace and provolatile <> 'v' and prosrc !~ '\\mnow\\('
   order by proname`;

/** Knows statements that change nothing, and that mean the same at any time. */
function createReads() {
  const functions = new Set<string>();
  const verdicts = new Map<string, boolean>();
  const judge = (text: string): boolean => {
    const called = [...text.matchAll(/curfew\.(\w+)\(/g)].map(([, name]) => name!);
    return /^\s*select\b[^;]*$/.test(text) && called.every((name) => functions.has(name));
  };
  return {
    learn(names: readonly string[]): void {
      for (const name of names) functions.add(name);
      verdicts.clear();
    },
    isRead(text: string): boolean {
      const verdict = verdicts.get(text) ?? judge(text);
      verdicts.set(text, verdict);
      return verdict;
    },
  };
}

interface Statement {
  readonly text: string;
  /** The parameters as text, as src/store/pglite-worker.js sends them. */
  readonly values: (string | null)[];
}

/** Runs statements that the engine knows by name once it has read them. */
function createPrepared(database: PGlite) {
  const names = new Map<string, string>();
  let count = 0;
  return {
    /** All at once, as one transaction; gives the rows of the last. */
    async run(statements: readonly Statement[]): Promise<unknown[]> {
      const news = new Map<string, string>();
      const parts = statements.flatMap(({ text, values }) => {
        const known = names.get(text);
        const name = known ?? `s${++count}`;
        if (known === undefined) news.set(text, name);
        return [
          ...(known === undefined ? [serialize.parse({ name, text })] : []),
          serialize.bind({ statement: name, values }),
          serialize.describe({ type: 'P' }),
          serialize.execute({}),
        ];
      });
      parts.push(serialize.sync());
      const { messages } = await database.execProtocol(Buffer.concat(parts));
      const results = parse.parseResults(messages, database.parsers);
      if (results.length < statements.length) throw new Error('the engine stopped in the middle');
      for (const [text, name] of news) names.set(text, name);
      return results[statements.length - 1]!.rows;
    },
  };
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

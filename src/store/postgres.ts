// A Postgres server behind the port `Database`; the only importer of `pg`. The pool replaces every
// connection that broke, and every connection on which a statement failed, so it comes back by
// itself after a restart of the server. Statements are not repeated here: whether one that lost its
// connection took effect is unknown, and only its caller can tell what that means.

import pg from 'pg';
import { cleanText } from './clean-text.ts';
import {
  CONNECTION_FAILURE,
  type Database,
  DatabaseError,
  type Param,
  runTransaction,
  type Session,
} from './database.ts';
import { fromTimestamp } from './timestamp.ts';

// One for takes, one for writes, the others for readers; each is a process on the server.
const CONNECTIONS_MAX = 5;
const CONNECT_TIMEOUT_MS = 5_000;
// No statement of ours comes near; the server gives up first, the client when the server is gone.
const STATEMENT_TIMEOUT_MS = 30_000;
const ANSWER_GRACE_MS = 5_000;

const BIGINT = 20;
const TIMESTAMPTZ = 1184;

/** Where the server is, and how we call ourselves there. */
export interface PostgresOptions {
  /** `postgres://user:password@host:port/database`; `?sslmode=verify-full` and so on for TLS. */
  readonly url: string;
  /** Shown in `pg_stat_activity`; `curfew` when not said. */
  readonly applicationName?: string | undefined;
  /** When a statement is given up, in milliseconds. */
  readonly statementTimeoutMs?: number | undefined;
}

/** A pool of connections to a server; none is made before the first statement. */
export function connectPostgres(options: PostgresOptions): Database {
  const timeoutMs = options.statementTimeoutMs ?? STATEMENT_TIMEOUT_MS;
  const pool = new pg.Pool({
    connectionString: options.url,
    application_name: options.applicationName ?? 'curfew',
    max: CONNECTIONS_MAX,
    connectionTimeoutMillis: CONNECT_TIMEOUT_MS,
    statement_timeout: timeoutMs,
    query_timeout: timeoutMs + ANSWER_GRACE_MS,
    keepAlive: true,
    types: { getTypeParser: parserOf },
  });
  // A connection that breaks while idle is nobody's failure; the pool has already dropped it.
  pool.on('error', () => undefined);
  let closing: Promise<void> | undefined;
  return {
    engine: 'postgres',
    query: (text, params) => run(pool, text, params),
    transaction: (work) => withConnection(pool, (session) => runTransaction(session, work)),
    close() {
      closing ??= pool.end();
      return closing;
    },
  };
}

async function withConnection<T>(
  pool: pg.Pool,
  work: (session: Session) => Promise<T>,
): Promise<T> {
  const connection = await pool.connect().catch(refuse);
  // Without a listener the loss of a connection in use would end the process; the statement that
  // runs on it rejects anyway.
  const ignore = () => undefined;
  connection.on('error', ignore);
  let isFit = false;
  try {
    const result = await work({ query: (text, params) => run(connection, text, params) });
    isFit = true;
    return result;
  } finally {
    connection.removeListener('error', ignore);
    connection.release(!isFit);
  }
}

async function run<Row>(
  target: pg.Pool | pg.PoolClient,
  text: string,
  params?: readonly Param[],
): Promise<readonly Row[]> {
  // `pg` gives one result per statement when the text holds several, whatever its types say.
  const answer: unknown = await (params === undefined
    ? target.query(text)
    : target.query(text, params.map(cleanParam))
  ).catch(refuse);
  const result = Array.isArray(answer) ? answer.at(-1) : answer;
  return (result as pg.QueryResult).rows as Row[];
}

function cleanParam(param: Param): unknown {
  if (typeof param === 'string') return cleanText(param);
  return Array.isArray(param) ? param.map(cleanText) : param;
}

function refuse(error: unknown): never {
  if (error instanceof pg.DatabaseError && error.code !== undefined) {
    const { detail, constraint } = error;
    throw new DatabaseError(error.code, error.message, { cause: error, detail, constraint });
  }
  throw new DatabaseError(CONNECTION_FAILURE, reasonOf(error), { cause: error });
}

/** `::1` and `127.0.0.1` refused are two errors in one that has no words of its own. */
function reasonOf(error: unknown): string {
  if (error instanceof AggregateError) return error.errors.map(reasonOf).join(', ');
  return error instanceof Error ? error.message : String(error);
}

type ParserOf = typeof pg.types.getTypeParser;

const parserOf = ((oid: number, format?: 'text' | 'binary') => {
  if (oid === BIGINT) return Number;
  if (oid === TIMESTAMPTZ) return fromTimestamp;
  return pg.types.getTypeParser(oid, format as 'text');
}) as ParserOf;

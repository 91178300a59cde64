// The port that a Postgres server (postgres.ts) and the embedded PGlite (embedded.ts) stand behind.
// Both speak one dialect and give the same JavaScript values: `timestamptz` is epoch milliseconds
// (infinite ones too), `bigint` a number, `jsonb` what it holds. Statements name everything with
// its schema, `curfew.`, since the session's search_path belongs to the queue; values go in as
// parameters only.

/** What may be passed to a statement. Instants go in as `toTimestamp` writes them. */
export type Param = string | number | boolean | null | readonly string[];

/** Where statements run: the database itself, each on its own, or one transaction. */
export interface Session {
  /**
   * Runs one statement and gives its rows, which the caller promises to be `Row`s. Without
   * parameters the text may hold several statements; the rows are those of the last. Rejects with
   * a `DatabaseError`; the next statement works all the same.
   */
  query<Row>(text: string, params?: readonly Param[]): Promise<readonly Row[]>;
}

export interface Database extends Session {
  readonly engine: 'postgres' | 'embedded';
  /**
   * Runs `work` in a transaction of its own: committed when it resolves, rolled back when it
   * rejects or when any statement in it failed. On the embedded database nobody else gets a word
   * in, so `work` must use the session it is given and wait for nothing but that.
   */
  transaction<T>(work: (session: Session) => Promise<T>): Promise<T>;
  /** Waits for what runs, then closes. Harmless when called again. */
  close(): Promise<void>;
}

/** A statement failed. Which way is in `code`, an SQLSTATE; its text is for people. */
export class DatabaseError extends Error {
  /** Five characters; class 08 also stands for failures below SQL, such as a lost connection. */
  readonly code: string;
  readonly detail: string | undefined;
  readonly constraint: string | undefined;

  constructor(
    code: string,
    message: string,
    more: { cause?: unknown; detail?: string | undefined; constraint?: string | undefined } = {},
  ) {
    super(message, { cause: more.cause });
    this.name = 'DatabaseError';
    this.code = code;
    this.detail = more.detail;
    this.constraint = more.constraint;
  }
}

/** SQLSTATE of a connection that broke: whether the statement took effect is unknown. */
export const CONNECTION_FAILURE = '08006';

// Connection exceptions, the server shutting down or starting up, and too many connections.
const UNREACHABLE = /^(08|57P0[1-5]|53300)/;

/** Whether the database was not there, as opposed to having refused a statement. */
export function isUnreachable(error: unknown): boolean {
  return error instanceof DatabaseError && UNREACHABLE.test(error.code);
}

/** `Database.transaction` on a session that is the caller's alone until this settles. */
export async function runTransaction<T>(
  session: Session,
  work: (session: Session) => Promise<T>,
): Promise<T> {
  let failure: unknown;
  const watched: Session = {
    async query<Row>(text: string, params?: readonly Param[]) {
      try {
        return await session.query<Row>(text, params);
      } catch (error) {
        failure ??= error;
        throw error;
      }
    },
  };
  await session.query('begin');
  try {
    const result = await work(watched);
    // A COMMIT after a failed statement silently rolls back; nobody may take that for success.
    if (failure !== undefined) throw failure;
    await session.query('commit');
    return result;
  } catch (error) {
    // When even this fails the session is lost, and with it the transaction.
    await session.query('rollback').catch(() => undefined);
    throw error;
  }
}

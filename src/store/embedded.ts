// The embedded database behind the port `Database`: PGlite in a thread, on a folder that is locked
// before it is opened, or in memory. Its one session is shared with the queue.

import { chmodSync, existsSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { cleanText } from './clean-text.ts';
import { type Database, type DatabaseError, type Param, runTransaction } from './database.ts';
import { type Engine, startEngine } from './engine.ts';
import { StoreError } from './failure.ts';
import { type FolderLock, lockFolder } from './folder-lock.ts';
import { SessionPool, toArrayLiteral } from './session-pool.ts';
import { type SessionUser, shareSession } from './shared-session.ts';

const FILES = 'database';

/** The embedded database, open. */
export interface Embedded {
  readonly database: Database;
  /** The same session for BullMQ; to be ended before the database is closed. */
  readonly sessionPool: SessionPool;
}

/** Called once, when the engine ends without having been asked to; nothing works after that. */
export type OnCrash = (reason: DatabaseError) => void;

/** Locks `folder`, makes it where needed, and opens what is in it. Rejects with a `StoreError`. */
export async function openFolder(
  folder: string,
  onCrash: OnCrash,
): Promise<Embedded & { readonly lock: FolderLock }> {
  makeFolder(folder);
  const lock = await lockFolder(folder);
  try {
    const files = join(folder, FILES);
    mkdirSync(files, { recursive: true, mode: 0o700 });
    chmodSync(files, 0o700);
    const engine = await start(files, onCrash);
    return { ...share(engine, () => lock.release()), lock };
  } catch (error) {
    await lock.release();
    throw error;
  }
}

/** An embedded database that is gone when it is closed; for simulations and tests. */
export async function openMemory(onCrash: OnCrash): Promise<Embedded> {
  return share(await startEngine(undefined, onCrash), async () => undefined);
}

function makeFolder(folder: string): void {
  try {
    mkdirSync(folder, { recursive: true, mode: 0o700 });
  } catch (cause) {
    const { code } = cause as NodeJS.ErrnoException;
    throw new StoreError('folder-not-created', `Cannot make the data folder ${folder} (${code}).`, {
      cause,
    });
  }
}

async function start(files: string, onCrash: OnCrash): Promise<Engine> {
  try {
    if (!existsSync(join(files, 'PG_VERSION'))) {
      // Making a database takes three engines' memory, which only the end of a thread gives back.
      await (await startEngine(files, () => undefined)).close();
    }
    return await startEngine(files, onCrash);
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new StoreError(
      'database-broken',
      `The embedded database in ${files} does not start: ${reason}.`,
      { cause },
    );
  }
}

function share(engine: Engine, afterClose: () => Promise<void>): Embedded {
  const users = shareSession(engine);
  const sessionPool = new SessionPool(engine, users);
  let closing: Promise<void> | undefined;
  async function close(): Promise<void> {
    await sessionPool.end();
    // Whoever came before us is done when it is our turn.
    await users()
      .query('select 1')
      .catch(() => undefined);
    await engine.close();
    await afterClose();
  }
  const database: Database = {
    engine: 'embedded',
    query: (text, params) => query(users(), text, params),
    async transaction(work) {
      const user = users();
      try {
        return await runTransaction({ query: (text, params) => query(user, text, params) }, work);
      } finally {
        await user.release();
      }
    },
    close() {
      closing ??= close();
      return closing;
    },
  };
  return { database, sessionPool };
}

async function query<Row>(
  user: SessionUser,
  text: string,
  params?: readonly Param[],
): Promise<readonly Row[]> {
  return (await user.query(text, params?.map(toText))) as Row[];
}

function toText(param: Param): string | null {
  if (param === null) return null;
  if (typeof param === 'string') return cleanText(param);
  return typeof param === 'object' ? toArrayLiteral(param) : String(param);
}

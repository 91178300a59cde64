// Where a store begins: a database is opened, migrated, and given to `createStore`, and its session
// to the queue where there is only one. Everything that can go wrong here is a `StoreError`.

import { type Database, DatabaseError, isUnreachable } from './database.ts';
import { type Embedded, type OnCrash, openFolder, openMemory } from './embedded.ts';
import { StoreError } from './failure.ts';
import type { FolderLock } from './folder-lock.ts';
import { migrate, requireMigrated } from './migrate.ts';
import { connectPostgres, type PostgresOptions } from './postgres.ts';

// Rewriting a large journal may take its time, and so may waiting for a replica that does it.
const MIGRATION_TIMEOUT_MS = 15 * 60_000;

// Who we are, which database, what we may do there, and a server that only reads.
const REFUSAL = /^(28|3D|42501|25006)/;

/** Connects to a server and migrates it. `database-unreachable` is worth another try. */
export async function openPostgres(options: PostgresOptions): Promise<Database> {
  const migrator = connectPostgres({ ...options, statementTimeoutMs: MIGRATION_TIMEOUT_MS });
  try {
    await migrate(migrator);
    return connectPostgres(options);
  } catch (error) {
    throw failureOf(error, options.url);
  } finally {
    await migrator.close();
  }
}

/**
 * Connects to a server and changes nothing, for those who may only read. Rejects with a
 * `StoreError` as `openPostgres` does, and when the database is not as this version makes it.
 */
export async function lookAtPostgres(options: PostgresOptions): Promise<Database> {
  const database = connectPostgres(options);
  try {
    await requireMigrated(database);
    return database;
  } catch (error) {
    await database.close();
    throw failureOf(error, options.url);
  }
}

/** The embedded database in a folder that is locked while it is open. */
export interface EmbeddedFolder extends Embedded {
  readonly lock: FolderLock;
}

/**
 * Locks, opens and migrates the embedded database in `folder`, which is made where needed. Closing
 * the database gives the folder up. After `onCrash` everything fails: the process should end.
 */
export async function openEmbedded(options: {
  readonly folder: string;
  readonly onCrash: OnCrash;
}): Promise<EmbeddedFolder> {
  return migrated(await openFolder(options.folder, options.onCrash));
}

/** An embedded database in memory, for simulations and tests. */
export async function openInMemory(onCrash: OnCrash): Promise<Embedded> {
  return migrated(await openMemory(onCrash));
}

async function migrated<T extends Embedded>(opened: T): Promise<T> {
  try {
    await migrate(opened.database);
    return opened;
  } catch (error) {
    await opened.database.close();
    throw error;
  }
}

function failureOf(error: unknown, url: string): unknown {
  if (!(error instanceof DatabaseError)) return error;
  const where = placeOf(url);
  if (isUnreachable(error)) {
    return new StoreError(
      'database-unreachable',
      `Cannot reach the database at ${where}: ${error.message}.`,
      { cause: error },
    );
  }
  if (!REFUSAL.test(error.code)) return error;
  return new StoreError(
    'database-refused',
    `The database at ${where} refuses us: ${error.message} (SQLSTATE ${error.code}).`,
    { cause: error },
  );
}

/** Host, port and name; never user or password. */
function placeOf(url: string): string {
  if (!URL.canParse(url)) return 'the address in DATABASE_URL';
  const { host, pathname } = new URL(url);
  return `${host}${pathname}`;
}

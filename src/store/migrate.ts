import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import type { Database, Session } from './database.ts';
import { StoreError } from './failure.ts';

const FOLDER = new URL('./migrations/', import.meta.url);

// Several replicas start at once: one migrates, the others wait for it and find nothing to do.
const ALONE = "select pg_advisory_xact_lock(hashtext('curfew.migrations'))";

/** One numbered file of SQL; once applied anywhere it never changes again. */
export interface Migration {
  readonly number: number;
  readonly name: string;
  readonly sql: string;
}

/** The migrations that this program has, in order. */
export function shippedMigrations(): readonly Migration[] {
  return readdirSync(FOLDER)
    .filter((name) => name.endsWith('.sql'))
    .sort()
    .map((name) => ({
      number: Number.parseInt(name, 10),
      name,
      // A checkout on Windows must not look like another migration.
      sql: readFileSync(new URL(name, FOLDER), 'utf8').replaceAll('\r\n', '\n'),
    }));
}

/**
 * Brings the schema `curfew` up to the last of `migrations`, all of it or nothing. Rejects with
 * `database-newer` when the database has been further, with `migration-changed` when what was
 * applied there is not what we have here.
 */
export async function migrate(
  database: Database,
  migrations: readonly Migration[] = shippedMigrations(),
): Promise<void> {
  await database.transaction(async (session) => {
    await session.query(ALONE);
    const applied = await appliedMigrations(session);
    refuseStrangers(applied, migrations);
    for (const migration of migrations.slice(applied.length)) {
      await session.query(migration.sql);
      await session.query(
        'insert into curfew.migrations (number, name, checksum) values ($1, $2, $3)',
        [migration.number, migration.name, checksumOf(migration)],
      );
    }
  });
}

/** Rejects with a `StoreError` unless `migrate` would find nothing to do. */
export async function requireMigrated(
  session: Session,
  migrations: readonly Migration[] = shippedMigrations(),
): Promise<void> {
  const applied = (await hasMigrations(session)) ? await listApplied(session) : [];
  refuseStrangers(applied, migrations);
  if (applied.length === migrations.length) return;
  const has = applied.at(-1)?.name ?? 'nothing of Curfew';
  throw new StoreError(
    'database-older',
    `The database has ${has}, and this version needs ${migrations.at(-1)?.name}: ` +
      'a daemon of this version has to start on it once.',
  );
}

interface Applied {
  readonly number: number;
  readonly name: string;
  readonly checksum: string;
}

async function appliedMigrations(session: Session): Promise<readonly Applied[]> {
  if (await hasMigrations(session)) return listApplied(session);
  await session.query(`
    create schema if not exists curfew;
    create table curfew.migrations (
      number integer primary key,
      name text not null,
      checksum text not null,
      applied_at timestamptz not null default now()
    )`);
  return [];
}

async function hasMigrations(session: Session): Promise<boolean> {
  const [found] = await session.query<{ exists: boolean }>(
    "select to_regclass('curfew.migrations') is not null as exists",
    [],
  );
  return found!.exists;
}

function listApplied(session: Session): Promise<readonly Applied[]> {
  return session.query('select number, name, checksum from curfew.migrations order by number');
}

function refuseStrangers(applied: readonly Applied[], migrations: readonly Migration[]): void {
  const newest = applied.at(-1);
  if (newest !== undefined && newest.number > (migrations.at(-1)?.number ?? 0)) {
    throw new StoreError(
      'database-newer',
      `The database is newer than this version of Curfew: it has ${newest.name}. ` +
        'Use the version that made it, or a later one.',
    );
  }
  for (const [index, { name, checksum }] of applied.entries()) {
    const ours = migrations[index];
    if (ours === undefined || ours.name !== name || checksumOf(ours) !== checksum) {
      throw new StoreError(
        'migration-changed',
        `The database was made with another ${name} than this version of Curfew has.`,
      );
    }
  }
}

function checksumOf({ sql }: Migration): string {
  return createHash('sha256').update(sql).digest('hex');
}

import { createReadStream, existsSync } from 'node:fs';
import { evidenceOf } from '../daemon/evidence.ts';
import type { EntryType } from '../plan/entry.ts';
import { type SealDocument, sealDocument } from '../plan/evidence.ts';
import { parseSyncKey, type SyncKey } from '../policy/sync.ts';
import { DatabaseError, isUnreachable } from '../store/database.ts';
import type { Store } from '../store/store.ts';
import type { Instant } from '../time/interval.ts';
import { findDaemon } from './asking.ts';
import { reachOf } from './environment.ts';
import { Failure } from './failure.ts';
import type { Surroundings } from './surroundings.ts';

/** Which entries an export is about. */
export interface EvidenceFilter {
  readonly sync?: string | undefined;
  readonly policy?: string | undefined;
  readonly types?: readonly EntryType[] | undefined;
  readonly since?: Instant | undefined;
  readonly until?: Instant | undefined;
}

/** Where the journal and its seals come from; chunks of text hold many lines. */
export interface EvidenceSource {
  /** All of the journal, with its seals. */
  whole(): AsyncIterable<string>;
  entries(filter: EvidenceFilter): AsyncIterable<string>;
  seals(limit: number): Promise<readonly SealDocument[]>;
}

/**
 * The journal of the daemon when one runs, else of the database itself. That needs neither a key
 * nor the vendor's API, and on a server nothing but the right to read.
 */
export async function withEvidence<T>(
  surroundings: Surroundings,
  work: (source: EvidenceSource) => Promise<T>,
): Promise<T> {
  const daemon = await findDaemon(surroundings);
  if (daemon !== undefined) {
    return work({
      whole: () => daemon.stream('/v1/audit/evidence', { seals: 'true' }),
      entries: ({ types, since, until, ...filter }) =>
        daemon.stream('/v1/audit/evidence', {
          ...filter,
          type: types?.join(),
          since: since && new Date(since).toISOString(),
          until: until && new Date(until).toISOString(),
        }),
      seals: (limit) => daemon.get('/v1/audit/seals', { limit }),
    });
  }
  const store = await openStore(surroundings);
  try {
    return await work({
      whole: () => evidenceOf(store, { query: {}, withSeals: true }),
      async *entries({ sync, ...filter }) {
        const key = sync === undefined ? undefined : await keyOf(store, sync);
        yield* evidenceOf(store, { query: { ...filter, sync: key }, withSeals: false });
      },
      seals: async (limit) => (await store.newestSeals(limit)).map(sealDocument),
    });
  } catch (cause) {
    if (!(cause instanceof DatabaseError)) throw cause;
    const message = `the database cannot be read: ${cause.message}`;
    throw new Failure(isUnreachable(cause) ? 3 : 1, message, { cause });
  } finally {
    await store.close();
  }
}

async function openStore(surroundings: Surroundings): Promise<Store> {
  const { createStore } = await import('../store/create-store.ts');
  const { lookAtPostgres, openEmbedded } = await import('../store/open.ts');
  const { databaseUrl, dataFolder = '' } = reachOf(surroundings);
  if (databaseUrl !== undefined) {
    return createStore(await lookAtPostgres({ url: databaseUrl, applicationName: 'curfew-audit' }));
  }
  // Opening would make one, and an empty journal proves nothing.
  if (!existsSync(dataFolder)) throw new Failure(1, `there is no database in ${dataFolder}`);
  // What is asked of an engine that has crashed fails, and that is told.
  const options = { folder: dataFolder, onCrash: () => undefined };
  return createStore((await openEmbedded(options)).database);
}

/** The journal also knows syncs that are deleted; the inventory knows names. */
async function keyOf(store: Store, text: string): Promise<SyncKey> {
  if (parseSyncKey(text) !== undefined) return text as SyncKey;
  const { resolveSync } = await import('../daemon/create-operations.ts');
  const resolution = resolveSync((await store.inventory()).syncs, text);
  if (resolution.kind === 'found') return resolution.sync.key;
  const what = resolution.kind === 'none' ? 'no sync has' : 'several syncs have';
  throw new Failure(1, `${what} the name ${JSON.stringify(text)}; name it as kind:id`);
}

/** The text of a file, in chunks; a file that cannot be read is wrong usage. */
export async function* readText(path: string): AsyncGenerator<string> {
  try {
    for await (const chunk of createReadStream(path, 'utf8')) yield chunk as string;
  } catch (cause) {
    const { code } = cause as NodeJS.ErrnoException;
    throw new Failure(2, `${path} cannot be read (${code})`, { cause });
  }
}

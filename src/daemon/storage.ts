import { settledWithin } from '../queue/deadline.ts';
import type { QueueConnection } from '../queue/queue.ts';
import { createStore } from '../store/create-store.ts';
import { StoreError } from '../store/failure.ts';
import { openEmbedded, openPostgres } from '../store/open.ts';
import type { Store } from '../store/store.ts';
import type { DaemonOptions } from './daemon-options.ts';
import { realTimers } from './loop.ts';
import type { Waiting } from './operations.ts';
import { untilItWorks } from './patience.ts';
import { StartError } from './start-error.ts';

/** A server that says nothing is not waited for when a process wants to end. */
const CLOSE_WITHIN_MS = 3_000;

/** The store, and where the queue lives when it has no server of its own. */
export interface Storage {
  readonly store: Store;
  readonly queueConnection: QueueConnection;
  close(): Promise<void>;
}

/** Opens the database that the configuration names; waits for a server that is away. */
export async function openStorage(
  options: DaemonOptions,
  onWaiting: ((waiting: Waiting) => void) | undefined,
  signal: AbortSignal,
): Promise<Storage> {
  const { config } = options;
  try {
    return await untilItWorks(() => open(options), {
      timers: realTimers,
      isHopeless: (error) => onWaiting === undefined || !isAway(error),
      onWaiting: (error) =>
        onWaiting?.({
          part: 'database',
          message: `Waiting for the database: ${error instanceof Error ? error.message : error}`,
        }),
      signal,
    });
  } catch (error) {
    if (error instanceof StoreError) throw new StartError('store', error.message, { cause: error });
    throw error;
  }

  async function open({ address, onFatal }: DaemonOptions): Promise<Storage> {
    if (config.databaseUrl !== undefined) {
      const url = config.databaseUrl;
      const store = createStore(await openPostgres({ url, applicationName: 'curfew' }));
      return {
        store,
        queueConnection: redisOr({ kind: 'postgres', url }),
        close: async () => void (await settledWithin(CLOSE_WITHIN_MS, store.close())),
      };
    }
    const embedded = await openEmbedded({
      folder: config.data,
      onCrash: (reason) => onFatal?.(reason),
    });
    const listen = address?.();
    if (listen !== undefined) embedded.lock.setAddress(listen);
    const store = createStore(embedded.database);
    // The lock of the folder says that nobody else is alive who could hold a claim.
    await store.dropClaims();
    return {
      store,
      queueConnection: redisOr({ kind: 'embedded', pool: embedded.sessionPool }),
      async close() {
        await embedded.sessionPool.end();
        await store.close();
      },
    };
  }

  function redisOr(fallback: QueueConnection): QueueConnection {
    return config.redisUrl === undefined ? fallback : { kind: 'redis', url: config.redisUrl };
  }
}

function isAway(error: unknown): boolean {
  return error instanceof StoreError && error.code === 'database-unreachable';
}

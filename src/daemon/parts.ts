import { hostname } from 'node:os';
import type { Override } from '../plan/override.ts';
import { loadPolicySet } from '../policy/load-policies.ts';
import { createPolytomic } from '../polytomic/client.ts';
import type { Identity, Polytomic } from '../polytomic/polytomic.ts';
import type { QueueConnection } from '../queue/queue.ts';
import type { Store } from '../store/store.ts';
import { createBudget } from './budget.ts';
import type { DaemonOptions } from './daemon-options.ts';
import { createFeedKeeper, type FeedKeeper } from './feed-keeper.ts';
import { createGate, type Gate } from './gate.ts';
import { createInventory, type InventoryCache } from './inventory.ts';
import { sleep } from './loop.ts';
import type { Waiting } from './operations.ts';
import { untilItWorks } from './patience.ts';
import { createPolicyFiles, type PolicyFiles } from './policy-files.ts';
import { createPolicyKeeper, type PolicyKeeper } from './policy-keeper.ts';
import { createRecorder, type Recorder } from './recorder.ts';
import { StartError } from './start-error.ts';
import { openStorage, type Storage } from './storage.ts';

/** One attempt of a call: long enough for a slow list page, short beside a claim. */
const API_TIMEOUT_MS = 10_000;

/** Sockets to the API; as many as jobs run at once, since each waits for one answer at a time. */
export const CONCURRENCY = 50;

/** What a daemon and a command by hand have in common: everything but the queue. */
export interface Parts {
  readonly storage: Storage;
  readonly store: Store;
  readonly queueConnection: QueueConnection;
  readonly recorder: Recorder;
  readonly polytomic: Polytomic;
  readonly identity: Identity;
  readonly inventory: InventoryCache;
  readonly feeds: FeedKeeper;
  readonly files: PolicyFiles;
  readonly keeper: PolicyKeeper;
  readonly gate: Gate;
  readonly overrides: () => readonly Override[];
  readonly owner: string;
  close(): Promise<void>;
}

/**
 * Connects the API and the store. A key that is refused and a store that can never open reject at
 * once with a `StartError`. With `onWaiting`, what is merely away is waited for; without, it
 * rejects too: a command by hand has a person waiting.
 */
export async function connectParts(
  options: DaemonOptions,
  onWaiting: ((waiting: Waiting) => void) | undefined,
  signal: AbortSignal,
): Promise<Parts> {
  const { config, clock, log } = options;
  let admit: () => Promise<void> = async () => undefined;
  const polytomic = createPolytomic({
    baseUrl: config.polytomic.url,
    credentials: config.polytomic.credentials,
    timeoutMs: API_TIMEOUT_MS,
    connections: CONCURRENCY,
    admit: () => admit(),
    now: () => clock.now(),
    onVersionMismatch: (served) => log.warn({ served }, 'The API served another version.'),
    userAgent: `curfew/${options.version}`,
  });
  try {
    // The key is checked before anything is opened: a wrong one should change nothing.
    const first = await askIdentity(polytomic, onWaiting === undefined);
    const storage = await openStorage(options, onWaiting, signal);
    try {
      const identity = first ?? (await awaitIdentity(polytomic, onWaiting, signal));
      admit = createBudget(storage.store, config.polytomic.ratePerSecond, sleep);
      return assemble(options, storage, polytomic, identity);
    } catch (error) {
      await storage.close();
      throw error;
    }
  } catch (error) {
    await polytomic.close();
    throw error;
  }
}

function assemble(
  options: DaemonOptions,
  storage: Storage,
  polytomic: Polytomic,
  identity: Identity,
): Parts {
  const { config, clock } = options;
  const { store } = storage;
  const recorder = createRecorder(store);
  const feeds = createFeedKeeper({
    store,
    recorder,
    clock,
    fetching: {
      allowsPrivate: config.privateCalendars,
      userAgent: `curfew/${options.version}`,
    },
  });
  const files = createPolicyFiles(config.policies, feeds, clock);
  const keeper = createPolicyKeeper({
    load: files.load,
    compile: (sources) => loadPolicySet(sources).set,
    store,
    recorder,
    clock,
  });
  return {
    storage,
    store,
    queueConnection: storage.queueConnection,
    recorder,
    polytomic,
    identity,
    inventory: createInventory(store, clock),
    feeds,
    files,
    keeper,
    gate: createGate(polytomic, recorder, clock),
    overrides: () => [],
    owner: `${hostname()}-${options.chance.uuid()}`,
    async close() {
      await polytomic.close();
      await storage.close();
    },
  };
}

/** Who we are; undefined when the API cannot be reached just now. */
async function askIdentity(
  polytomic: Polytomic,
  mustAnswer: boolean,
): Promise<Identity | undefined> {
  const outcome = await polytomic.me();
  if (outcome.kind === 'ok') return outcome.value;
  if (outcome.kind === 'unauthorized') {
    throw new StartError(
      'credentials',
      `The API refuses the key in POLYTOMIC_API_KEY (or POLYTOMIC_ORG_ID and POLYTOMIC_ORG_KEY):` +
        ` ${outcome.reason}`,
    );
  }
  if (mustAnswer) throw new StartError('api', `The API cannot be reached: ${outcome.reason}`);
  return undefined;
}

async function awaitIdentity(
  polytomic: Polytomic,
  onWaiting: ((waiting: Waiting) => void) | undefined,
  signal: AbortSignal,
): Promise<Identity> {
  return untilItWorks(
    async () => {
      const identity = await askIdentity(polytomic, false);
      if (identity === undefined) throw new Error('The API cannot be reached.');
      return identity;
    },
    {
      isHopeless: (error) => error instanceof StartError,
      onWaiting: () =>
        onWaiting?.({
          part: 'api',
          message: 'Waiting for the Polytomic API, which cannot be reached.',
        }),
      signal,
    },
  );
}

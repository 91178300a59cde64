import { hostname } from 'node:os';
import { readSigner } from '../plan/seal-key.ts';
import { loadPolicySet } from '../policy/load-policies.ts';
import { createPolytomic } from '../polytomic/client.ts';
import type { Identity, Polytomic } from '../polytomic/polytomic.ts';
import type { QueueConnection } from '../queue/queue.ts';
import type { Store } from '../store/store.ts';
import { type Alarms, createAlarms } from './alarms.ts';
import { type Breaker, createBreaker, watched } from './breaker.ts';
import { createBudget } from './budget.ts';
import type { DaemonOptions } from './daemon-options.ts';
import { createFeedKeeper, type FeedKeeper } from './feed-keeper.ts';
import { createGate, type Gate } from './gate.ts';
import { createGuards, type Guards } from './guards.ts';
import { createInventory, type InventoryCache } from './inventory.ts';
import { sleep } from './loop.ts';
import type { Waiting } from './operations.ts';
import { createOverrideCache, type OverrideCache } from './override-cache.ts';
import { untilItWorks } from './patience.ts';
import { createPolicyFiles, type PolicyFiles } from './policy-files.ts';
import { createPolicyKeeper, type PolicyKeeper } from './policy-keeper.ts';
import { createPruner, type Pruner } from './pruner.ts';
import { createRecorder, type Recorder } from './recorder.ts';
import { createSealer, type Sealer } from './sealer.ts';
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
  readonly breaker: Breaker;
  readonly alarms: Alarms;
  readonly guards: Guards;
  readonly sealer: Sealer;
  readonly pruner: Pruner;
  readonly overrides: OverrideCache;
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
  client: Polytomic,
  identity: Identity,
): Parts {
  const { config, clock, log } = options;
  const { sealKey, retentionMs } = config;
  const { store } = storage;
  const owner = `${hostname()}-${options.chance.uuid()}`;
  const recorder = createRecorder(store);
  const alarms = createAlarms(store, recorder, clock);
  const breaker = createBreaker(alarms, clock, options.chance);
  const polytomic = watched(client, breaker);
  const inventory = createInventory(store, clock);
  const signer = sealKey === undefined ? undefined : readSigner(sealKey);
  const feeds = createFeedKeeper({
    store,
    recorder,
    alarms,
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
    isObserving: options.isObserving ?? false,
    owner,
  });
  return {
    storage,
    store,
    queueConnection: storage.queueConnection,
    recorder,
    polytomic,
    identity,
    inventory,
    feeds,
    files,
    keeper,
    alarms,
    breaker,
    guards: createGuards({
      keeper,
      inventory,
      polytomic,
      store,
      alarms,
      clock,
      pausesPerHour: config.pausesPerHour,
    }),
    gate: createGate(polytomic, alarms, clock),
    sealer: createSealer({ store, recorder, clock, log, owner, signer }),
    pruner: createPruner({ store, recorder, clock, owner, retentionMs }),
    overrides: createOverrideCache(store, clock),
    owner,
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

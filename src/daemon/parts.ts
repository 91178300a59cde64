import { hostname } from 'node:os';
import { quietMs } from '../plan/retry.ts';
import { readSigner } from '../plan/seal-key.ts';
import { loadPolicySet } from '../policy/load-policies.ts';
import { createPolytomic } from '../polytomic/client.ts';
import type { Identity, Polytomic } from '../polytomic/polytomic.ts';
import { createQueue, type QueueOptions } from '../queue/create-queue.ts';
import type { Queue, QueueConnection } from '../queue/queue.ts';
import type { Database } from '../store/database.ts';
import type { Store } from '../store/store.ts';
import { type Alarms, createAlarms } from './alarms.ts';
import { type Breaker, createBreaker, watched } from './breaker.ts';
import { type Budget, createBudget, PASSES_MAX } from './budget.ts';
import type { Timers } from './clock.ts';
import type { DaemonOptions } from './daemon-options.ts';
import { createFeedKeeper, type FeedKeeper } from './feed-keeper.ts';
import { createGate, type Gate } from './gate.ts';
import { createGuards, type Guards } from './guards.ts';
import { createInventory, type InventoryCache } from './inventory.ts';
import { realTimers, sleep } from './loop.ts';
import type { Waiting } from './operations.ts';
import { createOverrideCache, type OverrideCache } from './override-cache.ts';
import { untilItWorks } from './patience.ts';
import { type PolicyFiles, policyFilesAt } from './policy-files.ts';
import { createPolicyKeeper, type PolicyKeeper } from './policy-keeper.ts';
import { createPolicyReader, type PolicyReader } from './policy-reader.ts';
import { createPruner, type Pruner } from './pruner.ts';
import { createRecorder, type Recorder } from './recorder.ts';
import { createSealer, type Sealer } from './sealer.ts';
import { StartError } from './start-error.ts';
import { openStorage } from './storage.ts';

/** One attempt of a call: long enough for a slow list page, short beside a claim. */
const API_TIMEOUT_MS = 10_000;

/** The parts that reach out of this process; all that a simulated world has to stand in for. */
export interface Ports {
  readonly store: Store;
  readonly polytomic: Polytomic;
  readonly identity: Identity;
  readonly policyFiles: PolicyFiles;
  readonly timers: Timers;
  readonly databaseKind: Database['engine'];
  readonly queueKind: QueueConnection['kind'];
  /** The queue of this installation, not yet open. */
  createQueue(options: Omit<QueueOptions, 'connection'>): Queue;
  close(): Promise<void>;
}

/** What the parts inside of a process have to be told. */
type AssemblyOptions = Pick<
  DaemonOptions,
  'clock' | 'chance' | 'log' | 'version' | 'isObserving'
> & {
  readonly config: Pick<
    DaemonOptions['config'],
    'sealKey' | 'retentionMs' | 'pausesPerHour' | 'privateCalendars'
  >;
};

/** What a daemon and a command by hand have in common: everything but a queue that is open. */
export interface Parts extends Ports {
  readonly recorder: Recorder;
  readonly inventory: InventoryCache;
  readonly feeds: FeedKeeper;
  readonly reader: PolicyReader;
  readonly keeper: PolicyKeeper;
  readonly gate: Gate;
  readonly breaker: Breaker;
  readonly alarms: Alarms;
  readonly guards: Guards;
  readonly sealer: Sealer;
  readonly pruner: Pruner;
  readonly overrides: OverrideCache;
  readonly owner: string;
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
  /** There is none before the store is open. */
  let budget: Budget | undefined;
  const polytomic = createPolytomic({
    baseUrl: config.polytomic.url,
    credentials: config.polytomic.credentials,
    timeoutMs: API_TIMEOUT_MS,
    // Each pass waits for one answer at a time.
    connections: PASSES_MAX,
    admit: async () => budget?.admit(),
    onThrottled: async (ms) => budget?.quieten(quietMs(ms, 1, options.chance.random())),
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
      const { store, queueConnection: connection } = storage;
      budget = createBudget(store, config.polytomic.ratePerSecond, (ms) => sleep(realTimers, ms));
      return assembleParts(options, {
        store,
        polytomic,
        identity,
        policyFiles: policyFilesAt(config.policies),
        timers: realTimers,
        databaseKind: config.databaseUrl === undefined ? 'embedded' : 'postgres',
        queueKind: connection.kind,
        createQueue: (wishes) => createQueue({ ...wishes, connection }),
        async close() {
          await polytomic.close();
          await storage.close();
        },
      });
    } catch (error) {
      await storage.close();
      throw error;
    }
  } catch (error) {
    await polytomic.close();
    throw error;
  }
}

/** Puts the parts together that live inside this process. */
export function assembleParts(options: AssemblyOptions, ports: Ports): Parts {
  const { clock, chance, log, config } = options;
  const { store } = ports;
  const { sealKey, retentionMs, pausesPerHour } = config;
  const owner = `${hostname()}-${chance.uuid()}`;
  const recorder = createRecorder(store);
  const alarms = createAlarms(store, recorder, clock);
  const breaker = createBreaker(alarms, clock, chance);
  const polytomic = watched(ports.polytomic, breaker);
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
  const reader = createPolicyReader(ports.policyFiles, feeds, clock);
  const keeper = createPolicyKeeper({
    load: reader.load,
    compile: (sources) => loadPolicySet(sources).set,
    store,
    recorder,
    clock,
    isObserving: options.isObserving ?? false,
    owner,
  });
  return {
    ...ports,
    recorder,
    polytomic,
    inventory,
    feeds,
    reader,
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
      pausesPerHour,
    }),
    gate: createGate(polytomic, alarms, clock),
    sealer: createSealer({ store, recorder, clock, log, owner, signer }),
    pruner: createPruner({ store, recorder, clock, owner, retentionMs }),
    overrides: createOverrideCache(store, clock),
    owner,
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
      timers: realTimers,
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

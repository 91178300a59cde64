import { explain } from '../plan/explain.ts';
import type { Hold } from '../plan/hold.ts';
import type { Override } from '../plan/override.ts';
import type { Policy } from '../policy/policy.ts';
import { parseSyncKey, type Sync, type SyncKey } from '../policy/sync.ts';
import type { Identity, Polytomic } from '../polytomic/polytomic.ts';
import type { Queue } from '../queue/queue.ts';
import type { Store } from '../store/store.ts';
import { closest } from '../time/closest.ts';
import type { Instant } from '../time/interval.ts';
import { actByHand } from './by-hand.ts';
import type { Chance, Clock } from './clock.ts';
import type { Gate } from './gate.ts';
import type { InventoryCache } from './inventory.ts';
import type {
  Health,
  Operations,
  PartHealth,
  PolicyStatus,
  Resolution,
  Status,
  SyncRow,
  Waiting,
} from './operations.ts';
import type { PolicyKeeper } from './policy-keeper.ts';
import type { Recorder } from './recorder.ts';

/** What a daemon (or a command that stands in for one) has once it is up. */
export interface Running {
  readonly store: Store;
  readonly recorder: Recorder;
  readonly polytomic: Polytomic;
  readonly inventory: InventoryCache;
  readonly keeper: PolicyKeeper;
  readonly gate: Gate;
  readonly queue: Queue | undefined;
  readonly identity: Identity;
  readonly overrides: () => readonly Override[];
  readonly reload: () => Promise<{ readonly ok: boolean; readonly message: string }>;
  readonly owner: string;
}

export interface OperationsParts {
  readonly clock: Clock;
  readonly chance: Chance;
  readonly version: string;
  readonly startedAt: Instant;
  readonly sleep: (ms: number) => Promise<void>;
  /** Undefined while starting up. */
  readonly running: () => Running | undefined;
  /** What start-up waits for. */
  readonly waitingFor: () => Waiting | undefined;
}

/** Nothing can be asked yet; the message says what start-up waits for. */
export class NotReadyError extends Error {
  override readonly name = 'NotReadyError';
}

const STARTING = 'Curfew is still starting.';

/** Builds the one implementation that both the HTTP API and the command line use. */
export function createOperations(parts: OperationsParts): Operations {
  const { clock } = parts;

  function up(): Running {
    const running = parts.running();
    if (running === undefined) {
      throw new NotReadyError(parts.waitingFor()?.message ?? STARTING);
    }
    return running;
  }

  async function inventoryOf(running: Running): Promise<readonly Sync[]> {
    const { inventory, store, polytomic } = running;
    await inventory.refresh();
    // A daemon reads the list again and again; a command by hand does it when it is old.
    if (inventory.readAt === undefined || (running.queue === undefined && !inventory.isFresh())) {
      const readAt = clock.now();
      const listed = await polytomic.listSyncs();
      if (listed.kind === 'ok') {
        await store.saveInventory(listed.value, readAt);
        inventory.replace(listed.value, readAt);
      } else if (inventory.readAt === undefined) {
        throw new NotReadyError(`The API did not give the list of syncs: ${listed.reason}`);
      }
    }
    return inventory.all();
  }

  return {
    health: () => healthOf(parts),
    async status() {
      return statusOf(parts, up());
    },
    async syncs() {
      const running = up();
      const syncs = await inventoryOf(running);
      const holds = new Map((await running.store.openHolds()).map((hold) => [hold.sync, hold]));
      return syncs
        .map((sync) => rowOf(sync, holds.get(sync.key)))
        .sort((a, b) => (a.name < b.name ? -1 : a.name > b.name ? 1 : a.key < b.key ? -1 : 1));
    },
    async resolve(text) {
      return resolveSync(await inventoryOf(up()), text);
    },
    async journal(query) {
      return up().store.journal(query);
    },
    async explain(sync, at = clock.now()) {
      const { keeper, overrides, store, inventory } = up();
      const holds = await store.openHolds();
      const hold = holds.find((open) => open.sync === sync.key);
      return explain(keeper.policies(), overrides(), sync, hold, at, inventory.all());
    },
    async planBasis() {
      const running = up();
      const syncs = await inventoryOf(running);
      const now = clock.now();
      return {
        now,
        inForce: await running.store.policySetInForce(),
        holds: await running.store.openHolds(),
        syncs,
        overrides: running.overrides().map(({ covers, ...override }) => ({
          ...override,
          covered: syncs.filter(covers).map(({ key }) => key),
        })),
      };
    },
    async syncStatus(key) {
      const { polytomic } = up();
      const [read, status] = await Promise.all([polytomic.getSync(key), polytomic.status(key)]);
      if (read.kind !== 'ok') return { kind: 'failed', outcome: read.kind, message: read.reason };
      if (status.kind !== 'ok') {
        return { kind: 'failed', outcome: status.kind, message: status.reason };
      }
      return { kind: 'ok', sync: read.value, status: status.value };
    },
    async act(request) {
      const running = up();
      const sync = await known(running, request.sync);
      const organization = (): string => running.identity.organizationId ?? '';
      return actByHand({ ...parts, ...running, organization }, request, sync);
    },
    async reload() {
      return up().reload();
    },
  };
}

async function known({ inventory, polytomic }: Running, key: SyncKey): Promise<Sync> {
  const cached = inventory.get(key);
  if (cached !== undefined) return cached;
  const read = await polytomic.getSync(key);
  if (read.kind === 'ok') return read.value;
  const parsed = parseSyncKey(key);
  const kind = parsed?.kind ?? 'model';
  const id = parsed?.id ?? key;
  return { key, kind, id, name: key, active: false, sources: [], destinations: [] };
}

/** Finds a sync by `kind:id`, by id, or by its exact name when only one has it. */
export function resolveSync(syncs: readonly Sync[], text: string): Resolution {
  const byKey = syncs.find((sync) => sync.key === text);
  if (byKey !== undefined) return { kind: 'found', sync: byKey };
  const matches = syncs.filter((sync) => sync.id === text || sync.name === text);
  const [first] = matches;
  if (first !== undefined && matches.length === 1) return { kind: 'found', sync: first };
  if (matches.length > 1) return { kind: 'ambiguous', candidates: matches };
  const hint = closest(
    text,
    syncs.map(({ name }) => name),
  );
  return { kind: 'none', hint };
}

function rowOf(sync: Sync, hold: Hold | undefined): SyncRow {
  if (hold === undefined) return sync;
  const { end } = hold.occurrence;
  return {
    ...sync,
    heldBy: hold.cause,
    holdState: hold.state,
    baseline: hold.baseline,
    until: Number.isFinite(end) ? end : undefined,
  };
}

async function healthOf(parts: OperationsParts): Promise<Health> {
  const running = parts.running();
  if (running === undefined) {
    const { part: name, message } = parts.waitingFor() ?? { part: 'database', message: STARTING };
    return { isReady: false, parts: [{ name, isReady: false, message }] };
  }
  const { store, queue, gate, keeper } = running;
  const health: PartHealth[] = [
    await part('database', () => store.ping()),
    ...(queue === undefined
      ? []
      : [
          await part('queue', async () => {
            if (!(await queue.health()).isReady) throw new Error('The queue cannot be reached.');
          }),
        ]),
    { name: 'api', isReady: gate.isOpen, message: gate.message },
    keeper.set === undefined
      ? { name: 'policies', isReady: false, message: 'No policy set is in force.' }
      : { name: 'policies', isReady: true },
  ];
  return { isReady: health.every(({ isReady }) => isReady), parts: health };
}

/** A health check answers quickly or says that it cannot. */
const PART_TIMEOUT_MS = 3_000;

async function part(name: PartHealth['name'], check: () => Promise<void>): Promise<PartHealth> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error('It does not answer in time.')), PART_TIMEOUT_MS);
  });
  try {
    await Promise.race([check(), late]);
    return { name, isReady: true };
  } catch (error) {
    return { name, isReady: false, message: error instanceof Error ? error.message : `${error}` };
  } finally {
    clearTimeout(timer);
  }
}

async function statusOf(parts: OperationsParts, running: Running): Promise<Status> {
  const { keeper, inventory, store, queue, identity, gate } = running;
  const now = parts.clock.now();
  await inventory.refresh();
  const holds = await store.openHolds();
  const syncs = inventory.all();
  return {
    now,
    version: parts.version,
    startedAt: parts.startedAt,
    health: await healthOf(parts),
    organization: identity.organizationName ?? identity.organizationId,
    policySet:
      keeper.set === undefined || keeper.loadedAt === undefined
        ? undefined
        : { hash: keeper.set.hash, loadedAt: keeper.loadedAt },
    refusedSince: keeper.refusedSince,
    policies: keeper
      .policies()
      .filter(({ enabled }) => enabled)
      .map((policy) => policyStatus(policy, syncs, holds, now)),
    holds,
    inventory: { syncs: syncs.length, readAt: inventory.readAt },
    queue: queue === undefined ? undefined : await queue.health().catch(() => undefined),
    alerts: [
      ...(gate.message === undefined ? [] : [gate.message]),
      ...(keeper.refusedSince === undefined
        ? []
        : ['The policy files on disk were refused; the last good set is in force.']),
    ],
  };
}

function policyStatus(
  policy: Policy,
  syncs: readonly Sync[],
  holds: readonly Hold[],
  now: Instant,
): PolicyStatus {
  const segment = policy.timeline.segmentAt(now);
  return {
    name: policy.name,
    description: policy.description,
    effect: policy.effect,
    mode: policy.mode,
    timezone: policy.timezone,
    isOn: segment.on,
    since: Number.isFinite(segment.start) ? segment.start : undefined,
    nextBoundary: policy.timeline.nextBoundary(now),
    selects: syncs.filter((sync) => policy.selects(sync)).length,
    holds: holds.filter((hold) => hold.cause === policy.name).length,
  };
}

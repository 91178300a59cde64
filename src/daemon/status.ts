import { adjustPolicies } from '../plan/adjust.ts';
import { sealDocument } from '../plan/evidence.ts';
import type { Hold } from '../plan/hold.ts';
import { lateResumes } from '../plan/lateness.ts';
import type { Policy } from '../policy/policy.ts';
import type { Sync } from '../policy/sync.ts';
import type { Instant } from '../time/interval.ts';
import type { Health, PartHealth, PolicyStatus, Status } from './operations.ts';
import { listOverrides } from './override-operations.ts';
import type { OperationsParts, Running } from './running.ts';

/** What is said while nothing can be asked yet and nothing is waited for. */
export const STARTING = 'Curfew is still starting.';

/** How the parts are doing; answers quickly, or says that one does not. */
export async function healthOf(parts: OperationsParts): Promise<Health> {
  const running = parts.running();
  if (running === undefined) {
    const { part: name, message } = parts.waitingFor() ?? { part: 'database', message: STARTING };
    return { isReady: false, parts: [{ name, isReady: false, message }] };
  }
  const { store, queue, gate, breaker, keeper } = running;
  const apiTrouble = gate.message ?? breaker.message;
  const health: PartHealth[] = [
    await part('database', () => store.ping()),
    ...(queue === undefined
      ? []
      : [
          await part('queue', async () => {
            if (!(await queue.health()).isReady) throw new Error('The queue cannot be reached.');
          }),
        ]),
    { name: 'api', isReady: apiTrouble === undefined, message: apiTrouble },
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

/** What is held, what comes next, and what needs a person. */
export async function statusOf(parts: OperationsParts, running: Running): Promise<Status> {
  const { keeper, inventory, overrides, store, queue, identity, guards, sealer, pruner } = running;
  const now = parts.clock.now();
  await inventory.refresh();
  const open = await listOverrides({ ...parts, ...running }, 'open');
  const holds = await store.openHolds();
  const syncs = inventory.all();
  const [seal] = await store.newestSeals(1);
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
    policies: adjustPolicies(keeper.policies(), overrides.all())
      .filter(({ enabled }) => enabled)
      .map((policy) => policyStatus(policy, syncs, holds, guards.blocked(), now)),
    holds,
    overrides: open,
    inventory: { syncs: syncs.length, readAt: inventory.readAt },
    queue: queue === undefined ? undefined : await queue.health().catch(() => undefined),
    seal: seal && sealDocument(seal),
    alerts: [
      ...(await store.alerts()).map(({ reason }) => reason),
      ...[lateResumes(holds)].filter((sentence) => sentence !== undefined),
      ...[sealer, pruner].flatMap(({ message }) => message ?? []),
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
  blocked: ReadonlySet<string>,
  now: Instant,
): PolicyStatus {
  const segment = policy.timeline.segmentAt(now);
  return {
    name: policy.name,
    description: policy.description,
    effect: policy.effect,
    mode: blocked.has(policy.name) ? 'blocked' : policy.mode,
    timezone: policy.timezone,
    isOn: segment.on,
    since: Number.isFinite(segment.start) ? segment.start : undefined,
    nextBoundary: policy.timeline.nextBoundary(now),
    selects: syncs.filter((sync) => policy.selects(sync)).length,
    holds: holds.filter((hold) => hold.cause === policy.name).length,
  };
}

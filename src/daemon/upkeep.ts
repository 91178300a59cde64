import { createHash } from 'node:crypto';
import type { Override } from '../plan/override.ts';
import { SKEW_MAX_MS } from '../plan/pausing.ts';
import type { Policy } from '../policy/policy.ts';
import type { Queue, SchedulerPlan, SchedulerState } from '../queue/queue.ts';
import type { Instant } from '../time/interval.ts';
import type { Clock } from './clock.ts';
import { edgesOfPattern, needsSchedule, overrideSchedule } from './override-schedule.ts';
import type { PolicyKeeper } from './policy-keeper.ts';
import type { Recorder } from './recorder.ts';

/** How often the schedulers are compared with the plan; a flushed Redis heals within this. */
export const UPKEEP_EVERY_MS = 30_000;

/** The scheduler of the sweep; it belongs to no policy and no override. */
export const SWEEP_SCHEDULER = 'sweep';

const EVERY = /^every:(\d+)$/;

/** The schedulers that are needed: one per policy and per override, and the sweep. */
function schedulerPlans(
  policies: readonly Policy[],
  overrides: readonly Override[],
  sweepMs: number,
): SchedulerPlan[] {
  return [
    { id: SWEEP_SCHEDULER, pattern: `every:${sweepMs}`, label: 'sweep' },
    ...policies
      .filter((policy) => policy.enabled)
      .map((policy) => ({
        id: schedulerId(policy.name),
        pattern: policy.hash,
        label: policy.name,
      })),
    ...overrides.filter(needsSchedule).map(overrideSchedule),
  ];
}

/** Names are free text, scheduler ids are not: they are hashes of names. */
export function schedulerId(policyName: string): string {
  return `policy-${createHash('sha256').update(policyName).digest('hex').slice(0, 24)}`;
}

/** Answers the queue's question "when next?" for any pattern that `schedulerPlans` writes. */
export function createEdgeFinder(
  keeper: PolicyKeeper,
): (pattern: string, after: Instant) => Promise<Instant | undefined> {
  return async (pattern, after) => {
    const every = EVERY.exec(pattern);
    if (every !== null) {
      const step = Number(every[1]);
      return (Math.floor(after / step) + 1) * step;
    }
    const edges = edgesOfPattern(pattern);
    if (edges !== undefined) return edges.find((edge) => edge > after);
    const policy = await keeper.policyByHash(pattern);
    return policy?.timeline.nextBoundary(after);
  };
}

/**
 * Makes the queue's schedulers what the plan says, touching only what is missing, changed, dead or
 * asleep over an edge: an upsert drops a boundary that is due but not yet taken. Returns how many
 * were touched.
 */
export async function tendSchedulers(parts: {
  queue: Queue;
  keeper: PolicyKeeper;
  overrides: readonly Override[];
  recorder: Recorder;
  clock: Clock;
  sweepMs: number;
}): Promise<number> {
  const { queue, keeper, clock } = parts;
  const nextEdge = createEdgeFinder(keeper);
  const plans = schedulerPlans(keeper.policies(), parts.overrides, parts.sweepMs);
  const found = new Map((await queue.schedulers()).map((state) => [state.id, state]));
  const touched: Record<'added' | 'changed' | 'revived' | 'removed', string[]> = {
    added: [],
    changed: [],
    revived: [],
    removed: [],
  };
  for (const plan of plans) {
    const state = found.get(plan.id);
    found.delete(plan.id);
    const isSame = state?.pattern === plan.pattern && state.isAlive;
    if (isSame && !(await isAhead(nextEdge, state, clock.now()))) continue;
    // What never changes again needs no scheduler, and an upsert would make none.
    if ((await nextEdge(plan.pattern, clock.now())) === undefined) continue;
    await queue.upsertScheduler(plan);
    if (state === undefined) touched.added.push(plan.label);
    else if (state.pattern !== plan.pattern) touched.changed.push(plan.label);
    else touched.revived.push(plan.label);
  }
  for (const id of found.keys()) {
    await queue.removeScheduler(id);
    touched.removed.push(id);
  }
  const count = Object.values(touched).reduce((sum, names) => sum + names.length, 0);
  if (count > 0) {
    await parts.recorder.append([
      {
        at: clock.now(),
        type: 'schedulers.changed',
        actor: 'curfew',
        reason: `${count} job schedulers were brought in line with what is in force.`,
        detail: touched,
      },
    ]);
  }
  return count;
}

/**
 * Whether a scheduler would pass over an edge: it waits for a later one. It was made for its next
 * edge before the clock was set back (S74), or by time zone data that changed since.
 */
async function isAhead(
  nextEdge: ReturnType<typeof createEdgeFinder>,
  { pattern, next }: SchedulerState,
  now: Instant,
): Promise<boolean> {
  if (next === undefined || pattern === undefined) return false;
  // An edge that is due, or was a moment ago by another replica's clock, is in hand.
  const edge = await nextEdge(pattern, now + SKEW_MAX_MS);
  return edge !== undefined && next > edge;
}

import { edgesOf, type Override } from '../plan/override.ts';
import type { SchedulerPlan } from '../queue/queue.ts';
import type { Instant } from '../time/interval.ts';

// An override has a job scheduler of its own, whose pattern is its edges themselves: it never
// changes, so the scheduler is made once and never upserted, which would drop an edge that is due.

const PREFIX = 'override-';
const EDGES = /^edges:(\d+(?:,\d+)*)$/;

/** The scheduler of an override. */
export function overrideSchedule(override: Override): SchedulerPlan {
  return {
    id: `${PREFIX}${override.id}`,
    pattern: `edges:${edgesOf(override).join()}`,
    label: `${override.kind} ${override.id}`,
  };
}

/** The override whose scheduler this is; undefined when it is none of an override. */
export function overrideOfScheduler(id: string): string | undefined {
  return id.startsWith(PREFIX) ? id.slice(PREFIX.length) : undefined;
}

/** The edges of a pattern; undefined when it is none of an override. */
export function edgesOfPattern(pattern: string): readonly Instant[] | undefined {
  return EDGES.exec(pattern)?.[1]?.split(',').map(Number);
}

/** Whether something is still to be done at an edge: until somebody has told that it is over. */
export function needsSchedule({ endedAt, revokedAt }: Override): boolean {
  return endedAt === undefined && revokedAt === undefined;
}

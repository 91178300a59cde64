import { createHash } from 'node:crypto';
import type { SyncKey } from '../policy/sync.ts';
import type { EnforcementJob, SchedulerPlan } from './queue.ts';
import { storableText } from './storable-text.ts';

// What lies in the queue may have been put there by another version of the program, so it carries
// a version and is read with suspicion.

const VERSION = 1;

/** The payload of a scheduler's jobs; the edge comes from the job itself. */
export interface BoundaryPayload {
  readonly v: typeof VERSION;
  readonly scheduler: string;
  readonly pattern: string;
}

/** The payload of an enforcement job. */
export interface EnforcementPayload {
  readonly v: typeof VERSION;
  readonly sync: string;
  readonly cause: string;
  readonly due: number;
}

/** Builds the payload of a scheduler's jobs. */
export function boundaryPayload(plan: SchedulerPlan): BoundaryPayload {
  return { v: VERSION, scheduler: storableText(plan.id), pattern: plan.pattern };
}

/** Reads a scheduler job's payload; undefined when this program does not know its version. */
export function readBoundary(data: unknown): BoundaryPayload | undefined {
  const { v, scheduler, pattern } = fields(data);
  if (v !== VERSION || typeof scheduler !== 'string' || typeof pattern !== 'string')
    return undefined;
  return { v, scheduler, pattern };
}

/** Builds the payload of an enforcement job. */
export function enforcementPayload(job: EnforcementJob): EnforcementPayload {
  const due = Math.trunc(job.due);
  return { v: VERSION, sync: storableText(job.sync), cause: storableText(job.cause), due };
}

/** Reads an enforcement payload; undefined when this program does not know its version. */
export function readEnforcement(data: unknown): EnforcementJob | undefined {
  const { v, sync, cause, due } = fields(data);
  if (v !== VERSION || typeof sync !== 'string' || typeof cause !== 'string') return undefined;
  if (typeof due !== 'number') return undefined;
  return { sync: sync as SyncKey, cause, due };
}

function fields(data: unknown): Record<string, unknown> {
  return typeof data === 'object' && data !== null ? (data as Record<string, unknown>) : {};
}

/**
 * The id of an enforcement job: the same sync, cause and due instant give the same id, so BullMQ
 * drops the second while the first is pending. It never looks like a number and has no colon, which
 * BullMQ gives meanings of its own.
 */
export function enforcementId({ sync, cause, due }: EnforcementPayload): string {
  const words = JSON.stringify([sync, cause, due]);
  return `e-${createHash('sha256').update(words).digest('base64url').slice(0, 32)}`;
}

/** A scheduler's id as BullMQ bears it, without colons, spaces or braces; reversible. */
export function schedulerKey(id: string): string {
  return encodeURIComponent(storableText(id));
}

/** Takes `schedulerKey` back; a key that somebody else made is given as it is. */
export function schedulerId(key: string): string {
  try {
    return decodeURIComponent(key);
  } catch {
    return key;
  }
}

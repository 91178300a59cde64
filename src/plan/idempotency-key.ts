import { createHash } from 'node:crypto';
import type { SyncKey } from '../policy/sync.ts';
import type { Action } from './hold.ts';

/** What a call means; equal intentions have equal keys, in every process and after every crash. */
export interface Intention {
  readonly organization: string;
  readonly sync: SyncKey;
  readonly action: Action;
  /** The hold it serves, or the id of a person's request. */
  readonly occasion: string;
  /** Rises after a definite failure, since the server replays the first outcome for 24 hours. */
  readonly generation: number;
}

/** The `Idempotency-Key` of an intention: `cf1-` + base64url(sha256), 47 characters. */
export function idempotencyKey(intention: Intention): string {
  const words = JSON.stringify([
    intention.organization,
    intention.sync,
    intention.action,
    intention.occasion,
    intention.generation,
  ]);
  return `cf1-${createHash('sha256').update(words).digest('base64url')}`;
}

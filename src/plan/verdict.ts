import type { Instant } from '../time/interval.ts';

/**
 * What happens to a job after its worker looked:
 *
 * - `done`       nothing is left to do
 * - `retry`      look again at `at`
 * - `throttled`  the API asked for quiet: the whole queue waits for `forMs`
 * - `give-up`    this job cannot help; the journal says why and a sweep may find it again
 * - `stale`      the world moved on before the job was taken; nothing was done
 */
export type Verdict =
  | { readonly kind: 'done' }
  | { readonly kind: 'retry'; readonly at: Instant; readonly reason: string }
  | { readonly kind: 'throttled'; readonly forMs: number; readonly reason: string }
  | { readonly kind: 'give-up'; readonly reason: string }
  | { readonly kind: 'stale'; readonly reason: string };

/** For who finds that the claim on a sync is not his any more. */
export const TAKEN_OVER: Verdict = {
  kind: 'stale',
  reason: 'Somebody else took the sync meanwhile.',
};

/** For who is told to stop: the sync waits for another process. */
export function stopping(now: Instant): Verdict {
  return { kind: 'retry', at: now, reason: 'The daemon is stopping.' };
}

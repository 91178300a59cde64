import type { Instant } from '../time/interval.ts';
import type { Failure } from './outcome.ts';
import type { Verdict } from './verdict.ts';

/** The first wait after a failure. Long enough for a hiccup, short beside any window. */
const FIRST_WAIT_MS = 1_000;

/** A resume is tried for ever, but never more than five minutes pass between two tries. */
export const LONGEST_WAIT_MS = 5 * 60_000;

/** A server that asks for more than this is believed only this far; the next try asks again. */
const RETRY_AFTER_MAX_MS = 15 * 60_000;

/**
 * How long to wait before attempt `attempt + 1`: doubling, capped, and spread over its upper half
 * by `random` in [0, 1) so that a thousand failures do not come back together.
 */
export function backoffMs(attempt: number, random: number): number {
  const doublings = Math.min(Math.max(attempt, 1) - 1, 30);
  const wait = Math.min(LONGEST_WAIT_MS, FIRST_WAIT_MS * 2 ** doublings);
  return Math.round(wait * (0.5 + random / 2));
}

/** For how long a 429 means everybody: as long as the server says, within reason (S64). */
export function quietMs(retryAfterMs: number | undefined, attempt: number, random: number): number {
  const asked = retryAfterMs ?? backoffMs(attempt, random);
  return Math.min(Math.max(asked, FIRST_WAIT_MS), RETRY_AFTER_MAX_MS);
}

/**
 * What to do after a call failed. Whether the same key or the next generation is used is decided
 * where calls are made; here it is only whether and when. The server's hints beat our curve.
 *
 * `attempt` counts the attempts of this intention from 1.
 */
export function verdictOn(
  failure: Failure,
  attempt: number,
  now: Instant,
  random: number,
): Verdict {
  switch (failure.kind) {
    case 'throttled': {
      const forMs = quietMs(failure.retryAfterMs, attempt, random);
      return { kind: 'throttled', forMs, reason: failure.reason };
    }
    case 'not-sent':
    case 'unknown':
    case 'conflict':
    case 'unauthorized':
      return retryAt(now + backoffMs(attempt, random), failure.reason);
    case 'server-error': {
      const hinted = Math.min(failure.retryAfterMs ?? 0, RETRY_AFTER_MAX_MS);
      return retryAt(now + Math.max(backoffMs(attempt, random), hinted), failure.reason);
    }
    case 'missing':
      // A sync that the list still shows may be back in a moment; a deleted one is found gone.
      return retryAt(now + backoffMs(attempt, random), failure.reason);
    case 'rejected':
      return { kind: 'give-up', reason: failure.reason };
  }
}

function retryAt(at: Instant, reason: string): Verdict {
  return { kind: 'retry', at, reason };
}

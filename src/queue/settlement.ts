import type { Verdict } from '../plan/verdict.ts';
import type { Instant } from '../time/interval.ts';

/**
 * What becomes of a job in the queue:
 *
 * - `complete`   it is removed
 * - `delay`      it comes again at `until`, without having used up an attempt
 * - `throttle`   it goes back and nobody takes a job of this queue for `forMs`
 * - `hand-back`  it goes back at once, for somebody who is not shutting down
 */
export type Settlement =
  | { readonly kind: 'complete' }
  | { readonly kind: 'delay'; readonly until: Instant }
  | { readonly kind: 'throttle'; readonly forMs: number }
  | { readonly kind: 'hand-back' };

/** A verdict "look again" in the past must not become a busy loop. */
const SOONEST_MS = 100;
/** A verdict "look again" far away only needs a place to wait; sweeps come more often. */
const LATEST_MS = 24 * 3_600_000;
/** However long an API asks for quiet, after an hour we ask it again. */
const QUIET_MAX_MS = 3_600_000;
/** How long a payload of another version waits before the next look: a rolling upgrade's pace. */
const NEWER_VERSION_MS = 60_000;

/** What a verdict means for its job. */
export function settle(verdict: Verdict, now: Instant): Settlement {
  switch (verdict.kind) {
    case 'done':
    case 'stale':
    case 'give-up':
      return { kind: 'complete' };
    case 'retry':
      return { kind: 'delay', until: now + clamp(verdict.at - now, SOONEST_MS, LATEST_MS) };
    case 'throttled':
      return { kind: 'throttle', forMs: clamp(verdict.forMs, 1, QUIET_MAX_MS) };
  }
}

/** Leaves a payload that this version does not know to a replica that may; jittered by `random`. */
export function leaveToNewer(now: Instant, random: number): Settlement {
  return { kind: 'delay', until: now + Math.round(NEWER_VERSION_MS * (0.5 + random)) };
}

/** The integer nearest above `ms` within the limits; what is no number becomes the lower limit. */
function clamp(ms: number, lower: number, upper: number): number {
  return Number.isNaN(ms) ? lower : Math.min(Math.max(Math.ceil(ms), lower), upper);
}

const FIRST_WAIT_MS = 500;
const LONGEST_WAIT_MS = 60_000;

/**
 * How long a job waits after its handler threw, a bug or an outage of the database: doubling from
 * half a second to a minute, spread over the upper half by `random` in [0, 1).
 */
export function waitAfterThrow(attempt: number, random: number): number {
  const wait = Math.min(LONGEST_WAIT_MS, FIRST_WAIT_MS * 2 ** Math.min(attempt, 30));
  return Math.round(wait * (0.5 + random / 2));
}

/** How long a handler may take to stop after its signal was aborted. */
const STOP_WITHIN_MS = 1_000;

/**
 * Runs a handler; once `signal` is aborted it gets a moment to end by itself, and if it throws or
 * does not end the job is handed back.
 */
export async function runUnlessAborted(
  signal: AbortSignal,
  handler: () => Promise<Settlement>,
): Promise<Settlement> {
  if (signal.aborted) return { kind: 'hand-back' };
  const running = handler();
  let stop = () => {};
  let timer: NodeJS.Timeout | undefined;
  const abandoned = new Promise<Settlement>((resolve) => {
    stop = () => {
      timer = setTimeout(() => resolve({ kind: 'hand-back' }), STOP_WITHIN_MS);
    };
    signal.addEventListener('abort', stop, { once: true });
  });
  try {
    return await Promise.race([running, abandoned]);
  } catch (error) {
    if (signal.aborted) return { kind: 'hand-back' };
    throw error;
  } finally {
    clearTimeout(timer);
    signal.removeEventListener('abort', stop);
    running.catch(() => undefined);
  }
}

import { isServerAway } from '../queue/server-away.ts';
import { DatabaseError } from '../store/database.ts';
import type { Timers } from './clock.ts';
import { sleep } from './loop.ts';
import type { Waiting } from './operations.ts';

/** Start-up tries again this often; what is away is usually back within seconds. */
const FIRST_WAIT_MS = 500;
const LONGEST_WAIT_MS = 5_000;

/**
 * Tries until it works. `isHopeless` errors are thrown at once; before each wait `onWaiting` is
 * told, so that a person sees what the daemon waits for. Aborting rejects.
 */
export async function untilItWorks<T>(
  work: () => Promise<T>,
  options: {
    readonly timers: Timers;
    readonly isHopeless: (error: unknown) => boolean;
    readonly onWaiting: (error: unknown) => void;
    readonly signal: AbortSignal;
  },
): Promise<T> {
  for (let waitMs = FIRST_WAIT_MS; ; waitMs = Math.min(waitMs * 2, LONGEST_WAIT_MS)) {
    try {
      return await work();
    } catch (error) {
      if (options.isHopeless(error) || options.signal.aborted) throw error;
      options.onWaiting(error);
    }
    await sleep(options.timers, waitMs, options.signal);
  }
}

/**
 * A server that is there when we connect may be gone a moment later: the steps of a start-up, all
 * of which can be taken twice, wait for it as the connecting does.
 */
export function createPatience(
  timers: Timers,
  onWaiting: (waiting: Waiting) => void,
  signal: AbortSignal,
) {
  return <T>(step: () => Promise<T>): Promise<T> =>
    untilItWorks(step, {
      timers,
      isHopeless: (error) => !isServerAway(error),
      onWaiting(error) {
        const part = error instanceof DatabaseError ? 'database' : 'queue';
        const message = error instanceof Error ? error.message : String(error);
        onWaiting({ part, message: `Waiting for the ${part}: ${message}` });
      },
      signal,
    });
}

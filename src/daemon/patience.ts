import type { Timers } from './clock.ts';
import { sleep } from './loop.ts';

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

import type { Timers } from './clock.ts';

/** Something that runs again and again until it is stopped. */
export interface Loop {
  /** Runs it now (or right after the run that is under way) instead of at the next turn. */
  kick(): void;
  /** Stops for good; resolves when a run that is under way has ended. */
  stop(): Promise<void>;
}

/**
 * Runs `work` every `everyMs`, never twice at once, the first time after one interval. What it
 * throws goes to `onError`: a loop does not die of one bad turn.
 */
export function startLoop(
  timers: Timers,
  everyMs: number,
  work: () => Promise<void>,
  onError: (error: unknown) => void,
): Loop {
  let callOff = (): void => undefined;
  let running: Promise<void> | undefined;
  let isKicked = false;
  let isStopped = false;

  function schedule(delayMs: number): void {
    if (!isStopped) callOff = timers.after(delayMs, turn);
  }

  function turn(): void {
    isKicked = false;
    running = work()
      .catch(onError)
      .finally(() => {
        running = undefined;
        schedule(isKicked ? 0 : everyMs);
      });
  }

  schedule(everyMs);
  return {
    kick() {
      isKicked = true;
      if (running !== undefined || isStopped) return;
      callOff();
      schedule(0);
    },
    async stop() {
      isStopped = true;
      callOff();
      await running;
    },
  };
}

/** The timers of the platform. */
export const realTimers: Timers = {
  after(ms, work) {
    const timer = setTimeout(work, ms);
    return () => clearTimeout(timer);
  },
};

/** Resolves after `ms` milliseconds; rejects when `signal` is aborted before that. */
export function sleep(timers: Timers, ms: number, signal?: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    const give = (settle: () => void): void => {
      signal?.removeEventListener('abort', abort);
      settle();
    };
    const callOff = timers.after(ms, () => give(resolve));
    const abort = (): void => {
      callOff();
      give(() => reject(signal?.reason));
    };
    if (signal?.aborted) abort();
    else signal?.addEventListener('abort', abort);
  });
}

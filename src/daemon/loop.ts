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
  everyMs: number,
  work: () => Promise<void>,
  onError: (error: unknown) => void,
): Loop {
  let timer: NodeJS.Timeout | undefined;
  let running: Promise<void> | undefined;
  let isKicked = false;
  let isStopped = false;

  function schedule(delayMs: number): void {
    if (!isStopped) timer = setTimeout(turn, delayMs);
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
      clearTimeout(timer);
      schedule(0);
    },
    async stop() {
      isStopped = true;
      clearTimeout(timer);
      await running;
    },
  };
}

/** Resolves after `ms` milliseconds. */
export function sleep(ms: number): Promise<void> {
  return new Promise((resolve) => {
    setTimeout(resolve, ms);
  });
}

// Waiting on behalf of a fault. Whoever waits is forgotten when the sandbox closes.

export interface Delays {
  /** Runs `then` after `ms`; at once, in this very call, when that is 0. */
  after(ms: number, then: () => void): void;
  /** Forgets all that wait. */
  cancelAll(): void;
}

/** Starts with nobody waiting. */
export function createDelays(): Delays {
  const timers = new Set<NodeJS.Timeout>();
  return {
    after(ms, then) {
      if (ms === 0) return then();
      const timer = setTimeout(() => {
        timers.delete(timer);
        then();
      }, ms);
      timers.add(timer);
    },
    cancelAll() {
      for (const timer of timers) clearTimeout(timer);
      timers.clear();
    },
  };
}

import type { Timers } from '../../src/daemon/clock.ts';

/** Timers in the test's hand: nothing fires before it is told to. */
export interface HandTimers extends Timers {
  /** Fires what is due within so much, in order, and lets what that sets off come to rest. */
  advance(ms: number): Promise<void>;
  /** How many wait. */
  readonly waiting: number;
}

/** Timers that stand still. */
export function handTimers(): HandTimers {
  let now = 0;
  let due: { readonly at: number; readonly work: () => void }[] = [];
  const take = (until: number) => {
    const [first] = due.filter(({ at }) => at <= until).sort((a, b) => a.at - b.at);
    due = due.filter((timer) => timer !== first);
    return first;
  };
  const rest = () => new Promise((resolve) => setImmediate(resolve));
  return {
    after(ms, work) {
      const timer = { at: now + ms, work };
      due.push(timer);
      return () => {
        due = due.filter((other) => other !== timer);
      };
    },
    async advance(ms) {
      const until = now + ms;
      await rest();
      for (let next = take(until); next !== undefined; next = take(until)) {
        now = next.at;
        next.work();
        await rest();
      }
      now = until;
    },
    get waiting() {
      return due.length;
    },
  };
}

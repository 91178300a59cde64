import type { sweep } from './sweep.ts';

/** Why everything is looked at. */
export type SweepCause = Parameters<typeof sweep>[1];

/** One sweep at a time; who asks while one runs gets the one after it. */
export function createSweeper(
  run: (cause: SweepCause) => Promise<void>,
): (cause: SweepCause) => Promise<void> {
  let running: Promise<void> | undefined;
  let next: Promise<void> | undefined;
  return (cause) => {
    if (running === undefined) {
      running = run(cause).finally(() => {
        running = undefined;
      });
      return running;
    }
    next ??= running
      .catch(() => undefined)
      .then(() => {
        next = undefined;
        running = run(cause).finally(() => {
          running = undefined;
        });
        return running;
      });
    return next;
  };
}

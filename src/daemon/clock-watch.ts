import type { Clock, Timers } from './clock.ts';
import type { Logger } from './log.ts';
import { type Loop, startLoop } from './loop.ts';

const LOOK_EVERY_MS = 2_000;

/** A smaller jump costs less than this in lateness, and a busy machine is late by itself. */
const JUMP_MIN_MS = 30_000;

/**
 * Notices that the clock was set, or that the machine slept: timers know nothing of either, and
 * what was put off until a time of the clock may now be due, or hours away (S74).
 */
export function watchClock(
  { clock, log, timers }: { readonly clock: Clock; readonly log: Logger; readonly timers: Timers },
  onJump: () => Promise<void>,
  onError: (error: unknown) => void,
): Loop {
  let last = clock.now();
  return startLoop(
    timers,
    LOOK_EVERY_MS,
    async () => {
      const jumpMs = clock.now() - last - LOOK_EVERY_MS;
      try {
        if (Math.abs(jumpMs) < JUMP_MIN_MS) return;
        log.warn(
          { jumpMs },
          'the clock jumped, or the machine slept: everything is looked at again',
        );
        await onJump();
      } finally {
        last = clock.now();
      }
    },
    onError,
  );
}

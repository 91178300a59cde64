// The sandbox is a program of its own, so it has a clock of its own: the only place in this room
// that reads real time.

/** Tells the time, in epoch milliseconds. */
export interface Clock {
  now(): number;
}

/** A clock that a test, or `POST /_sandbox/clock`, can move. */
export interface AdjustableClock extends Clock {
  /** Moves by `ms`; forward only, since what has happened in the sandbox stays happened. */
  advance(ms: number): void;
}

/** The machine's time. */
export const realClock: Clock = { now: () => Date.now() };

/** `base` plus all that it was advanced by; one that stands still gives a test full control. */
export function createAdjustableClock(base: Clock = realClock): AdjustableClock {
  let offsetMs = 0;
  return {
    now: () => base.now() + offsetMs,
    advance(ms) {
      if (!(ms >= 0)) throw new RangeError(`a clock advances by 0 ms or more, not by ${ms}`);
      offsetMs += ms;
    },
  };
}

/** Whether `clock` can be moved. */
export function isAdjustable(clock: Clock): clock is AdjustableClock {
  return 'advance' in clock;
}

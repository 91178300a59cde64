import type { Chance, Clock, Timers } from '../../src/daemon/clock.ts';
import type { Instant } from '../../src/time/interval.ts';
import type { Agenda } from './agenda.ts';
import type { Dice } from './dice.ts';

/** One run of one process, from its start to its end, orderly or not. */
export interface Life {
  /** `a1` is the first run of replica a. */
  readonly name: string;
  readonly isAlive: boolean;
  readonly isFrozen: boolean;
  /** What its clock shows, its timers, its chance: what the code under test gets. */
  readonly clock: Clock;
  readonly timers: Timers;
  readonly chance: Chance;
  /**
   * Has something reach the process `ms` from now: an answer, a timer. A frozen process gets it
   * when it thaws, a dead one never. Gives the function that calls it off.
   */
  reach(ms: number, work: () => unknown): () => void;
  /** Stops it for so long, as a paused virtual machine or a long collection of garbage would. */
  freeze(ms: number): void;
  /** Its clock is wrong by so much from now on. */
  setClock(offMs: number): void;
  /** Ends it at once; what it was about to do never happens. */
  die(): void;
  onDeath(listener: () => void): void;
}

/** Timers of a real process are late by a little, and early by a millisecond at times. */
const TIMER_MS = { early: -1, late: 4 };

/** Begins a life. */
export function beginLife(name: string, agenda: Agenda, dice: Dice): Life {
  const mourners: (() => void)[] = [];
  let isAlive = true;
  let frozenUntil: Instant = 0;
  let offMs = 0;

  function reach(ms: number, work: () => unknown): () => void {
    let callOff = (): void => undefined;
    const deliver = (): unknown => {
      if (!isAlive) return undefined;
      if (agenda.now >= frozenUntil) return work();
      callOff = put(frozenUntil - agenda.now + dice.whole(0, 3));
      return undefined;
    };
    const put = (waitMs: number): (() => void) => agenda.after(waitMs, deliver);
    callOff = put(ms);
    return () => callOff();
  }

  return {
    name,
    get isAlive() {
      return isAlive;
    },
    get isFrozen() {
      return agenda.now < frozenUntil;
    },
    clock: { now: () => agenda.now + offMs },
    timers: {
      after: (ms, work) => reach(ms + dice.whole(TIMER_MS.early, TIMER_MS.late), work),
    },
    chance: { random: dice.next, uuid: dice.uuid },
    reach,
    freeze(ms) {
      frozenUntil = Math.max(frozenUntil, agenda.now + ms);
    },
    setClock(ms) {
      offMs = ms;
    },
    die() {
      isAlive = false;
      for (const listener of mourners.splice(0)) listener();
    },
    onDeath: (listener) => mourners.push(listener),
  };
}

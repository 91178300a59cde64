import type { Instant } from '../time/interval.ts';

/** The only way into real time; made in the composition root and handed down. */
export interface Clock {
  now(): Instant;
}

/** The only way to wait. */
export interface Timers {
  /** Calls `work` once, `ms` milliseconds from now; the function that it gives calls that off. */
  after(ms: number, work: () => void): () => void;
}

/** The only way into chance: `[0, 1)`, and names that nobody else has. */
export interface Chance {
  random(): number;
  uuid(): string;
}

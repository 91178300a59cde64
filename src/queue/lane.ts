import type { Wires } from './connection.ts';
import type { RepeatStrategy } from './next-edge.ts';
import type { ListedScheduler } from './scheduler.ts';
import type { Settlement } from './settlement.ts';

/** A job as its handler sees it. */
export interface TakenJob {
  readonly id: string;
  readonly data: unknown;
  /** Epoch milliseconds. */
  readonly addedAt: number;
  /** The edge that a scheduler made it for. */
  readonly edge: number | undefined;
}

/** A job to add; see `JobsOptions` of BullMQ for `priority` (0 first, then 1). */
export interface NewJob {
  readonly id: string;
  readonly name: string;
  readonly data: object;
  readonly priority: number;
}

/** What a lane tells besides doing its work. */
export type LaneEvent =
  | { readonly kind: 'error'; readonly error: Error }
  | { readonly kind: 'stalled'; readonly job: string }
  | {
      readonly kind: 'threw';
      readonly job: string;
      readonly attempt: number;
      readonly error: Error;
    };

/** How a lane is laid. */
export interface LaneOptions {
  readonly name: string;
  readonly prefix: string;
  readonly wires: Wires;
  readonly concurrency: number;
  readonly lockMs: number;
  readonly stalledMs: number;
  readonly repeatStrategy: RepeatStrategy;
  readonly random: () => number;
  readonly handle: (job: TakenJob, signal: AbortSignal) => Promise<Settlement>;
  readonly tell: (event: LaneEvent) => void;
}

/** One BullMQ queue with its worker. */
export interface Lane {
  /** Resolves when both are connected and the schema is there. */
  ready(): Promise<void>;
  start(): void;
  add(jobs: readonly NewJob[]): Promise<void>;
  schedulers(): Promise<readonly ListedScheduler[]>;
  /** False when the scheduler has no further edge, and so was not made. */
  upsertScheduler(key: string, pattern: string, name: string, data: object): Promise<boolean>;
  removeScheduler(key: string): Promise<void>;
  counts(): Promise<{ waiting: number; active: number; delayed: number }>;
  /**
   * Takes nothing more; running handlers get `graceMs`, then their signals are aborted. What they
   * add meanwhile is added.
   */
  stop(graceMs: number): Promise<void>;
  /** Closes what `stop` has left open. */
  end(): Promise<void>;
}

// The room `queue` is the one importer of BullMQ: job schedulers that fire at policy boundaries and
// the two queues that do the work. It is a cache of the plan and can be rebuilt from nothing; the
// record of what happened lives in the store.

import type { Verdict } from '../plan/verdict.ts';
import type { SyncKey } from '../policy/sync.ts';
import type { Instant } from '../time/interval.ts';

/** Where BullMQ keeps its jobs. `embedded` lends the session of the embedded database. */
export type QueueConnection =
  | { readonly kind: 'redis'; readonly url: string }
  | { readonly kind: 'postgres'; readonly url: string }
  | { readonly kind: 'embedded'; readonly pool: SessionPool };

/** The part of a `pg` pool that BullMQ's Postgres backend uses; its schema is `bullmq`. */
export interface SessionPool {
  query(text: string, params?: readonly unknown[]): Promise<{ rows: unknown[] }>;
  connect(): Promise<SessionClient>;
  end(): Promise<void>;
  on(event: string, listener: (...args: unknown[]) => void): this;
  removeAllListeners(event?: string): this;
}

export interface SessionClient {
  query(text: string, params?: readonly unknown[]): Promise<{ rows: unknown[] }>;
  release(destroy?: boolean): void;
  on(event: string, listener: (...args: unknown[]) => void): this;
  removeListener(event: string, listener: (...args: unknown[]) => void): this;
  removeAllListeners(event?: string): this;
}

/** A scheduler as it should be: `pattern` is what `nextEdge` understands. */
export interface SchedulerPlan {
  readonly id: string;
  readonly pattern: string;
  /** For people who look into the queue. */
  readonly label: string;
}

/** A scheduler as the queue has it. */
export interface SchedulerState {
  readonly id: string;
  readonly pattern: string | undefined;
  readonly next: Instant | undefined;
  /** False when its pending job is missing: it would never fire again. */
  readonly isAlive: boolean;
}

/** "An edge of this scheduler has come." Late jobs carry the oldest missed edge. */
export interface BoundaryJob {
  readonly scheduler: string;
  readonly pattern: string;
  readonly edge: Instant;
}

/** "Look at this sync." What to do is decided by who takes it. */
export interface EnforcementJob {
  readonly sync: SyncKey;
  /** What made somebody look: `boundary`, `sweep`, `start`, `reload`, ... */
  readonly cause: string;
  /** The instant it was due; lateness counts from here. */
  readonly due: Instant;
  /** Resumes go before pauses when the budget is short. */
  readonly urgent?: boolean | undefined;
}

export interface QueueHandlers {
  boundary(job: BoundaryJob): Promise<void>;
  enforce(job: EnforcementJob, signal: AbortSignal): Promise<Verdict>;
}

export interface QueueHealth {
  readonly isReady: boolean;
  readonly waiting: number;
  readonly active: number;
  readonly delayed: number;
}

/** A queue that was closed, before the command or while it was under way, does not answer it. */
export class QueueClosedError extends Error {
  override readonly name = 'QueueClosedError';
}

/** Commands reject with a `QueueClosedError` once `close` was called and they come to nothing. */
export interface Queue {
  /** Connects, migrates where needed; rejects when the backend cannot be reached. */
  open(): Promise<void>;
  schedulers(): Promise<readonly SchedulerState[]>;
  upsertScheduler(plan: SchedulerPlan): Promise<void>;
  removeScheduler(id: string): Promise<void>;
  /** Doubles by sync, cause and due instant collapse while one is pending. */
  addEnforcements(jobs: readonly EnforcementJob[]): Promise<void>;
  /** Starts the workers; call once. */
  work(handlers: QueueHandlers): void;
  health(): Promise<QueueHealth>;
  /**
   * Stops taking jobs, waits up to `graceMs` for running ones, then aborts their signals and hands
   * back what still runs. Idempotent.
   */
  close(graceMs: number): Promise<void>;
}

import type { Identity, Polytomic } from '../polytomic/polytomic.ts';
import type { Queue } from '../queue/queue.ts';
import type { Store } from '../store/store.ts';
import type { Instant } from '../time/interval.ts';
import type { Breaker } from './breaker.ts';
import type { Chance, Clock } from './clock.ts';
import type { Gate } from './gate.ts';
import type { Guards } from './guards.ts';
import type { InventoryCache } from './inventory.ts';
import type { Logger } from './log.ts';
import type { Operations, Waiting } from './operations.ts';
import type { OverrideCache } from './override-cache.ts';
import type { PolicyKeeper } from './policy-keeper.ts';
import type { Pruner } from './pruner.ts';
import type { Recorder } from './recorder.ts';
import type { Sealer } from './sealer.ts';

/** What a daemon (or a command that stands in for one) has once it is up. */
export interface Running {
  readonly store: Store;
  readonly recorder: Recorder;
  readonly polytomic: Polytomic;
  readonly inventory: InventoryCache;
  readonly keeper: PolicyKeeper;
  readonly gate: Gate;
  readonly breaker: Breaker;
  readonly sealer: Sealer;
  readonly pruner: Pruner;
  readonly queue: Queue | undefined;
  readonly identity: Identity;
  readonly overrides: OverrideCache;
  readonly reload: Operations['reload'];
  readonly guards: Guards;
  readonly owner: string;
}

/** What answering questions takes, before the daemon is up and after. */
export interface OperationsParts {
  readonly clock: Clock;
  readonly chance: Chance;
  readonly log: Logger;
  readonly version: string;
  readonly startedAt: Instant;
  readonly isObserving?: boolean | undefined;
  readonly sleep: (ms: number) => Promise<void>;
  /** Undefined while starting up. */
  readonly running: () => Running | undefined;
  /** What start-up waits for. */
  readonly waitingFor: () => Waiting | undefined;
}

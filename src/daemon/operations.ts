import type { JournalEntry } from '../plan/entry.ts';
import type { Explanation } from '../plan/explain.ts';
import type { Action, Hold } from '../plan/hold.ts';
import type { Override } from '../plan/override.ts';
import type { PolicySource } from '../policy/policy.ts';
import type { Sync, SyncKey } from '../policy/sync.ts';
import type { SyncStatus } from '../polytomic/polytomic.ts';
import type { JournalQuery } from '../store/store.ts';
import type { Instant } from '../time/interval.ts';

/** How one part of the daemon is doing, for `/readyz` and `curfew status`. */
export interface PartHealth {
  readonly name: 'database' | 'queue' | 'api' | 'policies';
  readonly isReady: boolean;
  /** One sentence when it is not. */
  readonly message?: string | undefined;
}

/** What start-up waits for. */
export interface Waiting {
  readonly part: PartHealth['name'];
  /** One sentence. */
  readonly message: string;
}

export interface Health {
  readonly isReady: boolean;
  readonly parts: readonly PartHealth[];
}

/** A policy and where it stands now. */
export interface PolicyStatus {
  readonly name: string;
  readonly description?: string | undefined;
  readonly effect: 'pause' | 'protect';
  readonly mode: 'enforce' | 'observe';
  readonly timezone: string;
  readonly isOn: boolean;
  /** The stretch that holds now; its ends are absent when infinite. */
  readonly since?: Instant | undefined;
  readonly nextBoundary?: Instant | undefined;
  /** How many syncs of the inventory it selects. */
  readonly selects: number;
  /** How many syncs it holds now. */
  readonly holds: number;
}

export interface Status {
  readonly now: Instant;
  readonly version: string;
  readonly startedAt: Instant;
  readonly health: Health;
  readonly organization?: string | undefined;
  readonly policySet?: { readonly hash: string; readonly loadedAt: Instant } | undefined;
  /** Present while the files on disk were refused and an older set is in force. */
  readonly refusedSince?: Instant | undefined;
  readonly policies: readonly PolicyStatus[];
  readonly holds: readonly Hold[];
  readonly inventory: { readonly syncs: number; readonly readAt?: Instant | undefined };
  readonly queue?:
    | { readonly waiting: number; readonly active: number; readonly delayed: number }
    | undefined;
  readonly alerts: readonly string[];
}

/** A row of `curfew syncs`. */
export interface SyncRow extends Sync {
  /** The policy that holds it, when one does. */
  readonly heldBy?: string | undefined;
  readonly holdState?: string | undefined;
  readonly baseline?: string | undefined;
  readonly until?: Instant | undefined;
}

/** An override as it goes over the wire: by the syncs that it covers. */
export interface CoveringOverride extends Omit<Override, 'covers'> {
  readonly covered: readonly SyncKey[];
}

/** What a plan is compared with: all of one moment, so that it belongs together. */
export interface PlanBasis {
  readonly now: Instant;
  /** The set in force, or that was when the last daemon ended; absent where none ever was. */
  readonly inForce?:
    | {
        readonly hash: string;
        readonly loadedAt: Instant;
        readonly sources: readonly PolicySource[];
      }
    | undefined;
  readonly holds: readonly Hold[];
  readonly syncs: readonly Sync[];
  readonly overrides: readonly CoveringOverride[];
}

export interface ActionRequest {
  readonly sync: SyncKey;
  readonly action: Action;
  readonly actor: string;
  readonly reason?: string | undefined;
}

/** What came of a call that a person asked for. */
export interface ActionResult {
  readonly sync: SyncKey;
  readonly syncName: string;
  readonly action: Action;
  /** The idempotency key it went out under. */
  readonly key: string;
  /** `ok`, or the kind of the outcome that ended it. */
  readonly outcome: string;
  readonly status?: number | undefined;
  readonly attempts: number;
  /** One sentence: what happened, or why not. */
  readonly message: string;
  /** What this does to an open hold, in one sentence. */
  readonly holdNote?: string | undefined;
  readonly answer?: unknown;
}

/** How a name on the command line or in a URL resolves: id, `kind:id`, or a unique exact name. */
export type Resolution =
  | { readonly kind: 'found'; readonly sync: Sync }
  | { readonly kind: 'none'; readonly hint?: string | undefined }
  | { readonly kind: 'ambiguous'; readonly candidates: readonly Sync[] };

/**
 * Everything that people may ask of Curfew, by HTTP or by hand: one implementation serves the
 * daemon's API and a command line that opened the store itself because no daemon runs.
 */
export interface Operations {
  health(): Promise<Health>;
  status(): Promise<Status>;
  syncs(): Promise<readonly SyncRow[]>;
  resolve(text: string): Promise<Resolution>;
  journal(query: JournalQuery): Promise<readonly JournalEntry[]>;
  explain(sync: Sync, at?: Instant): Promise<Explanation>;
  /** What `curfew plan` needs; the planning itself would keep a daemon from its boundaries. */
  planBasis(): Promise<PlanBasis>;
  syncStatus(
    sync: SyncKey,
  ): Promise<
    | { readonly kind: 'ok'; readonly sync: Sync; readonly status: SyncStatus }
    | { readonly kind: 'failed'; readonly outcome: string; readonly message: string }
  >;
  act(request: ActionRequest): Promise<ActionResult>;
  /** Loads the policy files again; all or nothing. */
  reload(): Promise<{ readonly ok: boolean; readonly message: string }>;
}

import type { JournalEntry } from '../plan/entry.ts';
import type { SealDocument } from '../plan/evidence.ts';
import type { Explanation } from '../plan/explain.ts';
import type { Action, Hold } from '../plan/hold.ts';
import type { SyncWish, WindowWish, WishRefusal } from '../plan/new-override.ts';
import type { OverrideKind, SyncOverride, WindowOverride } from '../plan/override.ts';
import type { OverrideEffect } from '../plan/override-effect.ts';
import type { PolicySource } from '../policy/policy.ts';
import type { SelectorSource } from '../policy/read-selector.ts';
import type { Sync, SyncKey } from '../policy/sync.ts';
import type { SyncStatus } from '../polytomic/polytomic.ts';
import type { JournalQuery } from '../store/store.ts';
import type { Instant, Interval } from '../time/interval.ts';
import type { EvidenceQuestion } from './evidence.ts';
import type { ReloadOptions } from './policy-keeper.ts';

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
  readonly mode: 'enforce' | 'observe' | 'blocked';
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
  /** Those that are open, the newest first. */
  readonly overrides: readonly OverrideRow[];
  readonly inventory: { readonly syncs: number; readonly readAt?: Instant | undefined };
  readonly queue?:
    | { readonly waiting: number; readonly active: number; readonly delayed: number }
    | undefined;
  /** The last seal on the journal. */
  readonly seal?: SealDocument | undefined;
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

/** An override as it goes over the wire: by the syncs that it covers, when it is about syncs. */
export type PlannedOverride =
  | (Omit<SyncOverride, 'covers' | 'select'> & { readonly covered: readonly SyncKey[] })
  | WindowOverride;

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
  readonly overrides: readonly PlannedOverride[];
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
  /** Whether a read right after it shows the sync as asked; absent when none could tell. */
  readonly isShown?: boolean | undefined;
  readonly answer?: unknown;
}

/** An override as people see it. */
export interface OverrideRow {
  readonly id: string;
  readonly kind: OverrideKind;
  readonly state: 'in effect' | 'to come' | 'revoked' | 'expired';
  /** What it does, in words: `holds Finance/* until 2026-06-01T18:00Z`. */
  readonly does: string;
  readonly actor: string;
  readonly reason: string;
  readonly createdAt: Instant;
  readonly from: Instant;
  readonly expires: Instant;
  /** Of a hold or release: which syncs, as in a policy. */
  readonly select?: SelectorSource | undefined;
  /** Of the others: which window of which policy, and in which zone people read it. */
  readonly policy?: string | undefined;
  readonly occurrence?: Interval | undefined;
  readonly timezone?: string | undefined;
  readonly policyHash?: string | undefined;
  /** How many syncs of the inventory it is about. */
  readonly syncs: number;
  /** For how many of them a newer hold or release decides. */
  readonly superseded: number;
  /** Why it has less effect than one might think, in one sentence. */
  readonly note?: string | undefined;
  readonly revokedAt?: Instant | undefined;
  readonly revokedBy?: string | undefined;
  readonly revokeReason?: string | undefined;
}

/** A hold or release as somebody asks for it: syncs by name, or a selector, or both. */
export interface SyncOverrideRequest extends Pick<SyncWish, 'kind' | 'from' | 'until' | 'forMs'> {
  readonly syncs: readonly Sync[];
  /** In the form of a policy's `select`. */
  readonly select?: unknown;
}

/** A wish, who has it, and why. */
export type OverrideRequest = (SyncOverrideRequest | WindowWish) & {
  readonly actor: string;
  readonly reason: string;
  /** The client's name for this request: asked again, it is done once. */
  readonly key?: string | undefined;
  /** Only say what it would do. */
  readonly isDryRun?: boolean | undefined;
};

/** What came of asking for an override, or of revoking one. */
export type OverrideAnswer =
  | {
      readonly kind: 'ok';
      /** `known`: it was so already, and nothing was done. */
      readonly outcome: 'created' | 'known' | 'dry-run' | 'revoked';
      readonly override: OverrideRow;
      readonly effect: OverrideEffect;
      /** One sentence: what it does, and what that means for syncs. */
      readonly message: string;
      /** Whether a daemon was asked; without one it is on record and waits for a daemon. */
      readonly isEnforced: boolean;
    }
  | ({ readonly kind: 'refused' } & WishRefusal);

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
  /** The journal as lines of JSON, many in each chunk; throws at once when it cannot be read. */
  evidence(question: EvidenceQuestion): AsyncIterable<string>;
  /** The last `limit` seals, oldest first. */
  seals(limit: number): Promise<readonly SealDocument[]>;
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
  /** Puts an override on record and has its syncs looked at at once. */
  override(request: OverrideRequest): Promise<OverrideAnswer>;
  /** The newest first: those that are open, or with those that ended lately. */
  overrides(range: 'open' | 'all'): Promise<readonly OverrideRow[]>;
  /** Ends one before its time; `id` may be cut short as long as it means one. */
  revoke(request: {
    readonly id: string;
    readonly actor: string;
    readonly reason?: string | undefined;
  }): Promise<OverrideAnswer>;
  /** Loads the policy files again; all or nothing. */
  reload(how?: ReloadOptions): Promise<{ readonly ok: boolean; readonly message: string }>;
}

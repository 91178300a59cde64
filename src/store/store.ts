// The room `store` keeps what must survive: holds, calls, the inventory, policy sets, claims and
// the append-only journal, in one Postgres dialect. `Database` (database.ts) is the port that `pg`
// and the embedded PGlite stand behind; this file is what the floors above may ask of it.

import type { Entry, EntryType, JournalEntry } from '../plan/entry.ts';
import type { Feed } from '../plan/feed.ts';
import type { Call, Hold } from '../plan/hold.ts';
import type { PolicySource } from '../policy/policy.ts';
import type { Sync, SyncKey } from '../policy/sync.ts';
import type { Instant } from '../time/interval.ts';

/** What an enforcer gets when it takes a sync: the claim, and all that is known about it. */
export interface Taken {
  readonly sync: SyncKey;
  /** Rises with every claim; a write under an older fence is refused. */
  readonly fence: number;
  readonly hold: Hold | undefined;
  /** Calls of this sync whose outcome is not definite yet, oldest first. */
  readonly openCalls: readonly Call[];
  /** Digest of the last decision that was journalled for it. */
  readonly decided: string | undefined;
}

/** All that changes for one sync in one step; it lands whole or not at all. */
export interface WriteSet {
  readonly sync: SyncKey;
  readonly fence: number;
  /** Inserted or replaced by id. */
  readonly hold?: Hold | undefined;
  /** Inserted or replaced by key. */
  readonly calls?: readonly Call[] | undefined;
  readonly entries?: readonly Entry[] | undefined;
  readonly decided?: string | undefined;
  /** What a single read just said about the sync; freshens its row of the inventory. */
  readonly observed?: Sync | undefined;
  /** Give the claim back with this write. */
  readonly release?: boolean | undefined;
}

/** The answer of a write: `fenced` means somebody else took the sync and nothing was written. */
export type Written = 'written' | 'fenced';

export interface JournalQuery {
  readonly sync?: SyncKey | undefined;
  readonly policy?: string | undefined;
  readonly types?: readonly EntryType[] | undefined;
  readonly since?: Instant | undefined;
  readonly until?: Instant | undefined;
  /** Only entries after this number; for following. */
  readonly afterSeq?: number | undefined;
  /** Newest `limit` entries of the match, given oldest first. At most 10,000. */
  readonly limit?: number | undefined;
}

/** The inventory: what the API said about all syncs, and when the last whole reading began. */
export interface Inventory {
  readonly syncs: readonly Sync[];
  readonly readAt: Instant | undefined;
}

export interface StoredPolicySet {
  readonly hash: string;
  readonly loadedAt: Instant;
  readonly sources: readonly PolicySource[];
}

/** What one has to know of a feed to see whether it has changed, or should be looked at. */
export type FeedState = Pick<Feed, 'url' | 'hash' | 'checkedAt' | 'failing'>;

/** A call budget shared by all replicas, as a generic cell rate (units per second). */
export interface BudgetLease {
  /** Calls granted; at least 1. */
  readonly granted: number;
  /** When the first of them may leave, by the clock of the database. */
  readonly notBefore: Instant;
  /** How long that was away when the lease was given, in milliseconds of one clock. */
  readonly waitMs: number;
}

export interface Store {
  /**
   * Claims a sync and reads what is known about it, in one round trip. Undefined when another
   * owner holds an unexpired claim. Taking again what one holds renews it under a new fence.
   */
  take(sync: SyncKey, owner: string, ttlMs: number): Promise<Taken | undefined>;
  /** Writes one step of one sync; steps of several syncs that meet share a commit. */
  write(set: WriteSet): Promise<Written>;
  /** Gives a claim back without writing anything else. */
  release(sync: SyncKey, fence: number): Promise<void>;
  /** Claims a named duty (`schedulers`, `sweep`); true while `owner` has it. */
  claimDuty(duty: string, owner: string, ttlMs: number): Promise<boolean>;
  releaseDuties(owner: string): Promise<void>;
  /** Drops all claims of earlier processes; only for a database that belongs to this one. */
  dropClaims(): Promise<void>;

  openHolds(): Promise<readonly Hold[]>;
  hold(id: string): Promise<Hold | undefined>;
  openCalls(): Promise<readonly Call[]>;

  append(entries: readonly Entry[]): Promise<void>;
  journal(query: JournalQuery): Promise<readonly JournalEntry[]>;

  inventory(): Promise<Inventory>;
  /** Replaces the whole inventory; syncs that are absent from `syncs` disappear. */
  saveInventory(syncs: readonly Sync[], readAt: Instant): Promise<void>;

  /** Remembers a set by its hash and makes it the one in force. */
  savePolicySet(set: StoredPolicySet): Promise<void>;
  policySetInForce(): Promise<StoredPolicySet | undefined>;
  policySet(hash: string): Promise<StoredPolicySet | undefined>;
  /** Which set holds the policy of this hash; for replicas that meet a plan they do not know. */
  policySetWithPolicy(policyHash: string): Promise<StoredPolicySet | undefined>;
  savePolicyHashes(setHash: string, policyHashes: readonly string[]): Promise<void>;

  /** The end of the last stretch whose windows were journalled for a policy. */
  boundaryMark(policy: string): Promise<Instant | undefined>;
  /** Moves the mark forward and appends the entries, together; false when it was already there. */
  moveBoundaryMark(
    policy: string,
    from: Instant | undefined,
    to: Instant,
    entries: readonly Entry[],
  ): Promise<boolean>;

  /** The copy of a feed that counts; undefined when it was never had. */
  feed(url: string): Promise<Feed | undefined>;
  /** How it stands with some feeds, without their texts; those never had are left out. */
  feedStates(urls: readonly string[]): Promise<readonly FeedState[]>;
  /**
   * Writes what came of a look at a feed, with the entries about it; false, and nothing written,
   * when somebody else has looked since `seen` was read.
   */
  saveFeed(feed: Feed, seen: Feed | undefined, entries: readonly Entry[]): Promise<boolean>;

  leaseBudget(name: string, perSecond: number, wanted: number): Promise<BudgetLease>;
  /** One cheap round trip; rejects when the database cannot be reached. */
  ping(): Promise<void>;
  close(): Promise<void>;
}

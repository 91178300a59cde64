// The room `store` keeps what must survive: holds, calls, the inventory, policy sets, claims and
// the append-only journal, in one Postgres dialect. `Database` (database.ts) is the port that `pg`
// and the embedded PGlite stand behind; this file is what the floors above may ask of it.

import type { Entry, EntryType, JournalEntry } from '../plan/entry.ts';
import type { Feed } from '../plan/feed.ts';
import type { Call, Hold } from '../plan/hold.ts';
import type { Override, SyncOverride, WindowOverride } from '../plan/override.ts';
import type { Prunable } from '../plan/pruning.ts';
import type { EntryDocument, Link, Seal } from '../plan/seal.ts';
import type { PolicySource } from '../policy/policy.ts';
import type { Sync, SyncKey } from '../policy/sync.ts';
import type { Instant } from '../time/interval.ts';

/** What decides about syncs, by the versions of its parts; each only ever rises. */
export interface Rules {
  readonly overrides: number;
  readonly policies: number;
}

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
  /** What was in force then; who knows older rules reads them before deciding. */
  readonly rules: Rules;
  /** When the last whole reading of the inventory began, as in `inventoryReadAt`. */
  readonly listedAt: Instant | undefined;
}

/** All that changes for one sync in one step; it lands whole or not at all. */
export interface WriteSet {
  readonly sync: SyncKey;
  readonly fence: number;
  /** Lands only while these are in force; without them, in any case. */
  readonly rules?: Rules | undefined;
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

/**
 * The answer of a write. Nothing was written when it is `fenced`, since somebody else took the
 * sync, or `outdated`, since somebody spoke, or other policies came into force, after it was
 * decided.
 */
export type Written = 'written' | 'fenced' | 'outdated';

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

/** What no seal covers yet: the last seal, and the first entries after it. */
export interface Unsealed {
  readonly last: Seal | undefined;
  readonly entries: readonly EntryDocument[];
}

/** An entry as evidence, with the number of its seal; null when no seal covers it yet. */
export interface SealedEntry {
  readonly entry: EntryDocument;
  readonly seal: number | null;
}

/** The inventory: what the API said about all syncs, and when the last whole reading began. */
export interface Inventory {
  readonly syncs: readonly Sync[];
  readonly readAt: Instant | undefined;
}

export interface StoredPolicySet {
  readonly hash: string;
  /** Rises with each set that is put in force. */
  readonly version: number;
  /** The hash of its policy files alone; sets of one text may differ in what they refer to. */
  readonly files: string;
  readonly loadedAt: Instant;
  readonly sources: readonly PolicySource[];
}

/** Something that needs a person, until it is cleared. */
export interface Alert {
  /** Says what it is about, and is raised once: `key-refused`, `limit:<policy>`. */
  readonly name: string;
  /** One sentence. */
  readonly reason: string;
  readonly policy?: string | undefined;
  readonly raisedAt: Instant;
}

/** An override that is to be put on record; the store numbers them. */
export type NewOverride = Omit<SyncOverride, 'number'> | Omit<WindowOverride, 'number'>;

/** What makes a request of a client recognisable when it comes again. */
export interface OverrideRequest {
  /** The client's own; without one the request cannot be told from another. */
  readonly key?: string | undefined;
  /** Of all that was asked for, as it was written. */
  readonly digest: string;
}

/**
 * `known`: the request was made before and this is what came of it. `conflict`: its key belongs to
 * another request, which made this. `too-many` are open.
 */
export interface CreatedOverride {
  readonly outcome: 'created' | 'known' | 'conflict' | 'too-many';
  readonly override: Override | undefined;
}

/** The overrides that matter, in the order of their numbers, and the version of all. */
export interface Overrides {
  readonly version: number;
  readonly overrides: readonly Override[];
}
/** What one has to know of a feed to see whether it has changed, or should be looked at. */
export type FeedState = Pick<Feed, 'url' | 'hash' | 'checkedAt' | 'failing'>;

/** A call budget shared by all replicas, as a generic cell rate (units per second). */
export interface BudgetLease {
  /** Calls granted; at least 1, or none while quiet is asked for. */
  readonly granted: number;
  /** When the first of them may leave, by the clock of the database. */
  readonly notBefore: Instant;
  /** How long that was away when the lease was given, in milliseconds of one clock. */
  readonly waitMs: number;
  /** For how long nobody may call; 0 when calls were granted. */
  readonly quietMs: number;
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
  /** Makes a claim last `ttlMs` from now; false when somebody else took the sync meanwhile. */
  renew(sync: SyncKey, fence: number, ttlMs: number): Promise<boolean>;
  /** Claims a named duty (`schedulers`, `sweep`); true while `owner` has it. */
  claimDuty(duty: string, owner: string, ttlMs: number): Promise<boolean>;
  releaseDuties(owner: string): Promise<void>;
  /** Drops all claims of earlier processes; only for a database that belongs to this one. */
  dropClaims(): Promise<void>;

  openHolds(): Promise<readonly Hold[]>;
  hold(id: string): Promise<Hold | undefined>;
  openCalls(): Promise<readonly Call[]>;

  /**
   * All overrides that are not over, and those that ended after an instant (the newest 500).
   * Undefined when their version is still `unless`.
   */
  overrides(endedAfter: Instant, unless?: number): Promise<Overrides | undefined>;
  /** What came of a request with this key; undefined when nobody made it yet. */
  overrideOfRequest(request: Required<OverrideRequest>): Promise<CreatedOverride | undefined>;
  /** With its entries; at most `openMax` are open at once, by `createdAt`. */
  createOverride(
    override: NewOverride,
    request: OverrideRequest,
    entries: readonly Entry[],
    openMax: number,
  ): Promise<CreatedOverride>;
  /** Ends it there and then, with its entries, if it is still open; undefined when unknown. */
  revokeOverride(
    id: string,
    revocation: {
      readonly at: Instant;
      readonly actor: string;
      readonly reason?: string | undefined;
    },
    entries: readonly Entry[],
  ): Promise<{ readonly revoked: boolean; readonly override: Override } | undefined>;
  /** Notes what the entries say about its end; false when it was said before, or is not true. */
  tellOverride(
    id: string,
    what: 'reminded' | 'ended',
    at: Instant,
    entries: readonly Entry[],
  ): Promise<boolean>;

  append(entries: readonly Entry[]): Promise<void>;
  journal(query: JournalQuery): Promise<readonly JournalEntry[]>;

  /** All entries before these are sealed or visible: numbers become visible in their order. */
  unsealed(entriesMax: number): Promise<Unsealed>;
  /** Adds the next seal with its list; false when another replica has added it already. */
  addSeal(seal: Seal, list: Uint8Array): Promise<boolean>;
  seal(number: number): Promise<Seal | undefined>;
  /** The last `limit` seals, oldest first. */
  newestSeals(limit: number): Promise<readonly Seal[]>;
  /** The next links of the chain, with about `entriesMax` entries; none after the last seal. */
  linksAfter(number: number, entriesMax: number): Promise<readonly Link[]>;
  /** The first `limit` entries of the match, oldest first; `limit` of the query has no effect. */
  entriesAfter(query: JournalQuery, limit: number): Promise<readonly SealedEntry[]>;
  /** The oldest entries under seals that were made before an instant; at most `entriesMax`. */
  prunable(olderThan: Instant, entriesMax: number): Promise<Prunable | undefined>;
  /** Removes them and appends the entry that says so; false when another replica has done it. */
  prune(range: Prunable, entry: Entry): Promise<boolean>;

  inventory(): Promise<Inventory>;
  /** When the last whole reading began; undefined before the first. */
  inventoryReadAt(): Promise<Instant | undefined>;
  /** Replaces the whole inventory; syncs that are absent from `syncs` disappear. */
  saveInventory(syncs: readonly Sync[], readAt: Instant): Promise<void>;

  /** Remembers a set by its hash and puts it in force; gives its version. */
  savePolicySet(set: Omit<StoredPolicySet, 'version'>): Promise<number>;
  policySetInForce(): Promise<StoredPolicySet | undefined>;
  /** The same without its sources, which may be large. */
  policySetHead(): Promise<Omit<StoredPolicySet, 'sources'> | undefined>;
  /** Whether a set of these policy files was ever in force. */
  knowsPolicyFiles(files: string): Promise<boolean>;
  /**
   * Says that a replica is alive and which policy files it has on its disk; gives the files of all
   * others that said so within `ttlMs`.
   */
  meetReplicas(
    owner: string,
    files: string | undefined,
    ttlMs: number,
  ): Promise<ReadonlySet<string>>;
  /** Says that a replica is going. */
  leaveReplicas(owner: string): Promise<void>;
  policySet(hash: string): Promise<StoredPolicySet | undefined>;
  /** Which set holds the policy of this hash; for replicas that meet a plan they do not know. */
  policySetWithPolicy(policyHash: string): Promise<StoredPolicySet | undefined>;
  savePolicyHashes(setHash: string, policyHashes: readonly string[]): Promise<void>;

  /** The end of the last stretch whose windows were journalled for a policy. */
  boundaryMark(policy: string): Promise<Instant | undefined>;
  /**
   * Moves the mark from where it was seen and appends the entries, together; false when somebody
   * else has moved it since. Backward only where the clock was set back.
   */
  moveBoundaryMark(
    policy: string,
    from: Instant | undefined,
    to: Instant,
    entries: readonly Entry[],
  ): Promise<boolean>;

  /** Raises an alert and appends the entries, together; false when it was raised already. */
  raiseAlert(alert: Alert, entries: readonly Entry[]): Promise<boolean>;
  /** Clears an alert and appends the entries, together; false when it was not raised. */
  clearAlert(name: string, entries: readonly Entry[]): Promise<boolean>;
  /** What needs a person now, oldest first. */
  alerts(): Promise<readonly Alert[]>;
  /** Counts one more pause, unless `cap` of them were made within the last hour already. */
  admitPause(cap: number): Promise<boolean>;
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
  /** Grants nothing to anybody for so long; of several such wishes the longest counts. */
  quietenBudget(name: string, forMs: number): Promise<void>;
  /** One cheap round trip; rejects when the database cannot be reached. */
  ping(): Promise<void>;
  close(): Promise<void>;
}

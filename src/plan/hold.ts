import type { InFlight, Resume } from '../policy/policy.ts';
import type { SyncKey } from '../policy/sync.ts';
import type { Instant, Interval } from '../time/interval.ts';

/**
 * The states of a hold, the durable record that Curfew paused a sync:
 *
 * ```
 * pausing → held → resuming → released
 *             ↘ yielded → released      a person re-activated it; theirs until the chain ends
 *                       → resuming      and then a pause of ours landed late
 *   (any open state) → gone             the sync was deleted
 * ```
 *
 * `pausing` and `resuming` may also turn into each other when what is wanted changes in between.
 */
export type HoldState = 'pausing' | 'held' | 'resuming' | 'yielded' | 'released' | 'gone';

/** The states in which a hold still means something; at most one such hold exists per sync. */
export type OpenHoldState = Exclude<HoldState, 'released' | 'gone'>;

/** Whether the sync was active before the first hold of an unbroken chain. */
export type Baseline = 'active' | 'inactive';

/**
 * What the policies that hold a sync said about how they do it. The hold keeps it: a policy may be
 * edited, disabled or deleted while its window is open, and a hold never depends on the file.
 */
export interface Terms {
  /**
   * What each policy that wants the pause does to running work, and since when it does so for this
   * hold. As first seen: an edit changes later pauses, and cancels nothing in retrospect.
   */
  readonly inFlight: Readonly<Record<string, InFlightSince>>;
  readonly protectResync: boolean;
  readonly enforce: 'once' | 'always';
  readonly resume: Resume;
  readonly onDelete: 'restore' | 'finish';
  /** The hash of the leading policy; undefined when a person asked for the pause. */
  readonly hash: string | undefined;
}

/** A mode of dealing with running work, and when it began to count. */
export interface InFlightSince {
  readonly mode: InFlight;
  readonly since: Instant;
}

export interface Hold {
  readonly id: string;
  readonly sync: SyncKey;
  /** The sync's name when the hold was opened; for people. */
  readonly syncName: string;
  readonly state: HoldState;
  /** Read before the first call, and not read again while the chain lasts. */
  readonly baseline: Baseline;
  /** The policy (or `override:<id>`) that holds it now. */
  readonly cause: string;
  /** The stretch over which `cause` wants it paused. */
  readonly occurrence: Interval;
  readonly openedAt: Instant;
  /** When the API confirmed that it is paused. */
  readonly heldAt?: Instant | undefined;
  /** When no execution ran any more. */
  readonly quietAt?: Instant | undefined;
  /** The execution that was in flight when the pause began, while we wait for its end. */
  readonly execution?: string | undefined;
  readonly closedAt?: Instant | undefined;
  readonly terms: Terms;
  /** The version of the time zone data that the end of `occurrence` was worked out with. */
  readonly tzdata: string;
  /** When the sync would have run next, read before it was paused; only where that matters. */
  readonly nextRunAt?: Instant | undefined;
  /** When its turn to come back is, once nothing wants it paused any more. */
  readonly resumeAt?: Instant | undefined;
  /** When a pause was given up that may have its effect for a while yet; see `stray.ts`. */
  readonly strayAt?: Instant | undefined;
  /** How often it was paused again against somebody, in this occurrence. */
  readonly repauses: number;
  /** Alerts about this hold that were told, each once. */
  readonly told: readonly string[];
  /** How many calls (of any action) this hold has minted keys for. */
  readonly generation: number;
  readonly updatedAt: Instant;
}

/** What we ask the API to do; the effect part of a call. */
export type Action = 'activate' | 'deactivate' | 'cancel' | 'start';

/** One intended API effect, committed before the request leaves. Attempts belong to it. */
export interface Call {
  /** The `Idempotency-Key`. */
  readonly key: string;
  readonly sync: SyncKey;
  readonly action: Action;
  /** The hold it serves; undefined for calls that a person asked for by hand. */
  readonly hold?: string | undefined;
  readonly generation: number;
  readonly actor: string;
  readonly intendedAt: Instant;
  /** Attempts of this wish, over all its keys; counted before the request leaves. */
  readonly attempts: number;
  /** Whether an attempt before the last may have had its effect without our knowing. */
  readonly isInDoubt: boolean;
  /** Open until what it was for is settled, or another call took its place. */
  readonly state: 'open' | 'closed';
  /** The kind of the last outcome, once there was one. */
  readonly outcome?: string | undefined;
  readonly status?: number | undefined;
  readonly answeredAt?: Instant | undefined;
}

import type { SyncKey } from '../policy/sync.ts';
import type { Instant, Interval } from '../time/interval.ts';

/**
 * The states of a hold, the durable record that Curfew paused a sync:
 *
 * ```
 * pausing → held → resuming → released
 *             ↘ yielded → released      a person re-activated it; theirs until the chain ends
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
  /** Open until what it was for is settled, or another call took its place. */
  readonly state: 'open' | 'closed';
  /** The kind of the last outcome, once there was one. */
  readonly outcome?: string | undefined;
  readonly status?: number | undefined;
  readonly answeredAt?: Instant | undefined;
}

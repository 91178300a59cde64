import type { SelectorSource } from '../policy/read-selector.ts';
import type { Sync } from '../policy/sync.ts';
import type { Instant, Interval } from '../time/interval.ts';
import { minuteMs } from '../time/wall.ts';
import { timeText } from './time-text.ts';

/** What every override has: somebody's word, its reason, and an end. */
interface OverrideFrame {
  readonly id: string;
  /** Rises with each override: of two, the one with the higher number is the newer. */
  readonly number: number;
  readonly createdAt: Instant;
  readonly actor: string;
  readonly reason: string;
  /** It has its effect from here… */
  readonly from: Instant;
  /** …to here, if nobody revokes it. Mandatory: nothing that a person forgets lasts for ever. */
  readonly expires: Instant;
  readonly revokedAt?: Instant | undefined;
  readonly revokedBy?: string | undefined;
  readonly revokeReason?: string | undefined;
  /** When the journal reminded of its end. */
  readonly remindedAt?: Instant | undefined;
  /** When the journal told that it expired. */
  readonly endedAt?: Instant | undefined;
}

/** `hold` wants syncs paused, `release` wants them as their baseline says; both beat policies. */
export interface SyncOverride extends OverrideFrame {
  readonly kind: 'hold' | 'release';
  /** Which syncs, in the form of a policy's `select`. */
  readonly select: SelectorSource;
  /** The same for people: `Finance/Invoices, name=Sales/*`. */
  readonly subject: string;
  covers(sync: Sync): boolean;
}

/**
 * Changes one occurrence of one policy: `skip` and `end` leave it without effect from `from` to
 * `expires`, `extend` keeps it in effect from its end, `from`, to `expires`.
 */
export interface WindowOverride extends OverrideFrame {
  readonly kind: 'skip' | 'end' | 'extend';
  readonly policy: string;
  /** What the policy did then; a policy that was only renamed is found by it. */
  readonly policyHash: string;
  /** The stretch that was meant, as it was when somebody spoke about it. */
  readonly occurrence: Interval;
  /** In which people read its times. */
  readonly timezone: string;
}

/** A person's temporary exception. It stays on record when it is over. */
export type Override = SyncOverride | WindowOverride;

export type OverrideKind = Override['kind'];

/** Whether an override is about syncs; the others are about a policy's window. */
export function isAboutSyncs(override: Override): override is SyncOverride {
  return override.kind === 'hold' || override.kind === 'release';
}

/** When its effect ends, or ended: at its expiry, or when somebody revoked it. */
export function endOf({ expires, revokedAt }: Override): Instant {
  return Math.min(expires, revokedAt ?? Infinity);
}

/** Whether it has its effect, or will have it. */
export function isOpen(override: Override, now: Instant): boolean {
  return now < endOf(override);
}

/** Whether it has its effect now. */
export function isInEffect(override: Override, now: Instant): boolean {
  return override.from <= now && isOpen(override, now);
}

/** Nobody needs more warning than this; a short override reminds in its last tenth. */
const REMIND_BEFORE_MAX_MS = 15 * minuteMs;

/**
 * When people are reminded that it will expire; undefined for those whose expiry changes nothing,
 * since the window that they are about ends then as well.
 */
export function remindAt({ kind, from, expires }: Override): Instant | undefined {
  if (kind === 'skip' || kind === 'end') return undefined;
  return Math.ceil(expires - Math.min(REMIND_BEFORE_MAX_MS, (expires - from) / 10));
}

/** The instants at which something is to be done for it, in order. */
export function edgesOf(override: Override): readonly Instant[] {
  const edges = [override.from, remindAt(override), override.expires];
  return edges.filter((edge) => edge !== undefined).sort((a, b) => a - b);
}

/** An instant of an override for people; of a policy's window, in the policy's zone. */
export function overrideTime(override: Override, at: Instant): string {
  return timeText(at, isAboutSyncs(override) ? 'UTC' : override.timezone);
}

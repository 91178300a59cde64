import type { Person, Sync } from '../policy/sync.ts';
import { hasPassed } from '../time/elapsed.ts';
import type { Instant, Interval } from '../time/interval.ts';
import type { AlertName } from './alert.ts';
import type { Decision } from './decide.ts';
import type { Action, Baseline, Call, Hold, HoldState } from './hold.ts';

/** An execution as far as deciding needs it. */
export interface Run {
  readonly id: string;
  readonly status: string;
  readonly isTerminal: boolean;
  readonly isResync: boolean;
  /** By the server's clock. */
  readonly createdAt?: Instant | undefined;
}

/** All that one step may depend on. What is undefined was not read in this pass. */
export interface Situation {
  readonly now: Instant;
  readonly decision: Decision;
  /** What is known about the sync from any reading, fresh or not. */
  readonly sync: Sync;
  /** Whether the inventory has it; if not, it may be deleted, and only a read can tell. */
  readonly isListed: boolean;
  /** When the listing began that `sync` comes from at the earliest. */
  readonly listedAt: Instant | undefined;
  /** What a read of this pass said. */
  readonly actual: Sync | 'missing' | undefined;
  /** What a status read of this pass said; `current` undefined means idle. */
  readonly runs: { readonly current: Run | undefined } | undefined;
  /** The latest executions, newest first, when this pass read them. */
  readonly executions: readonly Run[] | undefined;
  /** The open hold of the sync. */
  readonly hold: Hold | undefined;
  /** The hash of the policy in force that causes the hold; undefined when it is gone or off. */
  readonly causeHash: string | undefined;
  /** The version of the time zone data that decides. */
  readonly tzdata: string;
  readonly openCalls: readonly Call[];
  /** The last call of this pass, when it was the first use of its key and was answered `ok`. */
  readonly confirmed: Action | undefined;
  /** Who our API key is, as `updated_by` would name it. */
  readonly self: Person | undefined;
  /** The server's clock minus ours, in milliseconds. */
  readonly skewMs: number;
}

/** The next thing to do for a sync; executing it leaves nothing to decide. */
export type Step =
  | { readonly kind: 'read' }
  | { readonly kind: 'read-runs' }
  | { readonly kind: 'read-executions' }
  | { readonly kind: 'open'; readonly baseline: Baseline; readonly reason: string }
  | {
      readonly kind: 'move';
      readonly to: HoldState;
      readonly reason: string;
      /** Who made it so, when it was not Curfew. */
      readonly person?: Person | undefined;
      readonly baseline?: Baseline | undefined;
      /** A pause against somebody who activated it; these are counted. */
      readonly isRepause?: true | undefined;
      /** With `resuming`: when its turn to come back is. */
      readonly resumeAt?: Instant | undefined;
    }
  | { readonly kind: 'hand-over'; readonly reason: string; readonly occurrence: Interval }
  | { readonly kind: 'call'; readonly action: Action; readonly again: Call | undefined }
  /** Something worth an entry, said once: the hold remembers the mark. */
  | {
      readonly kind: 'note';
      readonly what: 'run.left' | 'run.waited' | 'sync.quiet';
      readonly run: Run | undefined;
      readonly reason: string;
      readonly mark?: string | undefined;
    }
  | { readonly kind: 'alert'; readonly mark: AlertName; readonly reason: string }
  | {
      readonly kind: 'wait';
      readonly at: Instant;
      readonly reason: string;
      /** The API owes us something; when that lasts, somebody is told. Else it is time granted. */
      readonly isOwed?: true | undefined;
    }
  | { readonly kind: 'done'; readonly reason: string };

/** The open call of one action, if there is one; the newest counts. */
export function openCall(situation: Situation, action: Action): Call | undefined {
  return situation.openCalls.findLast((call) => call.action === action);
}

/** Outcomes that leave no doubt: the attempt had no effect. A 5xx is not among them. */
const NO_EFFECT: ReadonlySet<string> = new Set([
  'not-sent',
  'throttled',
  'unauthorized',
  'missing',
  'rejected',
]);

/** Whether a call, or an earlier attempt of it, may have had its effect without our knowing. */
export function mayHaveLanded(call: Call | undefined): call is Call {
  if (call === undefined || call.attempts === 0) return false;
  return call.isInDoubt || call.outcome === undefined || !NO_EFFECT.has(call.outcome);
}

/**
 * Whether nothing that we did for a hold can have paused the sync; `call` is its open deactivation.
 * Where there is a doubt it counts as paused by us, and is restored.
 */
export function isUnpaused({ generation, heldAt }: Hold, call: Call | undefined): boolean {
  if (heldAt !== undefined) return false;
  return generation === 0 || (call !== undefined && !mayHaveLanded(call));
}

/** A key whose use is refused as being in flight this often is not in flight any more. */
const CONFLICTS_MAX = 5;

/**
 * Whether a call may go out again under its key. The server replays the first outcome of a key,
 * errors included, so after a definite answer only a new key can change anything.
 */
export function isRepeatable(call: Call): boolean {
  switch (call.outcome) {
    case undefined:
    case 'not-sent':
    case 'unknown':
      return true;
    case 'conflict':
      return call.attempts < CONFLICTS_MAX;
    default:
      return false;
  }
}

/** The call step for an action: again under the open key where that can help, else a new one. */
export function calling(situation: Situation, action: Action): Step {
  const call = openCall(situation, action);
  const again = call !== undefined && isRepeatable(call) ? call : undefined;
  return { kind: 'call', action, again };
}

/** Whether a hold has told something already. */
export function isTold({ told }: Hold, mark: string): boolean {
  return told.includes(mark);
}

/** An alert about a hold, once; undefined when it was told before. `mark` may name an execution. */
export function alerting(hold: Hold, mark: AlertName, reason: string): Step | undefined {
  return isTold(hold, mark) ? undefined : { kind: 'alert', mark, reason };
}

/**
 * Whether a hold is kept to the end it had although no policy wants it any more: its policy was
 * deleted or disabled and said so, or a government changed its clocks while the window was open.
 * Whatever else decides about the sync now comes first. A pause without an end is kept to none.
 */
export function isFinishing(situation: Situation): boolean {
  const { hold, causeHash, decision, now } = situation;
  if (hold === undefined || decision.reason.kind !== 'nothing') return false;
  if (!Number.isFinite(hold.occurrence.end)) return false;
  const isWished = hold.terms.onDelete === 'finish' && causeHash === undefined;
  return (isWished || haveZonesMoved(situation, hold)) && now < hold.occurrence.end;
}

/**
 * Whether the window of a hold may have moved only because the time zone data did: the policy is
 * word for word the one that it was opened for. The end may be later then, but not earlier (D11).
 */
export function haveZonesMoved({ causeHash, tzdata }: Situation, hold: Hold): boolean {
  return tzdata !== hold.tzdata && causeHash !== undefined && causeHash === hold.terms.hash;
}

/** A change this close to our own may be our own: clocks and the wire have some slack. */
export const SLACK_MS = 2_000;

/** How long after a call its effect is waited for before the call counts as lost (S62). */
export const SETTLE_MS = 60_000;

/**
 * Whether somebody else changed the sync after `since` (our clock). Where the API names our own key
 * a change has to be clearly later than our call, since it may be our call.
 */
export function changedByOther(situation: Situation, actual: Sync, since: Instant): boolean {
  const isOther = isSomebodyElse(situation, actual);
  if (actual.updatedAt !== undefined) {
    return actual.updatedAt - situation.skewMs > since + (isOther ? 0 : SLACK_MS);
  }
  // Without a time: a change long after our call was not our call.
  return isOther || situation.now > since + SETTLE_MS;
}

/** Whether somebody else changed the sync after we paused it, or found it paused. */
export function changedSincePause(situation: Situation, hold: Hold, actual: Sync): boolean {
  return changedByOther(situation, actual, hold.heldAt ?? hold.openedAt);
}

/** Whether the API names somebody else for the last change; never where it does not name us. */
export function isSomebodyElse({ self }: Situation, { updatedBy }: Sync): boolean {
  const by = updatedBy?.id;
  return by !== undefined && self?.id !== undefined && by !== self.id;
}

/** The end of a hold whose sync is no more. */
export const GONE: Step = {
  kind: 'move',
  to: 'gone',
  reason: 'The sync was deleted while it was held.',
};

/** A sync that is listed and yet not found is asked for this often. */
const NOT_FOUND_MS = 15_000;

/**
 * What follows when the API does not find a sync. It is gone when the list does not show it either.
 * While it does, the sync is asked for again: an API that answers 404 to everything for a minute
 * must not make us forget what we paused (S34).
 */
export function unlessListed({ isListed, now }: Situation, gone: Step): Step {
  if (!isListed) return gone;
  const reason = 'The API does not find it, and lists it all the same.';
  return { kind: 'wait', at: now + NOT_FOUND_MS, reason, isOwed: true };
}

/**
 * When to look at something slow again: after a quarter of the time it has taken already, at least
 * 2 seconds and at most a minute, so that short work is noticed soon and long work costs little.
 */
export function lookAgain(now: Instant, since: Instant): Instant {
  return now + Math.min(Math.max((now - since) / 4, 2_000), 60_000);
}

/**
 * The wait for the effect of a call that has been made and does not show yet; undefined once it has
 * taken too long to come any more (S62).
 */
export function awaitEffect(now: Instant, call: Call, reason: string): Step | undefined {
  const since = call.answeredAt ?? call.intendedAt;
  if (hasPassed(now, since, SETTLE_MS)) return undefined;
  return { kind: 'wait', at: lookAgain(now, since), reason, isOwed: true };
}

/** Words for whoever changed a sync. */
export function nameOf(person: Person | undefined): string {
  return person?.name ?? person?.id ?? 'somebody';
}

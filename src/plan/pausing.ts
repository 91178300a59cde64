import type { Sync } from '../policy/sync.ts';
import { newerWish } from './decide.ts';
import type { Call, Hold } from './hold.ts';
import type { SyncOverride } from './override.ts';
import { quieting, waitingForRun } from './running-work.ts';
import {
  alerting,
  awaitEffect,
  calling,
  changedByOther,
  changedSincePause,
  GONE,
  haveZonesMoved,
  isFinishing,
  isSomebodyElse,
  isUnpaused,
  mayHaveLanded,
  nameOf,
  openCall,
  SETTLE_MS,
  type Situation,
  SLACK_MS,
  type Step,
  unlessListed,
} from './situation.ts';
import { isLatePause, straying } from './stray.ts';
import { haveTermsChanged } from './terms.ts';

/** The API's clock may differ from ours by this much; beyond it nothing new is paused (S74). */
export const SKEW_MAX_MS = 2 * 60_000;

/** How often a sync is paused again against somebody, within one occurrence (S27). */
const REPAUSES_MAX = 3;

/** No wait is longer: what a timer loses, the next look finds (S21). */
const LONGEST_WAIT_MS = 60 * 60_000;

/** Steps towards "paused": open a hold, deactivate, and look after what still runs. */
export function stepsToPaused(situation: Situation): Step {
  const { hold } = situation;
  if (hold === undefined) return opening(situation);
  if (situation.actual === 'missing') return unlessListed(situation, GONE);
  switch (hold.state) {
    case 'pausing':
      return relenting(situation, hold) ?? handingOver(situation, hold) ?? pausing(situation, hold);
    case 'held':
      return handingOver(situation, hold) ?? held(situation, hold);
    case 'resuming':
      return {
        kind: 'move',
        to: 'pausing',
        reason: 'It is wanted paused again before it was restored.',
      };
    default:
      return yielded(situation, hold);
  }
}

function yielded(situation: Situation, hold: Hold): Step {
  const wish = newerWish(situation.decision, hold.updatedAt);
  if (wish === undefined) {
    return (
      straying(situation, hold) ?? {
        kind: 'done',
        reason: 'A person re-activated it; it is theirs until the end.',
      }
    );
  }
  const { actual } = situation;
  if (actual === undefined || actual === 'missing') return { kind: 'read' };
  const isOurs = isLatePause(situation, actual) || isEarlierPause(situation, hold, actual);
  const isTheirs = !actual.active && !isOurs;
  return isTheirs ? heldAsIs(wish, actual) : heldAnew(wish);
}

/** Whether it is a reading from before they activated it: one of our own pause. */
function isEarlierPause(situation: Situation, { updatedAt: yieldedAt }: Hold, actual: Sync) {
  const { updatedAt = Infinity } = actual;
  return updatedAt - situation.skewMs <= yieldedAt && !isSomebodyElse(situation, actual);
}

/** It was theirs, and they left it inactive: so it stays when the hold is over (S29). */
function heldAsIs({ actor }: SyncOverride, { updatedBy }: Sync): Step {
  const reason =
    `${nameOf(updatedBy)} had paused it again when ${actor} asked for a hold; ` +
    'it will stay so.';
  return { kind: 'move', to: 'pausing', reason, baseline: 'inactive', person: updatedBy };
}

/** Of two people's words the newer counts: one activated it, then another asked for a hold. */
function heldAnew({ actor }: SyncOverride): Step {
  const reason = `It was re-activated, and ${actor} asked for a hold after that.`;
  return { kind: 'move', to: 'pausing', reason, baseline: 'active' };
}

function opening(situation: Situation): Step {
  const { actual, now, skewMs } = situation;
  if (actual === undefined) return { kind: 'read' };
  if (actual === 'missing') {
    return unlessListed(situation, { kind: 'done', reason: 'The sync does not exist any more.' });
  }
  if (Math.abs(skewMs) > SKEW_MAX_MS) {
    const reason = 'Our clock and that of the API differ too much to pause anything new.';
    return { kind: 'wait', at: now + SETTLE_MS, reason };
  }
  return actual.active
    ? { kind: 'open', baseline: 'active', reason: 'It was active and is about to be paused.' }
    : { kind: 'open', baseline: 'inactive', reason: 'It was already paused; it will stay so.' };
}

function pausing(situation: Situation, hold: Hold): Step {
  if (situation.confirmed === 'deactivate') {
    return { kind: 'move', to: 'held', reason: 'The API confirmed that it is paused.' };
  }
  const { actual } = situation;
  if (actual === undefined || actual === 'missing') return { kind: 'read' };
  const call = openCall(situation, 'deactivate');
  if (!actual.active && !isFromBeforeResume(situation, actual, call)) {
    return isUnpaused(hold, call) || isPausedSince(situation, actual)
      ? forestalled(actual)
      : { kind: 'move', to: 'held', reason: 'A read confirmed that it is paused.' };
  }
  if (mayHaveLanded(call)) {
    const since = call.answeredAt ?? call.intendedAt;
    if (changedByOther(situation, actual, since)) return contested(hold, actual);
    const reason = 'The API accepted the pause, but does not show it yet.';
    const wait = call.outcome === 'ok' ? awaitEffect(situation.now, call, reason) : undefined;
    if (wait !== undefined) return wait;
  }
  return waitingForRun(situation, hold) ?? calling(situation, 'deactivate');
}

/** Whether it had been restored, a resume that was not confirmed, when somebody else paused it. */
function isPausedSince(situation: Situation, actual: Sync): boolean {
  const restored = openCall(situation, 'activate');
  if (restored?.outcome !== 'ok' || mayHaveLanded(openCall(situation, 'deactivate'))) return false;
  const since = restored.answeredAt ?? restored.intendedAt;
  return isSomebodyElse(situation, actual) && changedByOther(situation, actual, since);
}

/**
 * Whether it is a reading from before we restored it, so that it may be active by now; `pause` is
 * the open deactivation. To pause what is paused harms nobody, and one that was sent settles it.
 */
function isFromBeforeResume(situation: Situation, { updatedAt }: Sync, pause: Call | undefined) {
  const restored = openCall(situation, 'activate');
  if (pause !== undefined || restored?.outcome !== 'ok' || updatedAt === undefined) return false;
  return updatedAt - situation.skewMs < restored.intendedAt - SLACK_MS;
}

/** Whoever pauses what we have not paused yet (it may wait for a run) wants it paused. */
function forestalled(actual: Sync): Step {
  const reason = `${nameOf(actual.updatedBy)} paused it before we did; it will stay so.`;
  const wish = { person: actual.updatedBy, baseline: 'inactive' } as const;
  return { kind: 'move', to: 'held', reason, ...wish };
}

/** The record follows the decision: who holds it, until when, on which terms. */
function handingOver(situation: Situation, hold: Hold): Step | undefined {
  const { decision } = situation;
  if (decision.wanted !== 'paused') return undefined;
  const { cause, stretch, terms } = decision;
  if (hold.cause !== cause) {
    const { reason: why } = decision;
    const whose = why.kind === 'override' ? ` of ${why.override.actor}` : '';
    const change = `It was held by ${hold.cause} and is now held by ${cause}${whose}`;
    const reason = `${change}; no resume in between.`;
    return { kind: 'hand-over', reason, occurrence: stretch };
  }
  const isMoved = haveZonesMoved(situation, hold);
  const end = isMoved ? Math.max(stretch.end, hold.occurrence.end) : stretch.end;
  const start = isMoved ? hold.occurrence.start : stretch.start;
  if (hold.occurrence.end !== end) {
    const reason = 'The end of its window has changed.';
    return { kind: 'hand-over', reason, occurrence: { start, end } };
  }
  if (!haveTermsChanged(hold.terms, terms)) return undefined;
  const reason = 'What the policies that hold it ask for has changed.';
  return { kind: 'hand-over', reason, occurrence: { start, end } };
}

function held(situation: Situation, hold: Hold): Step {
  const { sync, actual } = situation;
  const isSuspect = !situation.isListed || (sync.active && isNewsSince(situation, hold));
  if (actual === undefined && isSuspect) return { kind: 'read' };
  if (actual !== undefined && actual !== 'missing' && actual.active) {
    return reactivated(situation, hold, actual);
  }
  if (hold.baseline === 'active' && hold.quietAt === undefined) return quieting(situation, hold);
  if (isFinishing(situation)) {
    const at = Math.min(hold.occurrence.end, situation.now + LONGEST_WAIT_MS);
    return { kind: 'wait', at, reason: `The window of ${hold.cause} is kept to the end it had.` };
  }
  return { kind: 'done', reason: 'It is paused as wanted.' };
}

/** An inventory row that may be older than our pause says nothing about drift. */
function isNewsSince({ sync, skewMs, listedAt = -Infinity }: Situation, hold: Hold): boolean {
  const heldAt = hold.heldAt ?? hold.openedAt;
  return sync.updatedAt === undefined || sync.updatedAt - skewMs >= heldAt || listedAt > heldAt;
}

/** Of two readings the API may give the older one later. */
const OUTDATED: Step = { kind: 'done', reason: 'It was active before it was found paused.' };

function reactivated(situation: Situation, hold: Hold, actual: Sync): Step {
  const isClicked = changedSincePause(situation, hold, actual);
  if (hold.baseline === 'inactive' && !isClicked) return OUTDATED;
  const changedAt = actual.updatedAt ?? Infinity;
  const wish = newerWish(situation.decision, changedAt - situation.skewMs);
  if (wish !== undefined) return heldAnew(wish);
  if (hold.baseline === 'inactive') return contested(hold, actual);
  const stray = openCall(situation, 'activate');
  const isOurs = situation.self?.id === undefined || actual.updatedBy?.id === situation.self.id;
  if (mayHaveLanded(stray) && isOurs) {
    return { kind: 'move', to: 'pausing', reason: 'An earlier activation of ours landed late.' };
  }
  if (isClicked) return contested(hold, actual);
  return { kind: 'move', to: 'pausing', reason: 'The pause was accepted but did not take effect.' };
}

/**
 * Somebody activated what we hold. Their click is a wish, also where the sync was inactive before:
 * it is theirs from now on, or from the next resume on where a policy says `enforce: always`
 * (S27).
 */
function contested(hold: Hold, actual: Sync): Step {
  const who = nameOf(actual.updatedBy);
  const was = hold.baseline === 'inactive' ? ', which was inactive before' : '';
  const wish = { person: actual.updatedBy, baseline: 'active' } as const;
  if (hold.terms.enforce === 'once') {
    const reason = `${who} activated it${was}; it is theirs until the windows that hold it end.`;
    return { kind: 'move', to: 'yielded', reason, ...wish };
  }
  if (hold.repauses < REPAUSES_MAX) {
    const count = `${hold.repauses + 1} of ${REPAUSES_MAX}`;
    const reason = `${who} activated it${was}; ${hold.cause} pauses it again (${count}).`;
    return { kind: 'move', to: 'pausing', reason, isRepause: true, ...wish };
  }
  const fight = `${who} activated it once more after ${REPAUSES_MAX} pauses; it is left to them.`;
  return alerting(hold, 'fight', fight) ?? { kind: 'move', to: 'yielded', reason: fight, ...wish };
}

/** A pause against somebody, not made yet when whatever overruled them is over: they win (S27). */
function relenting(situation: Situation, hold: Hold): Step | undefined {
  const { actual, decision } = situation;
  const isOverruled = hold.terms.enforce === 'always' && hold.repauses > 0;
  const isOver = decision.wanted === 'paused' && decision.terms.enforce === 'once';
  if (!isOverruled || !isOver) return undefined;
  if (actual === undefined || actual === 'missing') return { kind: 'read' };
  if (!actual.active || mayHaveLanded(openCall(situation, 'deactivate'))) return undefined;
  if (!changedSincePause(situation, hold, actual)) return undefined;
  const changedAt = actual.updatedAt ?? Infinity;
  if (newerWish(decision, changedAt - situation.skewMs) !== undefined) return undefined;
  const who = nameOf(actual.updatedBy);
  const reason = `${who} activated it, and ${hold.cause} pauses it against them no more.`;
  return { kind: 'move', to: 'yielded', reason, person: actual.updatedBy, baseline: 'active' };
}

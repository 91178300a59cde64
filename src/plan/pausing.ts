import type { Sync } from '../policy/sync.ts';
import { newerWish } from './decide.ts';
import type { Hold } from './hold.ts';
import type { SyncOverride } from './override.ts';
import {
  calling,
  changedByOther,
  lookAgain,
  mayHaveLanded,
  nameOf,
  openCall,
  SETTLE_MS,
  type Situation,
  type Step,
} from './situation.ts';

/** How long a cancelled execution may take to end before somebody is told. */
export const CANCEL_DEADLINE_MS = 15 * 60_000;

/** Steps towards "paused": open a hold, deactivate, and look after what still runs. */
export function stepsToPaused(situation: Situation): Step {
  const { hold } = situation;
  if (hold === undefined) return opening(situation);
  if (situation.actual === 'missing') {
    return { kind: 'move', to: 'gone', reason: 'The sync was deleted while it was held.' };
  }
  switch (hold.state) {
    case 'pausing':
      return pausing(situation, hold);
    case 'held':
      return held(situation, hold);
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
  if (wish !== undefined) return heldAnew(wish);
  return { kind: 'done', reason: 'A person re-activated it; it is theirs until the end.' };
}

/** Of two people's words the newer counts: one activated it, then another asked for a hold. */
function heldAnew({ actor }: SyncOverride): Step {
  const reason = `It was re-activated, and ${actor} asked for a hold after that.`;
  return { kind: 'move', to: 'pausing', reason, baseline: 'active' };
}

function opening({ actual }: Situation): Step {
  if (actual === undefined) return { kind: 'read' };
  if (actual === 'missing') return { kind: 'done', reason: 'The sync does not exist any more.' };
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
  if (!actual.active) {
    return { kind: 'move', to: 'held', reason: 'A read confirmed that it is paused.' };
  }
  const call = openCall(situation, 'deactivate');
  if (mayHaveLanded(call)) {
    const since = call.answeredAt ?? call.intendedAt;
    if (changedByOther(situation, actual, since)) return yielding(actual, hold);
    if (call.outcome === 'ok' && situation.now < since + SETTLE_MS) {
      const at = lookAgain(situation.now, since);
      return { kind: 'wait', at, reason: 'The API accepted the pause, but does not show it yet.' };
    }
  }
  return waitingForBulk(situation, hold) ?? calling(situation, 'deactivate');
}

/**
 * Deactivating a bulk sync also cancels its running execution, so where that work is to be left
 * alone, or is a full resync that must not be lost, it has to end first.
 */
function waitingForBulk(situation: Situation, hold: Hold): Step | undefined {
  if (situation.sync.kind !== 'bulk') return undefined;
  if (situation.runs === undefined) return { kind: 'read-runs' };
  const run = situation.runs.current;
  if (run === undefined || run.isTerminal) return undefined;
  if (situation.decision.inFlight === 'cancel' && !run.isResync) return undefined;
  const why = run.isResync ? 'A full resync is running' : 'An execution is running';
  if (hold.execution !== run.id) {
    const reason = `${why}; pausing a bulk sync would cancel it, so it is left to finish first.`;
    return { kind: 'note', what: 'run.waited', run, reason };
  }
  const at = lookAgain(situation.now, hold.openedAt);
  return { kind: 'wait', at, reason: `${why}; the pause waits for its end.` };
}

function held(situation: Situation, hold: Hold): Step {
  const { decision, sync, actual } = situation;
  if (hold.cause !== decision.cause || hold.occurrence.end !== decision.stretch.end) {
    return { kind: 'hand-over', reason: handOverReason(situation, hold) };
  }
  const isSuspect = !situation.isListed || (sync.active && isNewsSince(situation, hold));
  if (actual === undefined && isSuspect) return { kind: 'read' };
  if (actual !== undefined && actual !== 'missing' && actual.active) {
    return reactivated(situation, hold, actual);
  }
  if (hold.baseline === 'active' && hold.quietAt === undefined) return quieting(situation, hold);
  return { kind: 'done', reason: 'It is paused as wanted.' };
}

/** An inventory row that is older than our pause says nothing about drift. */
function isNewsSince(situation: Situation, hold: Hold): boolean {
  const { updatedAt } = situation.sync;
  return updatedAt === undefined || updatedAt - situation.skewMs >= (hold.heldAt ?? hold.openedAt);
}

function handOverReason({ decision }: Situation, hold: Hold): string {
  if (hold.cause === decision.cause) return 'The end of its window has changed.';
  const { reason, cause } = decision;
  const whose = reason.kind === 'override' ? ` of ${reason.override.actor}` : '';
  return `It was held by ${hold.cause} and is now held by ${cause}${whose}; no resume in between.`;
}

function reactivated(situation: Situation, hold: Hold, actual: Sync): Step {
  const changedAt = actual.updatedAt ?? Infinity;
  const wish = newerWish(situation.decision, changedAt - situation.skewMs);
  if (wish !== undefined) return heldAnew(wish);
  if (hold.baseline === 'inactive') return yielding(actual, hold);
  const stray = openCall(situation, 'activate');
  const isOurs = situation.self?.id === undefined || actual.updatedBy?.id === situation.self.id;
  if (mayHaveLanded(stray) && isOurs) {
    return { kind: 'move', to: 'pausing', reason: 'An earlier activation of ours landed late.' };
  }
  if (changedByOther(situation, actual, hold.openedAt)) {
    return yielding(actual, hold);
  }
  return { kind: 'move', to: 'pausing', reason: 'The pause was accepted but did not take effect.' };
}

/** People win: their click is a wish, also where the sync was inactive before (S27). */
function yielding(actual: Sync, hold: Hold): Step {
  const who = nameOf(actual.updatedBy);
  const was = hold.baseline === 'inactive' ? ', which was inactive before' : '';
  return {
    kind: 'move',
    to: 'yielded',
    reason: `${who} activated it${was}; it is theirs until the windows that hold it end.`,
    person: actual.updatedBy,
    baseline: 'active',
  };
}

/** After the pause: leave, or cancel, what still runs, and say when the sync became quiet. */
function quieting(situation: Situation, hold: Hold): Step {
  if (situation.runs === undefined) return { kind: 'read-runs' };
  const run = situation.runs.current;
  if (run === undefined || run.isTerminal) {
    return { kind: 'note', what: 'sync.quiet', run, reason: 'No execution of it runs any more.' };
  }
  const at = lookAgain(situation.now, hold.heldAt ?? hold.openedAt);
  if (situation.decision.inFlight === 'cancel' && !run.isResync) {
    const call = openCall(situation, 'cancel');
    const isAsked = run.status === 'canceling' || call?.outcome === 'ok';
    if (!isAsked) return calling(situation, 'cancel');
    return { kind: 'wait', at, reason: 'Its running execution is being cancelled.' };
  }
  if (hold.execution !== run.id) {
    const why = run.isResync ? 'A full resync is running and' : 'An execution is running and';
    return { kind: 'note', what: 'run.left', run, reason: `${why} was left to finish.` };
  }
  return { kind: 'wait', at, reason: 'Its running execution was left to finish.' };
}

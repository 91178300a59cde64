// A pause of ours whose fate nobody knows is a stray: the API may carry it out for a while after it
// was given up, also when the sync was paused by another try meanwhile, restored, or activated by
// somebody. Until it cannot come any more nothing is taken to be restored for good.

import type { Sync } from '../policy/sync.ts';
import { hasPassed } from '../time/elapsed.ts';
import type { Instant } from '../time/interval.ts';
import type { Call, Hold } from './hold.ts';
import {
  awaitEffect,
  calling,
  isSomebodyElse,
  mayHaveLanded,
  openCall,
  SETTLE_MS,
  type Situation,
  SLACK_MS,
  type Step,
} from './situation.ts';

/**
 * When a pause was last pursued that may land yet, once the calls of `left` are given up; undefined
 * when there is none.
 */
export function strayAfter(
  { strayAt }: Hold,
  left: readonly Call[],
  now: Instant,
): Instant | undefined {
  if (left.some((call) => call.action === 'deactivate' && mayYetLand(call))) return now;
  return strayAt === undefined || hasPassed(now, strayAt, SETTLE_MS) ? undefined : strayAt;
}

/** The wait until every stray has landed or cannot any more; undefined when that is so. */
export function settling(situation: Situation): Step | undefined {
  const { now, hold } = situation;
  const call = openCall(situation, 'deactivate');
  const since = [hold?.strayAt, mayYetLand(call) ? (call.answeredAt ?? call.intendedAt) : undefined]
    .filter((at) => at !== undefined)
    .filter((at) => !hasPassed(now, at, SETTLE_MS));
  if (since.length === 0) return undefined;
  return {
    kind: 'wait',
    at: Math.max(...since) + SETTLE_MS,
    reason: 'An earlier pause whose fate is unknown might still land.',
  };
}

/** Whether a pause of ours that landed late may be why a sync that is theirs is inactive. */
export function isLatePause(situation: Situation, actual: Sync): boolean {
  const { hold, skewMs } = situation;
  if (hold?.strayAt === undefined || actual.active) return false;
  const { updatedAt = -Infinity } = actual;
  const isLater = updatedAt - skewMs > hold.strayAt + SETTLE_MS + SLACK_MS;
  return !isLater && !isSomebodyElse(situation, actual);
}

/**
 * What is to be done for a sync that a person activated while a pause of ours might still land:
 * once it cannot any more, it is looked at, and activated if it did. Undefined when all is well.
 */
export function straying(situation: Situation, { strayAt }: Hold): Step | undefined {
  if (strayAt === undefined) return undefined;
  const { actual, now } = situation;
  const wait = settling(situation);
  if (wait !== undefined) return wait;
  if (actual === undefined) return { kind: 'read' };
  if (actual === 'missing' || !isLatePause(situation, actual)) return undefined;
  const call = openCall(situation, 'activate');
  const reason = 'The API accepted that it is activated again, but does not show it yet.';
  const shown = call?.outcome === 'ok' ? awaitEffect(now, call, reason) : undefined;
  if (shown !== undefined) return shown;
  return calling(situation, 'activate');
}

/** Whether a pause of ours may be why a sync is inactive that was active at `since`. */
export function mayBeStray(situation: Situation, since: Instant): boolean {
  const { strayAt } = situation.hold ?? {};
  const isLeft = strayAt !== undefined && !hasPassed(since, strayAt, SETTLE_MS);
  return isLeft || mayHaveLanded(openCall(situation, 'deactivate'));
}

/** One that was accepted has landed, and its key keeps any copy of it from doing so again. */
function mayYetLand(call: Call | undefined): call is Call {
  return mayHaveLanded(call) && (call.outcome !== 'ok' || call.isInDoubt);
}

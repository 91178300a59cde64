import { hasPassed } from '../time/elapsed.ts';
import type { Call, Hold } from './hold.ts';
import {
  alerting,
  awaitEffect,
  calling,
  isRepeatable,
  mayHaveLanded,
  openCall,
  type Situation,
  SLACK_MS,
  type Step,
} from './situation.ts';

/** A run that could not be started for this long is not worth starting any more. */
const HORIZON_MS = 60 * 60_000;

/** A sync that is active again may begin a run that fell due by itself; it gets this long to. */
const GRACE_MS = 10_000;

/** Refusals of a start that trying again cannot change. */
const FINAL: ReadonlySet<string> = new Set(['rejected', 'missing']);

/**
 * The one run that makes up for those that fell into the pause (S72); undefined when none is due,
 * or it is done. The list of executions is read before every attempt: a start is never repeated
 * blindly, and a run that the schedule or a person began since is as good as ours.
 */
export function catchingUp(situation: Situation, hold: Hold): Step | undefined {
  if (!isDue(situation, hold)) return undefined;
  const call = openCall(situation, 'start');
  if (call?.outcome === 'ok') return undefined;
  const since = hold.resumeAt ?? hold.updatedAt;
  const isHopeless = FINAL.has(call?.outcome ?? '') || situation.now > since + HORIZON_MS;
  if (isHopeless) {
    return alerting(hold, 'catch-up-failed', 'The run that it missed could not be started.');
  }
  const activatedAt = openCall(situation, 'activate')?.answeredAt ?? since;
  if (call === undefined && !hasPassed(situation.now, activatedAt, GRACE_MS)) {
    const reason = 'A run that it missed may begin by itself.';
    return { kind: 'wait', at: activatedAt + GRACE_MS, reason };
  }
  if (situation.executions === undefined) return { kind: 'read-executions' };
  const hasRun = situation.executions.some(
    ({ isTerminal, createdAt = -Infinity }) =>
      !isTerminal || createdAt - situation.skewMs > since - SLACK_MS,
  );
  if (hasRun) return undefined;
  return undecided(situation, call) ?? calling(situation, 'start');
}

/** A start that may have been made after all shows in the list sooner or later. */
function undecided({ now }: Situation, call: Call | undefined): Step | undefined {
  if (!mayHaveLanded(call) || isRepeatable(call)) return undefined;
  const reason = 'The run that it missed may have been started, and does not show yet.';
  return awaitEffect(now, call, reason);
}

function isDue({ now }: Situation, { terms, nextRunAt }: Hold): boolean {
  switch (terms.resume.catchUp) {
    case 'none':
      return false;
    case 'if_missed':
      return nextRunAt !== undefined && nextRunAt <= now;
    case 'always':
      return true;
  }
}

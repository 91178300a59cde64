import { createHash } from 'node:crypto';
import type { Sync } from '../policy/sync.ts';
import { hasPassed } from '../time/elapsed.ts';
import type { Instant } from '../time/interval.ts';
import { catchingUp } from './catching-up.ts';
import type { Call, Hold } from './hold.ts';
import { CANCEL_DEADLINE_MS } from './running-work.ts';
import {
  alerting,
  awaitEffect,
  calling,
  changedByOther,
  changedSincePause,
  GONE,
  isSomebodyElse,
  isUnpaused,
  lookAgain,
  mayHaveLanded,
  nameOf,
  openCall,
  type Situation,
  type Step,
  unlessListed,
} from './situation.ts';
import { isLatePause, mayBeStray, settling } from './stray.ts';

/** Steps towards the baseline: restore what Curfew paused, and only that. */
export function stepsToBaseline(situation: Situation): Step {
  const { hold, actual } = situation;
  if (hold === undefined) return { kind: 'done', reason: 'Nothing holds it.' };
  if (hold.state === 'yielded') return leaving(situation, hold);
  if (hold.baseline === 'inactive') {
    return released('It was already paused before the window, and stays so.');
  }
  if (actual === undefined) return { kind: 'read' };
  if (actual === 'missing') return unlessListed(situation, GONE);
  switch (hold.state) {
    case 'pausing':
      return neverConfirmed(situation, hold, actual);
    case 'held':
      return restoring(situation, hold, actual);
    default:
      return resuming(situation, hold, actual);
  }
}

function released(reason: string): Step {
  return { kind: 'move', to: 'released', reason };
}

/** It was theirs, and so it stays; unless a pause of ours came after their click (S28). */
function leaving(situation: Situation, { strayAt }: Hold): Step {
  const theirs = released('A person had re-activated it; it stays as they left it.');
  if (strayAt === undefined) return theirs;
  const { actual, now } = situation;
  if (actual === undefined) return { kind: 'read' };
  if (actual === 'missing') return unlessListed(situation, GONE);
  if (!isLatePause(situation, actual)) return settling(situation) ?? theirs;
  const reason = 'A pause of ours may have landed after a person had activated it; it is undone.';
  return { kind: 'move', to: 'resuming', reason, resumeAt: now };
}

function restoring(situation: Situation, hold: Hold, actual: Sync): Step {
  const isChanged = changedSincePause(situation, hold, actual);
  if (actual.active && isChanged) return settling(situation) ?? alreadyActive(actual);
  const resumeAt = turnOf(hold, situation.now);
  if (actual.active) {
    // Of two readings the API may give the older one later; an activation too many harms nobody.
    const reason = 'Nothing holds it any more. It looks active, but maybe from before its pause.';
    return { kind: 'move', to: 'resuming', reason, resumeAt };
  }
  if (isChanged) {
    // The API does not tell a second pause from an edited name, so what we paused we restore (S28).
    const who = nameOf(actual.updatedBy);
    const reason = `Nothing holds it any more. ${who} changed it while it was paused.`;
    return { kind: 'move', to: 'resuming', reason, person: actual.updatedBy, resumeAt };
  }
  return { kind: 'move', to: 'resuming', reason: 'Nothing holds it any more.', resumeAt };
}

function alreadyActive(actual: Sync): Step {
  return {
    kind: 'move',
    to: 'released',
    reason: `${nameOf(actual.updatedBy)} had activated it already; nothing is left to restore.`,
    person: actual.updatedBy,
  };
}

/**
 * When the turn of a sync is to come back: its own moment of the spread, so that hundreds do not
 * start at once (S71). The moment depends on the sync alone, so that it is the same every time.
 */
function turnOf({ sync, occurrence, terms }: Hold, now: Instant): Instant {
  const share = createHash('sha256').update(sync).digest().readUInt32BE() / 2 ** 32;
  return Math.min(occurrence.end, now) + Math.floor(share * terms.resume.spreadMs);
}

/** The window ended before the pause was known to have worked. */
function neverConfirmed(situation: Situation, hold: Hold, actual: Sync): Step {
  const call = openCall(situation, 'deactivate');
  if (actual.active && !mayHaveLanded(call)) {
    return settling(situation) ?? released('It was never paused.');
  }
  if (!actual.active && isUnpaused(hold, call)) {
    return {
      kind: 'move',
      to: 'released',
      reason: `${nameOf(actual.updatedBy)} paused it before we did; it stays paused.`,
      person: actual.updatedBy,
    };
  }
  const reason = 'A pause that may have worked must be undone.';
  return { kind: 'move', to: 'resuming', reason, resumeAt: situation.now };
}

function resuming(situation: Situation, hold: Hold, actual: Sync): Step {
  const call = openCall(situation, 'activate');
  if (actual.active && mayHaveLanded(call)) {
    return (
      settling(situation) ??
      catchingUp(situation, hold) ??
      released('A read confirmed that it is active again.')
    );
  }
  const isChanged = changedSincePause(situation, hold, actual);
  const isSettled = call === undefined && !mayHaveLanded(openCall(situation, 'deactivate'));
  if (actual.active && isChanged && isSettled) {
    return settling(situation) ?? alreadyActive(actual);
  }
  const unseen = call?.outcome === 'ok' ? acceptedButUnseen(situation, actual, call) : undefined;
  if (unseen !== undefined) return unseen;
  const { now } = situation;
  const { resumeAt = now } = hold;
  // No turn is further away than the spread, unless the clock was set back since it was given.
  if (call === undefined && now < resumeAt && resumeAt <= now + hold.terms.resume.spreadMs) {
    return { kind: 'wait', at: resumeAt, reason: 'Its turn to come back has not come yet.' };
  }
  return canceling(situation, hold) ?? calling(situation, 'activate');
}

/**
 * The API took our activation, and the sync is inactive: it does not show it yet, or somebody
 * paused the sync again. The answer may be one from memory, and an earlier attempt have had its
 * effect; so what others changed since that counts, too, once the API cannot lag any more.
 */
function acceptedButUnseen(situation: Situation, actual: Sync, call: Call): Step | undefined {
  if (actual.active) return undefined;
  const { now } = situation;
  const since = call.answeredAt ?? call.intendedAt;
  const again: Step = {
    kind: 'move',
    to: 'released',
    reason: `${nameOf(actual.updatedBy)} paused it again right after it was restored.`,
    person: actual.updatedBy,
  };
  const isOther = isSomebodyElse(situation, actual);
  // Under our own name it may be an earlier pause of ours that landed late.
  const isSure = isOther || !mayBeStray(situation, since);
  if (isSure && changedByOther(situation, actual, since)) return again;
  const wait = awaitEffect(now, call, 'The API accepted the resume, but does not show it yet.');
  if (wait !== undefined) return wait;
  return isOther && changedByOther(situation, actual, call.intendedAt) ? again : undefined;
}

/** An execution that is still being cancelled ends first, but not for ever (S70). */
function canceling(situation: Situation, hold: Hold): Step | undefined {
  if (hold.quietAt !== undefined || openCall(situation, 'cancel') === undefined) return undefined;
  const since = hold.updatedAt;
  if (hasPassed(situation.now, since, CANCEL_DEADLINE_MS)) {
    const late = 'It is restored although its cancelled execution has not ended.';
    return alerting(hold, 'cancel-unfinished', late);
  }
  if (situation.runs === undefined) return { kind: 'read-runs' };
  const run = situation.runs.current;
  if (run === undefined || run.isTerminal) return undefined;
  const at = lookAgain(situation.now, since);
  return { kind: 'wait', at, reason: 'It is restored when its cancelled execution has ended.' };
}

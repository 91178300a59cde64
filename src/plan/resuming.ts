import { createHash } from 'node:crypto';
import type { Sync } from '../policy/sync.ts';
import type { Instant } from '../time/interval.ts';
import { catchingUp } from './catching-up.ts';
import type { Hold } from './hold.ts';
import { CANCEL_DEADLINE_MS } from './running-work.ts';
import {
  alerting,
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

/** Steps towards the baseline: restore what Curfew paused, and only that. */
export function stepsToBaseline(situation: Situation): Step {
  const { hold, actual } = situation;
  if (hold === undefined) return { kind: 'done', reason: 'Nothing holds it.' };
  if (hold.state === 'yielded') {
    return released('A person had re-activated it; it stays as they left it.');
  }
  if (hold.baseline === 'inactive') {
    return released('It was already paused before the window, and stays so.');
  }
  if (actual === undefined) return { kind: 'read' };
  if (actual === 'missing') {
    return { kind: 'move', to: 'gone', reason: 'The sync was deleted while it was held.' };
  }
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

function restoring(situation: Situation, hold: Hold, actual: Sync): Step {
  if (actual.active) return alreadyActive(actual);
  const resumeAt = turnOf(hold, situation.now);
  if (changedByOther(situation, actual, hold.heldAt ?? hold.openedAt)) {
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
  const isMaybePaused = mayHaveLanded(openCall(situation, 'deactivate'));
  if (actual.active && !isMaybePaused) return released('It was never paused.');
  if (!actual.active && isSomebodysWish(situation, hold, actual)) {
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

/** Inactive, although no call of ours can have made it so, or somebody else is named for it. */
function isSomebodysWish(situation: Situation, hold: Hold, actual: Sync): boolean {
  if (hold.generation === 0) return true;
  const by = actual.updatedBy?.id;
  return by !== undefined && situation.self?.id !== undefined && by !== situation.self.id;
}

function resuming(situation: Situation, hold: Hold, actual: Sync): Step {
  const call = openCall(situation, 'activate');
  if (actual.active && (mayHaveLanded(call) || situation.confirmed === 'activate')) {
    return (
      settling(situation) ??
      catchingUp(situation, hold) ??
      released('A read confirmed that it is active again.')
    );
  }
  if (actual.active && call === undefined && !mayHaveLanded(openCall(situation, 'deactivate'))) {
    return alreadyActive(actual);
  }
  if (call?.outcome === 'ok') {
    const since = call.answeredAt ?? call.intendedAt;
    if (!actual.active && changedByOther(situation, actual, since)) {
      return {
        kind: 'move',
        to: 'released',
        reason: `${nameOf(actual.updatedBy)} paused it again right after it was restored.`,
        person: actual.updatedBy,
      };
    }
    if (situation.now < since + SETTLE_MS) {
      const at = lookAgain(situation.now, since);
      return { kind: 'wait', at, reason: 'The API accepted the resume, but does not show it yet.' };
    }
  }
  const { resumeAt = situation.now } = hold;
  if (call === undefined && situation.now < resumeAt) {
    return { kind: 'wait', at: resumeAt, reason: 'Its turn to come back has not come yet.' };
  }
  return canceling(situation, hold) ?? calling(situation, 'activate');
}

/** A deactivation whose fate is unknown may land late: look once more when it cannot any more. */
function settling(situation: Situation): Step | undefined {
  const stray = openCall(situation, 'deactivate');
  if (!mayHaveLanded(stray)) return undefined;
  const at = (stray.answeredAt ?? stray.intendedAt) + SETTLE_MS;
  if (situation.now >= at) return undefined;
  return { kind: 'wait', at, reason: 'An earlier pause whose fate is unknown might still land.' };
}

/** An execution that is still being cancelled ends first, but not for ever (S70). */
function canceling(situation: Situation, hold: Hold): Step | undefined {
  if (hold.quietAt !== undefined || openCall(situation, 'cancel') === undefined) return undefined;
  const since = hold.updatedAt;
  if (situation.now >= since + CANCEL_DEADLINE_MS) {
    const late = 'It is restored although its cancelled execution has not ended.';
    return alerting(hold, 'cancel-unfinished', late);
  }
  if (situation.runs === undefined) return { kind: 'read-runs' };
  const run = situation.runs.current;
  if (run === undefined || run.isTerminal) return undefined;
  const at = lookAgain(situation.now, since);
  return { kind: 'wait', at, reason: 'It is restored when its cancelled execution has ended.' };
}

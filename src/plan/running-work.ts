// What becomes of an execution that runs when a pause begins. The two kinds of syncs differ:
// deactivating a model sync leaves its execution alone, deactivating a bulk sync cancels it too. So
// a bulk sync waits before it is paused, and a model sync afterwards.

import type { Hold } from './hold.ts';
import {
  alerting,
  calling,
  isTold,
  lookAgain,
  openCall,
  type Run,
  type Situation,
  type Step,
} from './situation.ts';
import { type Conduct, conductAt } from './terms.ts';

/** How long a cancelled execution, or one that is left, may take before somebody is told. */
export const CANCEL_DEADLINE_MS = 15 * 60_000;

/** All statuses of executions that the API documents, of both kinds of syncs. */
const KNOWN_STATUSES: ReadonlySet<string> = new Set([
  'created',
  'scheduled',
  'queued',
  'waiting',
  'running',
  'processing',
  'exporting',
  'canceling',
  'canceled',
  'completed',
  'failed',
  'interrupted',
  'errors',
]);

/** Before the pause: what has to be read, or waited for, first. */
export function waitingForRun(situation: Situation, hold: Hold): Step | undefined {
  const { sync, runs } = situation;
  const isBulk = sync.kind === 'bulk';
  // An inactive sync has no next run, so it is asked for before.
  const wantsNextRun = hold.terms.resume.catchUp === 'if_missed';
  if (!isBulk && !wantsNextRun) return undefined;
  if (runs === undefined) return { kind: 'read-runs' };
  const run = runs.current;
  if (!isBulk || run === undefined || run.isTerminal) return undefined;
  const conduct = conductAt(hold.terms, situation.now);
  if (conduct.kind === 'cancel' && !isSafe(run, hold)) return undefined;
  const why = run.isResync ? 'A full resync is running' : 'An execution is running';
  const waited = `${why}; pausing a bulk sync would cancel it, so it is left to finish first.`;
  const late = `${why} for long; the pause still waits for its end.`;
  return (
    strange(hold, run) ??
    telling(hold, 'run.waited', run, waited) ??
    kept(hold, run, conduct) ??
    overdue(situation, hold, conduct, late) ?? {
      kind: 'wait',
      at: lookBefore(conduct, lookAgain(situation.now, hold.openedAt)),
      reason: `${why}; the pause waits for its end.`,
    }
  );
}

/** After the pause: leave, wait for, or cancel what still runs, and say when it became quiet. */
export function quieting(situation: Situation, hold: Hold): Step {
  if (situation.runs === undefined) return { kind: 'read-runs' };
  const run = situation.runs.current;
  if (run === undefined || run.isTerminal) {
    return { kind: 'note', what: 'sync.quiet', run, reason: 'No execution of it runs any more.' };
  }
  const conduct = conductAt(hold.terms, situation.now);
  const mayCancel = conduct.kind === 'cancel' && !isSafe(run, hold);
  return (
    strange(hold, run) ??
    (mayCancel ? cancelling(situation, hold, run) : sparing(situation, hold, run, conduct))
  );
}

function cancelling(situation: Situation, hold: Hold, run: Run): Step {
  const call = openCall(situation, 'cancel');
  const isAsked = run.status === 'canceling' || call?.outcome === 'ok';
  if (!isAsked) return calling(situation, 'cancel');
  const since = call?.answeredAt ?? hold.heldAt ?? hold.openedAt;
  const late = 'Its execution was cancelled a quarter of an hour ago, and has not ended yet.';
  const isLate = situation.now >= since + CANCEL_DEADLINE_MS;
  const at = lookAgain(situation.now, hold.heldAt ?? hold.openedAt);
  return (
    (isLate ? alerting(hold, `cancel-overdue:${run.id}`, late) : undefined) ?? {
      kind: 'wait',
      at,
      reason: 'Its running execution is being cancelled.',
    }
  );
}

function sparing(situation: Situation, hold: Hold, run: Run, conduct: Conduct): Step {
  const why = run.isResync ? 'A full resync is running' : 'An execution is running';
  const isWaited = conduct.kind === 'drain';
  const told = isWaited
    ? telling(hold, 'run.waited', run, `${why} and is given time to finish.`)
    : telling(hold, 'run.left', run, `${why} and was left to finish.`);
  return (
    told ??
    kept(hold, run, conduct) ?? {
      kind: 'wait',
      at: lookBefore(conduct, lookAgain(situation.now, hold.heldAt ?? hold.openedAt)),
      reason: `Its running execution was ${isWaited ? 'given time' : 'left'} to finish.`,
    }
  );
}

/** A full resync costs hours and money: it survives where a policy does not say otherwise (S69). */
function isSafe(run: Run, hold: Hold): boolean {
  return run.isResync && hold.terms.protectResync;
}

/** A resync that would have been cancelled is worth an alert. */
function kept(hold: Hold, run: Run, conduct: Conduct): Step | undefined {
  if (conduct.kind !== 'cancel') return undefined;
  const reason = 'A full resync is running; it is not cancelled, and the window is not quiet.';
  return alerting(hold, `resync-kept:${run.id}`, reason);
}

/** The API may learn words that we do not know; such an execution counts as running (S76). */
function strange(hold: Hold, { status }: Run): Step | undefined {
  if (KNOWN_STATUSES.has(status)) return undefined;
  const reason = `The API calls the state of its execution "${status}", which we do not know.`;
  return alerting(hold, `status-unknown:${status}`, reason);
}

/** Time that a policy grants is no lateness; beyond it somebody should know. */
function overdue(
  { now }: Situation,
  hold: Hold,
  conduct: Conduct,
  reason: string,
): Step | undefined {
  const isLate = conduct.kind !== 'drain' && now >= hold.openedAt + CANCEL_DEADLINE_MS;
  return isLate ? alerting(hold, 'late-pause', reason) : undefined;
}

/** Something about one execution, said once. */
function telling(
  hold: Hold,
  what: 'run.left' | 'run.waited',
  run: Run,
  reason: string,
): Step | undefined {
  const mark = `${what}:${run.id}`;
  return isTold(hold, mark) ? undefined : { kind: 'note', what, run, reason, mark };
}

/** The next look, at the latest when waiting turns into something else. */
function lookBefore(conduct: Conduct, at: number): number {
  return conduct.kind === 'drain' ? Math.min(at, conduct.until) : at;
}

import type { Action, Call, Hold } from '../plan/hold.ts';
import { idempotencyKey } from '../plan/idempotency-key.ts';
import type { Failure, Outcome } from '../plan/outcome.ts';
import { verdictOn } from '../plan/retry.ts';
import { mayHaveLanded } from '../plan/situation.ts';
import { stopping, TAKEN_OVER, type Verdict } from '../plan/verdict.ts';
import type { SyncKey } from '../policy/sync.ts';
import type { Polytomic } from '../polytomic/polytomic.ts';
import type { Chance, Clock } from './clock.ts';
import type { Draft } from './draft.ts';
import type { Gate } from './gate.ts';

/** What a call came to for the pass: go on, or end the pass with a verdict. */
export type Called =
  | { readonly kind: 'ok'; readonly isFirstUse: boolean }
  | { readonly kind: 'ended'; readonly verdict: Verdict };

export interface CallerParts {
  readonly polytomic: Polytomic;
  readonly gate: Gate;
  readonly clock: Clock;
  readonly chance: Chance;
  readonly organization: () => string;
}

/**
 * Makes one API call for a hold, by the protocol that survives a crash at any point: the key and
 * the intention are committed, the request leaves, and what came of it is committed. `again` is
 * the open call whose fate is unknown: it goes out under the same key. The rate budget was asked
 * before: a wait between commit and request could outlast the claim, or the window.
 */
export async function callForHold(
  parts: CallerParts,
  draft: Draft,
  hold: Hold,
  action: Action,
  again: Call | undefined,
  { signal, mayLeave }: { readonly signal: AbortSignal; mayLeave(): boolean },
): Promise<Called> {
  const { clock } = parts;
  if (signal.aborted) return ended(stopping(clock.now()));
  const call = intend(parts, draft, hold, action, again);
  const written = await draft.flush(false);
  if (written === 'fenced') return ended(TAKEN_OVER);
  if (written === 'outdated') return ended({ ...OVERRIDDEN, at: clock.now() });

  const outcome = mayLeave() ? await send(parts.polytomic, hold.sync, action, call.key) : TOO_LATE;
  const answered: Call = {
    ...call,
    isInDoubt: again === undefined ? call.isInDoubt : mayHaveLanded(again),
    outcome: outcome.kind,
    status: 'status' in outcome ? outcome.status : undefined,
    answeredAt: clock.now(),
  };
  draft.setCall(answered);
  draft.note('call.answered', sentence(action, outcome), {
    key: call.key,
    detail: {
      action,
      outcome: outcome.kind,
      status: answered.status,
      attempt: call.attempts,
      generation: call.generation,
    },
  });
  if (outcome.kind === 'ok') return { kind: 'ok', isFirstUse: again === undefined };
  return ended(await afterFailure(parts, answered, outcome));
}

const OVERRIDDEN = {
  kind: 'retry',
  reason: 'Somebody overrode policies meanwhile; it is decided anew.',
} as const;

/** What comes of a call that was written down, and then kept from leaving for too long. */
export const TOO_LATE = {
  kind: 'not-sent',
  reason: 'not sent: it would have left too late',
} as const;

function ended(verdict: Verdict): Called {
  return { kind: 'ended', verdict };
}

/** Mints the next key of the hold, or takes up the open call again; part of the next flush. */
function intend(
  parts: CallerParts,
  draft: Draft,
  hold: Hold,
  action: Action,
  again: Call | undefined,
): Call {
  const call: Call = again ?? mint(parts, draft, hold, action);
  // Until it is answered, what is on record is the outcome of the attempt before.
  const isInDoubt = again !== undefined || call.isInDoubt;
  const counted: Call = { ...call, attempts: call.attempts + 1, isInDoubt };
  draft.setCall(counted);
  draft.note('call.intended', `About to ask the API to ${action} it.`, {
    key: call.key,
    detail: { action, attempt: counted.attempts, generation: call.generation },
  });
  return counted;
}

function mint(parts: CallerParts, draft: Draft, hold: Hold, action: Action): Call {
  const generation = hold.generation + 1;
  const superseded = draft.openCalls.filter((call) => call.action === action);
  for (const call of superseded) draft.setCall({ ...call, state: 'closed' });
  draft.setHold({ ...hold, generation });
  const key = idempotencyKey({
    organization: parts.organization(),
    sync: hold.sync,
    action,
    occasion: hold.id,
    generation,
  });
  return {
    key,
    sync: hold.sync,
    action,
    hold: hold.id,
    generation,
    actor: 'curfew',
    intendedAt: parts.clock.now(),
    // Attempts count over all generations of one wish: they pace the retries.
    attempts: superseded.at(-1)?.attempts ?? 0,
    answeredAt: superseded.at(-1)?.answeredAt,
    // A pause for which no earlier key is open is not the first of its hold: who knows what was.
    isInDoubt:
      superseded.some(mayHaveLanded) ||
      (action === 'deactivate' && superseded.length === 0 && hold.generation > 0),
    state: 'open',
  };
}

/** Sends one attempt of an action under a key. */
export function send(
  polytomic: Polytomic,
  sync: SyncKey,
  action: Action,
  key: string,
): Promise<Outcome<unknown>> {
  switch (action) {
    case 'activate':
      return polytomic.setActive(sync, true, key);
    case 'deactivate':
      return polytomic.setActive(sync, false, key);
    case 'cancel':
      return polytomic.cancel(sync, key);
    case 'start':
      return polytomic.start(sync, key);
  }
}

async function afterFailure(
  { clock, gate, chance }: CallerParts,
  call: Call,
  failure: Failure,
): Promise<Verdict> {
  if (failure.kind === 'unauthorized' && (await gate.refused(failure.status, failure.reason))) {
    return { kind: 'retry', at: gate.nextProbeAt(), reason: failure.reason };
  }
  return verdictOn(failure, call.attempts, clock.now(), chance.random());
}

/** What came of a call, in one sentence. */
export function sentence(action: Action, outcome: Outcome<unknown>): string {
  switch (outcome.kind) {
    case 'ok':
      return `The API accepted: ${action}.`;
    case 'not-sent':
      return `The request to ${action} it never left: ${outcome.reason}`;
    case 'unknown':
      return `Whether the API did ${action} it is unknown: ${outcome.reason}`;
    default:
      return `The API refused to ${action} it (${outcome.status}): ${outcome.reason}`;
  }
}

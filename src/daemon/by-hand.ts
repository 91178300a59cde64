import type { Call, Hold } from '../plan/hold.ts';
import { idempotencyKey } from '../plan/idempotency-key.ts';
import type { Failure, Outcome } from '../plan/outcome.ts';
import { verdictOn } from '../plan/retry.ts';
import { isRepeatable, mayHaveLanded } from '../plan/situation.ts';
import { strayAfter } from '../plan/stray.ts';
import type { Sync, SyncKey } from '../policy/sync.ts';
import type { Polytomic } from '../polytomic/polytomic.ts';
import type { Store, Taken } from '../store/store.ts';
import { send, sentence, TOO_LATE } from './caller.ts';
import { CLAIM_MS, type Claim, createClaim } from './claim.ts';
import type { Chance, Clock } from './clock.ts';
import { createDraft, type Draft } from './draft.ts';
import type { InventoryCache } from './inventory.ts';
import type { ActionRequest, ActionResult } from './operations.ts';
import type { Recorder } from './recorder.ts';

/** A person waits for the answer, so a few tries within half a minute are all they get. */
const ATTEMPTS_MAX = 4;
const WAIT_MAX_MS = 10_000;

/** How often a sync that is being looked at is asked for, once a second. */
const CLAIM_TRIES = 15;

export interface ByHandParts {
  readonly store: Store;
  readonly recorder: Recorder;
  readonly polytomic: Polytomic;
  readonly inventory: InventoryCache;
  readonly clock: Clock;
  readonly chance: Chance;
  readonly owner: string;
  readonly organization: () => string;
  readonly sleep: (ms: number) => Promise<void>;
}

/**
 * Makes the one call that a person asked for, with the same protocol as the daemon's own: claimed,
 * written before done, keyed, retried where that is safe. What it means for an open hold is
 * recorded with the answer, so that the daemon does not take the person's click back.
 */
export async function actByHand(
  parts: ByHandParts,
  request: ActionRequest,
  sync: Sync,
): Promise<ActionResult> {
  const claimed = await take(parts, request);
  if (claimed === undefined) {
    return refusedResult(request, sync, 'Curfew itself is at work on this sync; try again.');
  }
  const { taken, claim } = claimed;
  const draft = createDraft(taken, () => sync.name, parts.recorder, parts.clock);
  const occasion = parts.chance.uuid();
  draft.note('person.asked', asked(request), {
    actor: request.actor,
    detail: { action: request.action, reason: request.reason ?? null },
  });
  try {
    const { call, outcome } = await attempt(parts, draft, claim, request, occasion);
    const holdNote = outcome.kind === 'ok' ? settleHold(parts, draft, request) : undefined;
    if ((await draft.flush(false)) === 'fenced') return resultOf(request, sync, call, TAKEN_OVER);
    const shown = outcome.kind === 'ok' ? await observeNow(parts, draft, request.sync) : undefined;
    await draft.flush(true);
    return { ...resultOf(request, sync, call, outcome, holdNote), ...seenAs(request, shown) };
  } catch (error) {
    await parts.store.release(request.sync, taken.fence).catch(() => undefined);
    throw error;
  }
}

/** Who asks next should see what was done, without a wait for the next listing of all syncs. */
async function observeNow(
  parts: ByHandParts,
  draft: Draft,
  sync: SyncKey,
): Promise<Sync | undefined> {
  const read = await parts.polytomic.getSync(sync);
  if (read.kind !== 'ok') return undefined;
  parts.inventory.put(read.value);
  draft.observe(read.value);
  return read.value;
}

/** A person who asked gets no second call, so they hear that the first one has not shown yet. */
function seenAs({ action }: ActionRequest, shown: Sync | undefined): Partial<ActionResult> {
  if (shown === undefined || (action !== 'activate' && action !== 'deactivate')) return {};
  if (shown.active === (action === 'activate')) return { isShown: true };
  const message = `The API accepted: ${action}. But it still shows the old state: look again.`;
  return { isShown: false, message };
}

/** What a person is told whose answer could not be written: a hold was not changed by it. */
const TAKEN_OVER = {
  kind: 'unknown',
  reason: 'another process took the sync meanwhile and may undo it; look again',
} as const satisfies Failure;

/** What a person is told when it came to nothing. */
const NOT_OURS = {
  kind: 'not-sent',
  reason: 'another process took the sync meanwhile',
} as const satisfies Failure;

async function take(
  parts: ByHandParts,
  request: ActionRequest,
): Promise<{ taken: Taken; claim: Claim } | undefined> {
  const owner = `${parts.owner}/${parts.chance.uuid()}`;
  for (let tries = 1; tries <= CLAIM_TRIES; tries += 1) {
    const askedAt = parts.clock.now();
    const taken = await parts.store.take(request.sync, owner, CLAIM_MS);
    if (taken !== undefined) return { taken, claim: createClaim(parts, taken, askedAt) };
    await parts.sleep(1_000);
  }
  return undefined;
}

async function attempt(
  parts: ByHandParts,
  draft: Draft,
  claim: Claim,
  request: ActionRequest,
  occasion: string,
): Promise<{ call: Call; outcome: Outcome<unknown> }> {
  const { clock, chance } = parts;
  let call = mint(parts, request, occasion, 1);
  let isInDoubt = false;
  for (;;) {
    // Open again while it is under way: a crash leaves it for the next who takes the sync to tell.
    call = { ...call, attempts: call.attempts + 1, isInDoubt, state: 'open' };
    const outcome = await attemptOnce(parts, draft, claim, request, call);
    if (outcome === 'fenced') return { call, outcome: call.attempts > 1 ? TAKEN_OVER : NOT_OURS };
    const status = 'status' in outcome ? outcome.status : undefined;
    call = { ...call, outcome: outcome.kind, status, answeredAt: clock.now(), state: 'closed' };
    isInDoubt = mayHaveLanded(call);
    // A start that may have worked is not repeated blindly: only its executions tell.
    const isOver = outcome.kind === 'ok' || (request.action === 'start' && isInDoubt);
    const waitMs = isOver ? undefined : waitFor(outcome, call, clock.now(), chance.random());
    const goesOn = waitMs !== undefined && call.attempts < ATTEMPTS_MAX;
    draft.setCall(call);
    noteCall(draft, 'call.answered', request, call, sentence(request.action, outcome));
    if (!goesOn) return { call, outcome };
    await parts.sleep(waitMs);
    if (!isRepeatable(call)) {
      call = { ...mint(parts, request, occasion, call.generation + 1), attempts: call.attempts };
    }
  }
}

/** The budget is asked first: nothing comes between the intention's commit and the request. */
async function attemptOnce(
  { polytomic }: ByHandParts,
  draft: Draft,
  claim: Claim,
  request: ActionRequest,
  call: Call,
): Promise<Outcome<unknown> | 'fenced'> {
  const retryAfterMs = await polytomic.admit();
  if (retryAfterMs !== undefined) {
    const reason = 'not sent: the API has asked for quiet';
    return { kind: 'throttled', status: 429, reason, retryAfterMs };
  }
  if (!(await claim.keep())) return 'fenced';
  draft.setCall(call);
  const { action, sync } = request;
  noteCall(draft, 'call.intended', request, call, `About to ask the API to ${action} it.`);
  if ((await draft.flush(false)) === 'fenced') return 'fenced';
  return claim.mayLeave() ? send(polytomic, sync, action, call.key) : TOO_LATE;
}

function waitFor(
  outcome: Outcome<unknown>,
  call: Call,
  now: number,
  random: number,
): number | undefined {
  if (outcome.kind === 'ok' || outcome.kind === 'missing' || outcome.kind === 'unauthorized') {
    return undefined;
  }
  const verdict = verdictOn(outcome, call.attempts, now, random);
  if (verdict.kind === 'retry') return Math.min(Math.max(verdict.at - now, 0), WAIT_MAX_MS);
  if (verdict.kind === 'throttled') return Math.min(verdict.forMs, WAIT_MAX_MS);
  return undefined;
}

function mint(
  parts: ByHandParts,
  request: ActionRequest,
  occasion: string,
  generation: number,
): Call {
  const { sync, action } = request;
  return {
    key: idempotencyKey({ organization: parts.organization(), sync, action, occasion, generation }),
    sync,
    action,
    generation,
    actor: request.actor,
    intendedAt: parts.clock.now(),
    attempts: 0,
    isInDoubt: false,
    state: 'open',
  };
}

function noteCall(
  draft: Draft,
  type: 'call.intended' | 'call.answered',
  request: ActionRequest,
  call: Call,
  reason: string,
): void {
  draft.note(type, reason, {
    actor: request.actor,
    key: call.key,
    detail: {
      action: request.action,
      outcome: call.outcome,
      status: call.status,
      attempt: call.attempts,
      generation: call.generation,
    },
  });
}

/** People win: an activation by hand takes the hold over, a pause by hand outlives the window. */
function settleHold(parts: ByHandParts, draft: Draft, request: ActionRequest): string | undefined {
  const { hold } = draft;
  if (hold === undefined || hold.state === 'yielded') return undefined;
  const now = parts.clock.now();
  const settled = { ...hold, strayAt: strayAfter(hold, draft.openCalls, now), updatedAt: now };
  if (request.action === 'activate') {
    moveHold(draft, request, { ...settled, state: 'yielded', baseline: 'active' });
    return `It was held by ${hold.cause}; it is yours now until the windows that hold it end.`;
  }
  if (request.action === 'deactivate' && hold.baseline === 'active') {
    const heldAt = hold.heldAt ?? now;
    moveHold(draft, request, { ...settled, state: 'held', baseline: 'inactive', heldAt });
    return `It is held by ${hold.cause}; it will stay paused when the window ends.`;
  }
  return undefined;
}

function moveHold(draft: Draft, request: ActionRequest, hold: Hold): void {
  const before = draft.hold?.state;
  for (const call of draft.openCalls) draft.setCall({ ...call, state: 'closed' });
  draft.setHold(hold);
  const what = hold.state === 'yielded' ? 'activated it by hand' : 'paused it by hand, for good';
  draft.note(hold.state === 'yielded' ? 'hold.yielded' : 'hold.held', `${request.actor} ${what}.`, {
    actor: request.actor,
    before,
    after: hold.state,
    detail: { baseline: hold.baseline },
  });
}

function asked({ actor, action, reason }: ActionRequest): string {
  const why = reason === undefined || reason === '' ? '' : `: ${reason}`;
  return `${actor} asked to ${action} it${why}`;
}

function refusedResult(request: ActionRequest, sync: Sync, message: string): ActionResult {
  return {
    sync: request.sync,
    syncName: sync.name,
    action: request.action,
    key: '',
    outcome: 'not-sent',
    attempts: 0,
    message,
  };
}

function resultOf(
  request: ActionRequest,
  sync: Sync,
  call: Call,
  outcome: Outcome<unknown>,
  holdNote?: string,
): ActionResult {
  return {
    sync: request.sync,
    syncName: sync.name,
    action: request.action,
    key: call.key,
    outcome: outcome.kind,
    status: call.status,
    attempts: call.attempts,
    message: sentence(request.action, outcome),
    holdNote,
    answer: outcome.kind === 'ok' ? outcome.value : undefined,
  };
}

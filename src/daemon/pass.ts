import type { Decision } from '../plan/decide.ts';
import { decisionDigest, decisionSentence } from '../plan/explain.ts';
import type { Hold, HoldState } from '../plan/hold.ts';
import { nextStep } from '../plan/next-step.ts';
import type { Situation, Step } from '../plan/situation.ts';
import type { Verdict } from '../plan/verdict.ts';
import type { Person, Sync } from '../policy/sync.ts';
import type { EnforcementJob } from '../queue/queue.ts';
import { type CallerParts, callForHold } from './caller.ts';
import type { Draft } from './draft.ts';
import { verdictOnRead } from './read-verdict.ts';

/** What a pass needs of the process it runs in. */
export interface PassParts extends CallerParts {
  /** Who our API key is, as `updated_by` would name it. */
  readonly self: () => Person | undefined;
}

/** What one pass works on. */
export interface PassSubject {
  readonly draft: Draft;
  readonly job: EnforcementJob;
  readonly signal: AbortSignal;
  readonly decided: string | undefined;
  sync(): Sync;
  /** Whether the inventory has it. */
  isListed(): boolean;
  learn(read: Sync): void;
  decide(): Decision;
}

export interface Pass {
  /** Does the next step; a verdict ends the pass, whose changes are then on record. */
  run(): Promise<Verdict | undefined>;
  /** Ends the pass early, with what has gathered on record. */
  fail(verdict: Verdict): Promise<Verdict>;
}

const STALE: Verdict = { kind: 'stale', reason: 'Somebody else took the sync meanwhile.' };

/** Executes the steps that `nextStep` decides, one by one, until one of them ends the pass. */
export function createPass(parts: PassParts, subject: PassSubject): Pass {
  const { clock, polytomic } = parts;
  const { draft } = subject;
  let actual: Situation['actual'];
  let runs: Situation['runs'];
  let confirmed: Situation['confirmed'];

  function situation(): Situation {
    return {
      now: clock.now(),
      decision: subject.decide(),
      sync: subject.sync(),
      isListed: subject.isListed(),
      actual,
      runs,
      hold: draft.hold,
      openCalls: draft.openCalls,
      confirmed,
      self: parts.self(),
      skewMs: polytomic.skewMs() ?? 0,
    };
  }

  async function finish(verdict: Verdict): Promise<Verdict> {
    const decision = subject.decide();
    const digest = decisionDigest(decision);
    if (digest !== subject.decided) {
      draft.setDecided(digest);
      // A hold's own entries tell the story already; without one, this is where it is told.
      if (!draft.hasEntries && (decision.opinions.length > 0 || subject.decided !== undefined)) {
        draft.note('sync.decided', decisionSentence(decision), {
          policy: decision.cause ?? decision.opinions[0]?.policy,
          after: decision.wanted,
        });
      }
    }
    return (await draft.flush(true)) === 'fenced' ? STALE : verdict;
  }

  async function read(): Promise<Verdict | undefined> {
    const { sync } = subject.job;
    let outcome = await polytomic.getSync(sync);
    // The API may lag behind itself: a sync that the list still shows gets a second look (S34).
    if (outcome.kind === 'missing') outcome = await polytomic.getSync(sync);
    if (outcome.kind === 'ok') {
      actual = outcome.value;
      subject.learn(outcome.value);
      draft.observe(outcome.value);
      return undefined;
    }
    if (outcome.kind !== 'missing') return verdictOnRead(parts, outcome);
    actual = 'missing';
    return undefined;
  }

  async function readRuns(): Promise<Verdict | undefined> {
    const outcome = await polytomic.status(subject.job.sync);
    if (outcome.kind !== 'ok') return verdictOnRead(parts, outcome);
    const { current } = outcome.value;
    runs = { current: current === undefined || current.isTerminal ? undefined : current };
    return undefined;
  }

  async function call(step: Step & { kind: 'call' }): Promise<Verdict | undefined> {
    const called = await callForHold(
      parts,
      draft,
      requireHold(draft),
      step.action,
      step.again,
      subject.signal,
    );
    actual = undefined;
    runs = undefined;
    if (called.kind === 'ended') return called.verdict;
    confirmed = called.isFirstUse ? step.action : undefined;
    return undefined;
  }

  async function execute(step: Step): Promise<Verdict | undefined> {
    switch (step.kind) {
      case 'read':
        return read();
      case 'read-runs':
        return readRuns();
      case 'open':
        open(parts, subject, step.baseline, step.reason);
        return undefined;
      case 'move':
        move(parts, subject, step);
        confirmed = undefined;
        return undefined;
      case 'hand-over':
        handOver(parts, subject, step.reason);
        return undefined;
      case 'call':
        return call(step);
      case 'note':
        note(parts, draft, step);
        return undefined;
      case 'wait':
        return { kind: 'retry', at: step.at, reason: step.reason };
      case 'done':
        return { kind: 'done' };
    }
  }

  return {
    async run() {
      const verdict = await execute(nextStep(situation()));
      return verdict === undefined ? undefined : finish(verdict);
    },
    fail: finish,
  };
}

function requireHold(draft: Draft): Hold {
  if (draft.hold === undefined) throw new Error('a step that needs a hold came without one');
  return draft.hold;
}

function open(
  parts: PassParts,
  { draft, job, sync, decide }: PassSubject,
  baseline: Hold['baseline'],
  reason: string,
): void {
  const now = parts.clock.now();
  const decision = decide();
  const isActive = baseline === 'active';
  draft.setHold({
    id: parts.chance.uuid(),
    sync: job.sync,
    syncName: sync().name,
    state: isActive ? 'pausing' : 'held',
    baseline,
    cause: decision.cause ?? 'nothing',
    occurrence: decision.stretch,
    openedAt: now,
    heldAt: isActive ? undefined : now,
    generation: 0,
    updatedAt: now,
  });
  draft.note('hold.opened', reason, {
    before: baseline,
    after: 'inactive',
    latenessMs: Math.max(0, now - job.due),
    detail: { cause: job.cause, why: decisionSentence(decision) },
  });
}

const MOVE_ENTRY = {
  pausing: 'hold.renewed',
  held: 'hold.held',
  resuming: 'hold.resuming',
  released: 'hold.released',
  yielded: 'hold.yielded',
  gone: 'hold.gone',
} as const satisfies Record<HoldState, string>;

function move(parts: PassParts, subject: PassSubject, step: Step & { kind: 'move' }): void {
  const { draft, job } = subject;
  const now = parts.clock.now();
  // What the API confirmed is news: an older reading must not look like somebody's click.
  if (step.to === 'held' && subject.isListed()) {
    subject.learn({ ...subject.sync(), active: false });
  }
  const hold = requireHold(draft);
  const isOver = step.to === 'released' || step.to === 'gone';
  for (const call of draft.openCalls) {
    // While it is held again, an activation whose fate is unknown stays on record as a suspect.
    const isSettled = isOver || step.to === 'yielded' || call.action === 'deactivate';
    if (isSettled && step.to !== 'pausing' && step.to !== 'resuming') {
      draft.setCall({ ...call, state: 'closed' });
    }
  }
  draft.setHold({
    ...hold,
    state: step.to,
    baseline: step.baseline ?? hold.baseline,
    heldAt: step.to === 'held' ? now : hold.heldAt,
    closedAt: isOver ? now : undefined,
    updatedAt: now,
  });
  const due = step.to === 'held' ? job.due : Math.min(hold.occurrence.end, now);
  const isEdge = step.to === 'held' || step.to === 'released';
  draft.note(MOVE_ENTRY[step.to], step.reason, {
    before: hold.state,
    after: step.to,
    latenessMs: isEdge ? Math.max(0, now - due) : undefined,
    detail: { baseline: hold.baseline, person: step.person?.name ?? step.person?.id },
  });
}

function handOver(parts: PassParts, { draft, decide }: PassSubject, reason: string): void {
  const hold = requireHold(draft);
  const { cause, stretch } = decide();
  draft.setHold({
    ...hold,
    cause: cause ?? hold.cause,
    occurrence: stretch,
    updatedAt: parts.clock.now(),
  });
  draft.note('hold.handed-over', reason, { before: hold.cause, after: cause });
}

function note(parts: PassParts, draft: Draft, step: Step & { kind: 'note' }): void {
  const hold = requireHold(draft);
  const now = parts.clock.now();
  const isQuiet = step.what === 'sync.quiet';
  draft.setHold({
    ...hold,
    execution: isQuiet ? undefined : step.run?.id,
    quietAt: isQuiet ? now : hold.quietAt,
    updatedAt: now,
  });
  if (isQuiet) {
    for (const call of draft.openCalls) {
      if (call.action === 'cancel') draft.setCall({ ...call, state: 'closed' });
    }
  }
  draft.note(step.what, step.reason, {
    detail: { execution: step.run?.id, status: step.run?.status },
  });
}

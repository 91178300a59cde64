// What a step does to the record of a hold: the new hold and the entry that tells of it, gathered
// in the draft of the pass. Nothing here decides anything.

import { decisionSentence } from '../plan/explain.ts';
import type { Call, Hold, HoldState } from '../plan/hold.ts';
import type { Step } from '../plan/situation.ts';
import { strayAfter } from '../plan/stray.ts';
import { renewTerms } from '../plan/terms.ts';
import type { Instant } from '../time/interval.ts';
import type { Chance, Clock } from './clock.ts';
import type { Draft } from './draft.ts';
import type { PassSubject } from './pass.ts';

interface StepParts {
  readonly tzdata: string;
  readonly clock: Clock;
  readonly chance: Chance;
}

/** Marks name executions, so a long window gathers many; only the latest can come up again. */
const TOLD_MAX = 20;

/** The open hold, which a step that comes here cannot do without. */
export function requireHold(draft: Draft): Hold {
  if (draft.hold === undefined) throw new Error('a step that needs a hold came without one');
  return draft.hold;
}

/** Opens a hold with the baseline that was read. */
export function openHold(
  { clock, chance, tzdata }: StepParts,
  { draft, job, sync, decide }: PassSubject,
  baseline: Hold['baseline'],
  reason: string,
): void {
  const now = clock.now();
  const decision = decide();
  const isActive = baseline === 'active';
  draft.setHold({
    id: chance.uuid(),
    sync: job.sync,
    syncName: sync().name,
    state: isActive ? 'pausing' : 'held',
    baseline,
    cause: decision.cause ?? 'nothing',
    occurrence: decision.stretch,
    terms: decision.terms,
    tzdata,
    openedAt: now,
    heldAt: isActive ? undefined : now,
    repauses: 0,
    told: [],
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

/** The lateness that is over in a state: when it comes again, it is told again. */
const LATE_MARK_OVER: Partial<Record<HoldState, string>> = {
  held: 'late-pause',
  pausing: 'late-resume',
};

/** Moves the hold to another state, and settles the calls that are over with that. */
export function moveHold(
  { clock }: Pick<StepParts, 'clock'>,
  subject: PassSubject,
  step: Step & { kind: 'move' },
): void {
  const { draft, job } = subject;
  const now = clock.now();
  // What the API confirmed is news: an older reading must not look like somebody's click.
  if (step.to === 'held' && subject.isListed()) {
    const paused = { ...subject.sync(), active: false };
    subject.learn(paused);
    draft.observe(paused);
  }
  const hold = requireHold(draft);
  const isOver = step.to === 'released' || step.to === 'gone';
  const left = draft.openCalls.filter((each) => isLeftBehind(each, step, draft));
  for (const call of left) draft.setCall({ ...call, state: 'closed' });
  draft.setHold({
    ...hold,
    state: step.to,
    terms: isRestored(hold, step, draft) ? { ...hold.terms, inFlight: {} } : hold.terms,
    baseline: step.baseline ?? hold.baseline,
    heldAt: step.to === 'held' ? now : hold.heldAt,
    quietAt: step.isRepause ? undefined : hold.quietAt,
    repauses: hold.repauses + (step.isRepause ? 1 : 0),
    resumeAt: step.to === 'pausing' ? undefined : (step.resumeAt ?? hold.resumeAt),
    strayAt: strayAfter(hold, left, now),
    told: hold.told.filter((mark) => mark !== LATE_MARK_OVER[step.to]),
    closedAt: isOver ? now : undefined,
    updatedAt: now,
  });
  const due = step.to === 'held' ? job.due : (hold.resumeAt ?? Math.min(hold.occurrence.end, now));
  const isEdge = step.to === 'held' || step.to === 'released';
  draft.note(MOVE_ENTRY[step.to], step.reason, {
    before: hold.state,
    after: step.to,
    latenessMs: isEdge ? Math.max(0, now - due) : undefined,
    detail: {
      baseline: hold.baseline,
      person: step.person?.name ?? step.person?.id,
      turn: step.resumeAt === undefined ? undefined : new Date(step.resumeAt).toISOString(),
    },
  });
}

/**
 * Whether a move settles what a call was for, or what happened since has undone it. Such a call
 * says nothing any more about what the sync is, and its key would be answered from memory.
 */
function isLeftBehind({ action }: Call, step: Step & { kind: 'move' }, { openCalls }: Draft) {
  switch (step.to) {
    case 'pausing':
      return action === 'deactivate' && (step.isRepause || openCalls.some(isActivation));
    case 'resuming':
      // Of an earlier resume, which a pause came after.
      return action === 'activate' || action === 'start';
    case 'held':
      // An activation whose fate is unknown stays on record as a suspect.
      return action === 'deactivate';
    default:
      return true;
  }
}

/**
 * Whether a hold is to pause again what it may have restored. What runs by then began since, so the
 * time that its policies give to running work counts anew; the hand-over that follows sees to it.
 */
function isRestored({ state }: Hold, { to }: Step & { kind: 'move' }, { openCalls }: Draft) {
  return state === 'resuming' && to === 'pausing' && openCalls.some(isActivation);
}

function isActivation({ action, attempts }: Call): boolean {
  return action === 'activate' && attempts > 0;
}

/** The record follows the decision; an occurrence that begins anew counts its pauses anew. */
export function handOver(
  { clock, tzdata }: StepParts,
  { draft, decide }: PassSubject,
  { reason, occurrence }: Step & { kind: 'hand-over' },
): void {
  const hold = requireHold(draft);
  const { cause, terms } = decide();
  const isSame = cause === hold.cause && occurrence.start === hold.occurrence.start;
  draft.setHold({
    ...hold,
    cause: cause ?? hold.cause,
    occurrence,
    // An end that was kept against newer time zone data is still the end of the older.
    tzdata: isSame ? hold.tzdata : tzdata,
    terms: renewTerms(hold.terms, terms),
    repauses: isSame ? hold.repauses : 0,
    updatedAt: clock.now(),
  });
  draft.note('hold.handed-over', reason, { before: hold.cause, after: cause });
}

/** Tells something about running work. */
export function noteOn(
  { clock }: Pick<StepParts, 'clock'>,
  draft: Draft,
  step: Step & { kind: 'note' },
): void {
  const hold = requireHold(draft);
  const now = clock.now();
  const isQuiet = step.what === 'sync.quiet';
  draft.setHold({
    ...hold,
    execution: isQuiet ? undefined : step.run?.id,
    quietAt: isQuiet ? now : hold.quietAt,
    told: step.mark === undefined ? hold.told : [...hold.told, step.mark].slice(-TOLD_MAX),
    updatedAt: now,
  });
  if (isQuiet) {
    for (const call of draft.openCalls) {
      if (call.action === 'cancel') draft.setCall({ ...call, state: 'closed' });
    }
  }
  draft.note(step.what, step.reason, {
    latenessMs: isQuiet ? Math.max(0, now - hold.openedAt) : undefined,
    detail: { execution: step.run?.id, status: step.run?.status },
  });
}

/** Tells somebody, once; `late-pause` of the mark `late-pause:…` names the alert. */
export function alertOn(
  { clock }: Pick<StepParts, 'clock'>,
  draft: Draft,
  { mark, reason }: Step & { kind: 'alert' },
  latenessMs?: number,
): void {
  const hold = requireHold(draft);
  const told = [...hold.told, mark].slice(-TOLD_MAX);
  draft.setHold({ ...hold, told, updatedAt: clock.now() });
  const detail = { alert: mark.split(':', 1)[0]! };
  draft.note('alert.raised', reason, { latenessMs, detail });
}

/** Keeps when the sync would have run next, while its pause has not been called for yet. */
export function rememberNextRun(draft: Draft, nextAt: Instant | undefined): void {
  const { hold } = draft;
  if (hold?.state !== 'pausing' || hold.generation > 0) return;
  if (hold.nextRunAt === nextAt) return;
  draft.setHold({ ...hold, nextRunAt: nextAt });
}

import type { Decision } from '../plan/decide.ts';
import { decisionDigest, decisionSentence } from '../plan/explain.ts';
import { lateEdge } from '../plan/lateness.ts';
import { isPauseWanted, nextStep } from '../plan/next-step.ts';
import type { Failure } from '../plan/outcome.ts';
import type { Situation, Step } from '../plan/situation.ts';
import { TAKEN_OVER, type Verdict } from '../plan/verdict.ts';
import type { Person, Sync } from '../policy/sync.ts';
import type { EnforcementJob } from '../queue/queue.ts';
import type { Instant } from '../time/interval.ts';
import { type CallerParts, callForHold } from './caller.ts';
import type { Draft } from './draft.ts';
import {
  alertOn,
  handOver,
  moveHold,
  noteOn,
  openHold,
  rememberNextRun,
  requireHold,
} from './hold-steps.ts';
import { verdictOnRead } from './read-verdict.ts';

/** What a pass needs of the process it runs in. */
export interface PassParts extends CallerParts {
  /** Who our API key is, as `updated_by` would name it. */
  readonly self: () => Person | undefined;
  /** A daemon that only observes decides and tells, and never acts; not even to resume. */
  readonly isObserving: boolean;
  /** The version of the time zone data in use. */
  readonly tzdata: string;
}

/** What one pass works on. */
export interface PassSubject {
  readonly draft: Draft;
  readonly job: EnforcementJob;
  readonly signal: AbortSignal;
  /** Whether a request may leave now: whether the sync is surely ours until its answer. */
  mayLeave(): boolean;
  readonly decided: string | undefined;
  sync(): Sync;
  /** Whether the inventory has it. */
  isListed(): boolean;
  /** When the last whole listing began. */
  listedAt(): Instant | undefined;
  /** Takes over the latest inventory that any replica has read. */
  refresh(): Promise<void>;
  /** How many reads of this sync have failed in a row, this one included. */
  countFailedRead(): number;
  learn(read: Sync): void;
  decide(): Decision;
  /** The hash of the policy in force by that name; undefined when there is none. */
  hashOf(cause: string): string | undefined;
  /** Counts one more pause; gives the time to ask again when there are too many. */
  admitPause(): Promise<Instant | undefined>;
}

export interface Pass {
  /** Does the next step; a verdict ends the pass, whose changes are then on record. */
  run(): Promise<Verdict | undefined>;
  /** Ends the pass early, with what has gathered on record. */
  fail(verdict: Verdict): Promise<Verdict>;
}

const QUIET = 'The API has asked for quiet.';

/** Executes the steps that `nextStep` decides, one by one, until one of them ends the pass. */
export function createPass(parts: PassParts, subject: PassSubject): Pass {
  const { clock, polytomic } = parts;
  const { draft } = subject;
  let actual: Situation['actual'];
  let runs: Situation['runs'];
  let executions: Situation['executions'];
  let confirmed: Situation['confirmed'];
  /** Whether the next call has its share of the budget. */
  let isAdmitted = false;

  function situation(): Situation {
    return {
      now: clock.now(),
      decision: subject.decide(),
      sync: subject.sync(),
      isListed: subject.isListed(),
      listedAt: subject.listedAt(),
      actual,
      runs,
      executions,
      hold: draft.hold,
      causeHash: draft.hold === undefined ? undefined : subject.hashOf(draft.hold.cause),
      tzdata: parts.tzdata,
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
    return (await draft.flush(true)) === 'fenced' ? TAKEN_OVER : verdict;
  }

  /** Says once that an edge is late; asked whenever the API keeps it from happening. */
  function tellLate(): void {
    if (draft.hold === undefined) return;
    const isWanted = isPauseWanted(situation());
    const isRestored = !isWanted && actual !== undefined && actual !== 'missing' && actual.active;
    if (isRestored) return;
    const late = lateEdge(draft.hold, isWanted, subject.job.due, clock.now());
    if (late !== undefined) alertOn(parts, draft, late.alert, late.latenessMs);
  }

  async function failedRead(failure: Failure): Promise<Verdict> {
    tellLate();
    return verdictOnRead(parts, failure, subject.countFailedRead());
  }

  async function read(): Promise<Verdict | undefined> {
    const outcome = await polytomic.getSync(subject.job.sync);
    if (outcome.kind === 'ok') {
      actual = outcome.value;
      subject.learn(outcome.value);
      draft.observe(outcome.value);
      return undefined;
    }
    if (outcome.kind !== 'missing') return failedRead(outcome);
    actual = 'missing';
    // Whether the list shows it counts now, and another replica may have read the latest (S34).
    await subject.refresh();
    return undefined;
  }

  async function readRuns(): Promise<Verdict | undefined> {
    const outcome = await polytomic.status(subject.job.sync);
    if (outcome.kind !== 'ok') return failedRead(outcome);
    const { current, nextAt } = outcome.value;
    runs = { current: current === undefined || current.isTerminal ? undefined : current };
    rememberNextRun(draft, nextAt);
    return undefined;
  }

  async function readExecutions(): Promise<Verdict | undefined> {
    const outcome = await polytomic.executions(subject.job.sync);
    if (outcome.kind !== 'ok') return failedRead(outcome);
    executions = outcome.value;
    return undefined;
  }

  async function open({ baseline, reason }: Step & { kind: 'open' }) {
    const notBefore = baseline === 'active' ? await subject.admitPause() : undefined;
    if (notBefore !== undefined) {
      const why = 'As many syncs were paused within the hour as may be.';
      return { kind: 'retry', at: notBefore, reason: why } as const;
    }
    openHold(parts, subject, baseline, reason);
    return undefined;
  }

  async function call(step: Step & { kind: 'call' }): Promise<Verdict | undefined> {
    if (!isAdmitted) {
      const quiet = await polytomic.admit();
      isAdmitted = quiet === undefined;
      // The wait may have been long: what is to be done now is decided anew, and then at once.
      return isAdmitted ? undefined : { kind: 'throttled', forMs: quiet!, reason: QUIET };
    }
    isAdmitted = false;
    const called = await callForHold(
      parts,
      draft,
      requireHold(draft),
      step.action,
      step.again,
      subject,
    );
    actual = undefined;
    runs = undefined;
    executions = undefined;
    if (called.kind === 'ended') {
      // A run that makes up for others is no edge.
      if (step.action !== 'start') tellLate();
      return called.verdict;
    }
    confirmed = called.isFirstUse ? step.action : undefined;
    return undefined;
  }

  async function execute(step: Step): Promise<Verdict | undefined> {
    switch (step.kind) {
      case 'read':
        return read();
      case 'read-runs':
        return readRuns();
      case 'read-executions':
        return readExecutions();
      case 'open':
        return open(step);
      case 'move':
        moveHold(parts, subject, step);
        confirmed = undefined;
        return undefined;
      case 'hand-over':
        handOver(parts, subject, step);
        return undefined;
      case 'call':
        return call(step);
      case 'note':
        noteOn(parts, draft, step);
        return undefined;
      case 'alert':
        alertOn(parts, draft, step);
        return undefined;
      case 'wait':
        if (step.isOwed) tellLate();
        return { kind: 'retry', at: step.at, reason: step.reason };
      case 'done':
        return { kind: 'done' };
    }
  }

  return {
    async run() {
      if (parts.isObserving) return finish({ kind: 'done' });
      const verdict = await execute(nextStep(situation()));
      return verdict === undefined ? undefined : finish(verdict);
    },
    fail: finish,
  };
}

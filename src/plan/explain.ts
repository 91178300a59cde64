import { describeDateAt } from '../policy/describe-window.ts';
import type { CalendarEvent } from '../policy/policy.ts';
import type { Sync, SyncKey } from '../policy/sync.ts';
import type { Instant } from '../time/interval.ts';
import { type Decision, decide, type Opinion } from './decide.ts';
import type { Hold } from './hold.ts';
import type { Override } from './override.ts';
import { supersededSentence, windowSentences, wishSentence } from './override-words.ts';
import type { RestrainedPolicy } from './restraint.ts';
import { type State, stateOf, stretchAt } from './stretches.ts';
import { timeText } from './time-text.ts';
import { type WaitedFor, waitedFor } from './waits-for.ts';

/** Why a sync is as it is at an instant; `because` reads from the winner down. */
export interface Explanation {
  readonly sync: SyncKey;
  readonly name: string;
  readonly at: Instant;
  readonly state: State;
  /** Since when it has been in this state; absent when for ever. */
  readonly since?: Instant | undefined;
  /** When this state ends; absent when never. */
  readonly until?: Instant | undefined;
  /** The policy or override that decided. */
  readonly by?: string | undefined;
  /** The zone of who decided, or of who decides next: the one to show times in. */
  readonly timezone?: string | undefined;
  readonly because: readonly string[];
  /** What would be without the one that decided; absent where nobody did. */
  readonly otherwise?: string | undefined;
  /** What begins when this state ends; absent when it never does. */
  readonly next?: NextState | undefined;
  /** The syncs that it runs after, which have to run for it to run; absent where there are none. */
  readonly waitsFor?: readonly WaitedFor[] | undefined;
}

/** The state that follows, and who decides then. */
export interface NextState {
  readonly at: Instant;
  readonly state: State;
  readonly by?: string | undefined;
}

/**
 * Explains what is wanted for a sync at an instant, with every opinion and why it lost, and with
 * what people said in the meantime. `inventory` is for the names and states of the syncs that it
 * runs after.
 */
export function explain(
  policies: readonly RestrainedPolicy[],
  overrides: readonly Override[],
  sync: Sync,
  hold: Hold | undefined,
  at: Instant,
  inventory: readonly Sync[] = [],
): Explanation {
  const { start, end, state, decision } = stretchAt(policies, overrides, sync, at);
  const losers = decision.opinions.filter((opinion) => !isWinner(decision, opinion));
  const after = Number.isFinite(end) ? decide(policies, overrides, sync, end) : undefined;
  return {
    sync: sync.key,
    name: sync.name,
    at,
    state,
    since: Number.isFinite(start) ? start : undefined,
    until: Number.isFinite(end) ? end : undefined,
    by: decision.cause,
    timezone: zoneOf(decision) ?? (after && zoneOf(after)),
    because: [
      decisionSentence(decision),
      ...decision.overrides.slice(1).map(supersededSentence),
      ...losers.map((opinion) => loserSentence(decision, opinion)),
      ...sleepersAt(policies, sync, at).map(sleeperSentence),
      ...policies
        .filter((policy) => policy.enabled && policy.selects(sync))
        .flatMap((policy) => calendarSentences(policy, at)),
      ...windowSentences(policies, overrides, sync, at),
      ...(hold === undefined ? [] : [holdSentence(hold)]),
    ],
    otherwise: otherwise(policies, overrides, sync, decision, at),
    next: after && { at: end, state: stateOf(after), by: after.cause },
    waitsFor: waitedFor(policies, overrides, sync, at, inventory),
  };
}

function zoneOf({ reason }: Decision): string | undefined {
  return reason.kind === 'policy' ? reason.opinion.timezone : undefined;
}

/** The same question without whoever decided. */
function otherwise(
  policies: readonly RestrainedPolicy[],
  overrides: readonly Override[],
  sync: Sync,
  { reason }: Decision,
  at: Instant,
): string | undefined {
  switch (reason.kind) {
    case 'override': {
      const others = overrides.filter(({ id }) => id !== reason.override.id);
      const without = decide(policies, others, sync, at);
      return otherwiseSentence('that override', without);
    }
    case 'policy': {
      const { policy } = reason.opinion;
      const others = policies.filter(({ name }) => name !== policy);
      return otherwiseSentence(policy, decide(others, overrides, sync, at));
    }
    case 'nothing':
      return undefined;
  }
}

function otherwiseSentence(winner: string, { reason }: Decision): string {
  switch (reason.kind) {
    case 'override': {
      const { actor, kind, expires } = reason.override;
      const what = kind === 'hold' ? 'keep it paused' : 'leave it as it was';
      return `Without ${winner}, ${actor} would ${what} until ${timeText(expires, 'UTC')}.`;
    }
    case 'policy': {
      const { policy, effect } = reason.opinion;
      return `Without ${winner}, ${policy} would ${effect} it ${stretchWords(reason.opinion)}.`;
    }
    case 'nothing':
      return `Without ${winner}, it would be left as it was.`;
  }
}

function isWinner({ reason }: Decision, opinion: Opinion): boolean {
  return reason.kind === 'policy' && reason.opinion.policy === opinion.policy;
}

/** Equal digests say the same to people: nothing new to journal. */
export function decisionDigest(decision: Decision): string {
  const { wanted, cause, observed } = decision;
  const would =
    observed.wanted === wanted ? '' : `|would:${observed.wanted}:${observed.by?.policy}`;
  return `${wanted}|${cause ?? ''}${would}`;
}

/** What was decided and why, in one sentence (two when an observer disagrees). */
export function decisionSentence(decision: Decision): string {
  const { wanted, observed } = decision;
  const would =
    observed.wanted === wanted || observed.by === undefined
      ? ''
      : ` ${observed.by.policy} ${idleWords(observed.by)}: it would have ${
          observed.wanted === 'paused' ? 'paused it' : 'kept it running'
        }.`;
  return `${reasonSentence(decision)}${would}`;
}

/** Why an opinion that wins by rank does not act. */
function idleWords({ mode }: Opinion): string {
  return mode === 'blocked' ? 'is blocked by its limit' : 'only observes';
}

function reasonSentence({ reason }: Decision): string {
  switch (reason.kind) {
    case 'override':
      return wishSentence(reason.override);
    case 'policy': {
      const { opinion } = reason;
      const what = opinion.effect === 'pause' ? 'pauses' : 'protects';
      return `${opinion.policy} ${what} it ${stretchWords(opinion)}.`;
    }
    case 'nothing':
      return 'No policy has an opinion about it now.';
  }
}

function stretchWords({ stretch, timezone }: Opinion): string {
  const { start, end } = stretch;
  if (!Number.isFinite(start) && !Number.isFinite(end)) return 'at all times';
  const until = Number.isFinite(end) ? `until ${timeText(end, timezone)}` : 'for good';
  return Number.isFinite(start) ? `from ${timeText(start, timezone)} ${until}` : until;
}

/** Policies that would have an opinion if they were not switched off. */
function sleepersAt(
  policies: readonly RestrainedPolicy[],
  sync: Sync,
  at: Instant,
): readonly RestrainedPolicy[] {
  return policies.filter(
    (policy) => !policy.enabled && policy.timeline.at(at) && policy.selects(sync),
  );
}

function sleeperSentence({ name, effect }: RestrainedPolicy): string {
  return `${name} would ${effect} it, but it is not enabled.`;
}

function loserSentence({ reason }: Decision, opinion: Opinion): string {
  const wants = opinion.effect === 'pause' ? 'would pause it' : 'would protect it';
  const said = `${opinion.policy} ${wants} ${stretchWords(opinion)}, but`;
  if (opinion.mode !== 'enforce') return `${said} it ${idleWords(opinion)}.`;
  if (reason.kind === 'override') return `${said} a person's override comes first.`;
  if (reason.kind === 'nothing') return `${said} it lost.`;
  const winner = reason.opinion;
  if (opinion.priority < winner.priority) {
    return `${said} its priority ${opinion.priority} is below ${winner.priority}.`;
  }
  if (opinion.effect === winner.effect) {
    return `${opinion.policy} agrees ${stretchWords(opinion)}.`;
  }
  return `${said} at equal priority paused comes before protected.`;
}

/** What calendars have to do with it: why a window is open now, or is not. */
function calendarSentences({ name, windows }: RestrainedPolicy, at: Instant): string[] {
  return windows.flatMap((window) => {
    const words = ({ calendar, title }: CalendarEvent) => {
      const what = title === undefined ? '' : `, ${title}`;
      const day = describeDateAt(at, window.timezone);
      return `on ${day}${what}, of ${calendar} (${window.text}).`;
    };
    return [
      ...window.eventsAt(at).map((event) => `${name}: ${words(event)}`),
      ...window.exceptionsAt(at).map((event) => `${name}: not ${words(event)}`),
    ];
  });
}

function holdSentence(hold: Hold): string {
  const since = timeText(hold.heldAt ?? hold.openedAt, 'UTC');
  switch (hold.state) {
    case 'pausing':
      return isWaitingForRun(hold)
        ? 'Curfew pauses it when its execution has ended: pausing a bulk sync cancels what it runs.'
        : 'Curfew is pausing it; the API has not confirmed that yet.';
    case 'held':
      return hold.baseline === 'inactive'
        ? 'It was already paused when the window began; Curfew will not activate it.'
        : `Curfew paused it at ${since} for ${hold.cause} and will restore it.`;
    case 'resuming':
      return 'Curfew is restoring it; the API has not confirmed that yet.';
    default:
      return 'A person re-activated it during the window; it is theirs until the window ends.';
  }
}

/** Before its first pause a hold waits for nothing but the run of a bulk sync, and says so once. */
function isWaitingForRun({ heldAt, told }: Hold): boolean {
  return heldAt === undefined && told.some((mark) => mark.startsWith('run.waited:'));
}

import { describeDateAt } from '../policy/describe-window.ts';
import type { CalendarEvent } from '../policy/policy.ts';
import type { Sync, SyncKey } from '../policy/sync.ts';
import type { Instant } from '../time/interval.ts';
import { type Decision, decide, nextChange, type Opinion } from './decide.ts';
import type { Hold } from './hold.ts';
import type { Override } from './override.ts';
import { supersededSentence, windowSentences, wishSentence } from './override-words.ts';
import type { RestrainedPolicy } from './restraint.ts';
import { timeText } from './time-text.ts';

/** Why a sync is as it is at an instant; `because` reads from the winner down. */
export interface Explanation {
  readonly sync: SyncKey;
  readonly name: string;
  readonly at: Instant;
  readonly state: 'paused' | 'protected' | 'baseline';
  /** When this state may change next; absent when never. */
  readonly until?: Instant | undefined;
  /** Since when; absent when for ever. */
  readonly since?: Instant | undefined;
  /** The policy or override that decided. */
  readonly by?: string | undefined;
  readonly because: readonly string[];
}

/**
 * Explains what is wanted for a sync at an instant, with every opinion and why it lost, and with
 * what people said in the meantime.
 */
export function explain(
  policies: readonly RestrainedPolicy[],
  overrides: readonly Override[],
  sync: Sync,
  hold: Hold | undefined,
  at: Instant,
): Explanation {
  const decision = decide(policies, overrides, sync, at);
  const { start } = decision.stretch;
  const losers = decision.opinions.filter((opinion) => !isWinner(decision, opinion));
  return {
    sync: sync.key,
    name: sync.name,
    at,
    state: stateOf(decision),
    until: nextChange(policies, overrides, sync, at),
    since: Number.isFinite(start) ? start : undefined,
    by: decision.cause,
    because: [
      decisionSentence(decision),
      ...decision.overrides.slice(1).map(supersededSentence),
      ...losers.map((opinion) => loserSentence(decision, opinion)),
      ...policies
        .filter((policy) => policy.enabled && policy.selects(sync))
        .flatMap((policy) => calendarSentences(policy, at)),
      ...windowSentences(policies, overrides, sync, at),
      ...(hold === undefined ? [] : [holdSentence(hold)]),
    ],
  };
}

function stateOf(decision: Decision): Explanation['state'] {
  if (decision.wanted === 'paused') return 'paused';
  return decision.cause === undefined ? 'baseline' : 'protected';
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
      return 'Curfew is pausing it; the API has not confirmed that yet.';
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

import type { Sync } from '../policy/sync.ts';
import type { Instant, Interval } from '../time/interval.ts';
import { adjustPolicies } from './adjust.ts';
import type { Terms } from './hold.ts';
import { endOf, isAboutSyncs, isInEffect, type Override, type SyncOverride } from './override.ts';
import type { RestrainedPolicy } from './restraint.ts';
import { termsOf } from './terms.ts';

/** What is wanted for a sync: paused, or whatever its baseline says. */
export type Wanted = 'paused' | 'baseline';

/** A policy that selects the sync and has its effect at the instant asked about. */
export interface Opinion
  extends Pick<
    RestrainedPolicy,
    | 'effect'
    | 'mode'
    | 'priority'
    | 'inFlight'
    | 'protectResync'
    | 'enforce'
    | 'resume'
    | 'onDelete'
    | 'hash'
    | 'timezone'
  > {
  readonly policy: string;
  /** The stretch over which it holds this opinion; its ends may be infinite. */
  readonly stretch: Interval;
}

/** Why a decision is as it is, as data. */
export type Reason =
  | { readonly kind: 'override'; readonly override: SyncOverride }
  | { readonly kind: 'policy'; readonly opinion: Opinion }
  | { readonly kind: 'nothing' };

/** The answer of `decide`. It depends on its arguments only. */
export interface Decision {
  readonly wanted: Wanted;
  readonly reason: Reason;
  /** The name that goes into holds: a policy, or `override:<id>`; undefined without a reason. */
  readonly cause: string | undefined;
  /** The stretch of the winner; of the whole time line when nobody has an opinion. */
  readonly stretch: Interval;
  /** Every policy with an opinion, the winner first and then by rank; observers included. */
  readonly opinions: readonly Opinion[];
  /** Holds and releases that cover the sync now, newest first; the first decides. */
  readonly overrides: readonly SyncOverride[];
  /** What would be wanted if the policies that only observe, or are blocked, acted too. */
  readonly observed: { readonly wanted: Wanted; readonly by: Opinion | undefined };
  /** How the winners want it done; where they differ the strictest counts. */
  readonly terms: Terms;
}

const ALWAYS: Interval = { start: -Infinity, end: Infinity };

/**
 * Decides what is wanted for `sync` at `now`. First match wins: the newest hold or release that is
 * in effect and covers it; the policy of the highest priority with an opinion, where at a tie
 * paused beats protected; otherwise its baseline. Policies count with the windows that people gave
 * them by other overrides.
 */
export function decide(
  policies: readonly RestrainedPolicy[],
  overrides: readonly Override[],
  sync: Sync,
  now: Instant,
): Decision {
  const covering = overrides
    .filter(isAboutSyncs)
    .filter((override) => isInEffect(override, now) && override.covers(sync))
    .sort((a, b) => b.number - a.number);
  const opinions = opinionsAt(adjustPolicies(policies, overrides), sync, now);
  const winner = opinions.find((opinion) => opinion.mode === 'enforce');
  const observer = opinions[0];
  const common = {
    opinions,
    overrides: covering,
    observed: { wanted: wantedBy(observer), by: observer },
    terms: termsOf(winnersOf(opinions, winner), now),
  };
  const override = covering[0];
  if (override !== undefined) {
    const wanted = override.kind === 'hold' ? 'paused' : 'baseline';
    return {
      ...common,
      wanted,
      reason: { kind: 'override', override },
      cause: `override:${override.id}`,
      stretch: { start: override.from, end: endOf(override) },
      // It would beat the observers as well.
      observed: { wanted, by: undefined },
      // What a policy says about its own end is not about that of the override.
      terms: { ...common.terms, onDelete: 'restore', hash: undefined },
    };
  }
  if (winner === undefined) {
    return {
      ...common,
      wanted: 'baseline',
      reason: { kind: 'nothing' },
      cause: undefined,
      stretch: ALWAYS,
    };
  }
  return {
    ...common,
    wanted: wantedBy(winner),
    reason: { kind: 'policy', opinion: winner },
    cause: winner.policy,
    stretch: winner.stretch,
  };
}

/** The opinions at an instant, by rank: priority, then paused before protected, then name. */
function opinionsAt(policies: readonly RestrainedPolicy[], sync: Sync, now: Instant): Opinion[] {
  const opinions: Opinion[] = [];
  for (const policy of policies) {
    if (!policy.enabled || !policy.timeline.at(now) || !policy.selects(sync)) continue;
    const { start, end } = policy.timeline.segmentAt(now);
    opinions.push({
      policy: policy.name,
      effect: policy.effect,
      mode: policy.mode,
      priority: policy.priority,
      inFlight: policy.inFlight,
      protectResync: policy.protectResync,
      enforce: policy.enforce,
      resume: policy.resume,
      onDelete: policy.onDelete,
      hash: policy.hash,
      timezone: policy.timezone,
      stretch: { start, end },
    });
  }
  return opinions.sort(byRank);
}

function byRank(a: Opinion, b: Opinion): number {
  if (a.priority !== b.priority) return b.priority - a.priority;
  if (a.effect !== b.effect) return a.effect === 'pause' ? -1 : 1;
  // Of two that agree, the one that holds longer speaks: it is the one that people wait for.
  if (a.stretch.end !== b.stretch.end) return b.stretch.end - a.stretch.end;
  return a.policy < b.policy ? -1 : 1;
}

function wantedBy(opinion: Opinion | undefined): Wanted {
  return opinion?.effect === 'pause' ? 'paused' : 'baseline';
}

/** The policies that agree with the winner at its priority, the winner first. */
function winnersOf(opinions: readonly Opinion[], winner: Opinion | undefined): Opinion[] {
  return opinions.filter(
    (opinion) =>
      winner?.effect === 'pause' &&
      opinion.mode === 'enforce' &&
      opinion.effect === winner.effect &&
      opinion.priority === winner.priority,
  );
}

/** The hold that decides, when it came into effect after `since`: somebody's newer word. */
export function newerWish({ reason }: Decision, since: Instant): SyncOverride | undefined {
  if (reason.kind !== 'override' || reason.override.kind !== 'hold') return undefined;
  return reason.override.from > since ? reason.override : undefined;
}

/** The first instant after `after` at which any of these could change a decision. */
export function nextEdge(
  policies: readonly RestrainedPolicy[],
  overrides: readonly Override[],
  after: Instant,
): Instant | undefined {
  let next = Infinity;
  for (const policy of policies) {
    next = Math.min(next, policy.timeline.nextBoundary(after) ?? Infinity);
  }
  for (const override of overrides) {
    if (override.from > after) next = Math.min(next, override.from);
    if (endOf(override) > after) next = Math.min(next, endOf(override));
  }
  return next === Infinity ? undefined : next;
}

import type { InFlight, Policy } from '../policy/policy.ts';
import type { Sync } from '../policy/sync.ts';
import type { Instant, Interval } from '../time/interval.ts';
import type { Override } from './override.ts';

/** What is wanted for a sync: paused, or whatever its baseline says. */
export type Wanted = 'paused' | 'baseline';

/** A policy that selects the sync and has its effect at the instant asked about. */
export interface Opinion {
  readonly policy: string;
  readonly effect: 'pause' | 'protect';
  readonly mode: 'enforce' | 'observe';
  readonly priority: number;
  readonly inFlight: InFlight;
  readonly timezone: string;
  /** The stretch over which it holds this opinion; its ends may be infinite. */
  readonly stretch: Interval;
}

/** Why a decision is as it is, as data. */
export type Reason =
  | { readonly kind: 'override'; readonly override: Override }
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
  /** Overrides that cover the sync now, newest first; the first decides. */
  readonly overrides: readonly Override[];
  /** What would be wanted if the policies in `mode: observe` were enforced too. */
  readonly observed: { readonly wanted: Wanted; readonly by: Opinion | undefined };
  /** The strictest among the winners: cancel before leave. */
  readonly inFlight: InFlight;
}

const ALWAYS: Interval = { start: -Infinity, end: Infinity };

/**
 * Decides what is wanted for `sync` at `now`. First match wins: the newest unexpired override that
 * covers it; the policy of the highest priority with an opinion, where at a tie paused beats
 * protected; otherwise its baseline.
 */
export function decide(
  policies: readonly Policy[],
  overrides: readonly Override[],
  sync: Sync,
  now: Instant,
): Decision {
  const covering = overrides
    .filter((override) => override.from <= now && now < override.expires && override.covers(sync))
    .sort((a, b) => b.from - a.from || (a.id < b.id ? 1 : -1));
  const opinions = opinionsAt(policies, sync, now);
  const winner = opinions.find((opinion) => opinion.mode === 'enforce');
  const observer = opinions[0];
  const common = {
    opinions,
    overrides: covering,
    observed: { wanted: wantedBy(observer), by: observer },
    inFlight: strictest(opinions, winner),
  };
  const override = covering[0];
  if (override !== undefined) {
    return {
      ...common,
      wanted: override.kind === 'hold' ? 'paused' : 'baseline',
      reason: { kind: 'override', override },
      cause: `override:${override.id}`,
      stretch: { start: override.from, end: override.expires },
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
function opinionsAt(policies: readonly Policy[], sync: Sync, now: Instant): Opinion[] {
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

/** Winners are the enforced pauses of the winning rank; one that says cancel speaks for all. */
function strictest(opinions: readonly Opinion[], winner: Opinion | undefined): InFlight {
  const winners = opinions.filter(
    (opinion) =>
      winner !== undefined &&
      opinion.mode === 'enforce' &&
      opinion.effect === winner.effect &&
      opinion.priority === winner.priority,
  );
  return winners.some((opinion) => opinion.inFlight === 'cancel') ? 'cancel' : 'leave';
}

/** The first instant after `after` at which any of these could change a decision. */
export function nextEdge(
  policies: readonly Policy[],
  overrides: readonly Override[],
  after: Instant,
): Instant | undefined {
  let next = Infinity;
  for (const policy of policies) {
    next = Math.min(next, policy.timeline.nextBoundary(after) ?? Infinity);
  }
  for (const override of overrides) {
    if (override.from > after) next = Math.min(next, override.from);
    if (override.expires > after) next = Math.min(next, override.expires);
  }
  return next === Infinity ? undefined : next;
}

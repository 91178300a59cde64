// A sync's future (and past) as policies and overrides have it: the timeline of its state. "Until
// when?", "since when?" and "how often?" all read this one form.

import type { Sync } from '../policy/sync.ts';
import type { Instant, Interval } from '../time/interval.ts';
import { adjustPolicies } from './adjust.ts';
import { type Decision, decide, nextEdge } from './decide.ts';
import { endOf, isAboutSyncs, type Override, type SyncOverride } from './override.ts';
import type { RestrainedPolicy } from './restraint.ts';

/** How a sync is: paused, kept running against lower priorities, or left as it was. */
export type State = 'paused' | 'protected' | 'baseline';

/** A maximal stretch over which the state of a sync stays as it is; its ends may be infinite. */
export interface Stretch extends Interval {
  readonly state: State;
  /** As it was taken where the stretch was entered; the winner may change within it. */
  readonly decision: Decision;
}

/** The state that a decision means. */
export function stateOf({ wanted, cause }: Decision): State {
  if (wanted === 'paused') return 'paused';
  return cause === undefined ? 'baseline' : 'protected';
}

/**
 * Edges in a row that change who decides but not the state. Nobody plans further, and a window that
 * hands over to itself for ever ends here.
 */
const EDGES_MAX = 1_000;

/**
 * The stretches of a sync that meet `[from, to)`, in order. The first is clipped to begin at
 * `from`; the last is whole, as far as that can be seen.
 */
export function* stretches(
  policies: readonly RestrainedPolicy[],
  overrides: readonly Override[],
  sync: Sync,
  { start: from, end: to }: Interval,
): Iterable<Stretch> {
  const say = sayAbout(policies, overrides, sync);
  for (let start = from; start < to; ) {
    const decision = decide(say.policies, say.overrides, sync, start);
    const end = endOfState(say, sync, start, decision);
    yield { start, end, state: stateOf(decision), decision };
    start = end;
  }
}

/** The stretch around an instant, whole in both directions. */
export function stretchAt(
  policies: readonly RestrainedPolicy[],
  overrides: readonly Override[],
  sync: Sync,
  at: Instant,
): Stretch {
  const say = sayAbout(policies, overrides, sync);
  const decision = decide(say.policies, say.overrides, sync, at);
  const start = startOfState(say, sync, at, decision);
  const end = endOfState(say, sync, at, decision);
  return { start, end, state: stateOf(decision), decision };
}

/** Who has a say about a sync. */
export interface Say<P extends RestrainedPolicy = RestrainedPolicy> {
  /** The enabled policies that select it, with the windows that people gave them. */
  readonly policies: readonly P[];
  /** The holds and releases that cover it. */
  readonly overrides: readonly SyncOverride[];
}

function sayAbout(
  policies: readonly RestrainedPolicy[],
  overrides: readonly Override[],
  sync: Sync,
): Say {
  const adjusted = adjustPolicies(policies, overrides);
  return {
    policies: adjusted.filter((policy) => policy.enabled && policy.selects(sync)),
    overrides: overrides.filter(isAboutSyncs).filter((override) => override.covers(sync)),
  };
}

function endOfState(
  { policies, overrides }: Say,
  sync: Sync,
  from: Instant,
  first: Decision,
): Instant {
  let decision = first;
  let at = from;
  for (let edges = 0; edges < EDGES_MAX; edges += 1) {
    const next = nextEdge(deciders(policies, decision), overrides, at);
    if (next === undefined) return Infinity;
    decision = decide(policies, overrides, sync, next);
    if (stateOf(decision) !== stateOf(first)) return next;
    at = next;
  }
  return Infinity;
}

function startOfState(
  { policies, overrides }: Say,
  sync: Sync,
  from: Instant,
  first: Decision,
): Instant {
  let decision = first;
  let at = from;
  for (let edges = 0; edges < EDGES_MAX; edges += 1) {
    const previous = edgeUpTo(deciders(policies, decision), overrides, at);
    if (previous === undefined) return -Infinity;
    // Instants are whole milliseconds: this is the last one before the edge.
    at = previous - 1;
    decision = decide(policies, overrides, sync, at);
    if (stateOf(decision) !== stateOf(first)) return previous;
  }
  return -Infinity;
}

/**
 * The policies whose edges can change the state: while nobody has an opinion all of them; else the
 * winner, and those that would take it from the winner.
 */
function deciders(
  policies: readonly RestrainedPolicy[],
  { reason }: Decision,
): readonly RestrainedPolicy[] {
  const enforced = policies.filter(({ mode }) => mode === 'enforce');
  if (reason.kind !== 'policy') return enforced;
  const winner = reason.opinion;
  return enforced.filter(
    ({ name, effect, priority }) =>
      name === winner.policy ||
      (effect !== winner.effect &&
        (priority > winner.priority || (priority === winner.priority && effect === 'pause'))),
  );
}

/** The last edge at or before an instant; the mirror image of `nextEdge`. */
function edgeUpTo(
  policies: readonly RestrainedPolicy[],
  overrides: readonly Override[],
  at: Instant,
): Instant | undefined {
  let last = -Infinity;
  for (const policy of policies) {
    last = Math.max(last, policy.timeline.previousBoundary(at) ?? -Infinity);
  }
  for (const override of overrides) {
    if (override.from <= at) last = Math.max(last, override.from);
    if (endOf(override) <= at) last = Math.max(last, endOf(override));
  }
  return last === -Infinity ? undefined : last;
}

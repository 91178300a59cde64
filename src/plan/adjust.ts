import { onDuring } from '../time/fixed.ts';
import type { Instant, Interval } from '../time/interval.ts';
import { subtract, union } from '../time/spans.ts';
import type { Timeline } from '../time/timeline.ts';
import { endOf, isAboutSyncs, type Override, type WindowOverride } from './override.ts';
import type { RestrainedPolicy } from './restraint.ts';

/** What was adjusted last for a list of overrides; both lists are replaced, never changed. */
const known = new WeakMap<readonly Override[], WeakMap<readonly object[], readonly object[]>>();

/**
 * The policies with their windows as people changed them (skip, end, extend). Whoever asks when a
 * policy has its effect asks its timeline, so this is the one place where such overrides count. All
 * that an override changes lies between the start of its occurrence and its end.
 */
export function adjustPolicies<P extends RestrainedPolicy>(
  policies: readonly P[],
  overrides: readonly Override[],
): readonly P[] {
  if (overrides.every(isAboutSyncs)) return policies;
  let byPolicies = known.get(overrides);
  if (byPolicies === undefined) {
    byPolicies = new WeakMap();
    known.set(overrides, byPolicies);
  }
  let adjusted = byPolicies.get(policies) as readonly P[] | undefined;
  if (adjusted === undefined) {
    adjusted = adjustAll(policies, overrides);
    byPolicies.set(policies, adjusted);
  }
  return adjusted;
}

/**
 * The policy that an override is about: the one of its name, or one that was only renamed since,
 * which does the very same.
 */
export function policyOf<P extends RestrainedPolicy>(
  override: WindowOverride,
  policies: readonly P[],
): P | undefined {
  const named = policies.find(({ name }) => name === override.policy);
  if (named !== undefined) return named;
  const alike = policies.filter(({ hash }) => hash === override.policyHash);
  return alike.length === 1 ? alike[0] : undefined;
}

function adjustAll<P extends RestrainedPolicy>(
  policies: readonly P[],
  overrides: readonly Override[],
): readonly P[] {
  const changes = new Map<P, WindowOverride[]>();
  for (const override of overrides) {
    const policy = isAboutSyncs(override) ? undefined : policyOf(override, policies);
    if (policy === undefined || isAboutSyncs(override)) continue;
    changes.set(policy, [...(changes.get(policy) ?? []), override]);
  }
  if (changes.size === 0) return policies;
  return policies.map((policy) => {
    const mine = changes.get(policy);
    return mine === undefined ? policy : { ...policy, timeline: adjust(policy.timeline, mine) };
  });
}

/** Where overrides have the last word, and what it is; where both say so, it is off. */
interface Patch {
  readonly on: readonly Interval[];
  readonly off: readonly Interval[];
}

/** In the order in which people spoke: the newest has the last word. */
function adjust(timeline: Timeline, overrides: readonly WindowOverride[]): Timeline {
  let patch: Patch = { on: [], off: [] };
  for (const override of [...overrides].sort((a, b) => a.number - b.number)) {
    const start = startOf(override, patched(timeline, patch));
    const interval = { start, end: endOf(override) };
    if (!(interval.start < interval.end)) continue;
    patch =
      override.kind === 'extend'
        ? { on: [...patch.on, interval], off: without(patch.off, interval) }
        : { on: patch.on, off: [...patch.off, interval] };
  }
  return patched(timeline, patch);
}

/**
 * Where an override begins to count; Infinity when it does not. An extension goes on from where its
 * occurrence ends by now, should the policy have been edited; without the occurrence there is
 * nothing to extend.
 */
function startOf(override: WindowOverride, timeline: Timeline): Instant {
  if (override.kind !== 'extend') return override.from;
  const { start, end } = override.occurrence;
  const last = timeline.segmentAt(end - 1);
  if (last.on) return last.end;
  return last.start > start ? last.start : Infinity;
}

function patched(timeline: Timeline, { on, off }: Patch): Timeline {
  const longer = on.length === 0 ? timeline : union([timeline, onDuring(on)]);
  return off.length === 0 ? longer : subtract(longer, onDuring(off));
}

function without(intervals: readonly Interval[], cut: Interval): Interval[] {
  return intervals.flatMap(({ start, end }) =>
    [
      { start, end: Math.min(end, cut.start) },
      { start: Math.max(start, cut.end), end },
    ].filter((piece) => piece.start < piece.end),
  );
}

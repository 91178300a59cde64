// Where one policy pauses what another protects, over syncs that both select (S12).

import type { Policy } from '../policy/policy.ts';
import type { Problem } from '../policy/problem.ts';
import { compareText } from '../policy/problem-log.ts';
import { createSharingIndex } from '../policy/shared-selection.ts';
import type { Sync } from '../policy/sync.ts';
import type { Instant, Interval } from '../time/interval.ts';
import type { Alike } from './alike.ts';
import type { SpansAhead } from './spans-ahead.ts';
import { timeText } from './time-text.ts';

/** A policy that pauses and one that protects what it pauses. */
interface Pair {
  readonly pause: Policy;
  readonly protect: Policy;
  /** The syncs that both select; undefined where only the selectors are known. */
  readonly shared: Shared | undefined;
}

interface Shared {
  readonly count: number;
  readonly example: Sync;
}

/** Told one by one up to here for each policy, then counted. */
const TOLD_MAX = 5;

/** The pairs whose selectors do not rule each other out. */
export function* pairsOfSelectors(policies: readonly Policy[]): Iterable<Pair> {
  const index = createSharingIndex(policies.filter(({ effect }) => effect === 'pause'));
  for (const protect of policies) {
    if (protect.effect !== 'protect') continue;
    for (const pause of index.sharing(protect)) yield { pause, protect, shared: undefined };
  }
}

/** The pairs that select the same sync, as a list of syncs shows. */
export function* pairsOfGroups(groups: readonly Alike<Policy>[]): Iterable<Pair> {
  const pairs = new Map<Policy, Map<Policy, Shared>>();
  for (const { policies, syncs } of groups) {
    for (const protect of policies) {
      if (protect.effect !== 'protect') continue;
      const ofProtect = pairs.get(protect) ?? new Map<Policy, Shared>();
      pairs.set(protect, ofProtect);
      for (const pause of policies) {
        if (pause.effect !== 'pause') continue;
        const { count, example } = ofProtect.get(pause) ?? { count: 0, example: syncs[0]! };
        ofProtect.set(pause, { count: count + syncs.length, example });
      }
    }
  }
  for (const [protect, ofProtect] of pairs) {
    for (const [pause, shared] of ofProtect) yield { pause, protect, shared };
  }
}

interface Overlap extends Pair {
  readonly winner: Policy;
  readonly first: Interval;
}

type OverlapProblem = Omit<Problem, 'severity'>;

/**
 * Every overlap, at the place of the policy that loses: it does not do what it says. Of a policy
 * that is in many only the first ones are told.
 */
export function overlapProblems(pairs: Iterable<Pair>, spans: SpansAhead): OverlapProblem[] {
  const told = new Map<Policy, number>();
  const untold = new Map<Policy, Overlap[]>();
  const problems: OverlapProblem[] = [];
  for (const overlap of overlapsIn(pairs, spans)) {
    const both = [overlap.pause, overlap.protect];
    if (both.some((policy) => (told.get(policy) ?? 0) >= TOLD_MAX)) {
      const others = untold.get(overlap.protect);
      if (others === undefined) untold.set(overlap.protect, [overlap]);
      else others.push(overlap);
      continue;
    }
    for (const policy of both) told.set(policy, (told.get(policy) ?? 0) + 1);
    problems.push(problemOf(overlap, spans.range.start));
  }
  return [...problems, ...[...untold].map(([protect, others]) => countOf(protect, others))];
}

/** Ties first, since nobody decided them; then by time. */
function overlapsIn(pairs: Iterable<Pair>, spans: SpansAhead): Overlap[] {
  const overlaps: Overlap[] = [];
  for (const pair of pairs) {
    const { pause, protect } = pair;
    const first = spans.firstOverlap(pause, protect);
    const winner = pause.priority >= protect.priority ? pause : protect;
    if (first !== undefined) overlaps.push({ ...pair, winner, first });
  }
  return overlaps.sort(
    (a, b) =>
      Number(isTie(b)) - Number(isTie(a)) ||
      a.first.start - b.first.start ||
      compareText(a.protect.name, b.protect.name) ||
      compareText(a.pause.name, b.pause.name),
  );
}

function countOf(protect: Policy, overlaps: readonly Overlap[]): OverlapProblem {
  const others = overlaps.length === 1 ? 'policy overlaps' : 'policies overlap';
  const message = `and ${overlaps.length} more ${others} with \`${protect.name}\` in 90 days`;
  const code = overlaps.some(isTie) ? 'overlap-tie' : 'overlap-decided';
  return { ...protect.place, path: pathOf(protect), code, message };
}

function problemOf(overlap: Overlap, now: Instant): OverlapProblem {
  const { pause, protect, winner, shared, first } = overlap;
  const loser = winner === pause ? protect : pause;
  const start =
    first.start <= now ? 'now and' : `first from ${timeText(first.start, loser.timezone)}`;
  const when = `${start} until ${endText(first, loser)}`;
  const syncs =
    shared === undefined
      ? 'syncs that both may select'
      : shared.count === 1
        ? `the sync \`${shared.example.name}\``
        : `${shared.count} syncs, \`${shared.example.name}\` among them`;
  const both = `\`${pause.name}\` pauses and \`${protect.name}\` protects ${syncs}, ${when}`;
  const place = { ...loser.place, path: pathOf(loser) };
  if (isTie(overlap)) {
    const message = `${both}: at equal priority, ${pause.priority}, the pause wins`;
    const hint = 'give the one that should win a higher `priority`';
    return { ...place, code: 'overlap-tie', message, hint };
  }
  const what = winner === pause ? 'the pause wins' : 'the protection wins';
  const message = `${both}: ${what}, its priority ${winner.priority} is above ${loser.priority}`;
  return { ...place, code: 'overlap-decided', message };
}

function isTie({ pause, protect }: Pair): boolean {
  return pause.priority === protect.priority;
}

function endText({ end }: Interval, { timezone }: Policy): string {
  return Number.isFinite(end) ? timeText(end, timezone) : 'for ever';
}

function pathOf({ name }: Policy): string {
  return `policies.${name}`;
}

// Pauses that are interrupted for so short a time that it can hardly be meant: syncs resume, start
// what they have missed, and are paused again in the middle of it (S8).

import type { Policy } from '../policy/policy.ts';
import type { Problem } from '../policy/problem.ts';
import type { Sync } from '../policy/sync.ts';
import type { Interval } from '../time/interval.ts';
import { minuteMs } from '../time/wall.ts';
import type { Alike } from './alike.ts';
import type { SpansAhead } from './spans-ahead.ts';
import { type Stretch, stretches } from './stretches.ts';
import { timeText } from './time-text.ts';

/** Shorter than most syncs take to run once. */
const GAP_MIN_MS = 5 * minuteMs;

type GapProblem = Omit<Problem, 'severity'>;

/** Short gaps in the timeline of one policy, the first of each. */
export function gapProblems(policies: readonly Policy[], spans: SpansAhead): GapProblem[] {
  return policies.flatMap((policy): GapProblem[] => {
    if (policy.effect !== 'pause') return [];
    const gaps = gapsBetween(spans.of(policy));
    const [first] = gaps;
    if (first === undefined) return [];
    const message = `its syncs resume for ${lengthOf(first)} only, ${when(first, gaps, policy)}`;
    const hint =
      policy.when === 'during'
        ? 'let the windows meet, unless that is what you want'
        : 'is the window as long as it should be?';
    return [{ ...placeOf(policy), code: 'gap-short', message, hint }];
  });
}

function gapsBetween(spans: readonly Interval[]): readonly Interval[] {
  return spans.flatMap(({ start }, index) => {
    const before = spans[index - 1];
    return before !== undefined && start - before.end < GAP_MIN_MS
      ? [{ start: before.end, end: start }]
      : [];
  });
}

/** Short gaps between the pauses of different policies, for the syncs that are about both. */
export function sharedGapProblems(groups: readonly Alike<Policy>[], range: Interval): GapProblem[] {
  const told = new Map<string, GapProblem>();
  for (const group of groups) {
    if (group.policies.length < 2) continue;
    for (const { gap, before, after } of gapsOf(group, range)) {
      const mark = JSON.stringify([before.decision.cause, after.decision.cause]);
      const policy = group.policies.find(({ name }) => name === after.decision.cause);
      if (told.has(mark) || policy === undefined) continue;
      const message =
        `between \`${before.decision.cause}\` and this policy ${namesOf(group.syncs)} for ` +
        `${lengthOf(gap)} only, ${when(gap, [], policy)}`;
      const hint = 'let the windows meet, unless that is what you want';
      told.set(mark, { ...placeOf(policy), code: 'gap-short', message, hint });
    }
  }
  return [...told.values()];
}

interface SharedGap {
  readonly gap: Stretch;
  readonly before: Stretch;
  readonly after: Stretch;
}

/** What lies between pauses of different causes, be it a protection. */
function gapsOf({ policies, syncs }: Alike<Policy>, range: Interval): SharedGap[] {
  const all = [...stretches(policies, [], syncs[0]!, range)];
  return all.flatMap((gap, index): SharedGap[] => {
    const [before, after] = [all[index - 1], all[index + 1]];
    if (before === undefined || after === undefined || gap.state === 'paused') return [];
    const isShort = gap.end - gap.start < GAP_MIN_MS;
    const isBetween = before.state === 'paused' && after.state === 'paused';
    return isShort && isBetween && !isOwnGap(before, after) ? [{ gap, before, after }] : [];
  });
}

/** Of a single policy it is told already. */
function isOwnGap(before: Stretch, after: Stretch): boolean {
  return before.decision.cause === after.decision.cause;
}

function lengthOf({ start, end }: Interval): string {
  const seconds = Math.round((end - start) / 1_000);
  const [minutes, rest] = [Math.floor(seconds / 60), seconds % 60];
  return [...(minutes > 0 ? [`${minutes} min`] : []), ...(rest > 0 ? [`${rest} s`] : [])].join(' ');
}

function when({ start, end }: Interval, all: readonly Interval[], { timezone }: Policy): string {
  const more = all.length > 1 ? `, and ${all.length - 1} times more in 90 days` : '';
  return `first from ${timeText(start, timezone)} until ${timeText(end, timezone)}${more}`;
}

function namesOf(syncs: readonly Sync[]): string {
  const first = `\`${syncs[0]!.name}\``;
  if (syncs.length === 1) return `${first} resumes`;
  return `${syncs.length} syncs, ${first} among them, resume`;
}

function placeOf({ place, name }: Policy) {
  return { ...place, path: `policies.${name}` };
}

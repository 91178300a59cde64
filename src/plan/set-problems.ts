// What is odd about a whole set of policies: what no policy has by itself, or only shows against
// the syncs that there are. All of it is allowed; none of it keeps a set from being loaded.

import type { Policy } from '../policy/policy.ts';
import type { Problem } from '../policy/problem.ts';
import { createProblemLog } from '../policy/problem-log.ts';
import type { Sync } from '../policy/sync.ts';
import type { Instant } from '../time/interval.ts';
import { dayMs } from '../time/wall.ts';
import { groupAlike } from './alike.ts';
import { gapProblems, sharedGapProblems } from './gap-problems.ts';
import { inventoryProblems } from './inventory-problems.ts';
import { overlapProblems, pairsOfGroups, pairsOfSelectors } from './overlap-problems.ts';
import { createSpans } from './spans-ahead.ts';

/** How far ahead is looked: a quarter, with its month ends and its turn of the clock, if any. */
const HORIZON_MS = 90 * dayMs;

/**
 * The warnings and notes about a set, in the order of their places. Without `syncs` it is told
 * which policies may meet; with them, which do.
 */
export function setProblems(
  all: readonly Policy[],
  now: Instant,
  syncs: readonly Sync[] | undefined,
): readonly Problem[] {
  // What only observes never gets in anybody's way, and what is off does nothing at all.
  const policies = all.filter(({ enabled, mode }) => enabled && mode === 'enforce');
  const range = { start: now, end: now + HORIZON_MS };
  const spans = createSpans(range);
  const log = createProblemLog();
  const groups = syncs && groupAlike(policies, [], syncs);
  const pairs = groups === undefined ? pairsOfSelectors(policies) : pairsOfGroups(groups);
  for (const problem of [
    ...overlapProblems(pairs, spans),
    ...gapProblems(policies, spans),
    ...(groups === undefined ? [] : sharedGapProblems(groups, range)),
    ...(syncs === undefined ? [] : inventoryProblems(all, syncs)),
  ]) {
    log.add(problem);
  }
  return log.all();
}

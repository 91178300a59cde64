// What only the list of syncs can show: matchers that match nothing, and syncs that are starved
// because what they run after is paused (S38).

import type { PlacedMatcher, Policy } from '../policy/policy.ts';
import type { Problem } from '../policy/problem.ts';
import { selectsSync } from '../policy/selector.ts';
import { closestHint } from '../policy/suggest.ts';
import type { Sync, SyncKey } from '../policy/sync.ts';

type InventoryProblem = Omit<Problem, 'severity'>;

/** Named one by one up to here, then counted. */
const NAMES_MAX = 3;

/** Warnings about policies, also those that only observe, against the syncs that there are. */
export function inventoryProblems(
  policies: readonly Policy[],
  syncs: readonly Sync[],
): InventoryProblem[] {
  const children = syncs.filter(({ runsAfter = [] }) => runsAfter.length > 0);
  const byKey = new Map(syncs.map((sync) => [sync.key, sync]));
  return policies.flatMap((policy) => {
    if (!policy.enabled) return [];
    return [...unmatched(policy, syncs), ...starving(policy, children, byKey)];
  });
}

function unmatched(policy: Policy, syncs: readonly Sync[]): InventoryProblem[] {
  const problems = policy.select.flatMap(({ matcher, place }, index): InventoryProblem[] => {
    if (syncs.some((sync) => selectsSync([matcher], [], sync))) return [];
    const message = `this matches none of the ${countOf(syncs.length, 'sync')}`;
    const path = `policies.${policy.name}.select[${index}]`;
    return [{ ...place, path, code: 'select-nothing', message, hint: nearest(matcher, syncs) }];
  });
  if (problems.length > 0 || syncs.some((sync) => policy.selects(sync))) return problems;
  const message = 'all that this policy selects it excludes again';
  const path = `policies.${policy.name}`;
  return [{ ...policy.place, path, code: 'select-nothing', message }];
}

/** A name that was meant, where a matcher asks for names. */
function nearest(
  { name = [] }: PlacedMatcher['matcher'],
  syncs: readonly Sync[],
): string | undefined {
  const known = syncs.map((sync) => sync.name);
  for (const { text } of name) {
    const hint = closestHint(text, known);
    if (hint !== undefined) return hint;
  }
  return undefined;
}

function starving(
  policy: Policy,
  children: readonly Sync[],
  byKey: ReadonlyMap<SyncKey, Sync>,
): InventoryProblem[] {
  if (policy.effect !== 'pause') return [];
  const starved = children.flatMap((child) => {
    if (policy.selects(child)) return [];
    const parents = (child.runsAfter ?? []).flatMap((key) => byKey.get(key) ?? []);
    const parent = parents.find((candidate) => policy.selects(candidate));
    return parent === undefined ? [] : [`\`${child.name}\` after \`${parent.name}\``];
  });
  if (starved.length === 0) return [];
  const names = starved.slice(0, NAMES_MAX).join(', ');
  const more = starved.length > NAMES_MAX ? ` and ${starved.length - NAMES_MAX} more` : '';
  const message =
    `${countOf(starved.length, 'sync')} will not run while this policy pauses what ` +
    `${starved.length === 1 ? 'it runs' : 'they run'} after: ${names}${more}`;
  const hint = 'select them, too, if they should rest; else protect what they run after';
  const path = `policies.${policy.name}`;
  return [{ ...policy.place, path, code: 'run-after-starved', message, hint }];
}

function countOf(count: number, one: string): string {
  return `${count} ${one}${count === 1 ? '' : 's'}`;
}

import { foldText } from './glob.ts';
import type { Policy } from './policy.ts';
import { namePrefixes } from './shared-selection.ts';
import type { Sync } from './sync.ts';

/** Gives the policies that select a sync, in the order of their set. */
export type Selection<P> = (sync: Sync) => readonly P[];

/**
 * Prepares a set for being asked about many syncs: only those policies are tried that select names
 * with the beginning of the sync's.
 */
export function createSelection<P extends Pick<Policy, 'select' | 'selects'>>(
  policies: readonly P[],
): Selection<P> {
  const byPrefix = new Map<string, number[]>();
  for (const [index, policy] of policies.entries()) {
    const prefixes = new Set(policy.select.flatMap(({ matcher }) => [...namePrefixes(matcher)]));
    for (const prefix of prefixes) {
      const indices = byPrefix.get(prefix);
      if (indices === undefined) byPrefix.set(prefix, [index]);
      else indices.push(index);
    }
  }
  return (sync) => {
    const name = foldText(sync.name);
    const candidates = new Set<number>();
    for (let length = 0; length <= name.length; length++) {
      for (const index of byPrefix.get(name.slice(0, length)) ?? []) candidates.add(index);
    }
    return [...candidates]
      .sort((a, b) => a - b)
      .map((index) => policies[index]!)
      .filter((policy) => policy.selects(sync));
  };
}

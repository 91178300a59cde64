import type { Hold } from '../plan/hold.ts';
import { sha256 } from '../policy/canonical.ts';
import type { PolicySet } from '../policy/policy.ts';
import type { Problem } from '../policy/problem.ts';
import type { LoadResult } from './policy-keeper.ts';

/** Deleting one policy is an edit; from here on it may be a folder that was mounted wrong. */
const REMOVED_MIN = 2;

/**
 * The problem with a set that would let go of most of what is held (S49): more than half of the
 * policies that hold syncs would be gone or disabled. A renamed policy is not gone: its hash, which
 * does not cover the name, is still there.
 */
export function massDeletion(
  holds: readonly Hold[],
  before: PolicySet | undefined,
  next: PolicySet,
): Problem | undefined {
  const causes = new Set(holds.map(({ cause }) => cause));
  const holders = (before?.policies ?? []).filter(
    ({ name, enabled }) => enabled && causes.has(name),
  );
  const live = next.policies.filter(({ enabled }) => enabled);
  const names = new Set(live.map(({ name }) => name));
  const hashes = new Set(live.map(({ hash }) => hash));
  const removed = holders.filter(({ name, hash }) => !names.has(name) && !hashes.has(hash));
  if (removed.length < REMOVED_MIN || removed.length * 2 <= holders.length) return undefined;
  const list = removed.map(({ name }) => name).join(', ');
  return {
    file: next.sources[0]?.file ?? '.',
    line: 1,
    column: 1,
    path: '',
    code: 'mass-deletion',
    severity: 'error',
    message: `of ${holders.length} policies that hold syncs ${removed.length} are gone: ${list}`,
    hint: 'if it is meant so, run `curfew reload --allow-mass-delete`',
  };
}

const NOTHING: ReadonlySet<string> = new Set(['no-policies', 'no-policy-files']);

/** Who allows it may load no policy at all; what else is wrong is refused as ever. */
export function emptyIfNothingElse(loaded: LoadResult): LoadResult {
  const errors = loaded.problems.filter(({ severity }) => severity === 'error');
  if (loaded.set !== undefined || errors.some(({ code }) => !NOTHING.has(code))) return loaded;
  return {
    set: { policies: [], hash: sha256('[]'), files: '', sources: [] },
    problems: loaded.problems,
  };
}

import { formatProblem } from '../policy/format-problem.ts';
import { loadPolicySet } from '../policy/load-policies.ts';
import type { PolicySet } from '../policy/policy.ts';
import type { Problem } from '../policy/problem.ts';
import { readPolicyFiles } from '../policy/read-policy-files.ts';
import type { Instant } from '../time/interval.ts';
import { Failure } from './failure.ts';

export interface LoadedFiles {
  /** There exactly when no problem is an error. */
  readonly set: PolicySet | undefined;
  readonly problems: readonly Problem[];
  /** How many files were read. */
  readonly files: number;
}

/** Reads and loads all policies below the paths as one set. */
export async function loadFiles(paths: readonly string[], now: Instant): Promise<LoadedFiles> {
  const read = await readPolicyFiles(paths);
  const files = read.sources.length;
  // Nothing to read is told already; "no policy in any file" would only repeat it.
  if (files === 0) return { set: undefined, problems: read.problems, files };
  const loaded = loadPolicySet(read.sources, { now });
  const problems = [...read.problems, ...loaded.problems];
  const isBad = problems.some(({ severity }) => severity === 'error');
  return { set: isBad ? undefined : loaded.set, problems, files };
}

/** The set, or a failure that shows every error. Warnings are for `curfew validate`. */
export async function requireSet(paths: readonly string[], now: Instant): Promise<PolicySet> {
  const { set, problems } = await loadFiles(paths, now);
  if (set !== undefined) return set;
  const errors = problems.filter(({ severity }) => severity === 'error').map(formatProblem);
  throw new Failure(1, ['the policies cannot be loaded', ...errors].join('\n'));
}

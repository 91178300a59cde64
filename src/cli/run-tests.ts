import { writeFile } from 'node:fs/promises';
import { type CaseResult, checkCase, transitionsIn, transitionYaml } from '../plan/check-case.ts';
import { coverageOf, type WindowCoverage } from '../plan/coverage.ts';
import { formatProblem } from '../policy/format-problem.ts';
import { loadPolicyTest } from '../policy/load-policy-test.ts';
import type { Policy, PolicySource } from '../policy/policy.ts';
import type { PolicyTest, TestCase } from '../policy/policy-test.ts';
import type { Problem } from '../policy/problem.ts';
import { readTestFiles } from '../policy/read-policy-files.ts';
import { type Rewrite, rewriteTransitions } from '../policy/rewrite-transitions.ts';
import { Failure } from './failure.ts';

/** What came of all test files. */
export interface TestReport {
  readonly files: readonly FileResult[];
  readonly coverage: readonly WindowCoverage[];
  /** How many expectations were rewritten. */
  readonly updated: number;
}

/** What came of one test file. */
export interface FileResult {
  readonly file: string;
  readonly cases: readonly CaseResult[];
}

/** Runs the test files below the paths against a set of policies; with `update` rewrites them. */
export async function runTests(
  paths: readonly string[],
  policies: readonly Policy[],
  { update: isUpdate }: { readonly update: boolean },
): Promise<TestReport> {
  let loaded = await loadTests(paths, policies);
  let updated = 0;
  if (isUpdate) {
    for (const { source, test } of loaded) updated += await update(source, test, policies);
    if (updated > 0) loaded = await loadTests(paths, policies);
  }
  const files = loaded.map(({ test }) => ({
    file: test.file,
    cases: test.cases.map((testCase) => checkCase(policies, testCase, test.syncs)),
  }));
  const cases = loaded.flatMap(({ test }) => test.cases);
  return { files, coverage: coverageOf(policies, cases), updated };
}

interface Loaded {
  readonly source: PolicySource;
  readonly test: PolicyTest;
}

/** The tests, or a failure that shows every error in them. */
async function loadTests(
  paths: readonly string[],
  policies: readonly Policy[],
): Promise<readonly Loaded[]> {
  const read = await readTestFiles(paths);
  const loaded = read.sources.map((source) => ({ source, ...loadPolicyTest(source, policies) }));
  const problems: Problem[] = [...read.problems, ...loaded.flatMap((each) => each.problems)];
  const errors = problems.filter(({ severity }) => severity === 'error');
  if (errors.length > 0) {
    throw new Failure(1, ['the tests cannot be run', ...errors.map(formatProblem)].join('\n'));
  }
  return loaded.map(({ source, test }) => ({ source, test: test! }));
}

/** Writes the transitions of every case that failed by them; gives how many there were. */
async function update(
  source: PolicySource,
  test: PolicyTest,
  policies: readonly Policy[],
): Promise<number> {
  const rewrites = test.cases.flatMap((testCase) => rewritesOf(testCase, test, policies));
  if (rewrites.length === 0) return 0;
  const text = rewriteTransitions(source.text, rewrites);
  if (text === source.text) return 0;
  await writeFile(source.file, text);
  return rewrites.length;
}

function rewritesOf(
  testCase: TestCase,
  { syncs }: PolicyTest,
  policies: readonly Policy[],
): Rewrite[] {
  const { failures } = checkCase(policies, testCase, syncs);
  return testCase.expectations.flatMap(({ sync, path, transitions }): Rewrite[] => {
    const isWrong = failures.some(
      (failure) => failure.field === 'transitions' && failure.sync === sync.key,
    );
    if (!isWrong) return [];
    const found = transitionsIn(policies, testCase, sync);
    if (typeof transitions === 'number') return [{ path, transitions: found.length }];
    return [{ path, transitions: found.map((each) => transitionYaml(each, testCase.timezone)) }];
  });
}

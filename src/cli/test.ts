import { dirname, relative, resolve } from 'node:path';
import { Option } from 'commander';
import { isTestFile } from '../policy/read-policy-files.ts';
import { type Cli, printJson } from './command.ts';
import { policyPathOf } from './environment.ts';
import { createPaint } from './paint.ts';
import { feedReaderOf, requireSet } from './policy-files.ts';
import { runTests, type TestReport } from './run-tests.ts';
import type { Surroundings } from './surroundings.ts';
import { junitText, reportDocument, reportText } from './test-report.ts';

interface Options {
  readonly policies?: string;
  readonly update?: boolean;
  readonly coverage?: boolean;
  readonly format: 'text' | 'json' | 'junit';
}

/** `curfew test [path…]` */
export function addTest({ program, surroundings, action }: Cli): void {
  program
    .command('test')
    .description('run the unit tests of the policies, *.test.yaml beside them')
    .argument('[path...]', 'folders or files (default: CURFEW_POLICIES or ./policies)')
    .option('--policies <path>', 'the policies to test (default: those of the paths)')
    .option('--coverage', 'fail too when some window is never entered by a case')
    .option('--update', 'write the transitions that were found into the files')
    .addOption(
      new Option('--format <format>', 'how to print the answer')
        .choices(['text', 'json', 'junit'])
        .default('text'),
    )
    .action(
      action(async (paths: string[], options: Options) => {
        const asked = paths.length > 0 ? paths : [policyPathOf(surroundings)];
        const { policies: path } = options;
        const policyPaths = path === undefined ? pathsOfPolicies(asked, surroundings) : [path];
        const { policies } = await requireSet(
          policyPaths,
          surroundings.clock.now(),
          feedReaderOf(surroundings),
        );
        const report = await runTests(asked.map(pathOfTest), policies, {
          update: options.update === true,
        });
        // Some of the files say nothing about what the others look at.
        const isPartial = asked.some(isTestFile) && options.coverage !== true;
        print(surroundings, isPartial ? { ...report, coverage: [] } : report, options);
        const isFailed = report.files.some(({ cases }) =>
          cases.some(({ failures }) => failures.length > 0),
        );
        const isUncovered = report.coverage.some(({ isEntered }) => !isEntered);
        return isFailed || (options.coverage === true && isUncovered) ? 1 : 0;
      }),
    );
}

/** Test files alone are about the policies that they lie among. */
function pathsOfPolicies(paths: readonly string[], surroundings: Surroundings): string[] {
  const named = paths.filter((path) => !isTestFile(path));
  if (named.length > 0) return named;
  const usual = policyPathOf(surroundings);
  const isInside = paths.every((path) => !relative(resolve(usual), resolve(path)).startsWith('..'));
  return isInside ? [usual] : [...new Set(paths.map((path) => dirname(path)))];
}

/** The tests of `a.yaml` are in `a.test.yaml`. */
function pathOfTest(path: string): string {
  return isTestFile(path) ? path : path.replace(/\.(ya?ml)$/, '.test.$1');
}

function print(surroundings: Surroundings, report: TestReport, { format }: Options): void {
  const { stdout, env } = surroundings;
  if (format === 'json') printJson(surroundings, reportDocument(report));
  else if (format === 'junit') stdout.write(junitText(report));
  else {
    const layout = { paint: createPaint(stdout, env), columns: stdout.columns };
    stdout.write(reportText(report, layout));
  }
}

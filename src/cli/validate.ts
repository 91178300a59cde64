import { setProblems } from '../plan/set-problems.ts';
import { formatProblem } from '../policy/format-problem.ts';
import type { Policy } from '../policy/policy.ts';
import type { Problem, Severity } from '../policy/problem.ts';
import { byPlace } from '../policy/problem-log.ts';
import { policyDiskAt, type ReadPolicySet, readPolicySet } from '../policy/read-policy-set.ts';
import type { Sync } from '../policy/sync.ts';
import type { Instant } from '../time/interval.ts';
import { wireInstant } from '../web/wire.ts';
import { type Cli, type Format, formatOption, printJson } from './command.ts';
import { policyPathOf } from './environment.ts';
import { readInventoryFile } from './inventory-file.ts';
import { createPaint, type Paint, type Tone } from './paint.ts';
import { feedReaderOf } from './policy-files.ts';
import { firstOf, policyLines } from './policy-lines.ts';
import type { Layout } from './table.ts';
import { count, plain } from './text-width.ts';

/** What is looked at as one set. */
type LoadedFiles = Pick<ReadPolicySet, 'set' | 'problems' | 'files'>;

interface Options {
  readonly syncs?: string;
  readonly verbose?: boolean;
  readonly format: Format;
}

/** `curfew validate [path…]` */
export function addValidate({ program, surroundings, action }: Cli): void {
  program
    .command('validate')
    .description('load the policies and print every problem in them')
    .argument('[path...]', 'files or folders (default: CURFEW_POLICIES or ./policies)')
    .option('--syncs <file>', 'look for problems that only a list of syncs can show, too')
    .option('--verbose', 'tell each policy and window in plain English, and when it opens next')
    .addOption(formatOption())
    .action(
      action(async (paths: string[], { syncs: file, verbose, format }: Options) => {
        const { stdout, env, clock } = surroundings;
        const from = paths.length > 0 ? paths : [policyPathOf(surroundings)];
        const now = clock.now();
        const syncs = file === undefined ? undefined : (await readInventoryFile(file)).syncs;
        const read = await readPolicySet(policyDiskAt(from), feedReaderOf(surroundings), now);
        const loaded = withSetProblems(read, now, syncs);
        const told = verbose === true ? (loaded.set?.policies ?? []) : [];
        if (format === 'json') {
          printJson(surroundings, document(loaded, verbose === true ? told : undefined, now));
        } else {
          const layout = { paint: createPaint(stdout, env), columns: stdout.columns };
          const blocks = told.flatMap((policy) => policyLines(policy, syncs, now, layout));
          stdout.write([...blocks, ...lines(loaded, layout), ''].join('\n'));
        }
        return loaded.set === undefined ? 1 : 0;
      }),
    );
}

/** Only a set without an error can be looked at as a whole. */
function withSetProblems(
  loaded: LoadedFiles,
  now: Instant,
  syncs: readonly Sync[] | undefined,
): LoadedFiles {
  if (loaded.set === undefined) return loaded;
  const found = setProblems(loaded.set.policies, now, syncs);
  return { ...loaded, problems: [...loaded.problems, ...found].sort(byPlace) };
}

function document(
  { set, problems }: LoadedFiles,
  told: readonly Policy[] | undefined,
  now: Instant,
): object {
  return {
    ok: set !== undefined,
    policies: set?.policies.length ?? 0,
    problems: problems.map(({ file, line, column, code, severity, message, hint }) => ({
      file,
      line,
      column,
      code,
      severity,
      message,
      hint,
    })),
    explained: told?.map((policy) => explainedPolicy(policy, now)),
  };
}

function explainedPolicy(policy: Policy, now: Instant): object {
  return {
    policy: policy.name,
    effect: policy.effect,
    when: policy.when,
    windows: policy.windows.map((window) => {
      const next = firstOf(window.occurrences(now));
      return {
        text: window.text,
        summary: window.summary,
        next: next && { start: wireInstant(next.start), end: wireInstant(next.end) },
      };
    }),
  };
}

const TONES: Readonly<Record<Severity, Tone>> = { error: 'bad', warning: 'warn', note: 'quiet' };

function lines({ set, problems, files }: LoadedFiles, { paint }: Layout): string[] {
  const shown = problems.map((problem) =>
    paint(TONES[problem.severity], plain(formatProblem(problem))),
  );
  const where = `in ${count(files, 'file')}`;
  if (set === undefined) {
    const found = countsOf(problems, ['error', 'warning']);
    return [...shown, paint('bad', `${found.join(' and ')} ${where}: nothing is loaded`)];
  }
  return [...shown, verdict(set.policies.length, where, problems, paint)];
}

function verdict(policies: number, where: string, problems: readonly Problem[], paint: Paint) {
  const warnings = countsOf(problems, ['warning']);
  const notes = countsOf(problems, ['note']);
  const found = [...(warnings.length === 0 ? ['no problems'] : warnings), ...notes].join(', ');
  return paint('good', `${count(policies, 'policy', 'policies')} ${where}: ${found}`);
}

/** How many there are of each severity, where there are some. */
function countsOf(problems: readonly Problem[], severities: readonly Severity[]): string[] {
  return severities.flatMap((severity) => {
    const number = problems.filter((problem) => problem.severity === severity).length;
    return number === 0 ? [] : [count(number, severity)];
  });
}

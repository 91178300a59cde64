import { formatProblem } from '../policy/format-problem.ts';
import type { Problem } from '../policy/problem.ts';
import { type Cli, type Format, formatOption, printJson } from './command.ts';
import { policyPathOf } from './environment.ts';
import { createPaint, type Paint } from './paint.ts';
import { type LoadedFiles, loadFiles } from './policy-files.ts';
import { count, plain } from './text-width.ts';

/** `curfew validate [path…]` */
export function addValidate({ program, surroundings, action }: Cli): void {
  program
    .command('validate')
    .description('load the policies and print every problem in them')
    .argument('[path...]', 'files or folders (default: CURFEW_POLICIES or ./policies)')
    .addOption(formatOption())
    .action(
      action(async (paths: string[], { format }: { format: Format }) => {
        const { stdout, env, clock } = surroundings;
        const from = paths.length > 0 ? paths : [policyPathOf(surroundings)];
        const loaded = await loadFiles(from, clock.now());
        if (format === 'json') printJson(surroundings, document(loaded));
        else stdout.write(text(loaded, createPaint(stdout, env)));
        return loaded.set === undefined ? 1 : 0;
      }),
    );
}

function document({ set, problems }: LoadedFiles): object {
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
  };
}

function text({ set, problems, files }: LoadedFiles, paint: Paint): string {
  const lines = problems.map((problem) => plain(formatProblem(problem)));
  const shown = lines.map((line, index) =>
    paint(problems[index]!.severity === 'error' ? 'bad' : 'warn', line),
  );
  const where = `in ${count(files, 'file')}`;
  const found = [
    count(having(problems, 'error'), 'error'),
    count(having(problems, 'warning'), 'warning'),
  ].filter((part) => !part.startsWith('0'));
  const good = `${count(set?.policies.length ?? 0, 'policy', 'policies')} ${where}`;
  const verdict =
    set === undefined
      ? paint('bad', `${found.join(' and ')} ${where}: nothing is loaded`)
      : paint('good', `${good}: ${found.length === 0 ? 'no problems' : found.join('')}`);
  return [...shown, verdict, ''].join('\n');
}

function having(problems: readonly Problem[], severity: Problem['severity']): number {
  return problems.filter((problem) => problem.severity === severity).length;
}

import { type Cli, type Format, formatOption, printJson } from './command.ts';
import type { Check } from './doctor-checks.ts';
import { createPaint, type Paint, type Tone } from './paint.ts';
import { plain, wrap } from './text-width.ts';

/** `curfew doctor` */
export function addDoctor({ program, surroundings, action }: Cli): void {
  program
    .command('doctor')
    .description('check configuration, policies, database, Redis, API key, clock and time zones')
    .option('--journal <file>', 'list what an exported journal says was paused and nobody holds')
    .addOption(formatOption())
    .action(
      action(async ({ journal, format }: { journal?: string; format: Format }) => {
        const { stdout, env } = surroundings;
        const paint = createPaint(stdout, env);
        const { examine } = await import('./doctor-checks.ts');
        const checks: Check[] = [];
        const show = (check: Check): void => {
          checks.push(check);
          if (format === 'text') stdout.write(text(check, paint, stdout.columns));
        };
        for await (const check of examine(surroundings)) show(check);
        if (journal !== undefined) {
          const { examineJournal } = await import('./doctor-journal.ts');
          for await (const check of examineJournal(surroundings, journal)) show(check);
        }
        const exitCode = exitCodeOf(checks);
        if (format === 'json') printJson(surroundings, { ok: exitCode === 0, checks });
        return exitCode;
      }),
    );
}

function exitCodeOf(checks: readonly Check[]): number {
  if (checks.some(({ state }) => state === 'unreachable')) return 3;
  return checks.some(({ state }) => state === 'fail') ? 1 : 0;
}

const LOOK_OF: Readonly<Record<Check['state'], readonly [word: string, tone: Tone]>> = {
  ok: ['ok  ', 'good'],
  warn: ['warn', 'warn'],
  fail: ['FAIL', 'bad'],
  unreachable: ['FAIL', 'bad'],
};

const NAME_COLUMNS = 15;

function text({ name, state, message, advice }: Check, paint: Paint, columns: number): string {
  const [word, tone] = LOOK_OF[state];
  const indent = ' '.repeat(6 + NAME_COLUMNS);
  const lines = wrap(plain(message), columns - indent.length);
  const advices = advice === undefined ? [] : wrap(plain(`→ ${advice}`), columns - indent.length);
  const head = `${paint(tone, word)}  ${name.padEnd(NAME_COLUMNS)}`;
  const rest = [...lines.slice(1), ...advices.map((line) => paint('strong', line))];
  return [`${head}${lines[0]}`, ...rest.map((line) => indent + line), ''].join('\n');
}

import { Command, CommanderError } from 'commander';
import { addAudit } from './audit.ts';
import type { Cli } from './command.ts';
import { addDemo } from './demo.ts';
import { addDoctor } from './doctor.ts';
import { addExplain } from './explain.ts';
import { failureOf } from './failure.ts';
import { addJournal } from './journal.ts';
import { addOverride } from './override.ts';
import { addOverrides } from './overrides.ts';
import { createPaint } from './paint.ts';
import { addPlan } from './plan.ts';
import { addReload } from './reload.ts';
import { addRun } from './run.ts';
import { addSandbox } from './sandbox.ts';
import { addSchema } from './schema.ts';
import { addStatus } from './status.ts';
import type { Surroundings } from './surroundings.ts';
import { addSync } from './sync.ts';
import { addSyncs } from './syncs.ts';
import { addTest } from './test.ts';
import { addValidate } from './validate.ts';
import { addWindows } from './windows.ts';

const EXIT_CODES = `
Exit codes: 0 fine, 1 problems found or check failed, 2 wrong usage,
3 the daemon, the API or the database cannot be reached; 4 \`plan\` found changes.`;

/** Runs one command line and gives its exit code. Bugs are thrown. */
export async function runProgram(
  args: readonly string[],
  surroundings: Surroundings,
): Promise<number> {
  let exitCode = 0;
  const program = createProgram(surroundings, (code) => {
    exitCode = code;
  });
  try {
    await program.parseAsync([...args], { from: 'user' });
    return exitCode;
  } catch (error) {
    // Commander has said what is wrong, or given the help that was asked for.
    if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : 2;
    const failure = failureOf(error);
    if (failure === undefined) throw error;
    const paint = createPaint(surroundings.stderr, surroundings.env);
    surroundings.stderr.write(`${paint('bad', 'error:')} ${failure.message}\n`);
    return failure.exitCode;
  }
}

function createProgram(surroundings: Surroundings, setExitCode: (code: number) => void): Command {
  const { stdout, stderr, version, env } = surroundings;
  const program = new Command('curfew')
    .description('Pauses and restores Polytomic syncs by policies written in YAML.')
    .version(version, '-V, --version', 'print the version')
    .helpOption('-h, --help', 'print help')
    .helpCommand('help [command]', 'print help for a command')
    .addHelpText('after', EXIT_CODES)
    .showSuggestionAfterError()
    .exitOverride()
    .configureOutput({
      writeOut: (text) => stdout.write(text),
      writeErr: (text) => stderr.write(text),
      getOutHelpWidth: () => Math.min(stdout.columns, 100),
      getErrHelpWidth: () => Math.min(stderr.columns, 100),
      outputError: (text, write) => write(createPaint(stderr, env)('bad', text)),
    });
  const cli: Cli = {
    program,
    surroundings,
    action:
      (work) =>
      async (...args) => {
        setExitCode((await work(...args)) ?? 0);
      },
  };
  addValidate(cli);
  addWindows(cli);
  addExplain(cli);
  addPlan(cli);
  addTest(cli);
  addSchema(cli);
  addRun(cli);
  addReload(cli);
  addStatus(cli);
  addSyncs(cli);
  addSync(cli);
  addOverride(cli);
  addOverrides(cli);
  addJournal(cli);
  addAudit(cli);
  addDoctor(cli);
  addDemo(cli);
  addSandbox(cli);
  return program;
}

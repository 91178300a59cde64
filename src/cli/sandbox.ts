import { formatHostPort } from '../daemon/config.ts';
import { hostPort } from '../daemon/config-values.ts';
import type { Sandbox } from '../sandbox/sandbox.ts';
import type { Cli } from './command.ts';
import { Failure } from './failure.ts';
import { createPaint } from './paint.ts';
import { aborted, type Surroundings } from './surroundings.ts';

interface Options {
  readonly listen: string;
  readonly syncs?: string;
  readonly seed: string;
  readonly verbose?: boolean;
}

/** `curfew sandbox` */
export function addSandbox({ program, surroundings, action }: Cli): void {
  program
    .command('sandbox')
    .description("run a stand-in for Polytomic's API, to try Curfew without an account")
    .option('--listen <host:port>', 'where to listen', '127.0.0.1:4281')
    .option('--syncs <count>', 'how many syncs to make up (default: a dozen written by hand)')
    .option('--seed <number>', 'the same seed makes up the same syncs', '1')
    .option('--verbose', 'print every request')
    .action(action((options: Options) => run(surroundings, options)));
}

async function run(surroundings: Surroundings, options: Options): Promise<number> {
  const { stdout, env, stop } = surroundings;
  const paint = createPaint(stdout, env);
  const address = hostPort(options.listen);
  if ('wrong' in address) throw new Failure(2, `--listen: ${options.listen} ${address.wrong}`);
  const sandbox = await create(options, (line) => stdout.write(`${paint('quiet', line)}\n`));
  try {
    const { url } = await sandbox.listen(address.value);
    stdout.write(greeting(sandbox, url, paint));
    await aborted(stop);
    return 0;
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === undefined || !/^E[A-Z]+$/.test(code)) throw error;
    const why = code === 'EADDRINUSE' ? 'it is in use by another program' : code;
    const where = formatHostPort(address.value);
    throw new Failure(1, `the sandbox cannot listen on ${where}: ${why}`, { cause: error });
  } finally {
    await sandbox.close();
  }
}

async function create(options: Options, print: (line: string) => void): Promise<Sandbox> {
  const { createSandbox } = await import('../sandbox/sandbox.ts');
  const syncs = options.syncs === undefined ? undefined : whole(options.syncs, '--syncs');
  const seed = whole(options.seed, '--seed');
  const log = options.verbose
    ? ({ method, path, status }: { method: string; path: string; status: number | undefined }) =>
        print(`${method} ${path} ${status ?? 'broken off'}`)
    : undefined;
  try {
    return createSandbox({ syncs, seed, log });
  } catch (error) {
    if (error instanceof RangeError) throw new Failure(2, error.message, { cause: error });
    throw error;
  }
}

function whole(text: string, option: string): number {
  if (/^\d{1,9}$/.test(text)) return Number(text);
  throw new Failure(2, `${option}: ${JSON.stringify(text)} is no whole number`);
}

function greeting(sandbox: Sandbox, url: string, paint: ReturnType<typeof createPaint>): string {
  const { organization, keys, modelSyncs, bulkSyncs, active } = sandbox.about();
  return [
    `${paint('strong', 'Sandbox')} of Polytomic's API for ${organization.name}, on ${url}`,
    `${modelSyncs} model syncs and ${bulkSyncs} bulk syncs, ${active} of them active.`,
    '',
    'To run Curfew against it, in another terminal:',
    `  POLYTOMIC_URL=${url} POLYTOMIC_API_KEY=${keys.apiKey} npx curfew run`,
    paint('quiet', 'Ctrl-C ends it; nothing is kept.'),
    '',
  ].join('\n');
}

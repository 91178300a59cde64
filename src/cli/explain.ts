import type { Resolution } from '../daemon/operations.ts';
import type { Explanation } from '../plan/explain.ts';
import { explain } from '../plan/explain.ts';
import type { Sync } from '../policy/sync.ts';
import type { Instant } from '../time/interval.ts';
import { toWire, type Wire } from '../web/wire.ts';
import { withCurfew } from './asking.ts';
import { type Cli, type Format, formatOption, printJson } from './command.ts';
import { policyPathOf } from './environment.ts';
import { Failure } from './failure.ts';
import { readInventoryFile } from './inventory-file.ts';
import { inUtc, relative } from './moment.ts';
import { createPaint, type Paint, type Tone } from './paint.ts';
import { feedReaderOf, requireSet } from './policy-files.ts';
import type { Surroundings } from './surroundings.ts';
import { plain, wrap } from './text-width.ts';
import { requireExact } from './when.ts';

interface Options {
  readonly at?: string;
  readonly syncs?: string;
  readonly policies?: string;
  readonly format: Format;
}

/** `curfew explain <sync>` */
export function addExplain({ program, surroundings, action }: Cli): void {
  program
    .command('explain')
    .description('say why a sync is paused, protected or left alone')
    .argument('<sync>', 'id, kind:id, or exact name when that is unique')
    .option('--at <time>', 'an exact time, such as 2026-11-01T05:30Z (default: now)')
    .option('--syncs <file>', 'take the syncs from a file; asks neither daemon nor API')
    .option('--policies <path>', 'with --syncs: file or folder (CURFEW_POLICIES or ./policies)')
    .addOption(formatOption())
    .action(
      action(async (sync: string, options: Options) => {
        const { stdout, env, clock } = surroundings;
        const at = options.at === undefined ? undefined : requireExact(options.at, '--at');
        const explanation =
          options.syncs === undefined
            ? await askFor(surroundings, sync, at)
            : await explainOffline(surroundings, sync, at ?? clock.now(), options);
        if (options.format === 'json') printJson(surroundings, explanation);
        else stdout.write(text(explanation, clock.now(), createPaint(stdout, env), stdout.columns));
        return 0;
      }),
    );
}

function askFor(
  surroundings: Surroundings,
  sync: string,
  at: Instant | undefined,
): Promise<Wire<Explanation>> {
  const query = { sync, at: at === undefined ? undefined : new Date(at).toISOString() };
  return withCurfew(surroundings, (curfew) => curfew.get('/v1/explain', query));
}

async function explainOffline(
  surroundings: Surroundings,
  name: string,
  at: Instant,
  options: Options,
): Promise<Wire<Explanation>> {
  const path = options.policies ?? policyPathOf(surroundings);
  const syncs = await readInventoryFile(options.syncs!);
  const { policies } = await requireSet(
    [path],
    surroundings.clock.now(),
    feedReaderOf(surroundings),
  );
  const { resolveSync } = await import('../daemon/create-operations.ts');
  const explanation = explain(policies, [], found(resolveSync(syncs, name), name), undefined, at);
  return toWire({ ...explanation, until: explanation.until ?? Infinity });
}

function found(resolution: Resolution, name: string): Sync {
  switch (resolution.kind) {
    case 'found':
      return resolution.sync;
    case 'none': {
      const hint = resolution.hint === undefined ? '' : ` (did you mean ${resolution.hint}?)`;
      throw new Failure(1, `no sync in the file is called ${JSON.stringify(name)}${hint}`);
    }
    case 'ambiguous': {
      const keys = resolution.candidates.map(({ key }) => key).join(', ');
      throw new Failure(1, `${JSON.stringify(name)} names several syncs: ${keys}`);
    }
  }
}

const STATES: Readonly<Record<Explanation['state'], readonly [string, Tone]>> = {
  paused: ['paused', 'warn'],
  protected: ['protected', 'good'],
  baseline: ['left alone', 'calm'],
};

function text(explanation: Wire<Explanation>, now: Instant, paint: Paint, columns: number): string {
  const { name, sync, state, since, until, at } = explanation;
  const [word, tone] = STATES[state];
  const span = [
    ...(since == null ? [] : [`since ${moment(since, now)}`]),
    until == null ? 'for good' : `until ${moment(until, now)}`,
  ].join(', ');
  const reasons = explanation.because.flatMap((reason, index) =>
    wrap(plain(reason), columns - 4).map((line, part) =>
      part > 0
        ? `    ${line}`
        : `  ${index === 0 ? paint(tone, '•') : paint('quiet', '·')} ${line}`,
    ),
  );
  return [
    `${paint('strong', plain(name))}  ${paint('quiet', sync)}`,
    `${paint(tone, word)} at ${moment(at!, now)}, ${span}`,
    ...reasons,
    '',
  ].join('\n');
}

function moment(text: string, now: Instant): string {
  const at = Date.parse(text);
  return `${inUtc(at)} (${relative(at, now)})`;
}

import type { Resolution } from '../daemon/operations.ts';
import type { Explanation } from '../plan/explain.ts';
import { explain } from '../plan/explain.ts';
import type { Sync } from '../policy/sync.ts';
import type { Instant } from '../time/interval.ts';
import { toWire, type Wire } from '../web/wire.ts';
import { withCurfew } from './asking.ts';
import { type Cli, type Format, formatOption, printJson } from './command.ts';
import { policyPathOf } from './environment.ts';
import { explanationText } from './explanation-text.ts';
import { Failure } from './failure.ts';
import { readInventoryFile } from './inventory-file.ts';
import { createPaint } from './paint.ts';
import { feedReaderOf, requireSet } from './policy-files.ts';
import type { Surroundings } from './surroundings.ts';
import { instantOf, parseWhen, type When } from './when.ts';

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
        const at = options.at === undefined ? undefined : parseWhen(options.at, '--at');
        const explanation =
          options.syncs === undefined
            ? await askFor(surroundings, sync, at && instantOf(at, '--at', []))
            : await explainOffline(surroundings, sync, at, options);
        if (options.format === 'json') printJson(surroundings, explanation);
        else {
          const layout = { paint: createPaint(stdout, env), columns: stdout.columns };
          stdout.write(explanationText(explanation, clock.now(), layout));
        }
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
  when: When | undefined,
  options: Options,
): Promise<Wire<Explanation>> {
  const now = surroundings.clock.now();
  const path = options.policies ?? policyPathOf(surroundings);
  const { syncs } = await readInventoryFile(options.syncs!);
  const { policies } = await requireSet([path], now, feedReaderOf(surroundings));
  const { resolveSync } = await import('../daemon/create-operations.ts');
  const sync = found(resolveSync(syncs, name), name);
  const zones = policies.map(({ timezone }) => timezone);
  const at = when === undefined ? now : instantOf(when, '--at', zones);
  const explanation = explain(policies, [], sync, undefined, at, syncs);
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

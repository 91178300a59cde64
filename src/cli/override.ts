import { type Curfew, withCurfew } from './asking.ts';
import { type Cli, type Format, formatOption, printJson } from './command.ts';
import { Failure } from './failure.ts';
import { answerText, type WireAnswer } from './override-text.ts';
import { createPaint } from './paint.ts';
import type { Surroundings } from './surroundings.ts';
import { requireExact, requireLength } from './when.ts';

interface CommonOptions {
  readonly reason: string;
  readonly actor?: string;
  readonly key?: string;
  readonly dryRun?: boolean;
  readonly format: Format;
}

interface SyncOptions extends CommonOptions {
  readonly all?: boolean;
  readonly from?: string;
  readonly until?: string;
  readonly for?: string;
}

interface WindowOptions extends CommonOptions {
  readonly at?: string;
  readonly by?: string;
}

const SELECTORS = `
A sync is named by id, kind:id, or exact name when that is unique. field=pattern is a matcher as in
a policy: name, id, kind, connection, source, destination, object, mode, frequency, created_by. All
fields have to match; of a field that is given more than once, any. Quote patterns:
  curfew hold 'name=Finance/*' connection=type:snowflake --for 4h --reason "the schema changes"`;

/** `curfew hold|release <selector…>` and `curfew skip|end|extend <policy>` */
export function addOverride(cli: Cli): void {
  addForSyncs(cli, 'hold', 'keep syncs paused for a time, whatever the policies say');
  addForSyncs(cli, 'release', 'leave syncs as they were for a time, whatever the policies say');
  addForWindow(cli, 'skip', "leave out a policy's window: the open one, or the next");
  addForWindow(cli, 'end', "end a policy's open window now");
  addForWindow(cli, 'extend', "let a policy's open window last longer");
}

function withCommon(command: Cli['program']): Cli['program'] {
  return command
    .requiredOption('--reason <text>', 'why, for the journal')
    .option('--actor <name>', 'in whose name, for the journal (default: you)')
    .option('--key <text>', 'a name for this request: made again, it is done once')
    .option('--dry-run', 'only say what it would do')
    .addOption(formatOption());
}

function addForSyncs(
  { program, surroundings, action }: Cli,
  kind: 'hold' | 'release',
  description: string,
): void {
  const command = program
    .command(kind)
    .description(description)
    .argument('[selector...]', 'syncs by name or id, and field=pattern')
    .option('--all', 'every sync')
    .option('--for <length>', 'for how long, such as 90m or 4h')
    .option('--until <time>', 'until when (default: the end of the window that holds them now)')
    .option('--from <time>', 'from when on (default: now)')
    .addHelpText('after', SELECTORS);
  withCommon(command).action(
    action(async (selectors: string[], options: SyncOptions) => {
      const { for: length, until, from } = options;
      if (length !== undefined) requireLength(length, '--for');
      if (length !== undefined && until !== undefined) {
        throw new Failure(2, '--for and --until: say one of them');
      }
      return ask(surroundings, options, {
        kind,
        ...chosen(selectors, options.all === true),
        for: length,
        until: until && exactText(until, '--until'),
        from: from && exactText(from, '--from'),
      });
    }),
  );
}

function addForWindow(
  { program, surroundings, action }: Cli,
  kind: 'skip' | 'end' | 'extend',
  description: string,
): void {
  const command = program
    .command(kind)
    .description(description)
    .argument('<policy>', 'the name of a policy');
  if (kind === 'extend') command.requiredOption('--by <length>', 'by how long, such as 30m or 2h');
  if (kind !== 'end') {
    command.option('--at <time>', 'mean the window that is open then, or the next one after it');
  }
  withCommon(command).action(
    action(async (policy: string, options: WindowOptions) => {
      const { at, by } = options;
      if (by !== undefined) requireLength(by, '--by');
      return ask(surroundings, options, { kind, policy, by, at: at && exactText(at, '--at') });
    }),
  );
}

function exactText(text: string, option: string): string {
  return new Date(requireExact(text, option)).toISOString();
}

const FIELD = /^([a-z_]+)=(.*)$/s;

/** Names are names of syncs; all `field=pattern` together are one matcher. */
function chosen(selectors: readonly string[], isAll: boolean): object {
  if (isAll && selectors.length > 0) {
    throw new Failure(2, '--all means every sync; leave out the other selectors');
  }
  if (isAll) return { select: { all: true } };
  if (selectors.length === 0) {
    throw new Failure(2, "say which syncs: names, matchers such as 'name=Finance/*', or --all");
  }
  const fields = new Map<string, string[]>();
  const syncs: string[] = [];
  for (const selector of selectors) {
    const [, field, pattern] = FIELD.exec(selector) ?? [];
    if (field === undefined) syncs.push(selector);
    else fields.set(field, [...(fields.get(field) ?? []), pattern!]);
  }
  return {
    ...(syncs.length > 0 && { syncs }),
    ...(fields.size > 0 && { select: Object.fromEntries(fields) }),
  };
}

async function ask(
  surroundings: Surroundings,
  { reason, actor, key, dryRun, format }: CommonOptions,
  wish: object,
): Promise<number> {
  const { stdout, env, clock } = surroundings;
  const body = { ...wish, reason, actor: actor ?? surroundings.person(), key, dryRun };
  const post = (curfew: Curfew) => curfew.post<WireAnswer>('/v1/overrides', body);
  const answer = await withCurfew(surroundings, post);
  if (format === 'json') printJson(surroundings, answer);
  else stdout.write(answerText(answer, clock.now(), createPaint(stdout, env), stdout.columns));
  return 0;
}

import type { OverrideRow } from '../daemon/operations.ts';
import type { Wire } from '../web/wire.ts';
import { withCurfew } from './asking.ts';
import { type Cli, type Format, formatOption, printJson } from './command.ts';
import { answerText, overridesTable, type WireAnswer } from './override-text.ts';
import { createPaint } from './paint.ts';

interface RevokeOptions {
  readonly reason?: string;
  readonly actor?: string;
  readonly format: Format;
}

/** `curfew overrides` and `curfew revoke <id>` */
export function addOverrides(cli: Cli): void {
  addList(cli);
  addRevoke(cli);
}

function addList({ program, surroundings, action }: Cli): void {
  program
    .command('overrides')
    .description('list what people said against the policies, and until when')
    .option('--all', 'those that are over, too: of the last month')
    .addOption(formatOption())
    .action(
      action(async ({ all, format }: { readonly all?: boolean; readonly format: Format }) => {
        const { stdout, env, clock } = surroundings;
        const rows = await withCurfew(surroundings, (curfew) =>
          curfew.get<Wire<OverrideRow>[]>('/v1/overrides', { all: all ? 'true' : undefined }),
        );
        const layout = { paint: createPaint(stdout, env), columns: stdout.columns };
        if (format === 'json') printJson(surroundings, rows);
        else if (rows.length === 0) stdout.write('Nobody overrides a policy.\n');
        else stdout.write(overridesTable(rows, clock.now(), layout));
        return 0;
      }),
    );
}

function addRevoke({ program, surroundings, action }: Cli): void {
  program
    .command('revoke')
    .description('end an override before its time')
    .argument('<id>', 'as `curfew overrides` lists it, or as much of it as means one')
    .option('--reason <text>', 'why, for the journal')
    .option('--actor <name>', 'in whose name, for the journal (default: you)')
    .addOption(formatOption())
    .action(
      action(async (id: string, { reason, actor, format }: RevokeOptions) => {
        const { stdout, env, clock } = surroundings;
        const url = `/v1/overrides/${encodeURIComponent(id)}/revoke`;
        const body = { reason, actor: actor ?? surroundings.person() };
        const answer = await withCurfew(surroundings, (curfew) =>
          curfew.post<WireAnswer>(url, body),
        );
        const paint = createPaint(stdout, env);
        if (format === 'json') printJson(surroundings, answer);
        else stdout.write(answerText(answer, clock.now(), paint, stdout.columns));
        return 0;
      }),
    );
}

import type { ActionResult, SyncRow } from '../daemon/operations.ts';
import type { Action } from '../plan/hold.ts';
import type { Execution, SyncStatus } from '../polytomic/polytomic.ts';
import type { Instant } from '../time/interval.ts';
import type { Wire } from '../web/wire.ts';
import { withCurfew } from './asking.ts';
import { type Cli, type Format, formatOption, printJson } from './command.ts';
import { Failure } from './failure.ts';
import { inUtc, relative } from './moment.ts';
import { createPaint, type Paint } from './paint.ts';
import { plain } from './text-width.ts';

interface ActionOptions {
  readonly reason?: string;
  readonly actor?: string;
  readonly format: Format;
}

const ACTIONS: Readonly<Record<Action, string>> = {
  activate: 'activate a sync; during a window it stays active until the window ends',
  deactivate: 'pause a sync; Curfew will not activate it again',
  cancel: 'cancel what a sync runs right now',
  start: 'run a sync once, now',
};

const ARGUMENT = ['<sync>', 'id, kind:id, or exact name when that is unique'] as const;

/** `curfew sync get|status|activate|deactivate|cancel|start <sync>` */
export function addSync(cli: Cli): void {
  const { program } = cli;
  const sync = program
    .command('sync')
    .description('ask the API about one sync, or change it by hand');
  addReading(cli, sync, 'get', 'print what the API says about a sync', '', (row: Row, paint) => [
    `${paint('strong', plain(row.name))}  ${paint('quiet', row.key)}`,
    stateOf(row.active, paint),
    ...(row.heldBy === undefined ? [] : [`held by ${row.heldBy} (${row.holdState})`]),
  ]);
  addReading(
    cli,
    sync,
    'status',
    'print what a sync runs and when it runs next',
    '/status',
    status,
  );
  for (const [action, description] of Object.entries(ACTIONS) as [Action, string][]) {
    addAction(cli, sync, action, description);
  }
}

type Row = Wire<SyncRow>;
type StatusAnswer = Wire<SyncStatus> & { readonly name: string; readonly active: boolean };

function addReading<Answer>(
  { surroundings, action }: Cli,
  parent: Cli['program'],
  name: string,
  description: string,
  path: string,
  lines: (answer: Answer, paint: Paint, now: Instant) => readonly string[],
): void {
  parent
    .command(name)
    .description(description)
    .argument(...ARGUMENT)
    .addOption(formatOption())
    .action(
      action(async (sync: string, { format }: { format: Format }) => {
        const { stdout, env, clock } = surroundings;
        const url = `/v1/syncs/${encodeURIComponent(sync)}${path}`;
        const answer = await withCurfew(surroundings, (curfew) => curfew.get<Answer>(url));
        if (format === 'json') printJson(surroundings, answer);
        else stdout.write(`${lines(answer, createPaint(stdout, env), clock.now()).join('\n')}\n`);
        return 0;
      }),
    );
}

function status(answer: StatusAnswer, paint: Paint, now: Instant): string[] {
  const { name, active, current, last, nextAt } = answer;
  return [
    `${paint('strong', plain(name))}  ${stateOf(active, paint)}`,
    `now   ${current === undefined ? 'idle' : execution(current, now)}`,
    ...(last === undefined ? [] : [`last  ${execution(last, now)}`]),
    ...(nextAt == null ? [] : [`next  ${moment(nextAt, now)}`]),
  ];
}

function stateOf(isActive: boolean, paint: Paint): string {
  return isActive ? paint('good', 'active') : paint('warn', 'paused');
}

function execution(run: Wire<Execution>, now: Instant): string {
  const at = run.completedAt ?? run.startedAt ?? run.createdAt;
  return [
    plain(run.status),
    ...(at == null ? [] : [moment(at, now)]),
    ...(run.records === undefined ? [] : [`${run.records.toLocaleString('en')} records`]),
  ].join(', ');
}

function moment(text: string, now: Instant): string {
  const at = Date.parse(text);
  return `${inUtc(at)} (${relative(at, now)})`;
}

function addAction(
  { surroundings, action: act }: Cli,
  parent: Cli['program'],
  action: Action,
  description: string,
): void {
  parent
    .command(action)
    .description(description)
    .argument(...ARGUMENT)
    .option('--reason <text>', 'why, for the journal')
    .option('--actor <name>', 'in whose name, for the journal (default: you)')
    .addOption(formatOption())
    .action(
      act(async (sync: string, { reason, actor, format }: ActionOptions) => {
        const { stdout, stderr, env } = surroundings;
        const url = `/v1/syncs/${encodeURIComponent(sync)}/${action}`;
        const body = { actor: actor ?? surroundings.person(), ...(reason && { reason }) };
        const paint = createPaint(stdout, env);
        const hint = stderr.isTerminal ? setTimeout(sayWaiting, WAITING_AFTER_MS) : undefined;
        function sayWaiting() {
          stderr.write('Waiting for the API; it is tried again for about half a minute …\n');
        }
        try {
          const result = await withCurfew(surroundings, (curfew) =>
            curfew.post<Wire<ActionResult>>(url, body),
          );
          if (format === 'json') printJson(surroundings, result);
          else stdout.write(text(result, paint));
          return 0;
        } catch (error) {
          const result = error instanceof Failure ? error.result : undefined;
          if (format === 'json' && result !== undefined) printJson(surroundings, result);
          throw error;
        } finally {
          clearTimeout(hint);
        }
      }),
    );
}

/** An answer that takes longer is worth a word to whoever waits. */
const WAITING_AFTER_MS = 2_000;

function text(result: Wire<ActionResult>, paint: Paint): string {
  const { syncName, message, holdNote, key, attempts } = result;
  const tries = attempts === 1 ? '' : `, ${attempts} attempts`;
  return [
    `${paint('good', '✓')} ${paint('strong', plain(syncName))}: ${plain(message)}`,
    ...(holdNote === undefined ? [] : [`  ${plain(holdNote)}`]),
    paint('quiet', `  Idempotency-Key ${key}${tries}`),
    '',
  ].join('\n');
}

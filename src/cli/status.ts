import type { PolicyStatus, Status } from '../daemon/operations.ts';
import type { Hold } from '../plan/hold.ts';
import type { Instant } from '../time/interval.ts';
import type { Wire } from '../web/wire.ts';
import { withCurfew } from './asking.ts';
import { type Cli, type Format, formatOption, printJson } from './command.ts';
import { inZone, lengthOf, relative } from './moment.ts';
import { overridesTable } from './override-text.ts';
import { createPaint, type Paint, type Tone } from './paint.ts';
import { type Layout, renderTable } from './table.ts';
import { plain } from './text-width.ts';

/** `curfew status` */
export function addStatus({ program, surroundings, action }: Cli): void {
  program
    .command('status')
    .description('print policies, holds, next boundaries and health')
    .addOption(formatOption())
    .action(
      action(async ({ format }: { format: Format }) => {
        const { stdout, env } = surroundings;
        const { status, isDaemon } = await withCurfew(surroundings, async (curfew) => ({
          status: await curfew.get<Wire<Status>>('/v1/status'),
          isDaemon: curfew.isDaemon,
        }));
        if (format === 'json') printJson(surroundings, status);
        else stdout.write(text(status, isDaemon, createPaint(stdout, env), stdout.columns));
        return 0;
      }),
    );
}

function text(status: Wire<Status>, isDaemon: boolean, paint: Paint, columns: number): string {
  const now = Date.parse(status.now!);
  const layout = { paint, columns };
  const zones = new Map(status.policies.map(({ name, timezone }) => [name, timezone]));
  return [
    ...head(status, isDaemon, now, paint),
    ...status.alerts.map((alert) => `${paint('bad', '!')} ${plain(alert)}\n`),
    '\n',
    status.policies.length === 0 ? 'No policies.\n' : policies(status.policies, now, layout),
    '\n',
    status.holds.length === 0 ? 'No sync is held.\n' : holds(status.holds, zones, now, layout),
    status.overrides.length === 0 ? '' : `\n${overridesTable(status.overrides, now, layout)}`,
  ].join('');
}

function head(status: Wire<Status>, isDaemon: boolean, now: Instant, paint: Paint): string[] {
  const { version, organization, startedAt, health, inventory, queue, seal } = status;
  const up = isDaemon
    ? `up ${lengthOf(now - Date.parse(startedAt!))}`
    : 'no daemon is running; this is the record';
  const title = [`Curfew ${version}`, ...(organization === undefined ? [] : [organization]), up];
  const parts = health.parts.map(({ name, isReady, message }) =>
    isReady
      ? `${paint('good', '●')} ${name}`
      : `${paint('bad', '●')} ${name}: ${plain(message ?? 'not ready')}`,
  );
  const read =
    inventory.readAt == null ? 'never read' : `read ${relative(Date.parse(inventory.readAt), now)}`;
  const jobs =
    queue === undefined
      ? []
      : [`jobs ${queue.waiting} waiting, ${queue.active} active, ${queue.delayed} delayed`];
  const sealed =
    seal === undefined
      ? 'nothing is sealed yet'
      : `sealed up to entry ${seal.seal.lastSeq} (${relative(Date.parse(seal.seal.madeAt), now)})`;
  const facts = [`${inventory.syncs} syncs (${read})`, ...jobs, sealed];
  return [
    `${paint('strong', title.map(plain).join(' · '))}\n`,
    `${parts.join('  ')}\n`,
    `${paint('quiet', facts.join(' · '))}\n`,
  ];
}

function policies(rows: readonly Wire<PolicyStatus>[], now: Instant, layout: Layout): string {
  return renderTable(
    [
      { title: 'POLICY', text: (row) => row.name, tone: () => 'strong', shrinksTo: 16 },
      { title: 'NOW', text: nowOf, tone: nowTone },
      { title: 'CHANGES', text: (row) => when(row.nextBoundary, row.timezone), shrinksTo: 22 },
      { title: '', text: (row) => ago(row.nextBoundary, now), tone: () => 'quiet' },
      { title: 'SELECTS', text: (row) => String(row.selects), align: 'right' },
      { title: 'HOLDS', text: (row) => String(row.holds), align: 'right' },
    ],
    rows,
    layout,
  );
}

function nowOf({ isOn, effect, mode }: Wire<PolicyStatus>): string {
  if (!isOn) return 'idle';
  const does = effect === 'pause' ? 'pausing' : 'protecting';
  if (mode === 'blocked') return `blocked by its limit (${does})`;
  return mode === 'observe' ? `observing (${does})` : does;
}

function nowTone({ isOn, effect, mode }: Wire<PolicyStatus>): Tone {
  if (!isOn) return 'quiet';
  if (mode === 'blocked') return 'bad';
  return effect === 'pause' ? 'warn' : 'good';
}

function holds(
  rows: readonly Wire<Hold>[],
  zones: ReadonlyMap<string, string>,
  now: Instant,
  layout: Layout,
): string {
  const zoneOf = ({ cause }: Wire<Hold>) => zones.get(cause) ?? 'UTC';
  return renderTable(
    [
      { title: 'HELD SYNC', text: (row) => row.syncName, tone: () => 'strong', shrinksTo: 20 },
      { title: 'STATE', text: (row) => stateOf(row, now) },
      { title: 'BY', text: (row) => row.cause, tone: () => 'name', shrinksTo: 14 },
      { title: 'UNTIL', text: (row) => when(row.occurrence.end, zoneOf(row)), shrinksTo: 22 },
      { title: '', text: (row) => ago(row.occurrence.end, now), tone: () => 'quiet' },
    ],
    rows,
    layout,
  );
}

function stateOf({ state, baseline, resumeAt, told }: Wire<Hold>, now: Instant): string {
  const turn = resumeAt == null ? now : Date.parse(resumeAt);
  if (state === 'resuming' && turn > now) return `comes back ${relative(turn, now)}`;
  if (state === 'yielded') return "a person's now";
  if (baseline === 'inactive') return 'was paused before';
  const mark = state === 'pausing' ? 'late-pause' : 'late-resume';
  return told.includes(mark) ? `${state}, late` : state;
}

function when(at: string | null | undefined, zone: string): string {
  return at == null ? 'never' : inZone(Date.parse(at), zone);
}

function ago(at: string | null | undefined, now: Instant): string {
  return at == null ? '' : relative(Date.parse(at), now);
}

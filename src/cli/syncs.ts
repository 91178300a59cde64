import type { SyncRow } from '../daemon/operations.ts';
import type { Connection } from '../policy/sync.ts';
import type { Instant } from '../time/interval.ts';
import type { Wire } from '../web/wire.ts';
import { withCurfew } from './asking.ts';
import { type Cli, type Format, formatOption, printJson } from './command.ts';
import { inUtc, relative } from './moment.ts';
import { createPaint, type Paint } from './paint.ts';
import { renderTable } from './table.ts';

type Row = Wire<SyncRow>;

/** `curfew syncs` */
export function addSyncs({ program, surroundings, action }: Cli): void {
  program
    .command('syncs')
    .description('list the real syncs and who holds them')
    .addOption(formatOption())
    .action(
      action(async ({ format }: { format: Format }) => {
        const { stdout, env, clock } = surroundings;
        const rows = await withCurfew(surroundings, (curfew) => curfew.get<Row[]>('/v1/syncs'));
        if (format === 'json') printJson(surroundings, rows);
        else stdout.write(text(rows, clock.now(), createPaint(stdout, env), stdout.columns));
        return 0;
      }),
    );
}

function text(rows: readonly Row[], now: Instant, paint: Paint, columns: number): string {
  if (rows.length === 0) return 'There are no syncs.\n';
  const table = renderTable<Row>(
    [
      { title: 'NAME', text: (row) => row.name, tone: () => 'strong', shrinksTo: 20 },
      { title: 'KIND', text: (row) => row.kind },
      {
        title: 'STATE',
        text: (row) => (row.active ? 'active' : 'paused'),
        tone: (row) => (row.active ? 'good' : 'warn'),
      },
      { title: 'SCHEDULE', text: (row) => row.frequency ?? '' },
      { title: 'FROM', text: (row) => named(row.sources), shrinksTo: 10 },
      { title: 'TO', text: (row) => named(row.destinations), shrinksTo: 10 },
      { title: 'HELD BY', text: heldBy, tone: () => 'name', shrinksTo: 12 },
      { title: 'UNTIL', text: (row) => untilOf(row, now), shrinksTo: 12 },
      { title: 'ID', text: (row) => row.id, tone: () => 'quiet', shrinksTo: 9 },
    ],
    rows,
    { paint, columns },
  );
  const held = rows.filter((row) => row.heldBy !== undefined).length;
  const active = rows.filter((row) => row.active).length;
  const sum = `${rows.length} syncs, ${active} active, ${held} held by Curfew`;
  return `${table}${paint('quiet', sum)}\n`;
}

function named(connections: readonly Wire<Connection>[]): string {
  return connections.map(({ id, name }) => name ?? id).join(', ');
}

function heldBy({ heldBy: cause, holdState, baseline }: Row): string {
  if (cause === undefined) return '';
  if (holdState === 'yielded') return `${cause} (a person's now)`;
  return baseline === 'inactive' ? `${cause} (was paused before)` : cause;
}

function untilOf({ until }: Row, now: Instant): string {
  if (until === undefined || until === null) return '';
  const at = Date.parse(until);
  return `${inUtc(at, now)} (${relative(at, now)})`;
}

import type { SyncRow } from '../daemon/operations.ts';
import type { Connection } from '../policy/sync.ts';
import type { Instant } from '../time/interval.ts';
import type { Wire } from '../web/wire.ts';
import { withCurfew } from './asking.ts';
import { type Cli, type Format, formatOption, printJson } from './command.ts';
import { inUtc, relative } from './moment.ts';
import { createPaint, type Paint } from './paint.ts';
import { renderTable } from './table.ts';
import { requireLength } from './when.ts';

type Row = Wire<SyncRow>;

interface Options {
  readonly pausedFor?: string;
  readonly format: Format;
}

/** `curfew syncs` */
export function addSyncs({ program, surroundings, action }: Cli): void {
  program
    .command('syncs')
    .description('list the real syncs and who holds them')
    .option('--paused-for <length>', 'only those that people paused and left so, such as 30d')
    .addOption(formatOption())
    .action(
      action(async ({ pausedFor, format }: Options) => {
        const { stdout, env, clock } = surroundings;
        const forMs =
          pausedFor === undefined ? undefined : requireLength(pausedFor, '--paused-for');
        const all = await withCurfew(surroundings, (curfew) => curfew.get<Row[]>('/v1/syncs'));
        const now = clock.now();
        const rows = forMs === undefined ? all : all.filter((row) => isForgotten(row, now - forMs));
        if (format === 'json') printJson(surroundings, rows);
        else if (forMs === undefined) {
          stdout.write(text(rows, now, createPaint(stdout, env), stdout.columns));
        } else {
          stdout.write(forgottenText(rows, now, createPaint(stdout, env), stdout.columns));
        }
        return 0;
      }),
    );
}

/**
 * Paused, not by Curfew, and not touched since. The API tells when a sync was changed last, not
 * when it was paused: nobody has looked after it for at least that long.
 */
function isForgotten({ active, heldBy, baseline, updatedAt }: Row, since: Instant): boolean {
  const isOurs = heldBy !== undefined && baseline === 'active';
  return !active && !isOurs && updatedAt != null && Date.parse(updatedAt) <= since;
}

function forgottenText(rows: readonly Row[], now: Instant, paint: Paint, columns: number): string {
  if (rows.length === 0) return 'No sync was paused by people and left so for that long.\n';
  const changed = (row: Row) => Date.parse(row.updatedAt!);
  const table = renderTable<Row>(
    [
      { title: 'PAUSED SYNC', text: (row) => row.name, tone: () => 'strong', shrinksTo: 20 },
      { title: 'KIND', text: (row) => row.kind },
      { title: 'LAST CHANGED BY', text: (row) => personOf(row), tone: () => 'name', shrinksTo: 12 },
      { title: 'AT', text: (row) => inUtc(changed(row), now), shrinksTo: 12 },
      { title: '', text: (row) => relative(changed(row), now), tone: () => 'quiet' },
      { title: 'ID', text: (row) => row.id, tone: () => 'quiet', shrinksTo: 9 },
    ],
    rows.toSorted((a, b) => changed(a) - changed(b)),
    { paint, columns },
  );
  return table;
}

function personOf({ updatedBy }: Row): string {
  return updatedBy?.name ?? updatedBy?.id ?? 'somebody';
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

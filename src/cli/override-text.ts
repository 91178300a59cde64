import type { OverrideAnswer, OverrideRow } from '../daemon/operations.ts';
import type { Instant } from '../time/interval.ts';
import type { Wire } from '../web/wire.ts';
import { inUtc, inZone, relative } from './moment.ts';
import type { Paint } from './paint.ts';
import { type Layout, renderTable } from './table.ts';
import { plain, wrap } from './text-width.ts';

type Row = Wire<OverrideRow>;

/** What the API answers to whoever overrides or revokes. */
export type WireAnswer = Wire<Omit<Extract<OverrideAnswer, { kind: 'ok' }>, 'kind'>>;

const MARKS = {
  created: ['good', '✓'],
  revoked: ['good', '✓'],
  known: ['calm', '·'],
  'dry-run': ['calm', '·'],
} as const;

/** What came of it, for a person: what it does, what that means now, and how to take it back. */
export function answerText(
  { outcome, override, effect, message, isEnforced }: WireAnswer,
  now: Instant,
  paint: Paint,
  columns: number,
): string {
  const [tone, mark] = MARKS[outcome];
  const words = wrap(plain(message), columns - 2);
  const isOpen = override.state === 'in effect' || override.state === 'to come';
  const lists = [
    ['paused', effect.paused],
    [Date.parse(effect.at!) > now ? 'not paused' : 'restored', effect.restored],
  ] as const;
  return [
    ...words.map((line, index) => (index === 0 ? `${paint(tone, mark)} ${line}` : `  ${line}`)),
    ...lists.flatMap(([title, names]) => namesOf(title, names, paint, columns)),
    ...(outcome === 'dry-run' ? ['  A dry run: nothing was put on record.'] : []),
    ...(outcome === 'dry-run' || isEnforced ? [] : [`  ${paint('warn', '!')} ${NO_DAEMON}`]),
    ...(isOpen && outcome !== 'dry-run'
      ? [
          paint('quiet', `  Until ${untilOf(override, now)} (${relative(endOf(override), now)}).`),
          paint('quiet', `  To take it back: curfew revoke ${override.id}`),
        ]
      : []),
    '',
  ].join('\n');
}

const NO_DAEMON = 'No daemon answers here: it is on record, and waits for one to act on it.';

/** As many names as people read; the table of syncs has them all. */
const NAMES_MAX = 10;

function namesOf(
  title: string,
  names: readonly string[],
  paint: Paint,
  columns: number,
): readonly string[] {
  // One is named by the sentence itself.
  if (names.length < 2) return [];
  const more = names.length - NAMES_MAX;
  const shown = [...names.slice(0, NAMES_MAX), ...(more > 0 ? [`${more} more`] : [])];
  const indent = ' '.repeat(title.length + 4);
  return wrap(plain(shown.join(', ')), columns - indent.length).map((line, index) =>
    index === 0 ? `  ${paint('quiet', title)}  ${line}` : `${indent}${line}`,
  );
}

/** Overrides as a table. */
export function overridesTable(rows: readonly Row[], now: Instant, layout: Layout): string {
  return renderTable<Row>(
    [
      { title: 'OVERRIDE', text: (row) => row.id, tone: () => 'strong' },
      { title: 'BY', text: (row) => row.actor, tone: () => 'name', shrinksTo: 8 },
      { title: 'DOES', text: (row) => headOf(row), shrinksTo: 16 },
      // Most are in effect, and what says nothing new takes no room.
      { title: 'STATE', text: ({ state }) => (state === 'in effect' ? '' : state) },
      { title: 'UNTIL', text: (row) => untilOf(row, now) },
      { title: '', text: (row) => relative(endOf(row), now), tone: () => 'quiet' },
      { title: 'SYNCS', text: (row) => String(row.syncs), align: 'right' },
      { title: 'NOTE', text: ({ note }) => note ?? '', tone: () => 'warn', shrinksTo: 12 },
      { title: 'REASON', text: (row) => row.reason, shrinksTo: 12 },
    ],
    rows,
    layout,
  );
}

/** Without its end, which has a column of its own. */
function headOf({ kind, does, policy }: Row): string {
  return policy === undefined ? does.replace(/ until \S+$/, '') : `${kind}s ${policy}`;
}

function endOf({ expires, revokedAt }: Row): Instant {
  return Date.parse(revokedAt ?? expires!);
}

function untilOf(row: Row, now: Instant): string {
  const end = endOf(row);
  return row.timezone === undefined ? inUtc(end, now) : inZone(end, row.timezone);
}

import type { NextChange, NowChange, Plan, SchedulerChanges } from '../plan/plan-changes.ts';
import type { Instant, Interval } from '../time/interval.ts';
import { inUtc, inZone, relative } from './moment.ts';
import type { Paint, Tone } from './paint.ts';
import type { Basis } from './plan-basis.ts';
import type { Layout } from './table.ts';
import { count, fitting, plain, wrap } from './text-width.ts';

/** What was planned, for the first line. */
export interface PlanSubject {
  /** Of the policy files. */
  readonly path: string;
  readonly policies: number;
  readonly basis: Basis;
  readonly range: Interval;
}

type Change = NowChange | NextChange;

/** Names of one group that are shown; JSON has them all. */
const NAMES_SHOWN = 12;

const LOOKS: Readonly<Record<Change['change'], readonly [mark: string, tone: Tone]>> = {
  pause: ['‖', 'warn'],
  keep: ['→', 'plain'],
  resume: ['✓', 'good'],
};

/** A plan for people: what changes now, what comes next, and what it comes to. */
export function planText(plan: Plan, subject: PlanSubject, { paint, columns }: Layout): string {
  const { basis, range, path, policies } = subject;
  const about = `${count(policies, 'policy', 'policies')} in ${path}, against ${basis.source}`;
  const nothing = paint('quiet', '  nothing');
  const now = blocks(plan.now, (group) => nowLines(group, basis.now, paint), columns, paint);
  const next = inOrder(plan.next, ({ at }) => String(at)).flatMap((atOnce) => [
    `  ${clock(atOnce[0]!, basis.now, paint)}`,
    ...blocks(atOnce, (group) => [nextLine(group, paint)], columns, paint).map(
      (line) => `  ${line}`,
    ),
  ]);
  return [
    ...wrap(plain(about), columns).map((line) => paint('quiet', line)),
    '',
    paint('strong', 'Now'),
    ...(now.length === 0 ? [nothing] : now),
    ...schedulerLines(plan.schedulers, columns, paint),
    '',
    `${paint('strong', 'Next')}${paint('quiet', `, ${spanWords(range, basis.now, plan)}`)}`,
    ...(next.length === 0 ? [nothing] : next),
    '',
    verdict(plan, paint),
    '',
  ].join('\n');
}

/**
 * One head line per kind of change, and below it the syncs that it is about. Of several wordings
 * of the head that one is taken for which there is room.
 */
function blocks<C extends Change>(
  changes: readonly C[],
  headsOf: (group: readonly C[]) => [string, ...string[]],
  columns: number,
  paint: Paint,
): string[] {
  return inOrder(changes, groupMark).flatMap((group) => {
    const names = group.slice(0, NAMES_SHOWN).map(({ name }) => plain(name));
    const more = group.length - names.length;
    const list = [...names, ...(more > 0 ? [`and ${more} more`] : [])].join(', ');
    const lines = wrap(list, columns - 8);
    return [
      `  ${fitting(columns - 2, headsOf(group))}`,
      ...lines.map((line) => paint('name', `    ${line}`)),
    ];
  });
}

function groupMark(change: Change): string {
  const { by, until, baseline } = change;
  const was = 'at' in change ? [] : [change.wasBy, change.wasUntil];
  return JSON.stringify([change.change, by, until, baseline, ...was]);
}

/** Groups of what has the same mark, in the order of their first members. */
function inOrder<T>(items: readonly T[], markOf: (item: T) => string): T[][] {
  const groups = new Map<string, T[]>();
  for (const item of items) {
    const mark = markOf(item);
    const group = groups.get(mark);
    if (group === undefined) groups.set(mark, [item]);
    else group.push(item);
  }
  return [...groups.values()];
}

/** With how far off the end is, and without. */
function nowLines(group: readonly NowChange[], now: Instant, paint: Paint): [string, ...string[]] {
  const [{ change, by, until, wasBy, wasUntil, timezone = 'UTC', baseline }] = group as [NowChange];
  const [mark, tone] = LOOKS[change];
  const end = (at: Instant | undefined) => (at === undefined ? 'for good' : inZone(at, timezone));
  const syncs = count(group.length, 'sync');
  const head = `${paint(tone, mark)} ${paint(tone, change)} ${syncs}`;
  const tail = asleep(baseline, paint);
  if (change === 'resume') return [`${head}, which ${wasBy} held${tail}`];
  const apart = until === undefined ? '' : ` (${relative(until, now)})`;
  const what = `${head}${change === 'keep' ? ' paused' : ''} for ${by}, until ${end(until)}`;
  const before = wasBy === by ? `until ${end(wasUntil)}` : `${wasBy} until ${end(wasUntil)}`;
  const was = change === 'keep' ? `; it was ${before}` : '';
  return [`${what}${apart}${was}${tail}`, `${what}${was}${tail}`];
}

function nextLine(group: readonly NextChange[], paint: Paint): string {
  const [{ change, by, until, timezone = 'UTC', baseline }] = group as [NextChange];
  const [mark, tone] = LOOKS[change];
  const end = until === undefined ? ' for good' : ` until ${inZone(until, timezone)}`;
  const tail = change === 'resume' ? '' : ` for ${by},${end}`;
  const what = `${paint(tone, change)} ${count(group.length, 'sync')}`;
  return `${paint(tone, mark)} ${what}${tail}${asleep(baseline, paint)}`;
}

/** What was inactive before stays so, and gets no call. */
function asleep(baseline: Change['baseline'], paint: Paint): string {
  return baseline === 'active' ? '' : paint('quiet', ' (inactive before: no call)');
}

function clock({ at, timezone = 'UTC' }: NextChange, now: Instant, paint: Paint): string {
  const utc = timezone === 'UTC' ? '' : `${inUtc(at)}, `;
  const others = paint('quiet', `${utc}${relative(at, now)}`);
  return `${paint('strong', inZone(at, timezone))}  ${others}`;
}

function schedulerLines(changes: SchedulerChanges, columns: number, paint: Paint): string[] {
  const parts = (['add', 'change', 'remove'] as const).filter((kind) => changes[kind].length > 0);
  return parts.flatMap((kind) => {
    const names = changes[kind].join(', ');
    const head = `${kind} ${count(changes[kind].length, 'scheduler')}: ${names}`;
    return wrap(plain(head), columns - 4).map((line, index) =>
      index === 0 ? `  ${paint('calm', '·')} ${line}` : `    ${line}`,
    );
  });
}

function spanWords({ start, end }: Interval, now: Instant, plan: Plan): string {
  const zones = new Set(plan.next.map(({ timezone = 'UTC' }) => timezone));
  const zone = zones.size === 1 ? [...zones][0]! : 'UTC';
  const from = start === now ? '' : `from ${inZone(start, zone)} `;
  return `${from}until ${inZone(end, zone)}`;
}

function verdict(plan: Plan, paint: Paint): string {
  const { add, change, remove } = plan.schedulers;
  const schedulers = add.length + change.length + remove.length;
  if (plan.now.length + schedulers === 0) return paint('good', 'Nothing to do.');
  const parts = [
    ...(plan.now.length === 0 ? [] : [count(plan.now.length, 'sync')]),
    ...(schedulers === 0 ? [] : [count(schedulers, 'scheduler')]),
  ];
  return `${paint('warn', parts.join(' and '))} would change now.`;
}

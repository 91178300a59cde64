import { Option } from 'commander';
import { adjustPolicies } from '../plan/adjust.ts';
import { sha256 } from '../policy/canonical.ts';
import type { Policy } from '../policy/policy.ts';
import { closest } from '../time/closest.ts';
import type { Instant, Interval } from '../time/interval.ts';
import { dayMs } from '../time/wall.ts';
import { wireInstant } from '../web/wire.ts';
import { type Cli, printJson } from './command.ts';
import { policyPathOf } from './environment.ts';
import { Failure } from './failure.ts';
import { type CalendarEntry, calendarText } from './ics-text.ts';
import { inUtc, inZone, lengthOf } from './moment.ts';
import { createPaint, type Paint } from './paint.ts';
import { feedReaderOf, requireSet } from './policy-files.ts';
import { plain, wrap } from './text-width.ts';
import { instantIn, parseWhen, type When } from './when.ts';
import { windowOverrides } from './window-overrides.ts';

interface Options {
  readonly from?: string;
  readonly to?: string;
  readonly raw?: boolean;
  readonly overrides?: boolean;
  readonly policies?: string;
  readonly format: 'text' | 'json' | 'ics';
}

/** What is shown of one policy. */
interface Shown {
  readonly policy: Policy;
  readonly range: Interval;
  readonly intervals: readonly Interval[];
}

const DAYS_SHOWN = 14;
/** Who subscribes looks at the next weeks, and calendars are not fetched every day. */
const DAYS_IN_CALENDAR = 90;
/** A minutely policy over a month; nobody reads more, and a mistyped year ends here. */
const INTERVALS_MAX = 50_000;

/** `curfew windows [policy…]` */
export function addWindows({ program, surroundings, action }: Cli): void {
  program
    .command('windows')
    .description('print when each policy pauses or protects its syncs')
    .argument('[policy...]', 'names of policies (default: all)')
    .option('--from <time>', 'date or time; without an offset in the zone of each policy (now)')
    .option(
      '--to <time>',
      `likewise, not included (${DAYS_SHOWN} days later; ics: ${DAYS_IN_CALENDAR})`,
    )
    .option('--raw', 'each occurrence of each window, as written: not merged, without lead')
    .option('--overrides', 'as people changed them (skip, end, extend); asks Curfew')
    .option('--policies <path>', 'file or folder (default: CURFEW_POLICIES or ./policies)')
    .addOption(
      new Option('--format <format>', 'how to print the answer; ics: a calendar to subscribe to')
        .choices(['text', 'json', 'ics'])
        .default('text'),
    )
    .action(
      action(async (names: string[], options: Options) => {
        const { stdout, env, clock } = surroundings;
        const now = clock.now();
        const from = options.from === undefined ? undefined : parseWhen(options.from, '--from');
        const to = options.to === undefined ? undefined : parseWhen(options.to, '--to');
        if (options.raw && options.overrides) {
          throw new Failure(2, '--raw shows windows as they are written; leave out --overrides');
        }
        const path = options.policies ?? policyPathOf(surroundings);
        const set = await requireSet([path], now, feedReaderOf(surroundings));
        const changes = options.overrides ? await windowOverrides(surroundings) : [];
        const policies = adjustPolicies(set.policies, changes);
        const days = options.format === 'ics' ? DAYS_IN_CALENDAR : DAYS_SHOWN;
        const shown = choose(policies, names).map((policy) => {
          const range = rangeOf(policy, from, to, now, days);
          return { policy, range, intervals: intervalsOf(policy, range, options.raw === true) };
        });
        if (options.format === 'json') printJson(surroundings, document(shown));
        else if (options.format === 'ics') stdout.write(calendarText(shown.flatMap(entries), now));
        else stdout.write(text(shown, createPaint(stdout, env), stdout.columns));
        return 0;
      }),
    );
}

function choose(policies: readonly Policy[], names: readonly string[]): readonly Policy[] {
  if (names.length === 0) return policies.filter(({ enabled }) => enabled);
  return names.map((name) => {
    const policy = policies.find((candidate) => candidate.name === name);
    if (policy !== undefined) return policy;
    const known = policies.map((candidate) => candidate.name);
    const guess = closest(name, known);
    const hint = guess === undefined ? '' : ` (did you mean ${guess}?)`;
    throw new Failure(2, `no policy is called ${JSON.stringify(name)}${hint}`);
  });
}

function rangeOf(
  { timezone }: Policy,
  from: When | undefined,
  to: When | undefined,
  now: Instant,
  days: number,
): Interval {
  const start = from === undefined ? now : instantIn(from, timezone);
  const end = to === undefined ? start + days * dayMs : instantIn(to, timezone);
  if (start < end) return { start, end };
  throw new Failure(2, '--to must be later than --from');
}

/** What meets the range, whole: an interval that began before it keeps its own start. */
function intervalsOf(policy: Policy, { start, end }: Interval, isRaw: boolean): Interval[] {
  const intervals: Interval[] = [];
  const add = (interval: Interval) => {
    intervals.push(interval);
    if (intervals.length <= INTERVALS_MAX) return;
    const message = `${policy.name} has more than ${INTERVALS_MAX} windows from --from to --to`;
    throw new Failure(1, message);
  };
  if (!isRaw) {
    for (const segment of policy.timeline.segments(start, end)) {
      if (segment.on) add({ start: segment.start, end: segment.end });
    }
    return intervals;
  }
  for (const window of policy.windows) {
    for (const occurrence of window.occurrences(start)) {
      if (occurrence.start >= end) break;
      add(occurrence);
    }
  }
  return intervals.sort((a, b) => a.start - b.start || a.end - b.end);
}

function document(shown: readonly Shown[]): object[] {
  return shown.flatMap(({ policy, intervals }) =>
    intervals.map(({ start, end }) => ({
      policy: policy.name,
      effect: policy.effect,
      start: wireInstant(start),
      end: wireInstant(end),
    })),
  );
}

/** Events of the calendar; a stretch that never began, or never ends, is cut at the range. */
function entries({ policy, range, intervals }: Shown): CalendarEntry[] {
  const { name, effect, mode, description, owner, ticket } = policy;
  const seen = new Map<Instant, number>();
  return intervals.map(({ start, end }) => {
    // Windows of one policy may start together; their order tells them apart.
    const turn = seen.get(start) ?? 0;
    seen.set(start, turn + 1);
    const does = effect === 'pause' ? 'pauses its syncs' : 'protects its syncs';
    return {
      uid: `${sha256(`${name} ${start} ${turn}`).slice(0, 32)}@curfew`,
      start: Number.isFinite(start) ? start : range.start,
      end: Number.isFinite(end) ? end : range.end,
      summary: `${name} ${does}${mode === 'observe' ? ' (only observes)' : ''}`,
      description: [description, owner, ticket].filter((part) => part !== undefined).join('\n'),
      category: effect,
    };
  });
}

function text(shown: readonly Shown[], paint: Paint, columns: number): string {
  const blocks = shown.map(({ policy, intervals }) => {
    const lines = intervals.map((interval) =>
      intervalLine(interval, policy.timezone, paint, columns),
    );
    const none = paint('quiet', '  nothing in this time');
    return [...headOf(policy, paint, columns), ...(lines.length === 0 ? [none] : lines), ''];
  });
  return blocks.flat().join('\n');
}

function headOf(policy: Policy, paint: Paint, columns: number): string[] {
  const { name, effect, timezone, mode, enabled, description } = policy;
  const does = effect === 'pause' ? 'pauses' : 'protects';
  const notes = [
    ...(mode === 'observe' ? ['only observes'] : []),
    ...(enabled ? [] : ['is not enabled']),
  ];
  const words = [does, ...notes].join(', ');
  const title = `${paint('strong', name)}  ${paint('quiet', `${words} · ${timezone}`)}`;
  const about = description === undefined ? [] : wrap(plain(description), columns - 2);
  return [title, ...about.map((line) => paint('quiet', `  ${line}`))];
}

function intervalLine(
  { start, end }: Interval,
  zone: string,
  paint: Paint,
  columns: number,
): string {
  const begin = Number.isFinite(start) ? inZone(start, zone) : 'always';
  const finish = Number.isFinite(end) ? inZone(end, zone) : 'for ever';
  const span = `  ${begin}  →  ${finish}`;
  if (!Number.isFinite(start) || !Number.isFinite(end)) return span;
  const line = `${span}  ${lengthOf(end - start).padEnd(10)}`;
  const utc = `${inUtc(start)} → ${inUtc(end, start)}`;
  // Where there is no room for both, the wall is what people plan by.
  const hasRoom = zone !== 'UTC' && line.length + 2 + utc.length <= columns;
  return hasRoom ? `${line}  ${paint('quiet', utc)}` : line.trimEnd();
}

import type { Policy, Window } from '../policy/policy.ts';
import type { Sync } from '../policy/sync.ts';
import type { Instant, Interval } from '../time/interval.ts';
import { inUtc, inZone, lengthOf, relative } from './moment.ts';
import type { Paint } from './paint.ts';
import type { Layout } from './table.ts';
import { fitting, plain, wrap } from './text-width.ts';

/** A policy in plain English: whom it is about, what it does, and when each window opens next. */
export function policyLines(
  policy: Policy,
  syncs: readonly Sync[] | undefined,
  now: Instant,
  { paint, columns }: Layout,
): string[] {
  const { description, windows, when } = policy;
  const about = description === undefined ? [] : wrap(plain(description), columns - 2);
  const indent = (text: string) => wrap(plain(text), columns - 2).map((line) => `  ${line}`);
  return [
    headOf(policy, paint),
    ...about.map((line) => paint('quiet', `  ${line}`)),
    ...indent(selectionText(policy, syncs)),
    ...indent(mannerText(policy)),
    ...windows.flatMap((window) => [
      ...wrap(plain(window.summary), columns - 4).map((line, index) =>
        index === 0
          ? `  ${paint(when === 'during' ? 'warn' : 'good', '•')} ${line}`
          : `    ${line}`,
      ),
      fitting(columns, nextTexts(window, now, paint)),
    ]),
    '',
  ];
}

function headOf({ name, effect, mode, enabled, priority, timezone }: Policy, paint: Paint): string {
  const does = effect === 'pause' ? 'pauses' : 'protects';
  const notes = [
    ...(enabled ? [] : ['is not enabled']),
    ...(mode === 'observe' ? ['only observes'] : []),
  ];
  const words = [[does, ...notes].join(', '), `priority ${priority}`, timezone].join(' · ');
  return `${paint('strong', name)}  ${paint('quiet', words)}`;
}

function selectionText(policy: Policy, syncs: readonly Sync[] | undefined): string {
  const { select, exclude } = policy;
  const matchers = select.map(({ matcher }) => matcherText(matcher)).join('; or ');
  const but = exclude.length === 0 ? '' : `, but not ${exclude.map(matcherText).join('; or ')}`;
  if (syncs === undefined) return `Selects ${matchers}${but}.`;
  const count = syncs.filter((sync) => policy.selects(sync)).length;
  return `Selects ${matchers}${but}: ${count} of ${syncs.length} syncs.`;
}

function matcherText(matcher: Policy['exclude'][number]): string {
  const { all, ...fields } = matcher;
  const words = Object.entries(fields).flatMap(([field, patterns]) => {
    if (patterns === undefined) return [];
    const texts = patterns.map((pattern) => (typeof pattern === 'string' ? pattern : pattern.text));
    return [`${field.replace('_', ' ')} ${texts.join(' or ')}`];
  });
  return words.length === 0 && all ? 'every sync' : words.join(' and ');
}

/** What it does, and how. */
function mannerText({ effect, when, leadMs, inFlight }: Policy): string {
  if (effect === 'protect') return 'Keeps them running, as they were, inside of these windows:';
  const early = leadMs === 0 ? '' : ` ${lengthOf(leadMs)} early`;
  const where =
    when === 'during' ? 'inside of these windows' : 'at all times but inside of these windows';
  const runs = inFlight === 'cancel' ? 'cancels what runs then' : 'lets what runs then finish';
  return `Pauses them${early} ${where}, and ${runs}:`;
}

/** The wall is what people plan by; UTC, and how far off it is, are told where there is room. */
function nextTexts(window: Window, now: Instant, paint: Paint): [string, ...string[]] {
  const next = firstOf(window.occurrences(now));
  if (next === undefined) return [`    ${paint('quiet', 'never again')}`];
  const { timezone } = window;
  const span = `    ${inZone(next.start, timezone)} → ${inZone(next.end, timezone)}`;
  const apart =
    next.start <= now ? `open, ends ${relative(next.end, now)}` : relative(next.start, now);
  const utc = timezone === 'UTC' ? apart : `${inUtc(next.start)}, ${apart}`;
  return [`${span}  ${paint('quiet', utc)}`, `${span}  ${paint('quiet', apart)}`, span];
}

/** The next occurrence of a window, or the one that is open. */
export function firstOf(occurrences: Iterable<Interval>): Interval | undefined {
  for (const occurrence of occurrences) return occurrence;
  return undefined;
}

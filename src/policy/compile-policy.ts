import { complement, startEarlier, union } from '../time/spans.ts';
import type { Timeline } from '../time/timeline.ts';
import { canonicalJson, sha256 } from './canonical.ts';
import type { LoadedWindow } from './load-window.ts';
import type { Effect, Place, Policy } from './policy.ts';
import type { PolicyFields } from './schema.ts';
import { type Matcher, type Pattern, selectsSync } from './selector.ts';

/** Everything that was read about one policy, free of errors. */
export interface PolicyParts {
  readonly name: string;
  readonly place: Place;
  readonly fields: PolicyFields;
  /** Where each matcher of `fields.select` was written. */
  readonly selectPlaces: readonly Place[];
  readonly effect: Effect;
  readonly when: Policy['when'];
  /** At least one. */
  readonly windows: readonly LoadedWindow[];
  /** Of the file; the first window's zone stands in for it. */
  readonly timezone: string;
}

/** Puts a policy together. */
export function compilePolicy(parts: PolicyParts): Policy {
  const { name, place, fields, selectPlaces, effect, when, windows, timezone } = parts;
  const { description, owner, ticket, enabled, mode, priority, select, exclude = [] } = fields;
  const leadMs = fields.lead ?? 0;
  const covered = union(windows.map((window) => window.timeline));
  const stance = { effect, when, mode, enabled, priority, leadMs, ...termsOf(fields) };
  const meaning = {
    ...stance,
    select: select.map(textsOf),
    exclude: exclude.map(textsOf),
    windows: windows.map((window) => window.meaning),
  };
  return {
    name,
    place,
    description,
    owner,
    ticket,
    labels: fields.labels ?? {},
    notify: fields.notify ?? [],
    cost: costOf(fields),
    ...stance,
    windows: windows.map(({ window }) => window),
    timeline: startEarlier(when === 'during' ? covered : complement(covered), leadMs),
    timezone,
    hash: sha256(canonicalJson(meaning)),
    select: select.map((matcher, index) => ({ matcher, place: selectPlaces[index] ?? place })),
    exclude,
    selects: (sync) => selectsSync(select, exclude, sync),
  };
}

function termsOf(fields: PolicyFields) {
  const { in_flight: inFlight = 'leave', resume, limit } = fields;
  return {
    inFlight,
    protectResync: fields.protect_resync ?? true,
    enforce: fields.enforce ?? 'once',
    resume: { spreadMs: resume?.spread ?? 0, catchUp: resume?.catch_up ?? 'none' },
    limit: { syncs: limit?.syncs, percent: limit?.percent },
    onDelete: fields.on_delete ?? 'restore',
  } satisfies Partial<Policy>;
}

function costOf({ cost }: PolicyFields): Policy['cost'] {
  if (cost === undefined) return undefined;
  const { per_run: perRun, per_hour: perHour, currency } = cost;
  return { perRun, perHour, currency };
}

/** A matcher as it was written: what its patterns are made of is no part of what it means. */
function textsOf(matcher: Matcher): object {
  return Object.fromEntries(
    Object.entries(matcher).map(([field, value]) => [
      field,
      Array.isArray(value) ? value.map((each: string | Pattern) => textOf(each)) : value,
    ]),
  );
}

function textOf(pattern: string | Pattern): string {
  return typeof pattern === 'string' ? pattern : pattern.text;
}

// Longer than anybody plans: what does not change in between is taken as never changing. All three
// are fixed, so that a set which is good today is good tomorrow.
const lifetime = { start: Date.UTC(1980), middle: Date.UTC(2026), end: Date.UTC(2072) };

/** The value a timeline has for all time; undefined when it changes. */
export function constantValue(timeline: Timeline): boolean | undefined {
  const { start, end, on } = timeline.segmentAt(lifetime.middle);
  return start <= lifetime.start && end >= lifetime.end ? on : undefined;
}

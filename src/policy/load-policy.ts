// From the tree of one policy to a compiled policy. Every layer reports all it finds; only a policy
// without an error is compiled.

import type { Instant } from '../time/interval.ts';
import { compilePolicy, constantValue } from './compile-policy.ts';
import { type Cursor, descend, reportAt, valueOffset } from './cursor.ts';
import type { CalendarBook } from './load-calendars.ts';
import { type FileZone, type LoadedWindow, loadWindow } from './load-window.ts';
import type { Effect, Place, Policy } from './policy.ts';
import type { ProblemCode } from './problem-codes.ts';
import { readShape } from './read-shape.ts';
import { type PolicyFields, policySchema } from './schema.ts';
import { pauseOnlyFields } from './schema-terms.ts';

/** What a policy does, and the list of windows that say when. */
interface Stance {
  readonly effect: Effect;
  readonly when: Policy['when'];
  readonly list: Cursor;
}

/** Reports every fault of one policy; gives it compiled when none is an error. */
export function loadPolicy(
  name: string,
  cursor: Cursor,
  fileZone: FileZone,
  calendars: CalendarBook,
  now: Instant | undefined,
): Policy | undefined {
  const fields = readShape(policySchema, cursor);
  if (cursor.tree.kind !== 'map') return undefined;
  const stance = readStance(cursor);
  if (stance === undefined) return undefined;
  if (stance.effect === 'protect') reportIdle(cursor);
  const found = entriesOf(stance.list).map((window) =>
    loadWindow(window, fileZone, calendars, now),
  );
  const windows = found.filter((window) => window !== undefined);
  const [first] = windows;
  if (fields === undefined || first === undefined || windows.length < found.length) {
    return undefined;
  }
  reportExcludeAll(fields, cursor);
  const place = cursor.placeOf(cursor.keyOffset);
  const timezone = typeof fileZone === 'string' ? first.window.timezone : fileZone.name;
  const { effect, when } = stance;
  const selectPlaces = placesOfSelect(cursor);
  const parts = { name, place, fields, selectPlaces, effect, when, windows, timezone };
  const policy = compilePolicy(parts);
  reportConstant(policy, fields, windows, stance.list);
  return policy;
}

/** Exactly one of `pause.during`, `pause.outside` and `protect.during`. */
function readStance(cursor: Cursor): Stance | undefined {
  const found: Stance[] = [];
  for (const effect of ['pause', 'protect'] as const) {
    const below = descend(cursor, effect);
    for (const when of ['during', 'outside'] as const) {
      const list = below && descend(below, when);
      const isKnown = effect === 'pause' || when === 'during';
      if (list !== undefined && isKnown) found.push({ effect, when, list });
    }
  }
  const [stance, second] = found;
  if (second !== undefined) {
    const message = 'a policy has only one of pause.during, pause.outside and protect.during';
    const fault = { code: 'effect-not-one', message, hint: 'write two policies' } as const;
    reportAt(second.list, fault, second.list.keyOffset);
  } else if (stance === undefined && descend(cursor, 'protect') === undefined) {
    const message = 'a policy needs pause.during, pause.outside or protect.during';
    reportAt(cursor, { code: 'effect-not-one', message }, cursor.keyOffset);
  }
  return stance;
}

/** With `protect` nothing is paused, so that nothing can be paused early, cancelled or resumed. */
function reportIdle(cursor: Cursor): void {
  for (const field of pauseOnlyFields) {
    const idle = descend(cursor, field);
    if (idle === undefined) continue;
    const message = `\`${field}\` does nothing in a policy that protects`;
    const fault = { code: 'field-without-effect', message, hint: 'leave it out' } as const;
    reportAt(idle, fault, idle.keyOffset);
  }
}

function entriesOf(list: Cursor): Cursor[] {
  if (list.tree.kind !== 'list') return [];
  return list.tree.items.map((_, index) => descend(list, index)!);
}

/** One matcher, or a list of them. */
function placesOfSelect(cursor: Cursor): Place[] {
  const select = descend(cursor, 'select');
  if (select === undefined) return [];
  const entries = select.tree.kind === 'list' ? entriesOf(select) : [select];
  return entries.map((entry) => entry.placeOf(valueOffset(entry)));
}

/** An exclusion by a matcher that says `all` and nothing else covers everything. */
function reportExcludeAll({ exclude }: PolicyFields, cursor: Cursor): void {
  const isAll = exclude?.some((matcher) => matcher.all && Object.keys(matcher).length === 1);
  if (!isAll) return;
  const message = 'this excludes every sync, so that the policy selects none';
  const hint = 'to switch a policy off, write `enabled: false`';
  reportAt(descend(cursor, 'exclude')!, { code: 'exclude-all', message, hint });
}

/** Windows that cover all time, or never occur, are rarely meant (POLICY 8). */
function reportConstant(
  { timeline, effect }: Policy,
  fields: PolicyFields,
  windows: readonly LoadedWindow[],
  list: Cursor,
): void {
  const value = constantValue(timeline);
  // What is in a calendar that somebody else writes may be there tomorrow.
  if (value === undefined || windows.some(({ isFed }) => isFed)) {
    for (const window of windows) {
      if (constantValue(window.timeline) !== false) continue;
      const message = 'this window never opens';
      reportAt(window.cursor, { code: 'window-never-opens', message });
    }
  } else if (!fields.allow_always) {
    const { code, message } = constantProblems[effect][value ? 'on' : 'off'];
    const hint = 'if it is meant so, write `allow_always: true`';
    reportAt(list, { code, message, hint }, list.keyOffset);
  }
}

const constantProblems: Record<
  Effect,
  Record<'on' | 'off', { code: ProblemCode; message: string }>
> = {
  pause: {
    on: { code: 'never-runs', message: 'by these windows the syncs are paused for ever' },
    off: { code: 'never-pauses', message: 'by these windows the syncs are never paused' },
  },
  protect: {
    on: { code: 'always-protects', message: 'these windows protect the syncs for ever' },
    off: { code: 'never-protects', message: 'these windows never protect the syncs' },
  },
};

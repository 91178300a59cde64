// From the text of a test file to its cases, or to every problem in it. Each layer reports all it
// finds; a file with an error is not run.

import { closest } from '../time/closest.ts';
import type { Instant } from '../time/interval.ts';
import type { Wall } from '../time/wall.ts';
import { zoneOf } from '../time/zone.ts';
import { type Cursor, descend, fieldsOf, reportAt } from './cursor.ts';
import { openSource } from './open-source.ts';
import type { Policy, PolicySource } from './policy.ts';
import type { Expectation, PolicyTest, TestCase } from './policy-test.ts';
import type { Problem } from './problem.ts';
import { createProblemLog } from './problem-log.ts';
import { readShape } from './read-shape.ts';
import { closestHint } from './suggest.ts';
import type { Sync } from './sync.ts';
import {
  momentExpectationSchema,
  rangeExpectationSchema,
  stateSchema,
  testCaseSchema,
  testFileSchema,
  type WrittenTime,
} from './test-schema.ts';
import { syncsOf, writtenSyncSchema } from './written-sync.ts';

/** What a case may refer to. */
interface Context {
  readonly syncs: readonly Sync[];
  readonly policies: readonly Policy[];
  /** The zone that the file names. */
  readonly timezone: string | undefined;
}

/** `test` is there exactly when no problem is an error. */
export interface LoadedTest {
  readonly test?: PolicyTest | undefined;
  readonly problems: readonly Problem[];
}

/** Loads one test file of a set of policies. Pure. */
export function loadPolicyTest(source: PolicySource, policies: readonly Policy[]): LoadedTest {
  const log = createProblemLog();
  const root = openSource(source, log);
  const test = root && loadRoot(root, source.file, policies);
  const problems = log.all();
  return log.hasErrors() || test === undefined ? { problems } : { test, problems };
}

function loadRoot(root: Cursor, file: string, policies: readonly Policy[]): PolicyTest | undefined {
  const frame = readShape(testFileSchema, root);
  const syncs = loadSyncs(descend(root, 'syncs'));
  if (syncs === undefined) return undefined;
  const context = { syncs, policies, timezone: frame?.timezone?.name };
  const found = entriesOf(descend(root, 'cases')).map((entry) => loadCase(entry, context));
  const cases = found.filter((each) => each !== undefined);
  if (frame === undefined || cases.length < found.length) return undefined;
  return { file, syncs, cases };
}

function loadSyncs(list: Cursor | undefined): readonly Sync[] | undefined {
  const entries = entriesOf(list);
  const written = entries.map((entry) => readShape(writtenSyncSchema, entry));
  const good = written.filter((each) => each !== undefined);
  if (good.length < entries.length || list === undefined) return undefined;
  const syncs = syncsOf(good);
  for (const [index, { key, name }] of syncs.entries()) {
    const first = syncs.findIndex((sync) => sync.key === key);
    if (first === index) continue;
    const message = `\`${name}\` is the same sync as entry ${first + 1}: \`${key}\``;
    const hint = 'give each its own `id`';
    reportAt(entries[index]!, { code: 'sync-duplicate', message, hint });
  }
  return syncs;
}

function entriesOf(list: Cursor | undefined): Cursor[] {
  if (list?.tree.kind !== 'list') return [];
  return list.tree.items.map((_, index) => descend(list, index)!);
}

function loadCase(cursor: Cursor, context: Context): TestCase | undefined {
  const fields = readShape(testCaseSchema, cursor);
  const kind = kindOf(cursor);
  const expect = descend(cursor, 'expect');
  const entries = expect === undefined ? [] : fieldsOf(expect);
  if (expect?.tree.kind === 'map' && entries.length === 0) {
    const message = 'a case without an expectation cannot fail';
    reportAt(expect, { code: 'list-empty', message });
  }
  const found = entries.map(([name, entry]) =>
    loadExpectation(name, entry, kind ?? 'instant', context),
  );
  const expectations = found.filter((each) => each !== undefined);
  if (fields === undefined || kind === undefined || expectations.length < found.length) {
    return undefined;
  }
  const timezone = context.timezone ?? zoneOfCase(expectations, context.policies);
  const times = expectations.flatMap(timesOf);
  const ends = kind === 'instant' ? [fields.at] : [fields.from, fields.to];
  const isWall = [...ends, ...times].some((each) => each?.clock === 'wall');
  if (isWall && timezone === undefined) {
    const message = 'the policies are in several time zones: which wall shows the times here?';
    const hint = 'write `timezone:` at the top of the file, or give each time an offset';
    reportAt(cursor, { code: 'zone-missing', message, hint });
    return undefined;
  }
  const [from, to = from] = ends.map((end) => instantIn(end!, timezone ?? 'UTC'));
  const place = cursor.placeOf(cursor.tree.offset);
  const { name } = fields;
  const common = { name, place, timezone: timezone ?? 'UTC', kind, expectations };
  if (kind === 'range' && from! >= to!) {
    reportAt(descend(cursor, 'to')!, {
      code: 'window-inverted',
      message: '`to` is not after `from`',
    });
    return undefined;
  }
  return { ...common, from: from!, to: to! };
}

/** Either `at`, or both `from` and `to`. */
function kindOf(cursor: Cursor): TestCase['kind'] | undefined {
  if (cursor.tree.kind !== 'map') return undefined;
  const [at, from, to] = ['at', 'from', 'to'].map((name) => descend(cursor, name));
  if (at !== undefined && from === undefined && to === undefined) return 'instant';
  if (at === undefined && from !== undefined && to !== undefined) return 'range';
  const message = 'a case has `at`, or `from` and `to`';
  reportAt(cursor, { code: 'case-time-not-one', message });
  return undefined;
}

function loadExpectation(
  name: string,
  cursor: Cursor,
  kind: TestCase['kind'],
  { syncs, policies }: Context,
): Expectation | undefined {
  const sync = findSync(name, cursor, syncs);
  const fields = readExpectation(cursor, kind);
  if (sync === undefined || fields === undefined) return undefined;
  if (fields !== undefined && Object.values(fields).every((value) => value === undefined)) {
    const message = 'nothing is expected here, so that it cannot fail';
    const hint = kind === 'instant' ? 'write `state: paused`, say' : 'write `transitions: 0`, say';
    reportAt(cursor, { code: 'list-empty', message, hint });
    return undefined;
  }
  const place = cursor.placeOf(cursor.keyOffset);
  const isKnown = policyCursors(cursor).map((by) => isPolicy(by, policies));
  return isKnown.every(Boolean) ? { sync, place, path: cursor.path, ...fields } : undefined;
}

/** A single state stands for an expectation of nothing else. */
function readExpectation(cursor: Cursor, kind: TestCase['kind']): Partial<Expectation> | undefined {
  if (cursor.tree.kind === 'scalar') {
    const state = readShape(stateSchema, cursor);
    return state && { state };
  }
  const schema = kind === 'instant' ? momentExpectationSchema : rangeExpectationSchema;
  return readShape(schema, cursor);
}

/** By name when only one has it, by id or by `kind:id`. */
function findSync(name: string, cursor: Cursor, syncs: readonly Sync[]): Sync | undefined {
  const found = syncs.filter((sync) => [sync.key, sync.id, sync.name].includes(name));
  if (found.length === 1) return found[0];
  const offset = cursor.keyOffset;
  if (found.length > 1) {
    const message = `\`${name}\` names several syncs`;
    const hint = `use one of ${found.map(({ key }) => key).join(', ')}`;
    reportAt(cursor, { code: 'sync-ambiguous', message, hint }, offset);
    return undefined;
  }
  const known = syncs.map((sync) => sync.name);
  const hint = closestHint(name, known) ?? 'add it to `syncs` above';
  const message = `no sync of this file is called \`${name}\``;
  reportAt(cursor, { code: 'sync-unknown', message, hint }, offset);
  return undefined;
}

/** The places where an expectation names a policy. */
function policyCursors(cursor: Cursor): Cursor[] {
  const transitions = entriesOf(descend(cursor, 'transitions'));
  return [cursor, ...transitions].flatMap((each) => descend(each, 'by') ?? []);
}

function isPolicy(by: Cursor, policies: readonly Policy[]): boolean {
  const name = by.tree.kind === 'scalar' ? String(by.tree.value) : '';
  if (policies.some((policy) => policy.name === name)) return true;
  const known = policies.map((policy) => policy.name);
  const guess = closest(name, known);
  const hint = guess === undefined ? undefined : `did you mean ${guess}?`;
  reportAt(by, { code: 'policy-unknown', message: `no policy is called \`${name}\``, hint });
  return false;
}

/**
 * That of the policies that the case names, else of those that select its syncs, else of all, where
 * these agree.
 */
function zoneOfCase(
  expectations: readonly Expectation[],
  policies: readonly Policy[],
): string | undefined {
  const named = new Set(expectations.flatMap(namedIn));
  const candidates = [
    policies.filter(({ name }) => named.has(name)),
    policies.filter((policy) => expectations.some(({ sync }) => policy.selects(sync))),
    policies,
  ];
  const first = candidates.find((some) => some.length > 0) ?? [];
  const zones = new Set(first.map(({ timezone }) => timezone));
  return zones.size === 1 ? [...zones][0] : undefined;
}

function namedIn({ by, transitions }: Expectation): (string | undefined)[] {
  return [by, ...(typeof transitions === 'object' ? transitions.map((each) => each.by) : [])];
}

function timesOf({ since, until, transitions }: Expectation): WrittenTime[] {
  return [
    since,
    until,
    ...(typeof transitions === 'object' ? transitions.map(({ at }) => at) : []),
  ].filter((time) => typeof time === 'object');
}

/** As a start: of a repeated hour the first pass, in a gap the instant of the jump. */
function instantIn({ clock, at }: WrittenTime, zone: string): Instant {
  return clock === 'exact' ? at : zoneOf(zone).startInstant(at as Wall);
}

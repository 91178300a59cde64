// Unit tests of policies: asks the same functions that decide in production, and compares.

import type { Place, Policy } from '../policy/policy.ts';
import type { Expectation, ExpectedTransition, TestCase } from '../policy/policy-test.ts';
import type { Sync, SyncKey } from '../policy/sync.ts';
import type { ExpectedState, WrittenTime } from '../policy/test-schema.ts';
import type { Instant } from '../time/interval.ts';
import { formatWall } from '../time/wall.ts';
import { zoneOf } from '../time/zone.ts';
import { explain } from './explain.ts';
import { type State, type Stretch, stretches } from './stretches.ts';
import { timeText } from './time-text.ts';

/** What came of one case; it passed when nothing failed. */
export interface CaseResult {
  readonly name: string;
  readonly place: Place;
  readonly failures: readonly CaseFailure[];
}

/** One thing that is not as expected. */
export interface CaseFailure {
  readonly sync: SyncKey;
  readonly syncName: string;
  readonly place: Place;
  /** The field of the expectation. */
  readonly field: 'state' | 'by' | 'since' | 'until' | 'because' | 'transitions';
  /** One line, or one for each transition. */
  readonly expected: string;
  readonly actual: string;
  /** The instant that the explanation is about. */
  readonly at: Instant;
  readonly because: readonly string[];
}

/** A change of a sync's state. */
export interface Transition {
  readonly at: Instant;
  readonly state: State;
  readonly by?: string | undefined;
}

/** Runs one case against a set of policies; `syncs` are all of its file. */
export function checkCase(
  policies: readonly Policy[],
  testCase: TestCase,
  syncs: readonly Sync[],
): CaseResult {
  const { name, place } = testCase;
  const check = testCase.kind === 'instant' ? checkInstant : checkRange;
  const failures = testCase.expectations.flatMap((expectation) =>
    check(policies, testCase, expectation, syncs),
  );
  return { name, place, failures };
}

/** Every change of a sync's state in the range of a case. */
export function transitionsIn(
  policies: readonly Policy[],
  { from, to }: Pick<TestCase, 'from' | 'to'>,
  sync: Sync,
): readonly Transition[] {
  // From a moment before: a change at the very start is one of the range.
  return [...stretches(policies, [], sync, { start: from - 1, end: to })]
    .slice(1)
    .map(({ start, state, decision }) => ({ at: start, state, by: decision.cause }));
}

/** A transition in one line, its time in a zone. */
function transitionText({ at, state, by }: Transition, zone: string): string {
  return `${timeText(at, zone)} ${state}${by === undefined ? '' : ` by ${by}`}`;
}

/** A transition as a test file has it. */
export function transitionYaml({ at, state, by }: Transition, zone: string): string {
  const who = by === undefined ? '' : `, by: ${by}`;
  return `{ at: ${timeText(at, zone)}, state: ${state}${who} }`;
}

/** What is compared, as far as it is not the same for every failure of an expectation. */
type Finding = Pick<CaseFailure, 'field' | 'expected' | 'actual'>;

function checkInstant(
  policies: readonly Policy[],
  { from: at, timezone }: TestCase,
  expected: Expectation,
  syncs: readonly Sync[],
): CaseFailure[] {
  const { sync, place } = expected;
  const actual = explain(policies, [], sync, undefined, at, syncs);
  const findings: Finding[] = [];
  const expectField = (field: Finding['field'], isMet: boolean, wanted: string, found: string) => {
    if (!isMet) findings.push({ field, expected: wanted, actual: found });
  };
  const { state, by, since, until, because = [] } = expected;
  if (state !== undefined) {
    expectField('state', isState(state, actual.state), state, actual.state);
  }
  if (by !== undefined) expectField('by', by === actual.by, by, actual.by ?? 'nobody');
  for (const [field, wanted, found] of [
    ['since', since, actual.since],
    ['until', until, actual.until],
  ] as const) {
    if (wanted === undefined) continue;
    const none = field === 'since' ? 'always' : 'never';
    const shown = found === undefined ? none : timeText(found, timezone);
    const isMet =
      typeof wanted === 'string' ? found === undefined : isTime(wanted, found, timezone);
    expectField(field, isMet, writtenText(wanted, timezone), shown);
  }
  const said = [...actual.because, ...(actual.otherwise === undefined ? [] : [actual.otherwise])];
  for (const text of because) {
    const isMet = said.some((sentence) => sentence.includes(text));
    expectField('because', isMet, text, said.join('\n'));
  }
  const common = { sync: sync.key, syncName: sync.name, place, at, because: actual.because };
  return findings.map((finding) => ({ ...common, ...finding }));
}

function checkRange(
  policies: readonly Policy[],
  testCase: TestCase,
  { sync, place, state, transitions }: Expectation,
): CaseFailure[] {
  const { from, to, timezone } = testCase;
  const common = { sync: sync.key, syncName: sync.name, place };
  const failures: CaseFailure[] = [];
  const fail = (finding: Finding, at: Instant) => {
    const { because } = explain(policies, [], sync, undefined, at);
    failures.push({ ...common, ...finding, at, because });
  };
  if (state !== undefined) {
    const wrong = firstOther(stretches(policies, [], sync, { start: from, end: to }), state);
    if (wrong !== undefined) {
      const actual = `${wrong.state} from ${timeText(wrong.start, timezone)}`;
      fail({ field: 'state', expected: `${state} throughout`, actual }, wrong.start);
    }
  }
  if (transitions !== undefined) {
    const found = transitionsIn(policies, testCase, sync);
    const at = firstDifference(transitions, found, timezone);
    if (at !== undefined) {
      const shown = found.map((each) => transitionText(each, timezone)).join('\n');
      const actual = shown === '' ? 'none' : shown;
      const expected = expectedText(transitions, timezone);
      fail({ field: 'transitions', expected, actual }, found[at]?.at ?? from);
    }
  }
  return failures;
}

function firstOther(all: Iterable<Stretch>, wanted: ExpectedState): Stretch | undefined {
  for (const stretch of all) if (!isState(wanted, stretch.state)) return stretch;
  return undefined;
}

/** The index of the first transition that is not as expected; undefined when all are. */
function firstDifference(
  expected: number | readonly ExpectedTransition[],
  found: readonly Transition[],
  zone: string,
): number | undefined {
  if (typeof expected === 'number') return expected === found.length ? undefined : 0;
  const length = Math.max(expected.length, found.length);
  for (let index = 0; index < length; index += 1) {
    const [wanted, actual] = [expected[index], found[index]];
    const isSame =
      wanted !== undefined &&
      actual !== undefined &&
      isTime(wanted.at, actual.at, zone) &&
      isState(wanted.state, actual.state) &&
      (wanted.by === undefined || wanted.by === actual.by);
    if (!isSame) return index;
  }
  return undefined;
}

function expectedText(expected: number | readonly ExpectedTransition[], zone: string): string {
  if (typeof expected === 'number') {
    return expected === 1 ? '1 transition' : `${expected} transitions`;
  }
  const lines = expected.map(({ at, state, by }) => {
    const who = by === undefined ? '' : ` by ${by}`;
    return `${writtenText(at, zone)} ${state}${who}`;
  });
  return lines.length === 0 ? 'none' : lines.join('\n');
}

function isState(expected: ExpectedState, actual: State): boolean {
  return expected === 'running' ? actual !== 'paused' : actual === expected;
}

/** Whether an instant is what was written; of a wall time, whether the wall shows it then. */
function isTime({ clock, at }: WrittenTime, actual: Instant | undefined, zone: string): boolean {
  if (actual === undefined) return false;
  return clock === 'exact' ? actual === at : zoneOf(zone).wallAt(actual) === at;
}

function writtenText(time: WrittenTime | 'always' | 'never', zone: string): string {
  if (typeof time === 'string') return time;
  return time.clock === 'exact' ? timeText(time.at, zone) : formatWall(time.at);
}

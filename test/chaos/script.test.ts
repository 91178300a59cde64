import { expect, test } from 'vitest';
import { loadPolicySet } from '../../src/policy/load-policies.ts';
import { CALM, ended, planPolicies, render, withOtherEnd } from './policy-plan.ts';
import { type Act, FAULT_RATE, type Lane, scriptOf } from './script.ts';

const LANES: readonly Lane[] = [
  'daemon 1',
  'daemon 2',
  'redis',
  'postgres',
  'sandbox',
  'weather',
  'key',
  'folder',
  'people',
];
const PACE = { longestMs: 20_000, stretch: 1, isLong: true };

function first(count: number, seed: number, storm: number, lane: Lane): Act[] {
  const script = scriptOf(seed, storm, lane, PACE);
  return Array.from({ length: count }, () => script.next().value as Act);
}

test('the same seed gives each lane the same script, another one does not', () => {
  for (const lane of LANES) {
    expect(first(50, 7, 1, lane)).toEqual(first(50, 7, 1, lane));
    expect(first(50, 7, 1, lane)).not.toEqual(first(50, 8, 1, lane));
    expect(first(50, 7, 1, lane)).not.toEqual(first(50, 7, 2, lane));
  }
});

test('nobody is frozen for longer than the pace allows, and faults add up to their rate', () => {
  for (const lane of LANES) {
    for (const { harm } of first(300, 3, 1, lane)) {
      if (harm.kind === 'freeze') expect(harm.forMs).toBeLessThanOrEqual(PACE.longestMs);
      if (harm.kind !== 'faults' || harm.faults.length === 1) continue;
      const sum = harm.faults.reduce((total, { rate }) => total + rate, 0);
      expect(sum).toBeCloseTo(FAULT_RATE);
    }
  }
});

const START = Date.UTC(2026, 5, 1);
const HOUR = 3_600_000;
const planned = planPolicies({
  seed: 1,
  start: START,
  until: START + HOUR,
  calm: { start: START + HOUR / 2, end: START + 2 * HOUR },
});
const load = (policies: typeof planned) =>
  loadPolicySet(
    policies.map((policy) => ({ file: policy.file, text: render(policy) })),
    { now: START },
  );

test('the planned policies are valid, and open and close every few seconds', () => {
  const { set, problems } = load(planned);
  expect(problems.filter(({ severity }) => severity === 'error')).toEqual([]);
  const edges = set!.policies.map(({ name, timeline }) => {
    const segments = [...timeline.segments(START, START + HOUR)];
    return name.startsWith(CALM) ? Number.POSITIVE_INFINITY : segments.length;
  });
  expect(Math.min(...edges)).toBeGreaterThan(100);
});

test('ended, they have nothing open any more and open never again', () => {
  const now = START + HOUR / 4;
  const { set, problems } = load(planned.map((policy) => ended(policy, now, now + 2_000)));
  expect(problems.filter(({ severity }) => severity === 'error')).toEqual([]);
  for (const { timeline, name } of set!.policies) {
    const later = [...timeline.segments(now + 2_000, START + 100 * HOUR)];
    expect(
      later.filter(({ on }) => on),
      name,
    ).toEqual([]);
  }
});

test('an edited end is never before the next second, and never before the start', () => {
  const [policy] = planned;
  const [window] = policy!.windows;
  const later = withOtherEnd(policy!, window!.start + 500, 4_000).windows[0]!;
  expect(later).toEqual({ ...window, end: window!.end + 4_000 });
  const sooner = withOtherEnd(policy!, window!.start + 500, -60_000).windows[0]!;
  expect(sooner.end).toBe(window!.start + 2_000);
});

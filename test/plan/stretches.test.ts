import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { decide } from '../../src/plan/decide.ts';
import type { Override } from '../../src/plan/override.ts';
import { type Stretch, stateOf, stretchAt, stretches } from '../../src/plan/stretches.ts';
import { loadPolicySet } from '../../src/policy/load-policies.ts';
import type { Policy } from '../../src/policy/policy.ts';
import { HOUR, MINUTE, policy, sync, syncOverride, T0, timelineOf, windowOverride } from './rig.ts';

const DAY = 24 * HOUR;

/** The states between two instants, with the hours from T0 at which they begin. */
function told(
  policies: readonly Policy[],
  overrides: readonly Override[],
  hours: number,
): string[] {
  const range = { start: T0 - HOUR, end: T0 + hours * HOUR };
  return [...stretches(policies, overrides, sync, range)].map(
    ({ start, state, decision }) => `${(start - T0) / HOUR} ${state} ${decision.cause ?? '-'}`,
  );
}

describe('the stretches of a sync', () => {
  test('S7: a hand-over between policies that pause is one stretch', () => {
    const first = policy('first');
    const second = policy('second', {
      timeline: timelineOf({ start: T0 + HOUR, end: T0 + 2 * HOUR }),
    });
    expect(told([first, second], [], 5)).toEqual([
      '-1 baseline -',
      '0 paused first',
      '2 baseline -',
    ]);
    expect(stretchAt([first, second], [], sync, T0 + HOUR + 1)).toMatchObject({
      start: T0,
      end: T0 + 2 * HOUR,
      state: 'paused',
    });
  });

  test('S12: a protection of a higher priority cuts a pause in two', () => {
    const books = policy('books', {
      effect: 'protect',
      priority: 1,
      timeline: timelineOf({ start: T0 + 20 * MINUTE, end: T0 + 40 * MINUTE }),
    });
    const states = [
      ...stretches([policy('nightly'), books], [], sync, { start: T0, end: T0 + DAY }),
    ];
    expect(states.map(({ state, start }) => [state, (start - T0) / MINUTE])).toEqual([
      ['paused', 0],
      ['protected', 20],
      ['paused', 40],
      ['baseline', 60],
    ]);
  });

  test('S39: an override is a stretch of its own, and what it hid comes back after it', () => {
    const release = syncOverride({ kind: 'release', from: T0 + MINUTE, expires: T0 + 2 * MINUTE });
    const states = [
      ...stretches([policy('nightly')], [release], sync, { start: T0, end: T0 + DAY }),
    ];
    expect(states.map(({ state }) => state)).toEqual(['paused', 'protected', 'paused', 'baseline']);
    expect(told([], [syncOverride({ covers: () => false })], 2)).toEqual(['-1 baseline -']);
  });

  test('the first begins where it was asked from, the last ends where it ends', () => {
    const [only, ...others] = stretches([policy('nightly')], [], sync, {
      start: T0 + MINUTE,
      end: T0 + 2 * MINUTE,
    });
    expect(others).toEqual([]);
    expect(only).toMatchObject({ start: T0 + MINUTE, end: T0 + HOUR, state: 'paused' });
  });

  test('what never changes has infinite ends', () => {
    expect(stretchAt([], [], sync, T0)).toMatchObject({ start: -Infinity, end: Infinity });
    const always = policy('always', { timeline: timelineOf({ start: -Infinity, end: Infinity }) });
    expect(stretchAt([always], [], sync, T0)).toMatchObject({ start: -Infinity, end: Infinity });
  });

  test('a policy that is off, or selects others, has no say', () => {
    const off = policy('off', { enabled: false });
    const others = policy('others', { selects: () => false });
    expect(told([off, others], [], 3)).toEqual(['-1 baseline -']);
  });

  test('edges that change nothing are passed over, years of them', () => {
    const text = `version: 1
timezone: Europe/Berlin
policies:
  nightly: { select: { all: true }, pause: { during: [{ daily: "22:00-06:00" }] } }
  freeze:
    select: { all: true }
    pause: { during: [{ once: 2026-06-01T00:00/2028-06-01T00:00 }] }
`;
    const { policies } = loadPolicySet([{ file: 'a.yaml', text }]).set!;
    const horizon = { start: T0, end: T0 + 2 * 366 * DAY };
    const states = [...stretches(policies, [], sync, horizon)];
    expect(states.map(({ state }) => state).slice(0, 3)).toEqual(['paused', 'baseline', 'paused']);
    // The freeze ends at midnight, the last night of it goes on until six.
    expect(states[0]!.end).toBe(Date.UTC(2028, 5, 1, 4));
    expect(stretchAt(policies, [], sync, T0)).toMatchObject({ end: Date.UTC(2028, 5, 1, 4) });
  });
});

/** Hours at which something begins, in order, some of them a length of time after another. */
const intervals = fc
  .uniqueArray(fc.integer({ min: 0, max: 20 }), { maxLength: 6 })
  .map((hours) => hours.sort((a, b) => a - b))
  .map((hours) =>
    hours.flatMap((start, index) =>
      index % 2 === 0 && hours[index + 1] !== undefined
        ? [{ start: T0 + start * HOUR, end: T0 + hours[index + 1]! * HOUR }]
        : [],
    ),
  );

const anyPolicy = fc.record({
  effect: fc.constantFrom('pause' as const, 'protect' as const),
  mode: fc.constantFrom('enforce' as const, 'enforce' as const, 'observe' as const),
  priority: fc.integer({ min: 0, max: 2 }),
  timeline: intervals.map((on) => timelineOf(...on)),
});

const anyOverride = fc
  .record({
    kind: fc.constantFrom('hold' as const, 'release' as const),
    from: fc.integer({ min: 0, max: 18 }),
    hours: fc.integer({ min: 1, max: 6 }),
  })
  .map(({ kind, from, hours }) =>
    syncOverride({ kind, from: T0 + from * HOUR, expires: T0 + (from + hours) * HOUR }),
  );

test('whatever the policies, stretches tile the time and agree with each single decision', () => {
  fc.assert(
    fc.property(
      fc.array(anyPolicy, { maxLength: 4 }),
      fc.array(anyOverride, { maxLength: 2 }),
      (fields, given) => {
        const policies = fields.map((each, index) => policy(`p${index}`, each));
        const overrides = given.map((each, index) => ({ ...each, id: `o${index}` }));
        const range = { start: T0 - HOUR, end: T0 + 30 * HOUR };
        const found: Stretch[] = [...stretches(policies, overrides, sync, range)];
        for (let at = range.start; at < range.end; at += HOUR / 2) {
          const now = found.find(({ start, end }) => start <= at && at < end)!;
          expect(now.state).toBe(stateOf(decide(policies, overrides, sync, at)));
          const around = stretchAt(policies, overrides, sync, at);
          expect(around.end).toBe(now.end);
          if (now !== found[0]) expect(around.start).toBe(now.start);
        }
        for (const [index, stretch] of found.slice(1).entries()) {
          expect(stretch.start).toBe(found[index]!.end);
          expect(stretch.state).not.toBe(found[index]!.state);
        }
      },
    ),
  );
});

/** When the state that a sync is in at an instant ends; undefined when it never does. */
function endAt(
  policies: Parameters<typeof stretchAt>[0],
  overrides: Parameters<typeof stretchAt>[1],
  about: Parameters<typeof stretchAt>[2],
  at: number,
): number | undefined {
  const { end } = stretchAt(policies, overrides, about, at);
  return Number.isFinite(end) ? end : undefined;
}

describe('the end of a stretch', () => {
  test('S7: a hand-over between policies is no change', () => {
    const first = policy('first');
    const second = policy('second', {
      timeline: timelineOf({ start: T0 + HOUR, end: T0 + 2 * HOUR }),
    });
    expect(endAt([first, second], [], sync, T0)).toBe(T0 + 2 * HOUR);
    expect(endAt([first, second], [], sync, T0 - 1)).toBe(T0);
  });

  test('an override that expires is a change; nothing to come is none', () => {
    expect(endAt([], [syncOverride()], sync, T0)).toBe(T0 + HOUR);
    expect(endAt([policy('nightly')], [], sync, T0 + HOUR)).toBeUndefined();
  });

  test('S42: windows count as people changed them', () => {
    const policies = [policy('nightly')];
    const ended = windowOverride({ kind: 'end', from: T0 + MINUTE });
    expect(endAt(policies, [ended], sync, T0)).toBe(T0 + MINUTE);
    const longer = windowOverride({ kind: 'extend', from: T0 + HOUR, expires: T0 + 2 * HOUR });
    expect(endAt(policies, [longer], sync, T0)).toBe(T0 + 2 * HOUR);
    expect(endAt(policies, [windowOverride()], sync, T0 - HOUR)).toBeUndefined();
  });

  test('an override that was revoked changes nothing after that', () => {
    const revoked = syncOverride({ from: T0 + MINUTE, revokedAt: T0 + 2 * MINUTE });
    expect(endAt([], [revoked], sync, T0)).toBe(T0 + MINUTE);
    expect(endAt([], [revoked], sync, T0 + MINUTE)).toBe(T0 + 2 * MINUTE);
    expect(endAt([], [revoked], sync, T0 + 2 * MINUTE)).toBeUndefined();
  });

  test('a policy that always pauses never changes', () => {
    const always = policy('always', { timeline: timelineOf({ start: -Infinity, end: Infinity }) });
    expect(endAt([always], [], sync, T0)).toBeUndefined();
  });
});

import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { adjustPolicies, policyOf } from '../../src/plan/adjust.ts';
import { endOf, type WindowOverride } from '../../src/plan/override.ts';
import type { Policy } from '../../src/policy/policy.ts';
import { onDuring } from '../../src/time/fixed.ts';
import type { Interval } from '../../src/time/interval.ts';
import { HOUR, MINUTE, policy, syncOverride, T0, windowOverride } from './rig.ts';

/** Hours from T0 on, as `0-6 24-30`. */
function hours(text: string): Interval[] {
  return text.split(' ').map((span) => {
    const [start, end] = span.split('-').map(Number);
    return { start: T0 + start! * HOUR, end: T0 + end! * HOUR };
  });
}

const nightly = (windows = '0-6 24-30') =>
  policy('nightly', { timeline: onDuring(hours(windows)) });

function override(
  kind: WindowOverride['kind'],
  occurrence: string,
  effect: string,
  more: Partial<WindowOverride> = {},
): WindowOverride {
  const [{ start: from, end: expires }] = hours(effect) as [Interval];
  return windowOverride({ kind, occurrence: hours(occurrence)[0]!, from, expires, ...more });
}

/** When the first policy has its effect in the first two days, as `hours` reads it. */
function shown(policies: readonly Policy[], overrides: readonly WindowOverride[]): string {
  const [adjusted] = adjustPolicies(policies, overrides);
  return [...adjusted!.timeline.segments(T0 - HOUR, T0 + 48 * HOUR)]
    .filter(({ on }) => on)
    .map(({ start, end }) => `${(start - T0) / HOUR}-${(end - T0) / HOUR}`)
    .join(' ');
}

describe('S42: one occurrence is changed', () => {
  test('skipped: the next one stays', () => {
    expect(shown([nightly()], [override('skip', '0-6', '0-6')])).toBe('24-30');
    expect(shown([nightly()], [override('skip', '24-30', '24-30')])).toBe('0-6');
  });

  test('ended early: what was before stays', () => {
    expect(shown([nightly()], [override('end', '0-6', '2-6')])).toBe('0-2 24-30');
  });

  test('extended, and again', () => {
    const first = override('extend', '0-6', '6-7');
    expect(shown([nightly()], [first])).toBe('0-7 24-30');
    const second = override('extend', '0-7', '7-9', { id: 'w2', number: 2 });
    expect(shown([nightly()], [second, first])).toBe('0-9 24-30');
    // Who extends says until when; without the first word the second still stands.
    const revoked = { ...first, revokedAt: T0 };
    expect(shown([nightly()], [second, revoked])).toBe('0-9 24-30');
  });

  test('extended up to the next one: there is no resume in between', () => {
    expect(shown([nightly()], [override('extend', '0-6', '6-24')])).toBe('0-30');
    expect(shown([nightly()], [override('extend', '0-6', '6-26')])).toBe('0-30');
  });

  test('the newer word has the last one', () => {
    const extended = override('extend', '0-6', '6-8');
    const ended = override('end', '0-8', '7-8', { id: 'w2', number: 2 });
    expect(shown([nightly()], [ended, extended])).toBe('0-7 24-30');
    expect(shown([nightly()], [ended, { ...extended, revokedAt: T0 }])).toBe('0-6 24-30');
    expect(shown([nightly()], [extended, { ...ended, revokedAt: T0 }])).toBe('0-8 24-30');
  });

  test('a newer extension reaches into a window that was skipped before', () => {
    const skipped = override('skip', '24-30', '24-30');
    const extended = override('extend', '0-6', '6-26', { id: 'w2', number: 2 });
    expect(shown([nightly()], [skipped, extended])).toBe('0-26');
    const first = { ...extended, number: 0 };
    expect(shown([nightly()], [skipped, first])).toBe('0-24');
  });

  test('skipping an occurrence twice is skipping it', () => {
    const once = override('skip', '0-6', '0-6');
    const again = { ...once, id: 'w2', number: 2 };
    expect(shown([nightly()], [once, again])).toBe('24-30');
    expect(shown([nightly()], [{ ...once, revokedAt: T0 + HOUR }, again])).toBe('24-30');
  });

  test('a revoked one counts up to there', () => {
    const revoked = override('skip', '0-6', '0-6', { revokedAt: T0 + 2 * HOUR });
    expect(shown([nightly()], [revoked])).toBe('2-6 24-30');
    const before = override('skip', '24-30', '24-30', { revokedAt: T0 });
    expect(shown([nightly()], [before])).toBe('0-6 24-30');
  });
});

describe('the policy changed meanwhile', () => {
  test('its window ends later by now: from where the skip ends the policy decides', () => {
    const skipped = override('skip', '0-6', '0-6');
    expect(shown([nightly('0-8 24-30')], [skipped])).toBe('6-8 24-30');
  });

  test('its window ends earlier or later by now: the extension ends where it said', () => {
    const extended = override('extend', '0-6', '6-8');
    expect(shown([nightly('0-5 24-30')], [extended])).toBe('0-8 24-30');
    expect(shown([nightly('0-7 24-30')], [extended])).toBe('0-8 24-30');
    expect(shown([nightly('0-9 24-30')], [extended])).toBe('0-9 24-30');
  });

  test('its window is gone: there is nothing to extend', () => {
    const extended = override('extend', '0-6', '6-8');
    expect(shown([nightly('24-30')], [extended])).toBe('24-30');
    expect(shown([nightly('10-12')], [extended])).toBe('10-12');
  });

  test('it was deleted: nothing is left to change', () => {
    expect(adjustPolicies([], [override('skip', '0-6', '0-6')])).toEqual([]);
    expect(shown([policy('other', { timeline: onDuring(hours('0-6')) })], [windowOverride()])).toBe(
      '0-6',
    );
  });

  test('it was only renamed: it is found by what it does', () => {
    const renamed = { ...nightly(), name: 'nights' };
    expect(shown([renamed], [override('skip', '0-6', '0-6')])).toBe('24-30');
    // Of two that do the same nobody knows which one was meant.
    const twins = [renamed, { ...renamed, name: 'evenings' }];
    expect(policyOf(windowOverride(), twins)).toBeUndefined();
    expect(policyOf(windowOverride(), [...twins, nightly()])?.name).toBe('nightly');
  });
});

test('policies that no override is about stay the very same', () => {
  const policies = [nightly(), policy('other')];
  const skip = windowOverride();
  const [, other] = adjustPolicies(policies, [skip]);
  expect(other).toBe(policies[1]);
  expect(adjustPolicies(policies, [])).toBe(policies);
  expect(adjustPolicies(policies, [syncOverride()])).toBe(policies);
  expect(adjustPolicies(policies, [windowOverride({ policy: 'x', policyHash: 'y' })])).toBe(
    policies,
  );
});

// Windows of whole hours in four days, an override of one of them, and an oracle that asks hour by
// hour. Whatever happens to the policy between, nothing outside of what was said may change.
describe('for any windows and any override', () => {
  const anyWindows = fc
    .uniqueArray(fc.integer({ min: 0, max: 95 }), { minLength: 2, maxLength: 12 })
    .map((edges) => edges.sort((a, b) => a - b))
    .map((edges) => edges.slice(0, edges.length - (edges.length % 2)))
    .map((edges) =>
      edges.flatMap((start, index) =>
        index % 2 === 0 ? [{ start: T0 + start * HOUR, end: T0 + edges[index + 1]! * HOUR }] : [],
      ),
    );
  const anyCase = fc.record({
    windows: anyWindows,
    edited: fc.option(anyWindows, { nil: undefined }),
    pick: fc.nat(),
    kind: fc.constantFrom('skip' as const, 'end' as const, 'extend' as const),
    hours: fc.integer({ min: 1, max: 30 }),
    revokedAfter: fc.option(fc.integer({ min: 1, max: 30 }), { nil: undefined }),
  });

  function overrideOf(one: typeof anyCase extends fc.Arbitrary<infer T> ? T : never) {
    const occurrence = one.windows[one.pick % one.windows.length]!;
    const { start, end } = occurrence;
    const half = start + Math.floor((end - start) / HOUR / 2) * HOUR;
    const from = { skip: start, end: half, extend: end }[one.kind];
    const expires = one.kind === 'extend' ? end + one.hours * HOUR : end;
    const revokedAt = one.revokedAfter === undefined ? undefined : from + one.revokedAfter * HOUR;
    return windowOverride({ kind: one.kind, occurrence, from, expires, revokedAt });
  }

  test('nothing changes before its occurrence, nor after its end', () => {
    fc.assert(
      fc.property(anyCase, (one) => {
        const override = overrideOf(one);
        const timeline = onDuring(one.edited ?? one.windows);
        const [adjusted] = adjustPolicies([policy('nightly', { timeline })], [override]);
        for (let at = T0 - HOUR; at < T0 + 140 * HOUR; at += HOUR / 2) {
          if (at >= override.occurrence.start && at < endOf(override)) continue;
          expect(adjusted!.timeline.at(at)).toBe(timeline.at(at));
        }
      }),
    );
  });

  test('of a policy that nobody edited, exactly what was said changes', () => {
    fc.assert(
      fc.property(anyCase, (one) => {
        const override = overrideOf(one);
        const timeline = onDuring(one.windows);
        const [adjusted] = adjustPolicies([policy('nightly', { timeline })], [override]);
        for (let at = T0 - HOUR; at < T0 + 140 * HOUR; at += HOUR / 2) {
          const isMeant = override.from <= at && at < endOf(override);
          const expected = isMeant ? override.kind === 'extend' : timeline.at(at);
          expect(adjusted!.timeline.at(at)).toBe(expected);
        }
      }),
    );
  });

  test('its segments are whole: each begins and ends where the value changes', () => {
    fc.assert(
      fc.property(anyCase, (one) => {
        const timeline = onDuring(one.edited ?? one.windows);
        const policies = [policy('nightly', { timeline })];
        const [adjusted] = adjustPolicies(policies, [overrideOf(one)]);
        for (let at = T0; at < T0 + 100 * HOUR; at += HOUR) {
          const { start, end, on } = adjusted!.timeline.segmentAt(at);
          expect([start <= at, at < end]).toEqual([true, true]);
          if (start > -Infinity) expect(adjusted!.timeline.at(start - MINUTE)).toBe(!on);
          if (end < Infinity) expect(adjusted!.timeline.at(end)).toBe(!on);
        }
      }),
    );
  });
});

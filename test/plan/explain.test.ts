import { describe, expect, test } from 'vitest';
import { decide } from '../../src/plan/decide.ts';
import { decisionDigest, decisionSentence, explain } from '../../src/plan/explain.ts';
import { windowsSeen } from '../../src/plan/windows-seen.ts';
import { HOUR, hold, MINUTE, policy, sync, T0, timelineOf } from './rig.ts';

describe('explain', () => {
  test('names the winner, until when, and every loser with why it lost', () => {
    const policies = [
      policy('nightly', { priority: 5 }),
      policy('books', { effect: 'protect', priority: 1 }),
      policy('also', { priority: 5, timeline: timelineOf({ start: T0, end: T0 + MINUTE }) }),
      policy('watcher', { mode: 'observe', priority: 1 }),
    ];
    const told = explain(policies, [], sync, hold(), T0);
    expect(told).toMatchObject({ state: 'paused', by: 'nightly', since: T0, until: T0 + HOUR });
    expect(told.because).toEqual([
      'nightly pauses it from 2026-06-01T00:00Z until 2026-06-01T01:00Z.',
      'also agrees from 2026-06-01T00:00Z until 2026-06-01T00:01Z.',
      expect.stringContaining('watcher would pause it'),
      expect.stringContaining('books would protect it'),
      'Curfew paused it at 2026-06-01T00:00Z for nightly and will restore it.',
    ]);
    expect(told.because[3]).toContain('its priority 1 is below 5');
  });

  test('without an opinion the baseline stays, and it says so', () => {
    const told = explain([policy('nightly')], [], sync, undefined, T0 - MINUTE);
    expect(told).toMatchObject({ state: 'baseline', until: T0 });
    expect(told.because).toEqual(['No policy has an opinion about it now.']);
  });

  test('times are shown in the zone of the policy', () => {
    const policies = [policy('nightly', { timezone: 'America/New_York' })];
    expect(decisionSentence(decide(policies, [], sync, T0))).toContain('2026-05-31T20:00-04:00');
  });
});

describe('decisionDigest', () => {
  test('changes with what is wanted, by whom, or what an observer would want', () => {
    const digestOf = (...policies: ReturnType<typeof policy>[]) =>
      decisionDigest(decide(policies, [], sync, T0));
    const digests = [
      digestOf(),
      digestOf(policy('a')),
      digestOf(policy('b')),
      digestOf(policy('a', { effect: 'protect' })),
      digestOf(policy('a', { mode: 'observe' })),
    ];
    expect(new Set(digests).size).toBe(digests.length);
    expect(digestOf(policy('a'))).toBe(digests[1]);
  });
});

describe('windowsSeen', () => {
  const nightly = policy('nightly');
  const types = (from: number | undefined, now: number) =>
    windowsSeen(nightly, from, now).map(({ type }) => type);

  test('an edge is told once, with its lateness', () => {
    expect(types(T0 - HOUR, T0 - 1)).toEqual([]);
    const [opened] = windowsSeen(nightly, T0 - HOUR, T0 + 5);
    expect(opened).toMatchObject({ type: 'window.opened', latenessMs: 5 });
    expect(types(T0, T0 + MINUTE)).toEqual([]);
    expect(types(T0 + MINUTE, T0 + HOUR)).toEqual(['window.closed']);
    expect(types(T0 + HOUR, T0 + 2 * HOUR)).toEqual([]);
  });

  test('S26: what is open at the very first look is told, and is not late', () => {
    const [opened] = windowsSeen(nightly, undefined, T0 + MINUTE);
    expect(opened).toMatchObject({ type: 'window.opened', latenessMs: 0 });
  });

  test('S55: a window that passed unseen is told as missed', () => {
    expect(types(T0 - HOUR, T0 + 2 * HOUR)).toEqual(['window.missed']);
  });

  test('S56: many missed windows are told one by one up to a hundred, then counted', () => {
    const windows = Array.from({ length: 130 }, (_, i) => ({
      start: T0 + 2 * i * HOUR,
      end: T0 + (2 * i + 1) * HOUR,
    }));
    const often = policy('often', { timeline: timelineOf(...windows) });
    const entries = windowsSeen(often, T0 - 1, T0 + 300 * HOUR);
    expect(entries).toHaveLength(101);
    expect(entries.at(-1)).toMatchObject({ type: 'window.missed', detail: { count: 30 } });
  });
});

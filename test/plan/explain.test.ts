import { describe, expect, test } from 'vitest';
import { adjustPolicies } from '../../src/plan/adjust.ts';
import { decide } from '../../src/plan/decide.ts';
import { decisionDigest, decisionSentence, explain } from '../../src/plan/explain.ts';
import { windowsSeen } from '../../src/plan/windows-seen.ts';
import type { Sync } from '../../src/policy/sync.ts';
import {
  HOUR,
  hold,
  MINUTE,
  policy,
  sync,
  syncOverride,
  T0,
  timelineOf,
  windowOverride,
} from './rig.ts';

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

  test('says what a pause that is not there yet waits for', () => {
    const last = (change: Parameters<typeof hold>[0]) =>
      explain([policy('nightly')], [], sync, hold({ state: 'pausing', ...change }), T0).because.at(
        -1,
      );
    const told = ['run.waited:e1'];
    expect(last({ heldAt: undefined, told })).toMatch(/when its execution has ended/);
    expect(last({ heldAt: undefined })).toMatch(/the API has not confirmed that yet/);
    // It was paused once, and is paused again: what it waited for then is over.
    expect(last({ heldAt: T0, told })).toMatch(/the API has not confirmed that yet/);
  });

  test('without an opinion the baseline stays, and it says so', () => {
    const told = explain([policy('nightly')], [], sync, undefined, T0 - MINUTE);
    expect(told).toMatchObject({ state: 'baseline', until: T0 });
    expect(told.because).toEqual(['No policy has an opinion about it now.']);
  });

  test('says what would be without the one that decided', () => {
    const otherwise = (...policies: ReturnType<typeof policy>[]) =>
      explain(policies, [], sync, undefined, T0).otherwise;
    const nightly = policy('nightly', { priority: 5 });
    const books = policy('books', { effect: 'protect' });
    expect(otherwise(nightly, books)).toBe(
      'Without nightly, books would protect it from 2026-06-01T00:00Z until 2026-06-01T01:00Z.',
    );
    expect(otherwise(nightly)).toBe('Without nightly, it would be left as it was.');
    expect(otherwise()).toBeUndefined();
    const held = syncOverride({ from: T0 - HOUR, expires: T0 + HOUR });
    expect(explain([nightly], [held], sync, undefined, T0).otherwise).toMatch(
      /^Without that override, nightly would pause it from /,
    );
    const older = syncOverride({ id: 'o0', from: T0 - 2 * HOUR });
    expect(explain([], [held, older], sync, undefined, T0).otherwise).toBe(
      'Without that override, alice would keep it paused until 2026-06-01T01:00Z.',
    );
  });

  test('says what comes next, and who decides then', () => {
    const books = policy('books', {
      effect: 'protect',
      timeline: timelineOf({ start: T0 + HOUR, end: T0 + 2 * HOUR }),
    });
    const told = (at: number) => explain([policy('nightly'), books], [], sync, undefined, at);
    expect(told(T0 - 1).next).toEqual({ at: T0, state: 'paused', by: 'nightly' });
    expect(told(T0).next).toEqual({ at: T0 + HOUR, state: 'protected', by: 'books' });
    expect(told(T0 + HOUR).next).toEqual({ at: T0 + 2 * HOUR, state: 'baseline', by: undefined });
    expect(told(T0 + 2 * HOUR).next).toBeUndefined();
  });

  test('S10: a chain of pauses is one state, since its start and until its end', () => {
    const second = policy('second', {
      timeline: timelineOf({ start: T0 + HOUR, end: T0 + 2 * HOUR }),
    });
    const told = explain([policy('first'), second], [], sync, undefined, T0 + HOUR);
    expect(told).toMatchObject({ by: 'second', since: T0, until: T0 + 2 * HOUR });
  });

  test('a policy that is switched off is named, since its absence may be the reason', () => {
    const off = policy('off', { enabled: false });
    expect(explain([off], [], sync, undefined, T0).because).toEqual([
      'No policy has an opinion about it now.',
      'off would pause it, but it is not enabled.',
    ]);
    expect(explain([off], [], sync, undefined, T0 - 1).because).toHaveLength(1);
  });

  test('S38: a sync that runs after others waits for them, and shows how they are', () => {
    const child: Sync = { ...sync, key: 'model:child', runsAfter: [sync.key, 'bulk:gone'] };
    const nightly = policy('nightly', { selects: ({ key }) => key === sync.key });
    const told = explain([nightly], [], child, undefined, T0, [sync, child]);
    expect(told.state).toBe('baseline');
    expect(told.waitsFor).toEqual([
      {
        sync: sync.key,
        name: sync.name,
        active: true,
        state: 'paused',
        until: T0 + HOUR,
        by: 'nightly',
      },
      { sync: 'bulk:gone' },
    ]);
    expect(explain([nightly], [], sync, undefined, T0, [sync]).waitsFor).toBeUndefined();
  });

  test('times are shown in the zone of the policy', () => {
    const policies = [policy('nightly', { timezone: 'America/New_York' })];
    expect(decisionSentence(decide(policies, [], sync, T0))).toContain('2026-05-31T20:00-04:00');
  });
});

describe('explain, with overrides', () => {
  test('S41: the newest is named first, then the older one as superseded', () => {
    const older = syncOverride({ expires: T0 + 2 * HOUR });
    const release = syncOverride({ id: 'o2', number: 2, kind: 'release', actor: 'bob' });
    const told = explain([policy('nightly')], [older, release], sync, undefined, T0);
    expect(told).toMatchObject({ state: 'protected', by: 'override:o2', until: T0 + HOUR });
    expect(told.because).toEqual([
      'bob wants it as it was until 2026-06-01T01:00Z: a migration',
      'The hold of alice until 2026-06-01T02:00Z is superseded by that newer one: a migration',
      expect.stringMatching(/^nightly would pause it .* a person's override comes first\.$/),
    ]);
  });

  test('S42: a window that is skipped or ended is told, while it would be open', () => {
    const ended = windowOverride({ kind: 'end', from: T0 + MINUTE });
    const tell = (at: number) => explain([policy('nightly')], [ended], sync, undefined, at).because;
    expect(tell(T0)).toEqual(['nightly pauses it from 2026-06-01T00:00Z until 2026-06-01T00:01Z.']);
    expect(tell(T0 + MINUTE)).toEqual([
      'No policy has an opinion about it now.',
      'nightly would pause it until 2026-06-01T01:00Z, but alice ends nightly ' +
        'at 2026-06-01T00:01Z instead of 2026-06-01T01:00Z: a launch',
    ]);
    expect(tell(T0 + HOUR)).toEqual(['No policy has an opinion about it now.']);
    const elsewhere = [policy('nightly', { selects: () => false })];
    expect(explain(elsewhere, [ended], sync, undefined, T0 + MINUTE).because).toHaveLength(1);
  });

  test('S42: a window that is extended is told in the zone of its policy', () => {
    const longer = windowOverride({
      kind: 'extend',
      from: T0 + HOUR,
      expires: T0 + 2 * HOUR,
      timezone: 'Europe/Berlin',
    });
    const told = explain([policy('nightly')], [longer], sync, undefined, T0 + MINUTE);
    expect(told).toMatchObject({ state: 'paused', until: T0 + 2 * HOUR });
    expect(told.because[1]).toBe(
      'alice extends nightly until 2026-06-01T04:00+02:00 instead of ' +
        '2026-06-01T03:00+02:00: a launch',
    );
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

  test('S42: windows are told as people changed them, each edge once', () => {
    const ended = windowOverride({ kind: 'end', from: T0 + MINUTE });
    const [adjusted] = adjustPolicies([nightly], [ended]);
    const seen = (from: number, now: number) =>
      windowsSeen(adjusted!, from, now).map(({ type }) => type);
    expect(seen(T0, T0 + MINUTE)).toEqual(['window.closed']);
    expect(seen(T0 + MINUTE, T0 + 2 * HOUR)).toEqual([]);
    const [skipped] = adjustPolicies([nightly], [windowOverride()]);
    expect(windowsSeen(skipped!, T0 - HOUR, T0 + 2 * HOUR)).toEqual([]);
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

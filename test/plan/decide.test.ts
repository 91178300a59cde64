import { describe, expect, test } from 'vitest';
import { decide, nextChange } from '../../src/plan/decide.ts';
import type { Override } from '../../src/plan/override.ts';
import { conductAt } from '../../src/plan/terms.ts';
import type { Policy } from '../../src/policy/policy.ts';
import { HOUR, MINUTE, policy, sync, T0, timelineOf } from './rig.ts';

function override(fields: Partial<Override> = {}): Override {
  return {
    id: 'o1',
    kind: 'hold',
    from: T0,
    expires: T0 + HOUR,
    actor: 'alice',
    reason: 'a migration',
    covers: () => true,
    ...fields,
  };
}

describe('decide', () => {
  test('without an opinion the baseline stays, for ever', () => {
    const decision = decide([], [], sync, T0);
    expect(decision).toMatchObject({ wanted: 'baseline', reason: { kind: 'nothing' } });
    expect(decision.cause).toBeUndefined();
    expect(decision.stretch).toEqual({ start: -Infinity, end: Infinity });
  });

  test('S6: a window holds from its start up to, not including, its end', () => {
    const policies = [policy('nightly')];
    const wantedAt = (t: number) => decide(policies, [], sync, t).wanted;
    expect(wantedAt(T0 - 1)).toBe('baseline');
    expect(wantedAt(T0)).toBe('paused');
    expect(wantedAt(T0 + HOUR - 1)).toBe('paused');
    expect(wantedAt(T0 + HOUR)).toBe('baseline');
  });

  test('a policy that is disabled or does not select the sync has no opinion', () => {
    const policies = [policy('off', { enabled: false }), policy('other', { selects: () => false })];
    expect(decide(policies, [], sync, T0).opinions).toEqual([]);
  });

  test('S12: the higher priority wins, at a tie paused beats protected', () => {
    const pause = policy('pause', { priority: 1 });
    const protect = policy('protect', { effect: 'protect', priority: 2 });
    expect(decide([pause, protect], [], sync, T0)).toMatchObject({
      wanted: 'baseline',
      cause: 'protect',
    });
    const tie = policy('protect', { effect: 'protect', priority: 1 });
    expect(decide([tie, pause], [], sync, T0)).toMatchObject({ wanted: 'paused', cause: 'pause' });
  });

  test('S10: of two that pause, the one that ends last speaks, and both are named', () => {
    const long = policy('long', { timeline: timelineOf({ start: T0, end: T0 + 2 * HOUR }) });
    const decision = decide([policy('short'), long], [], sync, T0);
    expect(decision.cause).toBe('long');
    expect(decision.opinions.map((opinion) => opinion.policy)).toEqual(['long', 'short']);
  });

  test('S11: the strictest in-flight mode among the winners counts, losers do not', () => {
    const cancel = policy('cancel', { inFlight: 'cancel' });
    const conduct = (...policies: Policy[]) =>
      conductAt(decide(policies, [], sync, T0).terms, T0).kind;
    expect(conduct(policy('leave'), cancel)).toBe('cancel');
    const drain = policy('drain', { inFlight: { drainMs: HOUR, afterwards: 'cancel' } });
    expect(conduct(policy('leave'), drain)).toBe('drain');
    expect(conduct(drain, cancel)).toBe('cancel');
    const higher = policy('higher', { priority: 1 });
    expect(conduct(higher, cancel)).toBe('leave');
  });

  test('an override ends as people say, whatever the policies below say about their end', () => {
    const finish = policy('finish', { onDelete: 'finish', enforce: 'always' });
    const { terms } = decide([finish], [override()], sync, T0);
    expect(terms).toMatchObject({ enforce: 'always', onDelete: 'restore', hash: undefined });
  });

  test('S11: always enforced, and a full resync kept, if one of the winners says so', () => {
    const lax = policy('lax', { protectResync: false });
    expect(decide([lax], [], sync, T0).terms).toMatchObject({
      enforce: 'once',
      protectResync: false,
    });
    const strict = policy('strict', { enforce: 'always' });
    expect(decide([lax, strict], [], sync, T0).terms).toMatchObject({
      enforce: 'always',
      protectResync: true,
    });
    const higher = policy('higher', { priority: 1 });
    expect(decide([strict, higher], [], sync, T0).terms.enforce).toBe('once');
  });

  test('a policy that only observes never decides, but what it would have done is known', () => {
    const decision = decide([policy('watcher', { mode: 'observe' })], [], sync, T0);
    expect(decision.wanted).toBe('baseline');
    expect(decision.observed).toMatchObject({ wanted: 'paused', by: { policy: 'watcher' } });
  });

  test('S41: the newest override that covers the sync beats every policy', () => {
    const old = override();
    const release = override({ id: 'o2', kind: 'release', from: T0 + 1 });
    const policies = [policy('nightly', { priority: 1_000 })];
    expect(decide(policies, [old, release], sync, T0 + MINUTE)).toMatchObject({
      wanted: 'baseline',
      cause: 'override:o2',
    });
    expect(decide(policies, [old, release], sync, T0).cause).toBe('override:o1');
    const elsewhere = override({ covers: () => false });
    expect(decide(policies, [elsewhere], sync, T0).cause).toBe('nightly');
  });

  test('S39: an override ends at its expiry, and the policies decide anew', () => {
    const release = override({ kind: 'release', expires: T0 + MINUTE });
    expect(decide([policy('nightly')], [release], sync, T0).wanted).toBe('baseline');
    expect(decide([policy('nightly')], [release], sync, T0 + MINUTE).wanted).toBe('paused');
  });
});

describe('nextChange', () => {
  test('S7: a hand-over between policies is no change', () => {
    const first = policy('first');
    const second = policy('second', {
      timeline: timelineOf({ start: T0 + HOUR, end: T0 + 2 * HOUR }),
    });
    expect(nextChange([first, second], [], sync, T0)).toBe(T0 + 2 * HOUR);
    expect(nextChange([first, second], [], sync, T0 - 1)).toBe(T0);
  });

  test('an override that expires is a change; nothing to come is none', () => {
    expect(nextChange([], [override()], sync, T0)).toBe(T0 + HOUR);
    expect(nextChange([policy('nightly')], [], sync, T0 + HOUR)).toBeUndefined();
  });

  test('a policy that always pauses never changes', () => {
    const always = policy('always', { timeline: timelineOf({ start: -Infinity, end: Infinity }) });
    expect(nextChange([always], [], sync, T0)).toBeUndefined();
  });
});

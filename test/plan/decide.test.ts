import { describe, expect, test } from 'vitest';
import { decide } from '../../src/plan/decide.ts';
import type { Override } from '../../src/plan/override.ts';
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
    expect(decide([policy('leave'), cancel], [], sync, T0).inFlight).toBe('cancel');
    const higher = policy('higher', { priority: 1 });
    expect(decide([higher, cancel], [], sync, T0).inFlight).toBe('leave');
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

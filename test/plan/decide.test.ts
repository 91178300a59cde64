import { describe, expect, test } from 'vitest';
import { decide, newerWish } from '../../src/plan/decide.ts';
import { conductAt } from '../../src/plan/terms.ts';
import type { Policy } from '../../src/policy/policy.ts';
import {
  HOUR,
  MINUTE,
  syncOverride as override,
  policy,
  sync,
  T0,
  timelineOf,
  windowOverride,
} from './rig.ts';

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
    const release = override({ id: 'o2', number: 2, kind: 'release', from: T0 + 1 });
    const policies = [policy('nightly', { priority: 1_000 })];
    expect(decide(policies, [old, release], sync, T0 + MINUTE)).toMatchObject({
      wanted: 'baseline',
      cause: 'override:o2',
    });
    expect(decide(policies, [old, release], sync, T0).cause).toBe('override:o1');
    const elsewhere = override({ covers: () => false });
    expect(decide(policies, [elsewhere], sync, T0).cause).toBe('nightly');
  });

  test('S41: when the newest is over, the older one counts again', () => {
    const old = override();
    const brief = override({ id: 'o2', number: 2, kind: 'release', expires: T0 + MINUTE });
    expect(decide([], [brief, old], sync, T0)).toMatchObject({ cause: 'override:o2' });
    expect(decide([], [brief, old], sync, T0 + MINUTE)).toMatchObject({ cause: 'override:o1' });
  });

  test('S39: an override ends at its expiry, and the policies decide anew', () => {
    const release = override({ kind: 'release', expires: T0 + MINUTE });
    expect(decide([policy('nightly')], [release], sync, T0).wanted).toBe('baseline');
    expect(decide([policy('nightly')], [release], sync, T0 + MINUTE).wanted).toBe('paused');
  });

  test('S40: an override that outlives the window covers the next one, too', () => {
    const twice = timelineOf(
      { start: T0, end: T0 + HOUR },
      { start: T0 + 2 * HOUR, end: T0 + 3 * HOUR },
    );
    const release = override({ kind: 'release', expires: T0 + 2 * HOUR + MINUTE });
    const wanted = (at: number) =>
      decide([policy('nightly', { timeline: twice })], [release], sync, at).wanted;
    expect([T0, T0 + 2 * HOUR].map(wanted)).toEqual(['baseline', 'baseline']);
    expect(wanted(T0 + 2 * HOUR + MINUTE)).toBe('paused');
  });

  test('an override that was revoked ends there and then, and its past stays', () => {
    const revoked = override({ revokedAt: T0 + MINUTE });
    expect(decide([], [revoked], sync, T0 + MINUTE - 1)).toMatchObject({
      wanted: 'paused',
      stretch: { start: T0, end: T0 + MINUTE },
    });
    expect(decide([], [revoked], sync, T0 + MINUTE).wanted).toBe('baseline');
  });

  test('S73: of an override and a boundary at one instant the override decides, once', () => {
    const policies = [policy('nightly')];
    const begins = override({ kind: 'release', from: T0, expires: T0 + HOUR });
    expect(decide(policies, [begins], sync, T0)).toMatchObject({ cause: 'override:o1' });
    // It ends with the window: neither has a say any more.
    expect(decide(policies, [begins], sync, T0 + HOUR)).toMatchObject({ cause: undefined });
    const hold = override({ from: T0 + HOUR, expires: T0 + 2 * HOUR });
    const atTheEnd = decide(policies, [hold], sync, T0 + HOUR);
    expect(atTheEnd).toMatchObject({ wanted: 'paused', cause: 'override:o1' });
  });

  test('S42: a window that is skipped gives no opinion, one that is extended still does', () => {
    const policies = [policy('nightly')];
    expect(decide(policies, [windowOverride()], sync, T0 + MINUTE).opinions).toEqual([]);
    const longer = windowOverride({
      kind: 'extend',
      from: T0 + HOUR,
      expires: T0 + 2 * HOUR,
    });
    expect(decide(policies, [longer], sync, T0 + HOUR)).toMatchObject({
      wanted: 'paused',
      cause: 'nightly',
      stretch: { start: T0, end: T0 + 2 * HOUR },
    });
  });

  test('an observer has nothing to say where an override decides', () => {
    const watcher = policy('watcher', { mode: 'observe' });
    const release = override({ kind: 'release' });
    expect(decide([policy('nightly'), watcher], [release], sync, T0).observed).toEqual({
      wanted: 'baseline',
      by: undefined,
    });
  });
});

describe('newerWish', () => {
  test('is the hold that decides, when it came after the instant', () => {
    const hold = override({ from: T0 + MINUTE });
    const decision = decide([policy('nightly')], [hold], sync, T0 + MINUTE);
    expect(newerWish(decision, T0)).toBe(hold);
    expect(newerWish(decision, T0 + MINUTE)).toBeUndefined();
    expect(newerWish(decide([policy('nightly')], [], sync, T0), T0 - HOUR)).toBeUndefined();
  });
});

import { describe, expect, test } from 'vitest';
import {
  isEmptyPlan,
  type OpenHold,
  type Plan,
  type PlanQuestion,
  planChanges,
} from '../../src/plan/plan-changes.ts';
import type { Policy } from '../../src/policy/policy.ts';
import type { Sync } from '../../src/policy/sync.ts';
import { HOUR, MINUTE, policy, sync, syncOverride, T0, timelineOf, windowOverride } from './rig.ts';

const DAY = 24 * HOUR;

function named(name: string, fields: Partial<Sync> = {}): Sync {
  return { ...sync, key: `model:${name}`, id: name, name, ...fields };
}

function held(name: string, fields: Partial<OpenHold> = {}): OpenHold {
  return {
    sync: `model:${name}`,
    state: 'held',
    baseline: 'active',
    cause: 'nightly',
    occurrence: { start: T0, end: T0 + HOUR },
    ...fields,
  };
}

function planned(fields: Partial<PlanQuestion>): Plan {
  const now = fields.now ?? T0 + MINUTE;
  return planChanges({
    inForce: fields.proposed ?? [],
    proposed: [],
    overrides: [],
    holds: [],
    syncs: [sync],
    now,
    range: { start: now, end: now + DAY },
    ...fields,
  });
}

/** Selects the syncs of these names. */
const only = (...names: string[]): Partial<Policy> => ({
  selects: ({ name }) => names.includes(name),
});
const until = (end: number): Partial<Policy> => ({ timeline: timelineOf({ start: T0, end }) });
const brief = ({ now }: Plan) =>
  now.map(({ name, change, by }) => `${name} ${change} ${by ?? '-'}`);

describe('what a set changes now', () => {
  test('nothing, where what is wanted is on record already', () => {
    const plan = planned({ proposed: [policy('nightly')], holds: [held('one')] });
    expect(planned({ proposed: [], holds: [] }).now).toEqual([]);
    expect(plan.now).toEqual([]);
    expect(isEmptyPlan(plan)).toBe(true);
  });

  test('S45: an edited policy keeps some, takes others, and lets others go', () => {
    const before = policy('nightly', { ...only('kept', 'gone'), hash: 'before' });
    const after = policy('nightly', { ...only('kept', 'new'), ...until(T0 + 2 * HOUR) });
    const plan = planned({
      inForce: [before],
      proposed: [after],
      syncs: [named('kept', { active: false }), named('new'), named('gone', { active: false })],
      holds: [held('kept'), held('gone')],
    });
    expect(brief(plan)).toEqual(['gone resume -', 'kept keep nightly', 'new pause nightly']);
    const [gone, kept, taken] = plan.now;
    expect(gone).toMatchObject({ wasBy: 'nightly', wasUntil: T0 + HOUR, baseline: 'active' });
    expect(kept).toMatchObject({ until: T0 + 2 * HOUR, wasUntil: T0 + HOUR, wasBy: 'nightly' });
    expect(taken).toMatchObject({ until: T0 + 2 * HOUR, baseline: 'active' });
    expect(taken).not.toHaveProperty('wasBy');
    expect(plan.schedulers).toEqual({ add: [], change: ['nightly'], remove: [] });
    expect(isEmptyPlan(plan)).toBe(false);
  });

  test('S52: a new policy whose window is open acts now', () => {
    const plan = planned({ inForce: [], proposed: [policy('fresh')] });
    expect(plan.now).toMatchObject([{ change: 'pause', by: 'fresh', until: T0 + HOUR }]);
    expect(plan.now[0]!.because).toMatch(/^fresh pauses it from 2026-06-01T00:00Z until/);
    expect(plan.schedulers.add).toEqual(['fresh']);
  });

  test.each([
    ['S43: deleted', []],
    ['S51: disabled', [policy('nightly', { enabled: false })]],
  ])('a policy that is %s lets go of what it holds', (_, proposed) => {
    const holds = [held(sync.name, { sync: sync.key })];
    const plan = planned({ inForce: [policy('nightly')], proposed, holds });
    expect(plan.now).toMatchObject([{ change: 'resume', wasBy: 'nightly', timezone: 'UTC' }]);
    expect(plan.schedulers).toEqual({ add: [], change: [], remove: ['nightly'] });
  });

  test('S46: a renamed policy takes over without a flap', () => {
    const holds = [held(sync.name, { sync: sync.key })];
    const plan = planned({ inForce: [policy('nightly')], proposed: [policy('nights')], holds });
    expect(plan.now).toMatchObject([{ change: 'keep', by: 'nights', wasBy: 'nightly' }]);
    expect(plan.schedulers).toEqual({ add: ['nights'], change: [], remove: ['nightly'] });
  });

  test('S25: what is inactive already is paused and resumed in name only', () => {
    const asleep = named('asleep', { active: false });
    const plan = planned({ proposed: [policy('fresh')], syncs: [asleep] });
    expect(plan.now).toMatchObject([{ change: 'pause', baseline: 'inactive' }]);
    expect(plan.next).toMatchObject([{ change: 'resume', baseline: 'inactive' }]);
    const holds = [held('asleep', { cause: 'fresh' })];
    const later = planned({ proposed: [policy('fresh')], syncs: [asleep], holds });
    expect(later.next).toMatchObject([{ change: 'resume', baseline: 'active' }]);
  });

  test('S27: what a person took back is left alone, now and when the window ends', () => {
    const holds = [held('one', { sync: sync.key, state: 'yielded' })];
    const nightly = policy('nightly', {
      timeline: timelineOf(
        { start: T0, end: T0 + HOUR },
        { start: T0 + 2 * HOUR, end: T0 + 3 * HOUR },
      ),
    });
    const plan = planned({ proposed: [nightly], holds });
    expect(plan.now).toEqual([]);
    expect(plan.next.map(({ change, at }) => [change, (at - T0) / HOUR])).toEqual([
      ['pause', 2],
      ['resume', 3],
    ]);
    expect(planned({ proposed: [], holds }).now).toEqual([]);
  });

  test('a pause that was about to end is made once more', () => {
    const holds = [held('one', { sync: sync.key, state: 'resuming' })];
    expect(planned({ proposed: [policy('nightly')], holds }).now).toMatchObject([
      { change: 'pause' },
    ]);
  });

  test('a policy that only observes changes nothing', () => {
    const plan = planned({ proposed: [policy('watcher', { mode: 'observe' })] });
    expect([plan.now, plan.next]).toEqual([[], []]);
  });

  test("a person's override counts, and is named", () => {
    const release = syncOverride({ kind: 'release', expires: T0 + 30 * MINUTE });
    const plan = planned({ proposed: [policy('nightly')], overrides: [release] });
    expect(plan.now).toEqual([]);
    expect(plan.next).toMatchObject([
      { change: 'pause', at: T0 + 30 * MINUTE, by: 'nightly', until: T0 + HOUR },
      { change: 'resume', at: T0 + HOUR },
    ]);
  });
});

describe('S66: of a policy that selects more than its limit', () => {
  const limited = policy('nightly', { limit: { syncs: 1 } });

  test('nothing new is paused, now or later', () => {
    const plan = planned({ proposed: [limited], syncs: [named('a'), named('b')] });
    expect([plan.now, plan.next]).toEqual([[], []]);
    const within = planned({ proposed: [limited], syncs: [named('a')] });
    expect(brief(within)).toEqual(['a pause nightly']);
  });

  test('what it holds it keeps, and lets go at the end', () => {
    const plan = planned({
      proposed: [limited],
      syncs: [named('a'), named('b')],
      holds: [held('a')],
    });
    expect(plan.now).toEqual([]);
    expect(plan.next).toMatchObject([{ name: 'a', change: 'resume', at: T0 + HOUR }]);
    expect(plan.next).toHaveLength(1);
  });

  test('another policy pauses all the same', () => {
    const other = policy('other', { timeline: timelineOf({ start: T0, end: T0 + 2 * HOUR }) });
    const plan = planned({ proposed: [limited, other], syncs: [named('a'), named('b')] });
    expect(brief(plan)).toEqual(['a pause other', 'b pause other']);
  });
});

describe('what people say of windows', () => {
  test('a skipped window pauses nothing, and one that was ended lets go', () => {
    const skip = windowOverride();
    const fresh = planned({ proposed: [policy('nightly')], overrides: [skip] });
    expect([fresh.now, fresh.next]).toEqual([[], []]);
    const plan = planned({
      proposed: [policy('nightly')],
      overrides: [windowOverride({ kind: 'end' })],
      holds: [held('one', { sync: sync.key })],
    });
    expect(plan.now).toMatchObject([{ change: 'resume', wasBy: 'nightly' }]);
  });
});

describe('what a set does next', () => {
  const later = policy('later', {
    timeline: timelineOf({ start: T0 + HOUR, end: T0 + 2 * HOUR }),
    timezone: 'Europe/Berlin',
  });

  test('is told per sync, in the order of time, with the zone of who decides', () => {
    const plan = planned({ proposed: [later], syncs: [named('b'), named('a')] });
    expect(plan.next.map(({ name, change, at }) => [name, change, (at - T0) / HOUR])).toEqual([
      ['a', 'pause', 1],
      ['b', 'pause', 1],
      ['a', 'resume', 2],
      ['b', 'resume', 2],
    ]);
    expect(plan.next[0]).toMatchObject({ by: 'later', until: T0 + 2 * HOUR });
    expect(plan.next.map(({ timezone }) => timezone)).toEqual(Array(4).fill('Europe/Berlin'));
  });

  test('S7: a hand-over is no change', () => {
    const plan = planned({
      proposed: [policy('nightly'), later],
      holds: [held('one', { sync: sync.key })],
    });
    expect(plan.next).toMatchObject([{ change: 'resume', at: T0 + 2 * HOUR }]);
  });

  test('S6: the range includes its start and not its end', () => {
    const within = (start: number, end: number) =>
      planned({ proposed: [later], now: T0 + MINUTE, range: { start, end } }).next.map(
        ({ change }) => change,
      );
    expect(within(T0 + HOUR, T0 + 2 * HOUR)).toEqual(['pause']);
    expect(within(T0 + HOUR + 1, T0 + 2 * HOUR + 1)).toEqual(['resume']);
    expect(within(T0 + 3 * HOUR, T0 + 4 * HOUR)).toEqual([]);
  });

  test('what is over needs no scheduler', () => {
    const over = policy('over', { timeline: timelineOf({ start: T0 - HOUR, end: T0 }) });
    expect(planned({ inForce: [], proposed: [over] }).schedulers.add).toEqual([]);
    expect(planned({ inForce: [over], proposed: [] }).schedulers.remove).toEqual([]);
  });
});

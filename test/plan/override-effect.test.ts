import { describe, expect, test } from 'vitest';
import type { Hold } from '../../src/plan/hold.ts';
import type { Override } from '../../src/plan/override.ts';
import {
  createdSentence,
  effectOf,
  isAbout,
  revokedSentence,
} from '../../src/plan/override-effect.ts';
import type { Sync, SyncKey } from '../../src/policy/sync.ts';
import { HOUR, hold, MINUTE, policy, sync, syncOverride, T0, windowOverride } from './rig.ts';

const nightly = policy('nightly');

function named(name: string, more: Partial<Sync> = {}): Sync {
  return { ...sync, key: `model:${name}`, id: name, name, ...more };
}

/** Two run, and one is paused by a person. */
const syncs = [named('one'), named('two'), named('off', { active: false })];

const keep = (name: string, state: Hold['state'], baseline: Hold['baseline'] = 'active') =>
  [`model:${name}` as SyncKey, hold({ sync: `model:${name}`, state, baseline })] as const;

function effect(
  override: Override,
  at: number,
  more: { holds?: ReturnType<typeof keep>[]; isRevoked?: boolean; now?: number } = {},
) {
  const { holds = [], isRevoked = false, now = at } = more;
  const change = isRevoked ? { before: [override], after: [] } : { before: [], after: [override] };
  const world = { policies: [nightly], syncs, holds: new Map(holds), now };
  return effectOf(override, change, world, at);
}

const inWindow = [keep('one', 'held'), keep('two', 'held'), keep('off', 'held', 'inactive')];

describe('what an override means', () => {
  test('a hold outside of windows pauses what runs', () => {
    const override = syncOverride({ from: T0 - HOUR, expires: T0 - MINUTE });
    const told = effect(override, T0 - HOUR);
    expect(told).toEqual({
      at: T0 - HOUR,
      paused: ['one', 'two'],
      restored: [],
      staysPaused: ['off'],
      runsOn: [],
    });
    expect(createdSentence(override, told, T0 - HOUR)).toBe(
      'Held until 2026-05-31T23:59Z: 2 syncs are paused at once, off stays paused.',
    );
  });

  test('a hold in a window keeps what is paused, and pauses what a person activated', () => {
    const override = syncOverride();
    const holds = [keep('one', 'held'), keep('two', 'yielded'), keep('off', 'held', 'inactive')];
    const told = effect(override, T0, { holds });
    expect(told).toMatchObject({ paused: ['two'], staysPaused: ['one', 'off'] });
  });

  test('what the policy wants paused, but nobody has paused yet, runs until then', () => {
    const told = effect(syncOverride(), T0, { holds: [keep('one', 'held')] });
    expect(told).toMatchObject({ paused: ['two'], staysPaused: ['one', 'off'] });
    const release = effect(syncOverride({ kind: 'release' }), T0, { holds: [keep('one', 'held')] });
    expect(release).toMatchObject({ restored: ['one'], runsOn: ['two'], staysPaused: ['off'] });
  });

  test('a release restores what Curfew paused, and nothing else', () => {
    const override = syncOverride({ kind: 'release' });
    const told = effect(override, T0, { holds: inWindow });
    expect(told).toMatchObject({ restored: ['one', 'two'], staysPaused: ['off'] });
    expect(createdSentence(override, told, T0)).toMatch(/^Released until .*: 2 syncs are restored/);
  });

  test('a window that is ended, skipped later, extended', () => {
    const ended = windowOverride({ kind: 'end', from: T0 + MINUTE });
    const now = T0 + MINUTE;
    const told = effect(ended, now, { holds: inWindow });
    expect(createdSentence(ended, told, now)).toBe(
      'nightly ends now instead of at 2026-06-01T01:00Z: 2 syncs are restored at once, ' +
        'off stays paused.',
    );
    const skipped = windowOverride();
    expect(createdSentence(skipped, effect(skipped, T0, { now: T0 - HOUR }), T0 - HOUR)).toBe(
      'nightly has no effect from 2026-06-01T00:00Z until 2026-06-01T01:00Z: ' +
        '2 syncs are not paused then, off stays paused.',
    );
    const longer = windowOverride({ kind: 'extend', from: T0 + HOUR, expires: T0 + 2 * HOUR });
    expect(
      createdSentence(longer, effect(longer, T0 + HOUR, { holds: inWindow, now: T0 }), T0),
    ).toBe(
      'nightly goes on until 2026-06-01T02:00Z instead of 2026-06-01T01:00Z: ' +
        '2 syncs stay paused for longer, off stays paused.',
    );
  });

  test('revoking is the other way round', () => {
    const override = syncOverride({ from: T0 - HOUR, expires: T0 - MINUTE });
    const holds = [keep('one', 'held'), keep('two', 'held')];
    const now = T0 - HOUR + MINUTE;
    const told = effect(override, now, { holds, isRevoked: true });
    expect(told).toMatchObject({ restored: ['one', 'two'], staysPaused: ['off'] });
    expect(revokedSentence(override, told, now)).toMatch(/^Revoked: 2 syncs are restored at once/);
    const later = revokedSentence(override, { ...told, at: now + 1 }, now);
    expect(later).toMatch(/^Revoked before it came into effect: 2 syncs are not paused then/);
  });

  test('only the syncs that it is about are counted', () => {
    const one = syncOverride({ covers: ({ name }) => name === 'one' });
    const told = effect(one, T0 - HOUR);
    expect([told.runsOn, told.staysPaused]).toEqual([['one'], []]);
    expect(createdSentence(one, told, T0 - HOUR)).toContain('one runs on');
    const choosy = policy('nightly', { selects: ({ name }) => name === 'two' });
    expect(syncs.filter((each) => isAbout(windowOverride(), [choosy], each))).toEqual([syncs[1]]);
    expect(isAbout(windowOverride(), [], sync)).toBe(false);
  });
});

import { describe, expect, test } from 'vitest';
import {
  OVERRIDE_MAX_MS,
  type Present,
  planOverride,
  type SyncWish,
  type WindowWish,
} from '../../src/plan/new-override.ts';
import { onDuring } from '../../src/time/fixed.ts';
import { HOUR, MINUTE, policy, sync, syncOverride, T0, windowOverride } from './rig.ts';

const DAY = 24 * HOUR;
const NOW = T0 + 2 * HOUR;

/** Six hours each night from T0 on; two of the first night have passed. */
const NIGHTS = onDuring([0, 1, 2].map((day) => span(T0 + day * DAY, 6)));
const nightly = policy('nightly', { timeline: NIGHTS, timezone: 'Europe/Berlin' });

function span(start: number, hours: number) {
  return { start, end: start + hours * HOUR };
}

function present(over: Partial<Present> = {}): Present {
  return { now: NOW, policies: [nightly], overrides: [], syncs: [sync], ...over };
}

function hold(more: Partial<SyncWish> = {}, over: Partial<Present> = {}) {
  const wish: SyncWish = {
    kind: 'hold',
    select: { name: 'Sales/*' },
    subject: 'name=Sales/*',
    covers: () => true,
    ...more,
  };
  return planOverride(wish, present(over));
}

function change(wish: Omit<WindowWish, 'policy'>, over: Partial<Present> = {}) {
  return planOverride({ policy: 'nightly', ...wish }, present(over));
}

const refusal = (code: string, words: RegExp) => ({
  refusal: { code, message: expect.stringMatching(words) },
});

describe('a hold or a release', () => {
  test('lasts from now for as long as was said, or until then', () => {
    expect(hold({ forMs: HOUR })).toMatchObject({
      value: { kind: 'hold', from: NOW, expires: NOW + HOUR, subject: 'name=Sales/*' },
    });
    expect(hold({ until: NOW + MINUTE })).toMatchObject({ value: { expires: NOW + MINUTE } });
  });

  test('may begin later; then a length counts from there', () => {
    expect(hold({ from: NOW + HOUR, forMs: HOUR })).toMatchObject({
      value: { from: NOW + HOUR, expires: NOW + 2 * HOUR },
    });
    expect(hold({ from: NOW + HOUR })).toEqual(refusal('invalid', /begins later, so say/));
    expect(hold({ from: NOW - HOUR, forMs: DAY })).toEqual(refusal('invalid', /in the past/));
    expect(hold({ from: NOW - 1, forMs: HOUR })).toMatchObject({ value: { from: NOW } });
  });

  test('without an end it lasts as long as what holds the syncs now', () => {
    const end = T0 + 6 * HOUR;
    expect(hold()).toMatchObject({ value: { expires: end } });
    expect(hold({ kind: 'release' })).toMatchObject({ value: { expires: end } });
    const longer = policy('longer', { timeline: onDuring([span(T0, 9)]), selects: () => true });
    const other = { ...sync, key: 'model:two' as const, id: 'two' };
    const policies = [nightly, { ...longer, selects: ({ id }: { id: string }) => id === 'two' }];
    expect(hold({}, { policies, syncs: [sync, other] })).toMatchObject({
      value: { expires: T0 + 9 * HOUR },
    });
  });

  test('a hold may be what holds them, and a release covers what would', () => {
    const byHand = syncOverride({ expires: NOW + 3 * HOUR });
    expect(hold({ kind: 'release' }, { overrides: [byHand] })).toMatchObject({
      value: { expires: NOW + 3 * HOUR },
    });
    const released = syncOverride({ kind: 'release', expires: NOW + HOUR });
    expect(hold({ kind: 'release' }, { overrides: [released] })).toMatchObject({
      value: { expires: T0 + 6 * HOUR },
    });
  });

  test('where nothing holds them, somebody has to say until when', () => {
    const outside = { now: T0 + 7 * HOUR };
    expect(hold({}, outside)).toEqual(refusal('conflict', /Nothing holds it now.*--until.*--for/));
    const observer = [{ ...nightly, mode: 'observe' as const }];
    expect(hold({}, { policies: observer })).toEqual(refusal('conflict', /Nothing holds/));
    const always = [policy('always', { timeline: onDuring([{ start: T0, end: Infinity }]) })];
    expect(hold({}, { policies: always })).toEqual(refusal('conflict', /has no end/));
  });

  test('has to cover a sync, and to last, but not too long', () => {
    const nobody = hold({ covers: () => false, forMs: HOUR });
    expect(nobody).toEqual(refusal('conflict', /No sync matches name=Sales\/\*/));
    expect(hold({ until: NOW - HOUR })).toEqual(refusal('invalid', /over at once/));
    expect(hold({ forMs: OVERRIDE_MAX_MS })).toHaveProperty('value');
    expect(hold({ forMs: OVERRIDE_MAX_MS + 1 })).toEqual(refusal('invalid', /90d at most/));
  });
});

describe('S42: a window is', () => {
  const tonight = span(T0, 6);
  const tomorrow = span(T0 + DAY, 6);

  test('skipped: the open one, or the next', () => {
    expect(change({ kind: 'skip' })).toEqual({
      value: {
        kind: 'skip',
        policy: 'nightly',
        policyHash: nightly.hash,
        timezone: 'Europe/Berlin',
        occurrence: tonight,
        from: NOW,
        expires: tonight.end,
      },
    });
    expect(change({ kind: 'skip' }, { now: T0 + 7 * HOUR })).toMatchObject({
      value: { occurrence: tomorrow, from: tomorrow.start, expires: tomorrow.end },
    });
    expect(change({ kind: 'skip', at: T0 + 2 * DAY - 1 })).toMatchObject({
      value: { occurrence: span(T0 + 2 * DAY, 6) },
    });
  });

  test('ended: the open one only', () => {
    expect(change({ kind: 'end' })).toMatchObject({
      value: { from: NOW, expires: tonight.end, occurrence: tonight },
    });
    expect(change({ kind: 'end' }, { now: T0 + 7 * HOUR })).toEqual(
      refusal('conflict', /nightly has no open window; the next one begins at 2026-06-02T02:00/),
    );
  });

  test('extended: the open one, or the one that is named by a time', () => {
    expect(change({ kind: 'extend', byMs: HOUR })).toMatchObject({
      value: { from: tonight.end, expires: tonight.end + HOUR, occurrence: tonight },
    });
    const later = { now: T0 + 7 * HOUR };
    expect(change({ kind: 'extend', byMs: HOUR }, later)).toEqual(
      refusal('conflict', /has no open window; the next one begins/),
    );
    const named = change({ kind: 'extend', byMs: HOUR, at: tomorrow.start }, later);
    expect(named).toMatchObject({ value: { from: tomorrow.end } });
    expect(change({ kind: 'extend' })).toEqual(refusal('invalid', /--by/));
    expect(change({ kind: 'extend', byMs: OVERRIDE_MAX_MS + 1 })).toEqual(
      refusal('invalid', /90d at most/),
    );
  });

  test('meant as it is in effect now, with what people said before', () => {
    const longer = windowOverride({ kind: 'extend', from: tonight.end, expires: NOW + 5 * HOUR });
    const extended = [{ ...longer, occurrence: tonight }];
    expect(change({ kind: 'extend', byMs: HOUR }, { overrides: extended })).toMatchObject({
      value: { from: NOW + 5 * HOUR, expires: NOW + 6 * HOUR },
    });
    expect(change({ kind: 'end' }, { overrides: extended, now: T0 + 6.5 * HOUR })).toMatchObject({
      value: { expires: NOW + 5 * HOUR },
    });
  });

  test('not skipped or ended twice: the second asks for the same window', () => {
    const cut = windowOverride({ from: NOW, expires: tonight.end, occurrence: tonight });
    const overrides = [cut];
    expect(change({ kind: 'skip' }, { overrides })).toEqual(
      refusal(
        'conflict',
        /alice did so already, until 2026-06-01T08:00\+02:00 \(override w1\).*--at/,
      ),
    );
    expect(change({ kind: 'end' }, { overrides })).toEqual(refusal('conflict', /did so already/));
    expect(change({ kind: 'skip', at: tomorrow.start }, { overrides })).toMatchObject({
      value: { occurrence: tomorrow },
    });
    const renamed = [{ ...cut, policy: 'older-name' }];
    expect(change({ kind: 'end' }, { overrides: renamed })).toEqual(
      refusal('conflict', /did so already/),
    );
    const over = [{ ...cut, revokedAt: NOW }];
    expect(change({ kind: 'end' }, { overrides: over })).toHaveProperty('value');
  });

  test('not taken for another one that somebody skipped', () => {
    const third = span(T0 + 2 * DAY, 6);
    const cut = windowOverride({ from: third.start, expires: third.end, occurrence: third });
    expect(change({ kind: 'skip' }, { overrides: [cut] })).toMatchObject({
      value: { occurrence: tonight },
    });
    const outside = { overrides: [cut], now: T0 + 7 * HOUR };
    expect(change({ kind: 'skip' }, outside)).toMatchObject({ value: { occurrence: tomorrow } });
    expect(change({ kind: 'end' }, outside)).toEqual(refusal('conflict', /no open window/));
    // Nobody ended what will only be skipped tomorrow.
    const next = windowOverride({ from: tomorrow.start, expires: tomorrow.end });
    const skipped = { overrides: [next], now: T0 + 7 * HOUR };
    expect(change({ kind: 'end' }, skipped)).toEqual(refusal('conflict', /no open window/));
  });

  test('of a policy that exists, is enabled, and whose window ends', () => {
    expect(change({ kind: 'skip' }, { policies: [] })).toEqual(
      refusal('unknown', /No policy in force is called "nightly"/),
    );
    expect(change({ kind: 'skip' }, { policies: [{ ...nightly, name: 'nightl' }] })).toEqual(
      refusal('unknown', /did you mean nightl\?/),
    );
    expect(change({ kind: 'skip' }, { policies: [{ ...nightly, enabled: false }] })).toEqual(
      refusal('conflict', /not enabled/),
    );
    const always = policy('nightly', { timeline: onDuring([{ start: -Infinity, end: Infinity }]) });
    for (const kind of ['skip', 'end', 'extend'] as const) {
      const asked = change({ kind, byMs: HOUR }, { policies: [always] });
      expect(asked).toEqual(refusal('conflict', /has no end/));
    }
    const over = { now: T0 + 4 * DAY };
    expect(change({ kind: 'skip' }, over)).toEqual(refusal('conflict', /no open window\.$/));
  });
});

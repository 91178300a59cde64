import { describe, expect, test } from 'vitest';
import { decide } from '../../src/plan/decide.ts';
import { nextStep } from '../../src/plan/next-step.ts';
import {
  ALICE,
  BASELINE,
  call,
  HOUR,
  hold,
  MINUTE,
  PAUSED,
  policy,
  SELF,
  situation,
  sync,
  syncOverride,
  T0,
  TERMS,
} from './rig.ts';

const END = T0 + HOUR;

/** The API may give an older reading after a newer one. */
const before = { ...sync, updatedBy: ALICE, updatedAt: T0 - MINUTE };
const after = { ...sync, updatedBy: ALICE, updatedAt: T0 + 1_000 };

describe('S28: a reading from before our pause', () => {
  const over = { decision: BASELINE, now: END };

  test('is no proof that somebody has restored it', () => {
    const held = { ...over, hold: hold() };
    expect(nextStep(situation({ ...held, actual: before }))).toMatchObject({ to: 'resuming' });
    expect(nextStep(situation({ ...held, actual: after }))).toMatchObject({ to: 'released' });
    const ours = { ...before, updatedBy: SELF };
    expect(nextStep(situation({ ...held, actual: ours }))).toMatchObject({ to: 'resuming' });
  });

  test('is answered by an activation, which harms nobody', () => {
    const resuming = { ...over, hold: hold({ state: 'resuming', resumeAt: END }) };
    expect(nextStep(situation({ ...resuming, actual: before }))).toMatchObject({
      action: 'activate',
    });
    expect(nextStep(situation({ ...resuming, actual: after }))).toMatchObject({ to: 'released' });
  });

  test('is no click of anybody, though it came after the hold was opened', () => {
    const late = hold({ openedAt: T0 - HOUR });
    expect(nextStep(situation({ hold: late, actual: before }))).toMatchObject({ to: 'pausing' });
    expect(nextStep(situation({ hold: late, actual: after }))).toMatchObject({ to: 'yielded' });
  });
});

describe('S25: a reading from before a sync was found inactive', () => {
  const inactive = hold({ baseline: 'inactive' });
  const outdated = { kind: 'done', reason: 'It was active before it was found paused.' };

  test('is no wish to have it active', () => {
    expect(nextStep(situation({ hold: inactive, actual: before }))).toEqual(outdated);
    const wanted = { to: 'yielded', baseline: 'active' };
    expect(nextStep(situation({ hold: inactive, actual: after }))).toMatchObject(wanted);
  });

  test('nor where it would be paused again, or somebody asked for the hold since', () => {
    const strict = { ...TERMS, enforce: 'always' as const };
    const hard = { ...inactive, terms: strict };
    const decision = { ...PAUSED, terms: strict };
    expect(nextStep(situation({ decision, hold: hard, actual: before }))).toEqual(outdated);
    const override = syncOverride({ from: T0 - MINUTE / 2 });
    const held = decide([policy('nightly')], [override], sync, T0 + MINUTE);
    const asked = hold({
      baseline: 'inactive',
      cause: 'override:o1',
      occurrence: held.stretch,
      terms: held.terms,
    });
    const step = nextStep(situation({ decision: held, hold: asked, actual: before }));
    expect(step).toEqual(outdated);
  });
});

describe('S75: a reading from before a resume', () => {
  const paused = { ...sync, active: false, updatedBy: SELF, updatedAt: T0 };
  const activate = { action: 'activate', intendedAt: T0 + MINUTE / 2, outcome: 'ok' } as const;
  const restored = call({ ...activate, answeredAt: T0 + MINUTE / 2 });
  const again = { hold: hold({ state: 'pausing' }), openCalls: [restored] };

  test('is no proof that it is paused in the next window', () => {
    const step = nextStep(situation({ ...again, actual: paused }));
    expect(step).toMatchObject({ kind: 'call', action: 'deactivate' });
    const seen = { ...paused, updatedAt: T0 + MINUTE };
    expect(nextStep(situation({ ...again, actual: seen }))).toMatchObject({ to: 'held' });
  });

  test('nor is one by the clock of the API, and one without a time is believed', () => {
    const skewed = { ...paused, updatedAt: T0 + MINUTE };
    const step = nextStep(situation({ ...again, skewMs: MINUTE, actual: skewed }));
    expect(step).toMatchObject({ action: 'deactivate' });
    const timeless = { ...paused, updatedAt: undefined };
    expect(nextStep(situation({ ...again, actual: timeless }))).toMatchObject({ to: 'held' });
  });

  test('nor asks for more than one pause, when the resume had no effect', () => {
    const openCalls = [restored, call({ intendedAt: T0 + MINUTE, outcome: 'unknown' })];
    const step = nextStep(situation({ ...again, openCalls, actual: paused }));
    expect(step).toMatchObject({ to: 'held' });
  });

  test('and no news when the resume was refused', () => {
    const openCalls = [call({ ...activate, outcome: 'rejected' })];
    expect(nextStep(situation({ ...again, openCalls, actual: paused }))).toMatchObject({
      to: 'held',
    });
  });
});

describe('S29: a reading from before a person activated it', () => {
  const override = syncOverride({ from: T0 + MINUTE / 2 });
  const decision = decide([policy('nightly')], [override], sync, T0 + MINUTE);
  const yielded = hold({ state: 'yielded', updatedAt: T0 + 10_000 });
  const paused = { ...sync, active: false, updatedBy: SELF, updatedAt: T0 };

  test('does not say that they paused it again before somebody asked for a hold', () => {
    const base = { decision, hold: yielded };
    const anew = nextStep(situation({ ...base, actual: paused }));
    expect(anew).toMatchObject({ to: 'pausing', baseline: 'active' });
    for (const theirs of [
      { ...paused, updatedBy: ALICE },
      { ...paused, updatedAt: T0 + 20_000 },
    ]) {
      const step = nextStep(situation({ ...base, actual: theirs }));
      expect(step).toMatchObject({ to: 'pausing', baseline: 'inactive' });
    }
  });
});

import { describe, expect, test } from 'vitest';
import { decide } from '../../src/plan/decide.ts';
import { nextStep } from '../../src/plan/next-step.ts';
import {
  ALICE,
  BASELINE,
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

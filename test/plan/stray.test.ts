import { describe, expect, test } from 'vitest';
import { decide } from '../../src/plan/decide.ts';
import type { Call } from '../../src/plan/hold.ts';
import { nextStep } from '../../src/plan/next-step.ts';
import { SETTLE_MS } from '../../src/plan/situation.ts';
import { strayAfter } from '../../src/plan/stray.ts';
import {
  ALICE,
  BASELINE,
  call,
  HOUR,
  hold,
  MINUTE,
  policy,
  SELF,
  situation,
  sync,
  syncOverride,
  T0,
} from './rig.ts';

const END = T0 + HOUR;
const paused = { ...sync, active: false };
const over = { decision: BASELINE, now: END };
const untilSettled = { kind: 'wait', at: END + SETTLE_MS };

describe('S61: a pause that is given up is a stray', () => {
  const given = (fields: Partial<Call>, now = END) => strayAfter(hold(), [call(fields)], now);

  test.each<[string, Partial<Call>]>([
    ['it was answered by a 5xx', { outcome: 'server-error' }],
    ['it was not answered', { outcome: 'unknown' }],
    ['its process died', { outcome: undefined }],
    ['another try before it was not', { outcome: 'ok', isInDoubt: true }],
    ['the try before a refusal was not', { outcome: 'rejected', isInDoubt: true }],
  ])('when %s', (_, fields) => expect(given(fields)).toBe(END));

  test.each<[string, Partial<Call>]>([
    ['it was accepted', { outcome: 'ok' }],
    ['it was refused', { outcome: 'rejected' }],
    ['it never left', { outcome: undefined, attempts: 0 }],
    ['it is no pause', { action: 'activate', outcome: 'unknown' }],
  ])('not when %s', (_, fields) => expect(given(fields)).toBeUndefined());

  test('for a minute, and not longer when the clock is set back', () => {
    const kept = (now: number) => strayAfter(hold({ strayAt: END }), [], now);
    expect(kept(END + SETTLE_MS - 1)).toBe(END);
    expect(kept(END + SETTLE_MS)).toBeUndefined();
    expect(kept(END - 1)).toBeUndefined();
  });
});

describe('S61: while a pause of ours may land', () => {
  const stray = { strayAt: END };
  const activated = call({ action: 'activate', outcome: 'ok', answeredAt: END });

  test('a sync is restored at once, and looked at again before that counts', () => {
    const held = situation({ ...over, hold: hold(stray), actual: paused });
    expect(nextStep(held)).toMatchObject({ to: 'resuming', resumeAt: END });
    const base = { ...over, hold: hold({ ...stray, state: 'resuming' }), openCalls: [activated] };
    expect(nextStep(situation({ ...base, actual: sync }))).toMatchObject(untilSettled);
    const later = { ...base, now: END + SETTLE_MS };
    expect(nextStep(situation({ ...later, actual: sync }))).toMatchObject({ to: 'released' });
    expect(nextStep(situation({ ...later, actual: paused }))).toMatchObject({ action: 'activate' });
  });

  test('what looks like the pause of a person under our name is not one', () => {
    const ours = { ...paused, updatedBy: SELF, updatedAt: END + 10_000 };
    const base = { ...over, now: END + 20_000, openCalls: [activated], actual: ours };
    const resuming = hold({ ...stray, state: 'resuming' });
    expect(nextStep(situation({ ...base, hold: resuming }))).toMatchObject({ kind: 'wait' });
    const known = hold({ state: 'resuming', strayAt: END - SETTLE_MS });
    expect(nextStep(situation({ ...base, hold: known }))).toMatchObject({ to: 'released' });
  });

  test.each(['held', 'resuming', 'pausing'] as const)(
    'a person alone is not enough: %s',
    (state) => {
      const base = { ...over, actual: { ...sync, updatedBy: ALICE } };
      const heldAt = state === 'pausing' ? undefined : T0;
      const step = (fields: object) => nextStep(situation({ ...base, hold: hold(fields) }));
      expect(step({ ...stray, state, heldAt })).toMatchObject(untilSettled);
      expect(step({ state, heldAt })).toMatchObject({ to: 'released' });
    },
  );
});

describe('S61: what is theirs is read once more at the end', () => {
  const yielded = hold({ state: 'yielded', strayAt: T0 });
  const step = (fields: object) => nextStep(situation({ ...over, hold: yielded, ...fields }));

  test('and restored where a pause of ours came after their click', () => {
    expect(step({})).toEqual({ kind: 'read' });
    expect(step({ actual: paused })).toMatchObject({ to: 'resuming', resumeAt: END });
    expect(step({ actual: { ...paused, updatedBy: SELF } })).toMatchObject({ to: 'resuming' });
  });

  test('and left where nothing came, or they paused it', () => {
    expect(step({ actual: sync })).toMatchObject({ to: 'released' });
    expect(step({ actual: { ...paused, updatedBy: ALICE } })).toMatchObject({ to: 'released' });
    expect(step({ actual: 'missing', isListed: false })).toMatchObject({ to: 'gone' });
  });

  test('but not before that cannot come any more', () => {
    const recent = hold({ state: 'yielded', strayAt: END });
    expect(step({ hold: recent, actual: sync })).toMatchObject(untilSettled);
  });

  test('nothing is read where no pause is in doubt', () => {
    expect(step({ hold: hold({ state: 'yielded' }) })).toMatchObject({ to: 'released' });
  });
});

test('S29: a hold that is asked for finds our own late pause, not theirs', () => {
  const override = syncOverride({ from: T0 + MINUTE });
  const decision = decide([policy('nightly')], [override], sync, T0 + MINUTE);
  const step = (strayAt: number | undefined, updatedBy = SELF) =>
    nextStep(
      situation({
        decision,
        hold: hold({ state: 'yielded', strayAt }),
        actual: { ...paused, updatedBy },
      }),
    );
  expect(step(T0)).toMatchObject({ to: 'pausing', baseline: 'active' });
  expect(step(undefined)).toMatchObject({ to: 'pausing', baseline: 'inactive' });
  expect(step(T0, ALICE)).toMatchObject({ to: 'pausing', baseline: 'inactive', person: ALICE });
});

describe('S61: what is theirs while the window goes on', () => {
  const later = { now: T0 + SETTLE_MS, hold: hold({ state: 'yielded', strayAt: T0 }) };
  const step = (fields: object) => nextStep(situation({ ...later, ...fields }));
  const late = { ...paused, updatedBy: SELF, updatedAt: T0 + 30_000 };
  const again = { kind: 'call', action: 'activate', again: undefined };

  test('is looked at once no pause can come any more, and activated if one did', () => {
    const early = { now: T0 + SETTLE_MS - 1 };
    expect(step(early)).toMatchObject({ kind: 'wait', at: T0 + SETTLE_MS });
    expect(step({})).toEqual({ kind: 'read' });
    expect(step({ actual: late })).toEqual(again);
    expect(step({ actual: sync })).toMatchObject({ kind: 'done' });
  });

  test('stays inactive where they paused it, or somebody did so too late to be us', () => {
    const theirs = { kind: 'done' };
    expect(step({ actual: { ...late, updatedBy: ALICE } })).toMatchObject(theirs);
    expect(step({ actual: { ...late, updatedAt: T0 + 2 * MINUTE } })).toMatchObject(theirs);
  });

  test('is activated anew when an activation was accepted and does not show for a minute', () => {
    const accepted = call({ action: 'activate', outcome: 'ok', answeredAt: T0 + SETTLE_MS });
    const base = { actual: late, openCalls: [accepted] };
    expect(step(base)).toMatchObject({ kind: 'wait' });
    expect(step({ ...base, now: T0 + 2 * SETTLE_MS })).toEqual(again);
  });
});

// S74: what is on record may lie ahead of the clock, when that was set back. Nothing waits until
// the clock comes there again.

import { expect, test } from 'vitest';
import { nextStep } from '../../src/plan/next-step.ts';
import { BASELINE, call, HOUR, hold, MINUTE, situation, sync, T0, TERMS } from './rig.ts';

const LATER = T0 + 5 * HOUR;
const inactive = { ...sync, active: false };
const over = { now: T0 + HOUR, decision: BASELINE };

test('S74: a pause that was accepted ahead of now and does not show is called anew', () => {
  const accepted = call({ outcome: 'ok', answeredAt: LATER });
  const step = nextStep(
    situation({
      hold: hold({ state: 'pausing' }),
      actual: { ...sync, updatedAt: undefined },
      openCalls: [accepted],
      self: undefined,
    }),
  );
  expect(step).toMatchObject({ kind: 'call', action: 'deactivate' });
});

test('S74: a resume that was accepted ahead of now and does not show is called anew', () => {
  const accepted = call({ action: 'activate', outcome: 'ok', answeredAt: LATER });
  const resuming = hold({ state: 'resuming', resumeAt: T0 + HOUR });
  const step = nextStep(
    situation({ ...over, hold: resuming, actual: inactive, openCalls: [accepted] }),
  );
  expect(step).toMatchObject({ kind: 'call', action: 'activate' });
});

test('S74: a turn that is further away than the spread is no turn', () => {
  const terms = { ...TERMS, resume: { spreadMs: 10 * MINUTE, catchUp: 'none' } as const };
  const stepAt = (resumeAt: number) =>
    nextStep(
      situation({ ...over, hold: hold({ state: 'resuming', terms, resumeAt }), actual: inactive }),
    );
  expect(stepAt(T0 + HOUR + 9 * MINUTE)).toMatchObject({ kind: 'wait' });
  expect(stepAt(LATER)).toMatchObject({ kind: 'call', action: 'activate' });
});

test('S74: a stray pause of a time to come is not waited for', () => {
  const stray = call({ outcome: 'unknown', answeredAt: LATER });
  const step = nextStep(
    situation({
      ...over,
      hold: hold({ state: 'resuming', resumeAt: T0 + HOUR }),
      actual: sync,
      openCalls: [stray, call({ key: 'cf1-up', action: 'activate', outcome: 'ok' })],
    }),
  );
  expect(step).toMatchObject({ kind: 'move', to: 'released' });
});

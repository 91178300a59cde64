import { describe, expect, test } from 'vitest';
import type { Call, Hold, Terms } from '../../src/plan/hold.ts';
import { nextStep } from '../../src/plan/next-step.ts';
import { type Run, SETTLE_MS, type Situation } from '../../src/plan/situation.ts';
import { ALICE, BASELINE, call, HOUR, hold, MINUTE, situation, sync, T0, TERMS } from './rig.ts';

const END = T0 + HOUR;
const paused = { ...sync, active: false };
const base = { decision: BASELINE, now: END };
const finished: Run = { id: 'run-1', status: 'completed', isTerminal: true, isResync: false };

function termsWith(resume: Partial<Terms['resume']>): Terms {
  return { ...TERMS, resume: { ...TERMS.resume, ...resume } };
}

describe('S71: coming back over a while', () => {
  const terms = termsWith({ spreadMs: 10 * MINUTE });

  function turnOf(key: string): number {
    const held = hold({ sync: key as Hold['sync'], terms });
    const step = nextStep(situation({ ...base, hold: held, actual: paused }));
    return (step as { resumeAt: number }).resumeAt;
  }

  test('every sync has a moment of its own, and the same one each time', () => {
    const turns = Array.from({ length: 200 }, (_, index) => turnOf(`model:${index}`));
    expect(turns).toEqual(Array.from({ length: 200 }, (_, index) => turnOf(`model:${index}`)));
    for (const turn of turns) {
      expect(turn).toBeGreaterThanOrEqual(END);
      expect(turn).toBeLessThan(END + 10 * MINUTE);
    }
    for (let minute = 0; minute < 10; minute += 1) {
      const from = END + minute * MINUTE;
      const inMinute = turns.filter((turn) => turn >= from && turn < from + MINUTE);
      expect(inMinute.length, `minute ${minute}`).toBeGreaterThan(5);
    }
  });

  test('it waits for its turn without a call, and then comes back', () => {
    const resuming = hold({ state: 'resuming', terms, resumeAt: END + MINUTE });
    const waiting = { ...base, hold: resuming, actual: paused };
    expect(nextStep(situation(waiting))).toMatchObject({ kind: 'wait', at: END + MINUTE });
    expect(nextStep(situation({ ...waiting, now: END + MINUTE }))).toMatchObject({
      action: 'activate',
    });
  });

  test('S75: when a window opens while it waits, nothing was called and nothing is', () => {
    const resuming = hold({ state: 'resuming', terms, resumeAt: END + MINUTE });
    const again = situation({ hold: resuming, actual: paused });
    expect(nextStep(again)).toMatchObject({ to: 'pausing' });
    const pausing = hold({ state: 'pausing', terms });
    expect(
      nextStep(situation({ hold: pausing, actual: paused, decision: again.decision })),
    ).toEqual(expect.objectContaining({ kind: 'hand-over' }));
  });

  test('S28: who activates it before its turn has done it already', () => {
    const resuming = hold({ state: 'resuming', terms, resumeAt: END + MINUTE });
    const byAlice = { ...sync, updatedBy: ALICE, updatedAt: END };
    const step = nextStep(situation({ ...base, hold: resuming, actual: byAlice }));
    expect(step).toMatchObject({ to: 'released', person: ALICE });
  });

  test('S54: down across the end, the turn of every sync may be over already', () => {
    const held = hold({ terms });
    const late = situation({ ...base, now: END + HOUR, hold: held, actual: paused });
    const step = nextStep(late) as { resumeAt: number };
    expect(step.resumeAt).toBeLessThan(END + HOUR);
  });
});

describe('S72: runs that fell into the pause', () => {
  const activated = call({ action: 'activate', outcome: 'ok', answeredAt: END });
  const later = END + 10_000;

  function catching(
    catchUp: Terms['resume']['catchUp'],
    fields: Partial<Situation> = {},
    more: Partial<Hold> = {},
    calls: Call[] = [],
  ) {
    const resuming = hold({
      state: 'resuming',
      terms: termsWith({ catchUp }),
      resumeAt: END,
      nextRunAt: T0 + MINUTE,
      ...more,
    });
    const openCalls = [activated, ...calls];
    return nextStep(
      situation({ ...base, now: later, hold: resuming, actual: sync, openCalls, ...fields }),
    );
  }

  test('are not made up for unless the policy says so', () => {
    expect(catching('none')).toMatchObject({ to: 'released' });
  });

  test('the time of the next run is read before the pause, and only where it matters', () => {
    const pausing = (catchUp: Terms['resume']['catchUp']) => {
      const terms = termsWith({ catchUp });
      const decision = { ...situation().decision, terms };
      return nextStep(
        situation({ decision, hold: hold({ state: 'pausing', terms }), actual: sync }),
      );
    };
    expect(pausing('none')).toMatchObject({ action: 'deactivate' });
    expect(pausing('if_missed')).toEqual({ kind: 'read-runs' });
  });

  test('one run is started, once the executions have been read', () => {
    for (const catchUp of ['if_missed', 'always'] as const) {
      expect(catching(catchUp)).toEqual({ kind: 'read-executions' });
      const read = { executions: [{ ...finished, createdAt: T0 - HOUR }] };
      expect(catching(catchUp, read)).toEqual({ kind: 'call', action: 'start', again: undefined });
      const started = call({ action: 'start', outcome: 'ok', answeredAt: later });
      expect(catching(catchUp, {}, {}, [started])).toMatchObject({ to: 'released' });
    }
  });

  test('a run that is due by itself gets a moment to begin', () => {
    expect(catching('always', { now: END + 1_000 })).toMatchObject({ kind: 'wait', at: later });
  });

  test('no run was missed when the next one was due after the end, or nobody knows', () => {
    expect(catching('if_missed', {}, { nextRunAt: later + 1 })).toMatchObject({ to: 'released' });
    expect(catching('if_missed', {}, { nextRunAt: undefined })).toMatchObject({ to: 'released' });
    expect(catching('always', {}, { nextRunAt: undefined })).toEqual({ kind: 'read-executions' });
  });

  test('a run that goes on, or began since, makes up for all', () => {
    const running = { ...finished, isTerminal: false, status: 'running', createdAt: T0 };
    expect(catching('always', { executions: [running] })).toMatchObject({ to: 'released' });
    const since = { ...finished, createdAt: END + 500 };
    expect(catching('always', { executions: [since] })).toMatchObject({ to: 'released' });
    // By a server whose clock is a minute behind ours.
    const behind = { executions: [{ ...since, createdAt: END - MINUTE }], skewMs: -MINUTE };
    expect(catching('always', behind)).toMatchObject({ to: 'released' });
  });

  test('a start whose fate is unknown goes out under its key, after a read, never blindly', () => {
    const lost = call({ action: 'start', outcome: 'unknown', answeredAt: later });
    expect(catching('always', {}, {}, [lost])).toEqual({ kind: 'read-executions' });
    expect(catching('always', { executions: [] }, {}, [lost])).toEqual({
      kind: 'call',
      action: 'start',
      again: lost,
    });
    const landed = { executions: [{ ...finished, createdAt: later }] };
    expect(catching('always', landed, {}, [lost])).toMatchObject({ to: 'released' });
  });

  test('a start that may have been made is not made again before it would show', () => {
    for (const fields of [{ outcome: 'server-error' }, { outcome: 'conflict', attempts: 5 }]) {
      const unsure = call({ action: 'start', answeredAt: later, ...fields });
      const waited = (ms: number) =>
        catching('always', { now: later + ms, executions: [] }, {}, [unsure]);
      expect(waited(1_000)).toEqual(expect.objectContaining({ kind: 'wait', at: later + 3_000 }));
      expect(waited(SETTLE_MS - 1)).toMatchObject({ kind: 'wait' });
      expect(waited(SETTLE_MS)).toEqual({ kind: 'call', action: 'start', again: undefined });
    }
  });

  test('a start that is refused, or fails for an hour, is given up with an alert', () => {
    const refused = call({ action: 'start', outcome: 'rejected' });
    expect(catching('always', {}, {}, [refused])).toMatchObject({ mark: 'catch-up-failed' });
    const failing = call({ action: 'start', outcome: 'server-error' });
    const hour = { now: END + HOUR + MINUTE };
    expect(catching('always', hour, {}, [failing])).toMatchObject({ mark: 'catch-up-failed' });
    const told = { told: ['catch-up-failed'] };
    expect(catching('always', {}, told, [refused])).toMatchObject({ to: 'released' });
  });
});

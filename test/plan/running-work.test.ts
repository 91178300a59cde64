import { describe, expect, test } from 'vitest';
import type { Hold, Terms } from '../../src/plan/hold.ts';
import { nextStep } from '../../src/plan/next-step.ts';
import { CANCEL_DEADLINE_MS } from '../../src/plan/running-work.ts';
import type { Run } from '../../src/plan/situation.ts';
import type { InFlight } from '../../src/policy/policy.ts';
import { bulk, call, hold, MINUTE, PAUSED, situation, sync, T0, TERMS } from './rig.ts';

const running: Run = { id: 'run-1', status: 'running', isTerminal: false, isResync: false };
/** A held sync as the last reading showed it. */
const held = { sync: { ...sync, active: false }, hold: hold({ quietAt: undefined }) };
/** Terms that say something about running work. */
const doing = (mode: InFlight, more: Partial<Terms> = {}): Terms => ({
  ...TERMS,
  inFlight: { nightly: { mode, since: T0 } },
  ...more,
});
/** A decision and a hold on the same terms. */
const on = (terms: Terms, fields: Partial<Hold> = {}) => ({
  decision: { ...PAUSED, terms },
  hold: hold({ terms, ...fields }),
});
const cancel = doing('cancel');

describe('running work', () => {
  const runs = { current: running };
  const idle = { current: undefined };
  const unquiet = { quietAt: undefined };

  test('S67: a model sync is paused first; its run is left and said so once', () => {
    expect(nextStep(situation({ ...held }))).toEqual({ kind: 'read-runs' });
    const left = nextStep(situation({ ...held, runs }));
    expect(left).toMatchObject({ what: 'run.left', mark: 'run.left:run-1' });
    const told = { ...held, hold: hold({ ...unquiet, told: ['run.left:run-1'] }) };
    expect(nextStep(situation({ ...told, runs }))).toMatchObject({ kind: 'wait' });
    expect(nextStep(situation({ ...told, runs: idle }))).toMatchObject({ what: 'sync.quiet' });
  });

  test('S67: with cancel, a running execution is cancelled once and waited for', () => {
    const base = { ...held, ...on(cancel, unquiet), runs };
    expect(nextStep(situation(base))).toMatchObject({ kind: 'call', action: 'cancel' });
    const openCalls = [call({ action: 'cancel', outcome: 'ok', answeredAt: T0 })];
    expect(nextStep(situation({ ...base, openCalls }))).toMatchObject({ kind: 'wait' });
    const late = { ...base, openCalls, now: T0 + CANCEL_DEADLINE_MS };
    expect(nextStep(situation(late))).toMatchObject({
      kind: 'alert',
      mark: 'cancel-overdue:run-1',
    });
  });

  test('S67: with drain, a running execution gets its time, and then the other mode', () => {
    const terms = (afterwards: 'cancel' | 'leave') => doing({ drainMs: 10 * MINUTE, afterwards });
    const at = (afterwards: 'cancel' | 'leave', now: number, told: string[] = []) =>
      nextStep(situation({ ...held, ...on(terms(afterwards), { ...unquiet, told }), runs, now }));
    expect(at('cancel', T0 + MINUTE)).toMatchObject({ what: 'run.waited' });
    const waited = ['run.waited:run-1'];
    expect(at('cancel', T0 + 9.9 * MINUTE, waited)).toMatchObject({
      kind: 'wait',
      at: T0 + 10 * MINUTE,
    });
    expect(at('cancel', T0 + 10 * MINUTE, waited)).toMatchObject({ action: 'cancel' });
    expect(at('leave', T0 + 10 * MINUTE, waited)).toMatchObject({ what: 'run.left' });
  });

  test('S68: a bulk sync is paused only when idle, since pausing would cancel its run', () => {
    const base = { sync: bulk, hold: hold({ state: 'pausing' as const }), actual: bulk };
    expect(nextStep(situation(base))).toEqual({ kind: 'read-runs' });
    expect(nextStep(situation({ ...base, runs }))).toMatchObject({ what: 'run.waited' });
    expect(nextStep(situation({ ...base, runs: idle }))).toMatchObject({ action: 'deactivate' });
    const cut = { ...base, ...on(cancel, { state: 'pausing' }), runs };
    expect(nextStep(situation(cut))).toMatchObject({ action: 'deactivate' });
  });

  test('S68: at its deadline a drained bulk sync is cut, or waited for with an alert', () => {
    const at = (afterwards: 'cancel' | 'leave', now: number) => {
      const terms = doing({ drainMs: 10 * MINUTE, afterwards });
      const told = ['run.waited:run-1'];
      const base = { ...on(terms, { state: 'pausing', told }), sync: bulk, actual: bulk, runs };
      return nextStep(situation({ ...base, now }));
    };
    expect(at('cancel', T0 + 9 * MINUTE)).toMatchObject({ kind: 'wait' });
    expect(at('cancel', T0 + 10 * MINUTE)).toMatchObject({ action: 'deactivate' });
    expect(at('leave', T0 + 10 * MINUTE)).toMatchObject({ kind: 'wait' });
    expect(at('leave', T0 + 15 * MINUTE)).toMatchObject({ kind: 'alert', mark: 'late-pause' });
  });

  test('S69: a running full resync is kept, with an alert, unless the policy gives it up', () => {
    const resync = { current: { ...running, isResync: true } };
    const pausing = (terms: Terms, told: string[]) => ({
      ...on(terms, { state: 'pausing', told }),
      sync: bulk,
      actual: bulk,
      runs: resync,
    });
    expect(nextStep(situation(pausing(cancel, [])))).toMatchObject({ what: 'run.waited' });
    expect(nextStep(situation(pausing(cancel, ['run.waited:run-1'])))).toMatchObject({
      kind: 'alert',
      mark: 'resync-kept:run-1',
    });
    const kept = on(cancel, { ...unquiet, told: ['run.left:run-1'] });
    expect(nextStep(situation({ ...held, ...kept, runs: resync }))).toMatchObject({
      mark: 'resync-kept:run-1',
    });
    const given = doing('cancel', { protectResync: false });
    expect(nextStep(situation(pausing(given, [])))).toMatchObject({ action: 'deactivate' });
    expect(nextStep(situation({ ...held, ...on(given, unquiet), runs: resync }))).toMatchObject({
      action: 'cancel',
    });
  });

  test('S76: an unknown status counts as running, alerts once, and the deadline applies', () => {
    const strange = { current: { ...running, status: 'pondering' } };
    const base = { ...held, ...on(doing({ drainMs: MINUTE, afterwards: 'cancel' }), unquiet) };
    expect(nextStep(situation({ ...base, runs: strange }))).toMatchObject({
      kind: 'alert',
      mark: 'status-unknown:pondering',
    });
    const told = { ...base, hold: { ...base.hold, told: ['status-unknown:pondering'] } };
    const late = { ...told, runs: strange, now: T0 + 2 * MINUTE };
    expect(nextStep(situation(late))).toMatchObject({ action: 'cancel' });
  });

  test('S50: an edited mode says nothing about a pause that has begun', () => {
    const terms = doing('leave');
    const edited = { ...PAUSED, terms: doing('cancel') };
    const told = ['run.left:run-1'];
    const base = { ...held, decision: edited, hold: hold({ terms, ...unquiet, told }), runs };
    expect(nextStep(situation(base))).toMatchObject({ kind: 'wait' });
  });

  test('S11: a stricter policy that joins is taken into the terms, and then obeyed', () => {
    const joined = {
      ...TERMS,
      inFlight: { ...TERMS.inFlight, upgrade: { mode: 'cancel' as const, since: T0 + MINUTE } },
    };
    const decision = { ...PAUSED, terms: joined };
    expect(nextStep(situation({ ...held, decision, runs }))).toMatchObject({ kind: 'hand-over' });
    const taken = hold({ terms: joined, ...unquiet });
    expect(nextStep(situation({ ...held, decision, hold: taken, runs }))).toMatchObject({
      action: 'cancel',
    });
  });
});

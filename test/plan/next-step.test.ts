import { describe, expect, test } from 'vitest';
import { decide } from '../../src/plan/decide.ts';
import type { Hold, Terms } from '../../src/plan/hold.ts';
import { nextStep } from '../../src/plan/next-step.ts';
import { CANCEL_DEADLINE_MS } from '../../src/plan/running-work.ts';
import { type Run, SETTLE_MS, type Situation } from '../../src/plan/situation.ts';
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

const running: Run = { id: 'run-1', status: 'running', isTerminal: false, isResync: false };
const paused = { ...sync, active: false };
/** A held sync as the last reading showed it. */
const held = { sync: paused, hold: hold({ quietAt: undefined }) };
/** A decision and a hold on the same terms. */
const on = (terms: Terms, fields: Partial<Hold> = {}) => ({
  decision: { ...PAUSED, terms },
  hold: hold({ terms, ...fields }),
});

describe('towards paused', () => {
  test('a sync is read before anything is written about it', () => {
    expect(nextStep(situation())).toEqual({ kind: 'read' });
    const unlisted = situation({ actual: 'missing', isListed: false });
    expect(nextStep(unlisted)).toMatchObject({ kind: 'done' });
  });

  test('an active sync gets a hold first, then one call', () => {
    expect(nextStep(situation({ actual: sync }))).toMatchObject({
      kind: 'open',
      baseline: 'active',
    });
    const opened = hold({ state: 'pausing', heldAt: undefined, quietAt: undefined, generation: 0 });
    expect(nextStep(situation({ hold: opened, actual: sync }))).toEqual({
      kind: 'call',
      action: 'deactivate',
      again: undefined,
    });
  });

  test('S25: a sync that was inactive is held without a call', () => {
    expect(nextStep(situation({ actual: paused }))).toMatchObject({
      kind: 'open',
      baseline: 'inactive',
    });
    const opened = hold({ baseline: 'inactive', quietAt: undefined });
    expect(nextStep(situation({ sync: paused, hold: opened }))).toMatchObject({ kind: 'done' });
  });

  test('the first use of a key that was answered ok is believed', () => {
    const step = nextStep(situation({ hold: hold({ state: 'pausing' }), confirmed: 'deactivate' }));
    expect(step).toMatchObject({ kind: 'move', to: 'held' });
  });

  test('S57: after a crash the state is read, and an unknown call goes out under its key', () => {
    const open = call();
    const base = { hold: hold({ state: 'pausing' as const }), openCalls: [open] };
    expect(nextStep(situation(base))).toEqual({ kind: 'read' });
    expect(nextStep(situation({ ...base, actual: sync }))).toEqual({
      kind: 'call',
      action: 'deactivate',
      again: open,
    });
    expect(nextStep(situation({ ...base, actual: paused }))).toMatchObject({ to: 'held' });
  });

  test.each(['server-error', 'throttled', 'unauthorized', 'rejected', 'missing'])(
    'S61: after %s the key is not used again',
    (outcome) => {
      const open = call({ outcome });
      const step = nextStep(
        situation({ hold: hold({ state: 'pausing' }), openCalls: [open], actual: sync }),
      );
      expect(step).toMatchObject({ kind: 'call', again: undefined });
    },
  );

  test('a conflict is tried again under its key, but not for ever', () => {
    const at = (attempts: number) => {
      const openCalls = [call({ outcome: 'conflict', attempts })];
      return nextStep(situation({ hold: hold({ state: 'pausing' }), openCalls, actual: sync }));
    };
    expect(at(1)).toMatchObject({ kind: 'call', again: { attempts: 1 } });
    expect(at(5)).toMatchObject({ kind: 'call', again: undefined });
  });

  test('S62: an accepted pause that does not show is waited for, then called anew', () => {
    const openCalls = [call({ outcome: 'ok', answeredAt: T0 })];
    const base = { hold: hold({ state: 'pausing' as const }), openCalls, actual: sync };
    expect(nextStep(situation({ ...base, now: T0 + 5_000 }))).toMatchObject({ kind: 'wait' });
    expect(nextStep(situation({ ...base, now: T0 + SETTLE_MS }))).toEqual({
      kind: 'call',
      action: 'deactivate',
      again: undefined,
    });
  });

  test('S34: a sync that is gone ends its hold; one that is listed is asked for again', () => {
    const lost = { hold: hold({ state: 'pausing' }), actual: 'missing' } as const;
    for (const decision of [PAUSED, BASELINE]) {
      const gone = nextStep(situation({ ...lost, decision, isListed: false }));
      expect(gone).toMatchObject({ kind: 'move', to: 'gone' });
      expect(nextStep(situation({ ...lost, decision }))).toMatchObject({ kind: 'wait' });
    }
    expect(nextStep(situation({ actual: 'missing' }))).toMatchObject({ kind: 'wait' });
  });

  test('S34: a held sync that the list does not show is read; only a 404 makes it gone', () => {
    const unlisted = { ...held, hold: hold(), isListed: false };
    expect(nextStep(situation(unlisted))).toEqual({ kind: 'read' });
    expect(nextStep(situation({ ...unlisted, actual: paused }))).toMatchObject({ kind: 'done' });
    expect(nextStep(situation({ ...unlisted, actual: 'missing' }))).toMatchObject({ to: 'gone' });
  });

  test('S7: another policy takes over without a resume in between', () => {
    const step = nextStep(situation({ hold: hold({ cause: 'other' }) }));
    expect(step).toMatchObject({ kind: 'hand-over' });
  });

  test('S75: a resume that was not confirmed turns round when a window opens again', () => {
    const step = nextStep(situation({ hold: hold({ state: 'resuming' }) }));
    expect(step).toMatchObject({ kind: 'move', to: 'pausing' });
  });
});

describe('people', () => {
  const clicked = { ...sync, updatedBy: ALICE, updatedAt: T0 + MINUTE / 2 };

  test('S27: who re-activates inside the window is respected and named', () => {
    const step = nextStep(situation({ hold: hold(), actual: clicked }));
    expect(step).toMatchObject({ kind: 'move', to: 'yielded', person: ALICE });
    expect(step).toHaveProperty('reason', expect.stringContaining('Alice'));
  });

  test('S27: a click on a sync that was inactive before is a wish too', () => {
    const step = nextStep(situation({ hold: hold({ baseline: 'inactive' }), actual: clicked }));
    expect(step).toMatchObject({ kind: 'move', to: 'yielded', baseline: 'active' });
  });

  test('a hold that somebody asks for after a click is the newer word', () => {
    const override = syncOverride({ from: T0 + MINUTE, actor: 'bob' });
    const decision = decide([policy('nightly')], [override], sync, T0 + MINUTE);
    const yielded = hold({ state: 'yielded', updatedAt: T0 });
    const anew = { kind: 'move', to: 'pausing', baseline: 'active' };
    expect(nextStep(situation({ decision, hold: yielded }))).toEqual({ kind: 'read' });
    expect(nextStep(situation({ decision, hold: yielded, actual: sync }))).toMatchObject({
      ...anew,
      reason: 'It was re-activated, and bob asked for a hold after that.',
    });
    const mine = hold({
      cause: 'override:o1',
      occurrence: decision.stretch,
      terms: decision.terms,
    });
    const clicked = { ...sync, updatedBy: ALICE, updatedAt: T0 + 30_000 };
    expect(nextStep(situation({ decision, hold: mine, actual: clicked }))).toMatchObject(anew);
    // Whoever paused it again in between wants it so afterwards, too.
    const again = { decision, hold: yielded, actual: { ...paused, updatedBy: ALICE } };
    const asIs = { ...anew, baseline: 'inactive', person: ALICE };
    expect(nextStep(situation(again))).toMatchObject(asIs);
    // A click after that wins again.
    const later = { ...clicked, updatedAt: T0 + 2 * MINUTE };
    const situated = { decision, hold: mine, actual: later, now: T0 + 3 * MINUTE };
    expect(nextStep(situation(situated))).toMatchObject({ to: 'yielded', person: ALICE });
    const theirs = { ...yielded, updatedAt: T0 + 2 * MINUTE };
    expect(nextStep(situation({ decision, hold: theirs }))).toMatchObject({ kind: 'done' });
  });

  test('S29: what was yielded is left alone until the end, and at the end', () => {
    const yielded = hold({ state: 'yielded' });
    expect(nextStep(situation({ hold: yielded }))).toMatchObject({ kind: 'done' });
    const end = nextStep(situation({ hold: yielded, decision: BASELINE, now: T0 + HOUR }));
    expect(end).toMatchObject({ kind: 'move', to: 'released' });
  });

  test('an inventory that is older than the pause is no sign of a click', () => {
    const stale = { ...sync, active: true, updatedAt: T0 - HOUR };
    expect(nextStep(situation({ hold: hold(), sync: stale }))).toMatchObject({ kind: 'done' });
    expect(nextStep(situation({ hold: hold(), sync: clicked }))).toEqual({ kind: 'read' });
    const base = { hold: hold(), sync: stale };
    expect(nextStep(situation({ ...base, listedAt: T0 }))).toMatchObject({ kind: 'done' });
    expect(nextStep(situation({ ...base, listedAt: T0 + 1 }))).toEqual({ kind: 'read' });
  });

  test('S62: active under our own name and unchanged since means the pause did not work', () => {
    const untouched = { ...sync, updatedBy: SELF, updatedAt: T0 - HOUR };
    const step = nextStep(situation({ hold: hold(), actual: untouched }));
    expect(step).toMatchObject({ kind: 'move', to: 'pausing' });
  });

  test('an activation of ours that landed late is undone, not taken for a click', () => {
    const ours = { ...sync, updatedBy: SELF, updatedAt: T0 + MINUTE / 2 };
    const openCalls = [call({ action: 'activate', outcome: 'unknown' })];
    expect(nextStep(situation({ hold: hold(), actual: ours, openCalls }))).toMatchObject({
      to: 'pausing',
    });
    expect(nextStep(situation({ hold: hold(), actual: ours }))).toMatchObject({ to: 'yielded' });
  });

  test('a sync that a person paused before our first call is not activated at the end', () => {
    const byAlice = { ...paused, updatedBy: ALICE };
    const base = { decision: BASELINE, now: T0 + HOUR, actual: byAlice };
    const never = hold({ state: 'pausing', heldAt: undefined, generation: 0 });
    expect(nextStep(situation({ ...base, hold: never }))).toMatchObject({ to: 'released' });
    const refused = hold({ state: 'pausing', heldAt: undefined });
    const openCalls = [call({ outcome: 'throttled' })];
    expect(nextStep(situation({ ...base, hold: refused, openCalls }))).toMatchObject({
      to: 'released',
    });
  });

  test('S28: what we may have paused is restored, whoever has changed it since', () => {
    const edited = { ...paused, updatedBy: ALICE, updatedAt: T0 + MINUTE };
    const base = { decision: BASELINE, now: T0 + HOUR, actual: edited };
    const unsure = hold({ state: 'pausing', heldAt: undefined });
    for (const doubt of [{ outcome: 'unknown' }, { outcome: 'throttled', isInDoubt: true }]) {
      const step = nextStep(situation({ ...base, hold: unsure, openCalls: [call(doubt)] }));
      expect(step).toMatchObject({ to: 'resuming' });
    }
  });

  test('S28: what we were refused to pause, however often, is paused by whoever paused it', () => {
    const refused = hold({ state: 'pausing', heldAt: undefined, generation: 3 });
    const openCalls = [call({ outcome: 'rejected', attempts: 3, generation: 3 })];
    const base = { hold: refused, openCalls, actual: { ...paused, updatedBy: ALICE } };
    const step = nextStep(situation(base));
    expect(step).toMatchObject({ to: 'held', baseline: 'inactive', person: ALICE });
    const over = { ...base, decision: BASELINE, now: T0 + HOUR };
    expect(nextStep(situation(over))).toMatchObject({ to: 'released', person: ALICE });
  });

  test('S68: who pauses it while it waits to be paused has paused it', () => {
    const waiting = hold({ state: 'pausing', heldAt: undefined, generation: 0 });
    const byAlice = { ...paused, updatedBy: ALICE };
    const step = nextStep(situation({ hold: waiting, actual: byAlice }));
    expect(step).toMatchObject({ to: 'held', baseline: 'inactive', person: ALICE });
    const again = hold({ state: 'pausing', generation: 0 });
    expect(nextStep(situation({ hold: again, actual: byAlice }))).not.toHaveProperty('baseline');
  });
});

describe('enforce: always', () => {
  const terms: Terms = { ...TERMS, enforce: 'always' };
  const clicked = { ...sync, updatedBy: ALICE, updatedAt: T0 + MINUTE / 2 };
  const enforcing = (repauses: number, told: string[] = []) =>
    nextStep(situation({ ...on(terms, { repauses, told }), actual: clicked }));

  test('S27, S31: who re-activates is named and paused again, three times, then left alone', () => {
    expect(enforcing(0)).toMatchObject({ to: 'pausing', isRepause: true, person: ALICE });
    expect(enforcing(2)).toHaveProperty('reason', expect.stringContaining('(3 of 3)'));
    expect(enforcing(3)).toMatchObject({ kind: 'alert', mark: 'fight' });
    expect(enforcing(3, ['fight'])).toMatchObject({ to: 'yielded' });
  });

  test('S27: their click is a wish all the same: it comes back active', () => {
    const step = nextStep(situation({ ...on(terms, { baseline: 'inactive' }), actual: clicked }));
    expect(step).toMatchObject({ to: 'pausing', baseline: 'active' });
  });

  describe('S27: a pause against somebody that is not made when only `once` is left', () => {
    const pausing = { state: 'pausing', repauses: 1, quietAt: undefined } as const;
    const left = (
      { decision = PAUSED, ...more }: Partial<Situation> = {},
      fields: Partial<Hold> = {},
    ) => {
      const base = on(terms, { ...pausing, cause: 'strict', ...fields });
      return nextStep(situation({ ...base, decision, actual: clicked, ...more }));
    };

    test('is not made any more', () => {
      expect(left()).toMatchObject({ to: 'yielded', person: ALICE, baseline: 'active' });
      expect(left({ actual: undefined })).toEqual({ kind: 'read' });
    });

    test('is made where it may have been made, or nobody clicked, or somebody else asked', () => {
      const handOver = { kind: 'hand-over' };
      expect(left({ openCalls: [call({ outcome: 'unknown' })] })).toMatchObject(handOver);
      expect(left({ actual: paused })).toMatchObject(handOver);
      expect(left({ actual: { ...clicked, updatedAt: T0 - HOUR } })).toMatchObject(handOver);
      expect(left({}, { repauses: 0 })).toMatchObject(handOver);
      const strict = { ...PAUSED, terms };
      expect(left({ decision: strict })).toMatchObject(handOver);
      const override = syncOverride({ from: T0 + MINUTE, actor: 'bob' });
      const asked = decide([policy('nightly')], [override], sync, T0 + MINUTE);
      expect(left({ decision: asked })).toMatchObject(handOver);
    });
  });
});

describe('clocks', () => {
  test('S74: with a clock that is far from that of the API nothing new is paused', () => {
    for (const skewMs of [-121_000, 121_000]) {
      expect(nextStep(situation({ actual: sync, skewMs }))).toMatchObject({ kind: 'wait' });
      const base = { decision: BASELINE, now: T0 + HOUR, hold: hold(), actual: paused };
      expect(nextStep(situation({ ...base, skewMs }))).toMatchObject({ to: 'resuming' });
    }
    expect(nextStep(situation({ actual: sync, skewMs: 119_000 }))).toMatchObject({ kind: 'open' });
  });
});

describe('D11: time zone data that changes while a window is open', () => {
  const newer = { tzdata: '2026b' };
  const endingAt = (end: number) => ({ ...PAUSED, stretch: { start: T0 - MINUTE, end } });

  test('the end may move, but only to a later time; the start stays', () => {
    const later = situation({ ...newer, hold: hold(), decision: endingAt(T0 + 2 * HOUR) });
    expect(nextStep(later)).toMatchObject({
      kind: 'hand-over',
      occurrence: { start: T0, end: T0 + 2 * HOUR },
    });
    const earlier = endingAt(T0 + HOUR / 2);
    expect(
      nextStep(situation({ ...newer, sync: paused, hold: hold(), decision: earlier })),
    ).toEqual(expect.objectContaining({ kind: 'done' }));
    const over = { ...newer, now: T0 + HOUR - 1, decision: BASELINE, sync: paused };
    expect(nextStep(situation({ ...over, hold: hold() }))).toMatchObject({
      kind: 'wait',
      at: T0 + HOUR,
    });
  });

  test('an edited policy is another one: its new end counts, earlier or later', () => {
    const edited = { ...newer, causeHash: 'edited' };
    const earlier = endingAt(T0 + HOUR / 2);
    expect(nextStep(situation({ ...edited, hold: hold(), decision: earlier }))).toMatchObject({
      kind: 'hand-over',
      occurrence: earlier.stretch,
    });
    const over = { ...edited, now: T0 + HOUR - 1, decision: BASELINE, actual: paused };
    expect(nextStep(situation({ ...over, hold: hold() }))).toMatchObject({ to: 'resuming' });
  });
});

describe('a policy that is gone', () => {
  const gone = { decision: BASELINE, now: T0 + MINUTE, causeHash: undefined };

  test('S43: is restored at once, as policies are unless they say otherwise', () => {
    expect(nextStep(situation({ ...gone, hold: hold(), actual: paused }))).toMatchObject({
      to: 'resuming',
    });
  });

  test('S43, S51: keeps its pause to the end it had, when it said so', () => {
    const finish = hold({ terms: { ...TERMS, onDelete: 'finish' } });
    expect(nextStep(situation({ ...gone, sync: paused, hold: finish }))).toMatchObject({
      kind: 'wait',
      at: T0 + HOUR,
    });
    // Nobody would ever restore what was paused for ever.
    const endless = { ...finish, occurrence: { start: T0, end: Infinity } };
    const step = nextStep(situation({ ...gone, actual: paused, hold: endless }));
    expect(step).toMatchObject({ kind: 'move', to: 'resuming' });
    const over = { ...gone, now: T0 + HOUR, hold: finish, actual: paused };
    expect(nextStep(situation(over))).toMatchObject({ to: 'resuming' });
  });

  test('S36: a policy that is there but does not select it any more lets go at once', () => {
    const finish = hold({ terms: { ...TERMS, onDelete: 'finish' } });
    const base = { ...gone, causeHash: 'hash-of-nightly', hold: finish, actual: paused };
    expect(nextStep(situation(base))).toMatchObject({ to: 'resuming' });
  });
});

describe('towards the baseline', () => {
  const base = { decision: BASELINE, now: T0 + HOUR };

  test('without a hold nothing is done', () => {
    expect(nextStep(situation(base))).toMatchObject({ kind: 'done' });
  });

  test('S25: a sync that was inactive before is released without a call or a read', () => {
    const step = nextStep(situation({ ...base, hold: hold({ baseline: 'inactive' }) }));
    expect(step).toMatchObject({ kind: 'move', to: 'released' });
  });

  test('what Curfew paused is read, moved to resuming, activated, read again, released', () => {
    expect(nextStep(situation({ ...base, hold: hold() }))).toEqual({ kind: 'read' });
    expect(nextStep(situation({ ...base, hold: hold(), actual: paused }))).toMatchObject({
      to: 'resuming',
    });
    const resuming = hold({ state: 'resuming' });
    expect(nextStep(situation({ ...base, hold: resuming, actual: paused }))).toMatchObject({
      kind: 'call',
      action: 'activate',
    });
    const openCalls = [call({ action: 'activate', outcome: 'ok', answeredAt: base.now })];
    const called = { ...base, hold: resuming, openCalls };
    expect(nextStep(situation(called))).toEqual({ kind: 'read' });
    expect(nextStep(situation({ ...called, actual: sync }))).toMatchObject({ to: 'released' });
  });

  test('S62: a resume that was accepted but does not show is called anew after a minute', () => {
    const openCalls = [call({ action: 'activate', outcome: 'ok', answeredAt: base.now })];
    const stuck = { hold: hold({ state: 'resuming' as const }), openCalls, actual: paused };
    expect(nextStep(situation({ ...base, ...stuck }))).toMatchObject({ kind: 'wait' });
    const later = situation({ ...base, ...stuck, now: base.now + SETTLE_MS });
    expect(nextStep(later)).toEqual({ kind: 'call', action: 'activate', again: undefined });
  });

  test('a pause of ours that landed after the resume is undone, not taken for a click', () => {
    const openCalls = [
      call({ outcome: 'unknown' }),
      call({ action: 'activate', outcome: 'ok', answeredAt: base.now }),
    ];
    const landed = { ...paused, updatedBy: SELF, updatedAt: base.now + 10_000 };
    const late = { hold: hold({ state: 'resuming' as const }), openCalls, actual: landed };
    const at = (ms: number) => nextStep(situation({ ...base, ...late, now: base.now + ms }));
    expect(at(20_000)).toMatchObject({ kind: 'wait' });
    expect(at(SETTLE_MS)).toMatchObject({ action: 'activate', again: undefined });
  });

  test('S28: who touched it while it was paused is named, and it is restored', () => {
    const touched = { ...paused, updatedBy: ALICE, updatedAt: T0 + MINUTE };
    const step = nextStep(situation({ ...base, hold: hold(), actual: touched }));
    expect(step).toMatchObject({ to: 'resuming', person: ALICE });
  });

  test('a pause whose fate is unknown is undone even when the sync looks active', () => {
    const openCalls = [call({ outcome: 'unknown', answeredAt: base.now })];
    const pausing = hold({ state: 'pausing', heldAt: undefined });
    const unsure = situation({ ...base, hold: pausing, openCalls, actual: sync });
    expect(nextStep(unsure)).toMatchObject({ to: 'resuming' });
    const activated = [...openCalls, call({ action: 'activate', outcome: 'ok' })];
    const resuming = hold({ state: 'resuming' });
    const settle = { ...base, hold: resuming, openCalls: activated, actual: sync };
    expect(nextStep(situation(settle))).toMatchObject({ kind: 'wait' });
    const settled = situation({ ...settle, now: base.now + SETTLE_MS });
    expect(nextStep(settled)).toMatchObject({ to: 'released' });
    const accepted = [call({ outcome: 'ok', answeredAt: base.now }), ...activated.slice(1)];
    const known = situation({ ...settle, openCalls: accepted });
    expect(nextStep(known)).toMatchObject({ to: 'released' });
  });

  test('S70: a cancelled run ends before the resume, for a quarter of an hour at most', () => {
    const openCalls = [call({ action: 'cancel', outcome: 'ok' })];
    const resuming = hold({ state: 'resuming', quietAt: undefined, updatedAt: base.now });
    const stuck = { ...base, hold: resuming, openCalls, actual: paused };
    expect(nextStep(situation(stuck))).toEqual({ kind: 'read-runs' });
    const runs = { current: { ...running, status: 'canceling' } };
    expect(nextStep(situation({ ...stuck, runs }))).toMatchObject({ kind: 'wait' });
    const late = { ...stuck, runs, now: base.now + CANCEL_DEADLINE_MS };
    expect(nextStep(situation(late))).toMatchObject({ mark: 'cancel-unfinished' });
    const told = { ...late, hold: { ...resuming, told: ['cancel-unfinished'] } };
    expect(nextStep(situation(told))).toMatchObject({ action: 'activate' });
  });

  test('no situation at all makes a baseline that was inactive active', () => {
    const states = ['pausing', 'held', 'resuming', 'yielded'] as const;
    const actuals = [undefined, 'missing' as const, sync, paused];
    const outcomes = [undefined, 'ok', 'unknown', 'server-error', 'conflict'];
    for (const state of states) {
      for (const actual of actuals) {
        for (const outcome of outcomes) {
          for (const decision of [BASELINE, situation().decision]) {
            const openCalls = [call({ outcome }), call({ action: 'activate', outcome })];
            const inactive = hold({ state, baseline: 'inactive' });
            const step = nextStep(situation({ hold: inactive, actual, openCalls, decision }));
            expect(step).not.toMatchObject({ kind: 'call', action: 'activate' });
          }
        }
      }
    }
  });
});

import { describe, expect, test } from 'vitest';
import type { Hold } from '../../src/plan/hold.ts';
import { DEGRADED_AFTER_MS, windowState } from '../../src/plan/window-state.ts';
import { HOUR, hold, MINUTE, policy, T0, timelineOf } from './rig.ts';

const nightly = policy('nightly');
const at = (holds: Hold[], now = T0 + MINUTE) => windowState(nightly, holds, now);
const unquiet = hold({ quietAt: undefined });
const pausing = hold({ state: 'pausing', heldAt: undefined, quietAt: undefined });

describe('the state of an open window', () => {
  test('quiet, as soon as nothing that it holds runs, and says how long that took', () => {
    const later = hold({ quietAt: T0 + 3 * MINUTE });
    const state = at([hold(), later], T0 + 4 * MINUTE);
    expect(state).toMatchObject({
      kind: 'quiet',
      opened: T0,
      entry: { type: 'window.quiet', latenessMs: 3 * MINUTE, detail: { holds: 2 } },
    });
    expect(state?.entry.reason).toBe(
      'Nothing that nightly holds runs any more, 3m after its window opened.',
    );
  });

  test('not yet, while one runs, is being paused, or is on its way back', () => {
    expect(at([hold(), unquiet])).toBeUndefined();
    expect(at([hold(), pausing])).toBeUndefined();
    expect(at([hold(), hold({ state: 'resuming' })])).toBeUndefined();
  });

  test('what was paused before, or is a person’s now, does not keep it from being quiet', () => {
    const before = hold({ baseline: 'inactive', quietAt: undefined });
    const theirs = hold({ state: 'yielded', quietAt: undefined });
    expect(at([before, theirs])).toMatchObject({
      kind: 'quiet',
      entry: { detail: { alreadyPaused: 1, yielded: 1 } },
    });
  });

  test('S65: degraded, when some are not paused after five minutes; each by itself', () => {
    const holds = [hold(), hold(), pausing];
    expect(at(holds, T0 + DEGRADED_AFTER_MS - 1)).toBeUndefined();
    const state = at(holds, T0 + DEGRADED_AFTER_MS);
    expect(state).toMatchObject({ kind: 'degraded', entry: { detail: { holds: 3, late: 1 } } });
    expect(state?.entry.reason).toContain('1 of the 3 syncs of nightly are still not paused');
  });

  test('S65: degraded too, when some could not even be read; and not quiet before that', () => {
    const unheld = [{ sync: 'model:unread', since: T0 + MINUTE }] as const;
    const stateAt = (now: number, holds = [hold()]) => windowState(nightly, holds, now, unheld);
    expect(stateAt(T0 + 2 * MINUTE)).toBeUndefined();
    expect(stateAt(T0 + DEGRADED_AFTER_MS)).toBeUndefined();
    const state = stateAt(T0 + MINUTE + DEGRADED_AFTER_MS);
    expect(state?.entry.reason).toContain('1 of the 2 syncs of nightly are still not paused');
    expect(state?.entry.detail).toMatchObject({ holds: 1, late: 1, syncs: ['model:unread'] });
    const none = stateAt(T0 + MINUTE + DEGRADED_AFTER_MS, []);
    expect(none).toMatchObject({ kind: 'degraded', opened: T0 + MINUTE });
  });

  test('nothing is told of others’ holds, closed windows and policies that do not act', () => {
    expect(at([hold({ cause: 'other' })])).toBeUndefined();
    expect(at([hold()], T0 + HOUR)).toBeUndefined();
    for (const fields of [
      { mode: 'observe' },
      { effect: 'protect' },
      { enabled: false },
    ] as const) {
      expect(windowState(policy('nightly', fields), [hold()], T0 + MINUTE)).toBeUndefined();
    }
  });

  test('a window that is open for ever opened when the first hold did', () => {
    const always = policy('nightly', { timeline: timelineOf({ start: -Infinity, end: Infinity }) });
    expect(windowState(always, [hold()], T0 + MINUTE)).toMatchObject({ opened: T0 });
  });
});

import { describe, expect, it } from 'vitest';
import { type Evidence, judge } from '../../src/cli/demo-judge.ts';
import type { StagedSync } from '../../src/cli/demo-stage.ts';
import { verdictLines } from '../../src/cli/demo-verdict.ts';
import type { Entry } from '../../src/plan/entry.ts';
import { type SyncKey, syncKey } from '../../src/policy/sync.ts';

const [A, B, PERSONS] = ['a', 'b', 'p'].map((id) => syncKey('model', id)) as [
  SyncKey,
  SyncKey,
  SyncKey,
];

function sync(id: string, active = true): StagedSync {
  return { kind: 'model', id, name: `Sync ${id}`, active, running: null, updated_by: 'Maya' };
}

function entry(type: Entry['type'], key: SyncKey): Entry {
  return { at: 0, type, actor: 'curfew', reason: 'because', sync: key };
}

/** A story that went well: `a` and the person's sync are in it, `b` is not. */
function evidence(change: Partial<Evidence> = {}): Evidence {
  return {
    before: [sync('a'), sync('b'), sync('p')],
    after: [sync('a'), sync('b'), sync('p')],
    running: new Set(),
    entries: [entry('hold.held', A), entry('hold.held', PERSONS), entry('hold.yielded', PERSONS)],
    requests: [],
    selected: new Set([A, PERSONS]),
    pausedByOthers: new Map(),
    touched: new Set(),
    persons: PERSONS,
    ...change,
  };
}

const wordsOf = (change?: Partial<Evidence>) =>
  verdictLines(judge(evidence(change))).map(({ text }) => text);

describe('the verdict on a demonstration', () => {
  it('says that every sync is as it was when every sync is', () => {
    expect(wordsOf()).toEqual([
      'Every sync is as it was.',
      '2 paused, 1 active again; of what ran, 0 cancelled and 0 left to finish.',
      'Activated by a person in the window, and kept: Sync p.',
      '0 calls changed something, each under its own Idempotency-Key.',
    ]);
  });

  it('names a sync that is not', () => {
    expect(wordsOf({ after: [sync('a', false), sync('b'), sync('p')] })).toEqual([
      'The demonstration did not go as it should:',
      '- Sync a should be active in the end, and is paused.',
    ]);
  });

  it('names those that another policy goes on to pause, also if they are in no story', () => {
    const words = wordsOf({
      after: [sync('a', false), sync('b', false), sync('p')],
      pausedByOthers: new Map([
        [A, 'sandbox-hours'],
        [B, 'sandbox-hours'],
      ]),
    });
    expect(words[0]).toBe('Every sync is as it was, but for some below.');
    expect(words).toContain('Paused by sandbox-hours, until it ends: Sync a, Sync b.');
  });

  it('expects nothing of what the audience had a word on, and says so', () => {
    const words = wordsOf({
      after: [sync('a', false), sync('b'), sync('p', false)],
      entries: [],
      touched: new Set([A, PERSONS]),
    });
    expect(words[0]).toBe('Every sync is as it was, but for some below.');
    expect(words).toContain('Yours, since you had a word on them: Sync a, Sync p.');
    expect(words.join()).not.toMatch(/a person in the window/);
  });

  it('still convicts of what the audience has nothing to do with', () => {
    const { problems } = judge(
      evidence({ after: [sync('a'), sync('b', false), sync('p')], touched: new Set([A]) }),
    );
    expect(problems).toEqual(['Sync b should be active in the end, and is paused.']);
  });
});

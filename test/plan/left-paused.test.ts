import { describe, expect, test } from 'vitest';
import { createLeftPaused } from '../../src/plan/left-paused.ts';
import type { EntryDocument } from '../../src/plan/seal.ts';

let seq = 0;
const entry = (type: string, fields: Partial<EntryDocument> = {}): EntryDocument => ({
  seq: ++seq,
  at: '2026-06-07T06:00:00.000Z',
  type,
  actor: 'curfew',
  reason: '',
  sync: 'model:one',
  syncName: 'Sales/Accounts',
  policy: 'nightly',
  hold: 'h',
  ...fields,
});

const opened = entry('hold.opened', { before: 'active' });
const intended = entry('call.intended', { detail: { action: 'deactivate' } });
const held = entry('hold.held', { detail: { baseline: 'active' } });

function left(...entries: EntryDocument[]): string[] {
  const fold = createLeftPaused();
  for (const each of entries) fold.take(each);
  return fold.all().map(({ sync }) => sync);
}

describe('S58: what a journal leaves paused', () => {
  test('a sync that was paused, or may have been, and not restored', () => {
    expect(left(opened)).toEqual([]);
    expect(left(opened, intended)).toEqual(['model:one']);
    expect(left(opened, intended, held)).toEqual(['model:one']);
    expect(left(opened, intended, held, entry('hold.resuming'))).toEqual(['model:one']);
  });

  test.each(['hold.released', 'hold.yielded', 'hold.gone'])('not after %s', (type) => {
    expect(left(opened, intended, held, entry(type))).toEqual([]);
    expect(left(entry(type), opened, intended)).toEqual(['model:one']);
  });

  test('not what was paused before, or what people made their own', () => {
    expect(left(entry('hold.held', { detail: { baseline: 'inactive' } }))).toEqual([]);
    const byHand = entry('hold.held', { actor: 'ann', detail: { baseline: 'inactive' } });
    expect(left(opened, intended, held, byHand)).toEqual([]);
    const activated = entry('call.answered', { detail: { action: 'activate', outcome: 'ok' } });
    expect(left(opened, intended, held, activated)).toEqual([]);
  });

  test('a call by hand is no pause of ours, and entries without a sync say nothing', () => {
    const { hold: _, ...byHand } = intended;
    expect(left(byHand)).toEqual([]);
    const { sync: __, ...window } = entry('window.opened');
    expect(left(window)).toEqual([]);
  });

  test('each sync by itself, with what held it and since when', () => {
    const fold = createLeftPaused();
    for (const each of [held, { ...held, sync: 'bulk:two' }]) fold.take(each);
    expect(fold.all()).toEqual([
      { sync: 'model:one', syncName: 'Sales/Accounts', policy: 'nightly', at: held.at },
      { sync: 'bulk:two', syncName: 'Sales/Accounts', policy: 'nightly', at: held.at },
    ]);
  });
});

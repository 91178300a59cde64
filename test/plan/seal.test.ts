import { describe, expect, test } from 'vitest';
import {
  type EntryDocument,
  itemsOf,
  listHash,
  listOf,
  makeSeal,
  SEAL_FORMAT,
  sealMark,
} from '../../src/plan/seal.ts';
import { MADE_AT } from './chain.ts';

const ENTRIES: readonly EntryDocument[] = [
  {
    seq: 3,
    at: '2026-06-07T06:00:00.000Z',
    type: 'hold.opened',
    actor: 'curfew',
    reason: "Zoë's “night” ✓",
    sync: 'model:1',
    occurrence: { start: '2026-06-07T06:00:00.000Z', end: 'infinity' },
    latenessMs: 12,
    detail: { list: ['a', { b: true }], nothing: null },
  },
  {
    seq: 5,
    at: '2026-06-07T06:00:01.250Z',
    type: 'daemon.stopped',
    actor: 'curfew',
    reason: 'Curfew stopped in an orderly way.',
  },
];

// Worked out by another program (Python: json, hashlib) from docs/audit.md, not by this one.
const FIRST = '44cc25cd703c15eeab76937be702c6709a5e5361bc3f561fabb3d8d1c851629d';
const SECOND = '354b482bc4a3f85498bdad266c225892a7325e043cb9978143c30ad70ec21d40';
const LIST = '0294ca99a9a515a60c46211d1093385df550ea1a4e5c32c15436bedaf3c86beb';
const SEAL = '72208bd029748758170eee87554ff1016b7c18d44633b1e4f825b57e64630c10';

describe('a seal', () => {
  test('has the hashes that another program works out', () => {
    const { seal, list } = makeSeal(undefined, ENTRIES, MADE_AT + 5_000, undefined);
    expect(itemsOf(list)?.map(({ seq, hash }) => [seq, hash.toString('hex')])).toEqual([
      [3, FIRST],
      [5, SECOND],
    ]);
    expect(seal).toEqual({
      header: {
        format: SEAL_FORMAT,
        number: 1,
        previous: null,
        firstSeq: 3,
        lastSeq: 5,
        count: 2,
        entries: LIST,
        madeAt: '2026-06-07T06:00:05.000Z',
        keyId: null,
      },
      hash: SEAL,
      signature: null,
    });
    expect(sealMark(seal)).toBe(`1:${SEAL}`);
  });

  test('is about its entries and the seal before it, and nothing else', () => {
    const first = makeSeal(undefined, ENTRIES, MADE_AT, undefined).seal;
    const again = makeSeal(undefined, ENTRIES.map(turned), MADE_AT, undefined).seal;
    expect(again).toEqual(first);
    const next = makeSeal(first, ENTRIES, MADE_AT, undefined).seal;
    expect(next.header).toMatchObject({ number: 2, previous: first.hash });
    expect(next.hash).not.toBe(first.hash);
    expect(makeSeal(undefined, ENTRIES, MADE_AT + 1, undefined).seal.hash).not.toBe(first.hash);
  });

  test('has a list from which a wrong length is told', () => {
    const list = listOf(ENTRIES);
    expect(list).toHaveLength(80);
    expect(listHash(list)).toBe(LIST);
    expect(itemsOf(list.subarray(1))).toBeUndefined();
  });
});

/** The same entry with its fields in another order. */
function turned(entry: EntryDocument): EntryDocument {
  return Object.fromEntries(Object.entries(entry).reverse()) as unknown as EntryDocument;
}

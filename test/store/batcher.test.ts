import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { createBatcher } from '../../src/store/batcher.ts';

interface Item {
  readonly key: string;
  readonly number: number;
  readonly isBad?: boolean;
}

/** A batcher that keeps the groups it ran, each of which takes until `finish` is called. */
function watched(options: { sizeMax?: number; isRepeatable?: boolean } = {}) {
  const groups: Item[][] = [];
  const submit = createBatcher<Item, string>({
    keyOf: ({ key }) => key,
    sizeMax: options.sizeMax ?? 10,
    async run(items) {
      groups.push([...items]);
      await new Promise((resolve) => setImmediate(resolve));
      if (items.some(({ isBad }) => isBad)) throw new Error('bad item');
      return items.map(({ key, number }) => `${key}${number}`);
    },
    isRepeatable: () => options.isRepeatable ?? true,
  });
  return { groups, submit };
}

function items(text: string): Item[] {
  return [...text].map((key, number) => ({ key, number }));
}

function shapeOf(groups: readonly (readonly Item[])[]): string[] {
  return groups.map((group) => group.map(({ key }) => key).join(''));
}

describe('a batcher', () => {
  test('groups those that come in one turn, and then those that came meanwhile', async () => {
    const { groups, submit } = watched();
    const early = items('abc').map(submit);
    const late = early[0]!.then(() => Promise.all(items('de').map(submit)));
    expect(await Promise.all(early)).toEqual(['a0', 'b1', 'c2']);
    expect(await late).toEqual(['d0', 'e1']);
    expect(shapeOf(groups)).toEqual(['abc', 'de']);
  });

  test('never puts a key twice into a group, nor more than the most', async () => {
    const { groups, submit } = watched({ sizeMax: 3 });
    await Promise.all(items('aabacdde').map(submit));
    expect(shapeOf(groups)).toEqual(['abc', 'ade', 'ad']);
  });

  test('lets a bad item fail alone when a failure proves that nothing happened', async () => {
    const { groups, submit } = watched();
    const all = items('abc').map((item) => ({ ...item, isBad: item.key === 'b' }));
    const outcomes = await Promise.allSettled(all.map(submit));
    expect(outcomes.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled']);
    expect(shapeOf(groups)).toEqual(['abc', 'a', 'b', 'c']);
  });

  test('tries nothing again when it is unknown what happened', async () => {
    const { groups, submit } = watched({ isRepeatable: false });
    const all = items('abc').map((item) => ({ ...item, isBad: item.key === 'b' }));
    const outcomes = await Promise.allSettled(all.map(submit));
    expect(outcomes.map(({ status }) => status)).toEqual(['rejected', 'rejected', 'rejected']);
    expect(shapeOf(groups)).toEqual(['abc']);
  });

  test('serves everybody once, and every key in order', async () => {
    const item = fc.record({
      key: fc.constantFrom('a', 'b', 'c', 'd'),
      number: fc.nat(),
      isBad: fc.boolean(),
    });
    await fc.assert(
      fc.asyncProperty(fc.array(item, { maxLength: 40 }), async (all) => {
        const { groups, submit } = watched({ sizeMax: 3 });
        const outcomes = await Promise.allSettled(all.map(submit));
        const expected = all.map(({ isBad }) => (isBad ? 'rejected' : 'fulfilled'));
        expect(outcomes.map(({ status }) => status)).toEqual(expected);
        const landed = groups.filter((group) => group.every(({ isBad }) => !isBad)).flat();
        for (const key of 'abcd') {
          const mine = (list: readonly Item[]) => list.filter((one) => one.key === key);
          expect(mine(landed)).toEqual(mine(all).filter(({ isBad }) => !isBad));
        }
      }),
    );
  });
});

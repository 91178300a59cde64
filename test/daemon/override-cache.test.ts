import { expect, test } from 'vitest';
import { createOverrideCache } from '../../src/daemon/override-cache.ts';
import type { Overrides } from '../../src/store/store.ts';
import { syncOverride, T0 } from '../plan/rig.ts';

/** A store whose readings end when the test says so, each with what is true then. */
function slowStore() {
  let version = 1;
  const readings: (() => void)[] = [];
  return {
    readings,
    speak() {
      version += 1;
    },
    overrides: (_: number, unless?: number) =>
      new Promise<Overrides | undefined>((resolve) => {
        const began = version;
        readings.push(() =>
          resolve(
            began === unless
              ? undefined
              : { version: began, overrides: [syncOverride({ number: began })] },
          ),
        );
      }),
  };
}

const clock = { now: () => T0 };
/** Lets everything run that waits for nothing but its turn. */
const settled = () => new Promise((resolve) => setImmediate(resolve));

test('many that ask at once share a reading', async () => {
  const store = slowStore();
  const cache = createOverrideCache(store, clock);
  const asked = Promise.all([cache.refresh(1), cache.refresh(1), cache.refresh(1)]);
  await settled();
  expect(store.readings).toHaveLength(1);
  store.readings[0]!();
  await asked;
  expect([cache.version, cache.all().length]).toEqual([1, 1]);
  await cache.refresh(1);
  expect(store.readings).toHaveLength(1);
});

test('who asks for a newer version does not get one that was read before', async () => {
  const store = slowStore();
  const cache = createOverrideCache(store, clock);
  const first = cache.refresh();
  store.speak();
  let isThere = false;
  const second = cache.refresh(2).then(() => {
    isThere = true;
  });
  store.readings[0]!();
  await first;
  await settled();
  expect([cache.version, isThere, store.readings.length]).toEqual([1, false, 2]);
  store.readings[1]!();
  await second;
  expect(cache.version).toBe(2);
});

test('the list is the same one until it changes', async () => {
  const store = slowStore();
  const cache = createOverrideCache(store, clock);
  for (const isNew of [true, false]) {
    const before = cache.all();
    const asked = cache.refresh();
    store.readings.at(-1)!();
    await asked;
    expect(cache.all() !== before).toBe(isNew);
  }
});

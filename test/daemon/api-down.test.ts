// S60 with the real daemon and an API that answers nobody, on a clock that is set on by minutes.

import { afterEach, expect } from 'vitest';
import { MINUTE } from '../plan/rig.ts';
import { shiftClock } from '../support/shifted-clock.ts';
import { soon } from './rig.ts';
import { activations, doubled, sceneTest as test } from './scene.ts';

let shifted = 0;
const shift = (ms: number): void => {
  shifted += ms;
  shiftClock(ms);
};
afterEach(() => shift(-shifted));

test('S60: hundreds of jobs leave an API alone that is down, and go on when it is back', async ({
  setScene,
}) => {
  const scene = await setScene({ syncs: 300 });
  const { sandbox, active } = scene;
  const rig = await scene.start();
  const { operations } = rig.daemon;
  const api = async () => (await operations.health()).parts.find(({ name }) => name === 'api');
  await sandbox.post('/_sandbox/faults', { kind: 'reset', route: '/api/**' });
  await sandbox.del('/_sandbox/requests');
  await scene.nightly({ start: soon(-1_000), end: soon(60 * MINUTE) });
  await operations.reload();
  while ((await api())?.isReady) await sandbox.activity();
  expect((await api())?.message).toMatch(/^The API failed \d+ times in a row/);

  // Those that were under way when it was noticed, and after that trials and listings.
  const first = (await sandbox.requests()).length;
  expect(first).toBeLessThan(100);
  for (let minutes = 1; minutes <= 4; minutes += 1) {
    const before = (await sandbox.requests()).length;
    shift(MINUTE);
    while ((await sandbox.requests()).length === before) await operations.health();
  }
  const down = await rig.entry('alert.raised');
  expect(down.detail?.alert).toBe('api-down');
  expect((await operations.status()).alerts).toEqual([down.reason]);
  expect((await sandbox.requests()).length - first).toBeLessThan(60);

  await sandbox.del('/_sandbox/faults');
  shift(MINUTE);
  await rig.count('hold.held', active);
  expect(await api()).toMatchObject({ isReady: true });
  expect((await operations.status()).alerts).toEqual([]);
  expect(doubled(await activations(sandbox))).toEqual([]);
  expect(rig.entries.filter(({ type }) => type === 'alert.raised')).toHaveLength(1);
});

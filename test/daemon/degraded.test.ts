// S65 with the real daemon, whose clock is set on by the minutes that make an edge late.

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

test('S65: some cannot be paused: each by itself, told once, nothing taken back', async ({
  setScene,
}) => {
  const scene = await setScene();
  const { sandbox, active, before } = scene;
  const rows = await sandbox.get<{ syncs: { id: string; name: string; active: boolean }[] }>(
    '/_sandbox/state',
  );
  // One of them refuses to be paused, another cannot even be read.
  const [refusing, unread] = rows.syncs.filter((sync) => sync.active);
  const broken = [refusing!.name, unread!.name];
  const harm = { kind: 'status', status: 500 };
  for (const fault of [
    { ...harm, method: 'POST', route: `/api/**/${refusing!.id}/activate` },
    { ...harm, method: 'GET', route: `/api/**/${unread!.id}` },
  ]) {
    await sandbox.post('/_sandbox/faults', fault);
  }
  await scene.nightly({ start: soon(-1_000), end: soon(60 * MINUTE) });
  const rig = await scene.start();
  await rig.count('hold.held', active - 2);
  expect(rig.entries.some(({ type }) => type === 'window.quiet')).toBe(false);
  const { operations } = rig.daemon;
  expect((await operations.status()).alerts).toEqual([]);

  // By the fourth attempt the windows were looked at, and what has no hold was seen.
  await rig.entry('call.answered', ({ syncName, detail }) => {
    return syncName === refusing!.name && Number(detail?.attempt) > 3;
  });
  shift(6 * MINUTE);
  await rig.entry('alert.raised', ({ detail }) => detail?.alert === 'late-pause');
  const degraded = await rig.entry('window.degraded', ({ detail }) => detail?.late === 2);
  expect(degraded.reason).toBe(
    `2 of the ${Object.keys(before).length} syncs of nightly are still not paused; ` +
      'each is tried on by itself.',
  );
  const status = await operations.status();
  expect(status.alerts).toEqual([degraded.reason]);
  expect(status.health.isReady).toBe(true);
  const now = await sandbox.activity();
  expect(Object.keys(now).filter((name) => now[name])).toEqual(broken);

  await sandbox.del('/_sandbox/faults');
  shift(6 * MINUTE);
  await rig.count('hold.held', active);
  await rig.entry('alert.cleared');
  await rig.entry('window.quiet');
  expect((await operations.status()).alerts).toEqual([]);
  const others = (await activations(sandbox)).filter(({ path }) => !path.includes(refusing!.id));
  expect(doubled(others)).toEqual([]);
  expect(others).toHaveLength(active - 1);
  expect(rig.entries.filter(({ type }) => type === 'window.degraded')).toHaveLength(1);
});

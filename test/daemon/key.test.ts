// S63 with real daemons, whose clock is set on by the minutes between two probes.

import { afterEach, expect } from 'vitest';
import type { Entry } from '../../src/plan/entry.ts';
import { MINUTE } from '../plan/rig.ts';
import { describeOn } from '../support/engines.ts';
import { shiftClock } from '../support/shifted-clock.ts';
import { type Rig, soon } from './rig.ts';
import { activations, doubled, sceneTest as test, together } from './scene.ts';

let shifted = 0;
const shift = (ms: number): void => {
  shifted += ms;
  shiftClock(ms);
};
afterEach(() => shift(-shifted));

const isRefusal = ({ detail }: Entry) => detail?.alert === 'key-refused';
const apiOf = async ({ daemon }: Rig) =>
  (await daemon.operations.health()).parts.find(({ name }) => name === 'api');

describeOn('postgres', 'a key that is revoked', () => {
  test('S63: writing stops, one alert, a probe a minute each; then all goes on by itself', async ({
    setScene,
  }) => {
    const scene = await setScene();
    const { sandbox, active } = scene;
    const rigs = [await scene.start(), await scene.start()] as const;
    await sandbox.post('/_sandbox/key', { revoked: true });
    await scene.nightly({ start: soon(-1_000), end: soon(60 * MINUTE) });
    await Promise.all(rigs.map(({ daemon }) => daemon.operations.reload()));
    for (const rig of rigs) {
      while ((await apiOf(rig))?.isReady) await sandbox.activity();
      expect(await apiOf(rig)).toMatchObject({
        isReady: false,
        message: expect.stringMatching(/^The API refuses our key \(401\): .*\.$/),
      });
    }

    await sandbox.del('/_sandbox/requests');
    for (let minutes = 1; minutes <= 3; minutes += 1) {
      shift(MINUTE + 1_000);
      let seen = await sandbox.requests();
      while (seen.length < 2 * minutes) seen = await sandbox.requests();
      expect(seen.map(({ path }) => path)).toEqual(Array(2 * minutes).fill('/api/me'));
    }
    await expect(scene.start()).rejects.toMatchObject({ name: 'StartError', code: 'credentials' });
    const { operations } = rigs[0].daemon;
    expect((await operations.status()).alerts).toEqual([
      expect.stringMatching(/^The API refuses our key .* holds stay\.$/),
    ]);

    await sandbox.post('/_sandbox/key', { revoked: false });
    shift(MINUTE + 1_000);
    await together(rigs, 'hold.held', active);
    expect((await operations.status()).alerts).toEqual([]);
    // The other one may have done it all before this one has asked for itself.
    while (!(await apiOf(rigs[0]))?.isReady) await sandbox.activity();
    expect(await apiOf(rigs[0])).toMatchObject({ isReady: true });
    const journal = await operations.journal({ types: ['alert.raised', 'alert.cleared'] });
    expect(journal.filter(isRefusal).map(({ type }) => type)).toEqual([
      'alert.raised',
      'alert.cleared',
    ]);
    expect(doubled(await activations(sandbox))).toEqual([]);
  });
});

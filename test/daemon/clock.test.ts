// S74 with the real daemon: its clock is set on and back, while timers run on as they do.

import { afterEach, expect } from 'vitest';
import { createAdjustableClock } from '../../src/sandbox/clock.ts';
import { HOUR, MINUTE } from '../plan/rig.ts';
import { realNow, shiftClock } from '../support/shifted-clock.ts';
import { oncePolicy, type Rig, soon } from './rig.ts';
import { activations, sceneTest as test } from './scene.ts';

let shifted = 0;
const shift = (ms: number): void => {
  shifted += ms;
  shiftClock(ms);
};
afterEach(() => shift(-shifted));

const alerts = async ({ daemon }: Rig) => (await daemon.operations.status()).alerts;

test('S74: it sleeps, is set back, and right again: nothing is lost or doubled', async ({
  setScene,
}) => {
  // Nobody sweeps meanwhile: only who notices the jump looks at anything.
  const clock = createAdjustableClock({ now: realNow });
  const scene = await setScene({ clock, env: { CURFEW_SWEEP: '1h' } });
  const { sandbox, home, active, before } = scene;
  const all = Object.keys(before).length;
  const opens = soon(2 * HOUR);
  const nightly = { start: opens, end: opens + HOUR };
  await home.write('all.yaml', oncePolicy('nightly', '{ all: true }', nightly));
  const open = { start: soon(-HOUR), end: soon(10 * HOUR) };
  await home.write('new.yaml', oncePolicy('newcomers', '{ name: "Brand new" }', open));
  const rig = await scene.start();

  // It sleeps across the start of the window: the API's clock has gone on as well.
  const asleep = 2 * HOUR + 5 * MINUTE;
  shift(asleep);
  clock.advance(asleep);
  await rig.count('hold.held', active);
  const opened = await rig.entry('window.opened', ({ policy }) => policy === 'nightly');
  expect(opened.latenessMs).toBeGreaterThan(4 * MINUTE);
  await rig.count('window.quiet', 1);

  // Somebody sets it back, and only it: what is held comes back, and nothing new is paused.
  await sandbox.post('/_sandbox/people', { name: 'Bob', sync: 'Brand new', action: 'create' });
  shift(-asleep);
  await rig.count('hold.released', all);
  await rig.entry('alert.raised', ({ detail }) => detail?.alert === 'clock-skew');
  expect(await alerts(rig)).toEqual([
    expect.stringMatching(/^The clock of the API is (7499|7500|7501) s ahead/),
  ]);
  expect(await sandbox.activity()).toEqual({ ...before, 'Brand new': true });

  // It is right again, and half an hour of the window is left.
  shift(asleep + 25 * MINUTE);
  clock.advance(25 * MINUTE);
  await rig.count('hold.held', 2 * active + 1);
  await rig.entry('alert.cleared');
  expect(await alerts(rig)).toEqual([]);
  expect(rig.entries.filter(isOpeningOf('nightly'))).toHaveLength(2);

  shift(HOUR);
  clock.advance(HOUR);
  await rig.count('hold.released', 2 * all);
  expect(await sandbox.activity()).toEqual({ ...before, 'Brand new': false });
  const calls = await activations(sandbox);
  const keys = new Set(calls.map(({ idempotency_key }) => idempotency_key));
  expect([calls.length, keys.size]).toEqual([4 * active + 1, 4 * active + 1]);
  expect(calls.every(({ effect }) => effect === 'changed')).toBe(true);
});

const isOpeningOf = (name: string) => (entry: Rig['entries'][number]) =>
  entry.type === 'window.opened' && entry.policy === name;

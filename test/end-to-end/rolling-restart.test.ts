// Two replicas on one Redis and one Postgres, both replaced while a boundary of 500 syncs is worked
// off: whoever takes over goes on where the other stopped, and nobody does anything twice.

import { afterEach, expect, test } from 'vitest';
import { oncePolicy, soon } from '../daemon/rig.ts';
import { describeOn, hasEngine } from '../support/engines.ts';
import type { Launched } from '../support/launch.ts';
import { freePort } from '../support/ports.ts';
import { startPostgres, startRedis } from '../support/servers.ts';
import { IDLE_POLICY, makePlace, type Place } from './place.ts';

// A limit for a hang: a thousand calls and five processes on a slow machine take their time.
const patience = { timeout: 400_000 };
const SYNCS = 500;
const SLOW_MS = 5_000;

const cleanups: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const cleanup of cleanups.splice(0).reverse()) await cleanup();
});

async function replica(place: Place): Promise<Launched> {
  const daemon = await place.launchDaemon({ CURFEW_LISTEN: `127.0.0.1:${await freePort()}` });
  await daemon.waitForLine(/Curfew is at work/);
  return daemon;
}

/** Ends one replica in good order and starts another in its place. */
async function replace(place: Place, old: Launched): Promise<Launched> {
  await old.end('SIGTERM');
  expect(old.child.exitCode).toBe(0);
  return replica(place);
}

async function callsThat(place: Place, active: boolean): Promise<number> {
  const calls = await place.sandbox.activations();
  return calls.filter(({ body }) => body?.active === active).length;
}

/** Resolves when so many calls that pause, or that resume, have reached the sandbox. */
async function reached(place: Place, active: boolean, count: number): Promise<void> {
  while ((await callsThat(place, active)) < count);
}

describeOn('redis', 'a rolling restart', () => {
  test.skipIf(!hasEngine('postgres'))(
    'of both replicas in the middle of a boundary of 500 syncs pauses each sync once',
    patience,
    async () => {
      const [redis, postgres] = await Promise.all([startRedis(), startPostgres()]);
      cleanups.push(
        () => redis.stop(),
        () => postgres.stop(),
      );
      const servers = { REDIS_URL: redis.url, DATABASE_URL: postgres.url };
      const place = await makePlace(servers, ['--syncs', String(SYNCS)]);
      cleanups.push(() => place.leave());
      const { sandbox } = place;
      const before = await sandbox.activity();
      const active = Object.values(before).filter(Boolean).length;
      expect(sandbox.syncs).toHaveLength(SYNCS);
      await place.home.write('all.yaml', IDLE_POLICY);
      const first = [await replica(place), await replica(place)] as const;

      // One replica alone makes ten calls a second then, so both restarts fall into the work.
      await sandbox.slowDown(SLOW_MS);
      const window = { start: soon(1_000), end: soon(3_600_000) };
      await place.home.write('all.yaml', oncePolicy('nightly', '{ all: true }', window));
      await reached(place, false, 50);
      const second = [await replace(place, first[0]), await replace(place, first[1])] as const;
      expect(await callsThat(place, false)).toBeLessThan(active);
      await sandbox.slowDown(0);
      await reached(place, false, active);
      while (Object.values(await sandbox.activity()).includes(true)) {
        expect(second.map(({ child }) => child.exitCode)).toEqual([null, null]);
      }

      await sandbox.slowDown(SLOW_MS);
      await place.home.write('all.yaml', IDLE_POLICY);
      await reached(place, true, 50);
      const third = [await replace(place, second[0]), await replace(place, second[1])] as const;
      expect(await callsThat(place, true)).toBeLessThan(active);
      await sandbox.slowDown(0);
      while (JSON.stringify(await sandbox.activity()) !== JSON.stringify(before)) {
        expect(third.map(({ child }) => child.exitCode)).toEqual([null, null]);
      }

      const wishes = (await sandbox.activations()).map(
        ({ path, body }) => `${path} ${body?.active}`,
      );
      expect(wishes).toHaveLength(2 * active);
      expect(new Set(wishes).size).toBe(2 * active);
    },
  );
});

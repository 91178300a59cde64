// The servers behind a daemon in the middle of its work go away, fall silent, and come back.

import { describe, expect } from 'vitest';
import { startQuietProxy } from '../queue/quiet-proxy.ts';
import { describeOn, hasEngine } from '../support/engines.ts';
import { startPostgres, startRedis } from '../support/servers.ts';
import { makeHome, oncePolicy, type Rig, soon } from './rig.ts';
import {
  activations,
  doubled,
  type Env,
  type Scene,
  sceneTest as test,
  together,
} from './scene.ts';

/** What a stop may take, and what a busy machine may add to it. */
const STOP_MS = 25_000;
const SLACK_MS = 20_000;

const away = async ({ daemon }: Rig): Promise<string[]> => {
  const { isReady, parts } = await daemon.operations.health();
  const names = parts.filter((part) => !part.isReady).map(({ name }) => name);
  expect(isReady).toBe(names.length === 0);
  return names;
};

/** Resolves when exactly these parts are away. */
async function isAway(rig: Rig, { sandbox }: Scene, names: string[]): Promise<void> {
  while (JSON.stringify(await away(rig)) !== JSON.stringify(names)) await sandbox.activity();
}

/** Resolves when its log has said so. */
async function isTold({ warnings }: Rig, { sandbox }: Scene, what: RegExp): Promise<void> {
  while (!warnings.some((line) => what.test(line))) await sandbox.activity();
}

/** Puts a window in force that stays open, and waits until the daemon is in the middle of it. */
async function inTheMiddle(scene: Scene): Promise<{ rig: Rig; start: number }> {
  const rig = await scene.start();
  const start = soon(-1_000);
  await scene.nightly({ start, end: soon(3_600_000) });
  await rig.daemon.operations.reload();
  await rig.count('hold.held', 5);
  return { rig, start };
}

/** Everything is paused; then the window ends, and everything is as it was, each effect once. */
async function endsWell(rig: Rig, scene: Scene, start: number): Promise<void> {
  const { sandbox, active, before } = scene;
  await rig.count('hold.held', active);
  await scene.nightly({ start, end: soon(2_000) });
  await rig.daemon.operations.reload();
  await rig.entry('window.closed');
  await rig.count('hold.released', Object.keys(before).length);
  expect(await sandbox.activity()).toEqual(before);
  const calls = await activations(sandbox);
  expect(doubled(calls)).toEqual([]);
  expect(calls.filter(({ effect }) => effect === 'changed')).toHaveLength(2 * active);
}

/** One line when it goes, one when it is back, however much fails meanwhile. */
function expectTold(rig: Rig, part: string, times: number): void {
  const told = rig.warnings.filter((line) => line.startsWith(`The ${part} is `));
  const once = [expect.stringMatching(/is away: ./), expect.stringMatching(/is back\.$/)];
  expect(told).toEqual(Array.from({ length: times }, () => once).flat());
}

const RATE: Env = { POLYTOMIC_RATE: '25/s' };

describe.concurrent('servers that go away in the middle of a boundary', () => {
  describeOn('postgres', 'outages', () => {
    test('killed and silent: nothing crashes, is lost or doubled, and a stop ends', async ({
      setScene,
    }) => {
      const postgres = await startPostgres();
      const proxy = await startQuietProxy(postgres.port);
      const url = postgres.url.replace(`:${postgres.port}`, `:${proxy.port}`);
      const scene = await setScene({ syncs: 40, env: { ...RATE, DATABASE_URL: url } });
      const { rig, start } = await inTheMiddle(scene);
      const both = ['database', 'queue'];

      await postgres.kill();
      await isAway(rig, scene, both);
      await isTold(rig, scene, /^The database is away: ./);
      // What could not be written down is not asked for.
      const { length } = await activations(scene.sandbox);
      await isAway(rig, scene, both);
      expect(await activations(scene.sandbox)).toHaveLength(length);
      await postgres.restart();
      await isAway(rig, scene, []);

      proxy.beSilent();
      await isAway(rig, scene, both);
      proxy.speakAgain();
      await isAway(rig, scene, []);
      await endsWell(rig, scene, start);

      proxy.beSilent();
      const toldAt = performance.now();
      await rig.daemon.stop();
      expect(performance.now() - toldAt).toBeLessThan(STOP_MS + SLACK_MS);
      await proxy.close();
      await postgres.stop();
    });
  });

  describeOn('redis', 'outages', () => {
    describe.skipIf(!hasEngine('postgres'))('with the record on Postgres', () => {
      test('each killed, and Redis silent: nothing is lost or doubled', async ({ setScene }) => {
        const [postgres, redis] = await Promise.all([startPostgres(), startRedis()]);
        const env = { ...RATE, DATABASE_URL: postgres.url, REDIS_URL: redis.url };
        const scene = await setScene({ syncs: 40, env });
        const { rig, start } = await inTheMiddle(scene);

        await postgres.kill();
        await isAway(rig, scene, ['database']);
        await isTold(rig, scene, /^The database is away: ./);
        await postgres.restart();
        await isAway(rig, scene, []);
        await isTold(rig, scene, /^The database is back\.$/);

        await redis.kill();
        await isAway(rig, scene, ['queue']);
        // It keeps nothing on a disk: it comes back empty.
        await redis.restart();
        await isAway(rig, scene, []);

        process.kill(redis.pid, 'SIGSTOP');
        await isAway(rig, scene, ['queue']);
        process.kill(redis.pid, 'SIGCONT');
        await isAway(rig, scene, []);
        await endsWell(rig, scene, start);
        expectTold(rig, 'database', 1);
        await rig.daemon.stop();
        await Promise.all([postgres.stop(), redis.stop()]);
      });

      test('files that go back while it is away count when it comes back', async ({ setScene }) => {
        const [postgres, redis] = await Promise.all([startPostgres(), startRedis()]);
        const env = { ...RATE, DATABASE_URL: postgres.url, REDIS_URL: redis.url };
        const scene = await setScene({ env });
        const quiet = { start: soon(3_600_000), end: soon(7_200_000) };
        await scene.nightly(quiet);
        const first = await scene.start();
        await scene.nightly({ ...quiet, end: quiet.end + 60_000 });
        await first.daemon.operations.reload();
        const other = await makeHome({ isEmbedded: false });
        const open = { start: soon(-1_000), end: soon(3_600_000) };
        await other.write('all.yaml', oncePolicy('nightly', '{ all: true }', open));
        const second = await scene.start({ CURFEW_POLICIES: other.policies });
        await together([first, second], 'hold.held', scene.active);

        await postgres.kill();
        await isAway(first, scene, ['database']);
        await scene.nightly(quiet);
        // They are read in vain now; later nobody asks, and they are no news.
        await expect(first.daemon.operations.reload()).rejects.toThrow();
        await postgres.restart();
        await together([first, second], 'hold.released', Object.keys(scene.before).length);
        await Promise.all([first.daemon.stop(), second.daemon.stop()]);
        await Promise.all([postgres.stop(), redis.stop(), other.remove()]);
      });

      test('a start waits for both, also when the database goes again', async ({ setScene }) => {
        const [postgres, redis] = await Promise.all([startPostgres(), startRedis()]);
        const env = { DATABASE_URL: postgres.url, REDIS_URL: redis.url };
        const scene = await setScene({ env });
        await Promise.all([postgres.kill(), redis.kill()]);
        const { rig, isUp } = scene.begin();
        await isAway(rig, scene, ['database']);
        await postgres.restart();
        await isAway(rig, scene, ['queue']);
        await postgres.kill();
        await redis.restart();
        await isAway(rig, scene, ['database']);
        await postgres.restart();
        await isUp;
        await isAway(rig, scene, []);
        const waits = rig.warnings.filter((line) => line.startsWith('Waiting for '));
        expect(waits.map((line) => /the \w+(?=:)/.exec(line)?.[0])).toEqual(
          expect.arrayContaining(['the database', 'the queue']),
        );
        await rig.daemon.stop();
        await Promise.all([postgres.stop(), redis.stop()]);
      });
    });
  });
});

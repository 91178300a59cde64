import { describe, expect } from 'vitest';
import { CLAIM_MS } from '../../src/daemon/claim.ts';
import { describeOn, hasEngine } from '../support/engines.ts';
import { startRedis } from '../support/servers.ts';
import { oncePolicy, soon } from './rig.ts';
import { activations, doubled, type Env, sceneTest as test, together } from './scene.ts';

/** What a busy machine may add to a bound. */
const SLACK_MS = 20_000;

function shareTheWork(serversOf: () => Promise<{ env: Env; stop(): Promise<void> }>): void {
  test('S59: three replicas have every effect once, also when one leaves in the middle', async ({
    setScene,
  }) => {
    const servers = await serversOf();
    // So few calls a second that all three are in the middle of their work for a while.
    const env = { ...servers.env, POLYTOMIC_RATE: '40/s' };
    const scene = await setScene({ syncs: 60, env });
    const { sandbox, active, before } = scene;
    const all = Object.keys(before).length;
    const rigs = [await scene.start(), await scene.start(), await scene.start()] as const;
    const [leaving, ...staying] = rigs;
    const window = { start: soon(2_000), end: soon(3_600_000) };
    await scene.nightly(window);
    await Promise.all(rigs.map(({ daemon }) => daemon.operations.reload()));

    await together(rigs, 'hold.held', active / 5);
    const toldAt = Date.now();
    const stopped = leaving.daemon.stop();
    await together(rigs, 'hold.held', active);
    await stopped;
    expect(Date.now() - toldAt).toBeLessThan(CLAIM_MS + SLACK_MS);
    expect(Object.values(await sandbox.activity())).not.toContain(true);

    // Three people activate what is held; whichever replica lists or looks, each is seen once.
    const names = Object.keys(before).filter((name) => before[name]);
    const theirs = names.slice(0, 3);
    for (const sync of theirs) {
      await sandbox.post('/_sandbox/people', { name: 'Ann', sync, action: 'activate' });
    }
    await together(staying, 'hold.yielded', theirs.length);

    await scene.home.write('all.yaml', oncePolicy('other', '{ name: nobody }', window));
    await Promise.all(staying.map(({ daemon }) => daemon.operations.reload()));
    await together(staying, 'hold.released', all);
    expect(await sandbox.activity()).toEqual(before);
    const calls = await activations(sandbox);
    expect(doubled(calls)).toEqual([]);
    expect(calls).toHaveLength(2 * active - theirs.length);
    expect(calls.every(({ effect }) => effect === 'changed')).toBe(true);
    const { operations } = staying[0]!.daemon;
    const opened = () => operations.journal({ policy: 'nightly', types: ['window.opened'] });
    // Whoever looks after the schedulers tells what no boundary job did.
    while ((await opened()).length === 0) await sandbox.activity();
    expect(await opened()).toHaveLength(1);
    await Promise.all(staying.map(({ daemon }) => daemon.stop()));
    await servers.stop();
  });
}

describe.concurrent('several daemons', () => {
  describeOn('redis', 'replicas', () => {
    describe.skipIf(!hasEngine('postgres'))('with their record on Postgres', () =>
      shareTheWork(async () => {
        const redis = await startRedis();
        return { env: { REDIS_URL: redis.url }, stop: () => redis.stop() };
      }),
    );
  });

  describeOn('postgres', 'replicas', () =>
    shareTheWork(async () => ({ env: {}, stop: async () => undefined })),
  );
});

import { afterEach, describe, expect, test } from 'vitest';
import { oncePolicy, soon } from '../daemon/rig.ts';
import { describeOn, hasEngine } from '../support/engines.ts';
import type { Launched } from '../support/launch.ts';
import type { Server } from '../support/server.ts';
import { startPostgres, startRedis } from '../support/servers.ts';
import { IDLE_POLICY, logged, makePlace, type Place } from './place.ts';

// A limit for a hang: with two servers, a sandbox and a daemon to start, a minute may be normal.
const patience = { timeout: 240_000 };

const cleanups: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const cleanup of cleanups.splice(0).reverse()) await cleanup();
});

interface Town {
  readonly place: Place;
  readonly redis: Server;
  readonly postgres: Server;
  /** How many syncs are active before anything happens. */
  readonly active: number;
}

/** A sandbox, a Redis and a Postgres of its own, and the environment to run Curfew on them. */
async function makeTown(): Promise<Town> {
  const [redis, postgres] = await Promise.all([startRedis(), startPostgres()]);
  cleanups.push(
    () => redis.stop(),
    () => postgres.stop(),
  );
  const place = await makePlace({ REDIS_URL: redis.url, DATABASE_URL: postgres.url });
  cleanups.push(() => place.leave());
  await place.home.write('all.yaml', IDLE_POLICY);
  const active = place.sandbox.syncs.filter((sync) => sync.active).length;
  return { place, redis, postgres, active };
}

async function atWork({ place }: Town): Promise<Launched> {
  const daemon = await place.launchDaemon();
  await daemon.waitForLine(/Curfew is at work/);
  return daemon;
}

/** Puts a policy for every sync in force, whose window opens and closes in so many seconds. */
async function window({ place }: Town, from: number, to: number) {
  const range = { start: soon(from * 1_000), end: soon(to * 1_000) };
  await place.home.write('all.yaml', oncePolicy('nightly', '{ all: true }', range));
}

/** Resolves when every sync is as it was before anything happened. */
async function asItWas({ place: { sandbox } }: Town, daemon: Launched): Promise<void> {
  const before = Object.fromEntries(sandbox.syncs.map(({ name, active }) => [name, active]));
  while (JSON.stringify(await sandbox.activity()) !== JSON.stringify(before)) {
    expect(daemon.child.exitCode, daemon.lines.slice(-5).join('\n')).toBeNull();
  }
}

/** One effect per sync and direction under one key of its own, and none on what was inactive. */
async function expectOnceEach({ place, active }: Town): Promise<void> {
  const calls = await place.sandbox.activations();
  const wishOf = ({ path, body }: (typeof calls)[number]) => `${path} ${body?.active}`;
  for (const { idempotency_key } of calls) expect(idempotency_key).toMatch(/^cf1-[\w-]{43}$/);
  const keys = new Set(calls.map(({ idempotency_key }) => idempotency_key));
  const wishes = new Set(calls.map(wishOf));
  const effects = calls.filter(({ effect }) => effect === 'changed').map(wishOf);
  expect([keys.size, wishes.size, effects.length]).toEqual([2 * active, 2 * active, 2 * active]);
  expect(new Set(effects)).toEqual(wishes);
}

async function readiness({ place }: Town) {
  const answer = await fetch(`http://${place.env.CURFEW_LISTEN}/readyz`);
  const { parts } = (await answer.json()) as { parts: { name: string; isReady: boolean }[] };
  const away = parts.filter(({ isReady }) => !isReady).map(({ name }) => name);
  return { status: answer.status, away };
}

function tellsTheStory(): void {
  test('pauses at the start, restores at the end, each with one call', patience, async () => {
    const town = await makeTown();
    const { sandbox } = town.place;
    const daemon = await atWork(town);
    await window(town, 5, 25);
    await logged(daemon, 'window.opened');
    await logged(daemon, 'hold.held', { count: town.active });
    expect(Object.values(await sandbox.activity())).not.toContain(true);
    await logged(daemon, 'window.closed');
    await logged(daemon, 'hold.released', { count: sandbox.syncs.length });
    await asItWas(town, daemon);
    await expectOnceEach(town);
    // Nobody was in the way, so nothing had to be sent twice.
    expect(await sandbox.activations()).toHaveLength(2 * town.active);

    await daemon.end('SIGTERM');
    expect(daemon.child.exitCode).toBe(0);
    const journal = await town.place.run('journal --type hold.opened --format json');
    const inactive = sandbox.syncs.filter((sync) => !sync.active).map(({ name }) => name);
    const opened: { syncName: string; detail: object }[] = JSON.parse(journal.stdout);
    expect(opened.map(({ syncName }) => syncName)).toEqual(expect.arrayContaining(inactive));
  });

  test(
    'Postgres and Redis restart in the middle: nothing crashes, nothing is lost',
    patience,
    async () => {
      const town = await makeTown();
      const daemon = await atWork(town);
      await window(town, 2, 40);
      await logged(daemon, 'hold.held', { count: town.active });
      await town.postgres.restart();
      const from = daemon.lines.length;
      // This Redis keeps nothing on a disk: it comes back empty.
      await town.redis.restart();
      await logged(daemon, 'schedulers.changed', { from });
      expect(daemon.child.exitCode).toBeNull();
      expect((await town.place.run('status')).stdout).toMatch(/● database .*● queue/);
      await logged(daemon, 'window.closed');
      await asItWas(town, daemon);
      await expectOnceEach(town);
    },
  );

  test('SIGHUP while it starts does not end it', patience, async () => {
    const town = await makeTown();
    await town.postgres.kill();
    const daemon = await town.place.launchDaemon();
    await daemon.waitForLine(/Curfew starts/);
    daemon.child.kill('SIGHUP');
    await daemon.waitForLine(/policies could not be loaded again/);
    await town.postgres.restart();
    await daemon.waitForLine(/Curfew is at work/);
  });

  test('servers that are away at the start are waited for, and said so', patience, async () => {
    const town = await makeTown();
    await Promise.all([town.redis.kill(), town.postgres.kill()]);
    const daemon = await town.place.launchDaemon();
    await daemon.waitForLine(/Waiting for the database/);
    expect(await readiness(town)).toEqual({ status: 503, away: ['database'] });
    await town.postgres.restart();
    await daemon.waitForLine(/Waiting for the queue/);
    expect(await readiness(town)).toEqual({ status: 503, away: ['queue'] });
    // What was there a moment ago is waited for, too.
    const seen = daemon.lines.length;
    await town.postgres.kill();
    await town.redis.restart();
    await daemon.waitForLine(/Waiting for the database/, seen);
    await town.postgres.restart();
    await daemon.waitForLine(/Curfew is at work/);
    expect(await readiness(town)).toEqual({ status: 200, away: [] });
  });

  test(
    'SIGTERM in the middle of its work ends in time, and the next one goes on',
    patience,
    async () => {
      const town = await makeTown();
      const { sandbox } = town.place;
      const first = await atWork(town);
      await sandbox.slowDown(3_000);
      await window(town, 1, 60);
      await logged(first, 'call.intended');
      const toldAt = performance.now();
      await first.end('SIGTERM');
      expect(first.child.exitCode).toBe(0);
      expect(performance.now() - toldAt).toBeLessThan(25_000);
      await sandbox.slowDown(0);
      const second = await atWork(town);
      while (Object.values(await sandbox.activity()).includes(true)) {
        expect(second.child.exitCode).toBeNull();
      }
      await town.place.home.write('all.yaml', IDLE_POLICY);
      await asItWas(town, second);
      await expectOnceEach(town);
    },
  );
}

describeOn('redis', 'curfew run', () => {
  describe.skipIf(!hasEngine('postgres'))('with its database on PostgreSQL', tellsTheStory);
});

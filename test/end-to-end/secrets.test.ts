// Secrets that nobody could overlook go in by every door; whatever Curfew says, writes or answers
// in good and bad times is searched for them.

import { generateKeyPairSync } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { oncePolicy, soon } from '../daemon/rig.ts';
import { describeOn, hasEngine } from '../support/engines.ts';
import type { Launched } from '../support/launch.ts';
import { freePort } from '../support/ports.ts';
import { KEY } from '../support/sandbox.ts';
import { startPostgres, startRedis } from '../support/servers.ts';
import { logged, makePlace, type Place } from './place.ts';

const SEAL_KEY = generateKeyPairSync('ed25519').privateKey.export({ type: 'pkcs8', format: 'pem' });

const SECRETS = {
  key: KEY,
  database: 'marker@of/the#database',
  redis: 'marker@of/the#redis',
  admin: 'marker-of-the-admin-token',
  viewer: 'marker-of-the-viewer-token',
  sealKey: String(SEAL_KEY).split('\n')[1]!,
};

/** As they are, and as they travel: in URLs and in headers. */
const MARKERS = Object.values(SECRETS).flatMap((secret) => [
  secret,
  encodeURIComponent(secret),
  Buffer.from(secret).toString('base64').replace(/=+$/, ''),
]);

function expectNoSecret(where: string, text: string): void {
  for (const marker of MARKERS) expect(text.includes(marker), `${marker} in ${where}`).toBe(false);
}

/** The URL of a server with a user and password in it. */
function withPassword(url: string, user: string, password: string): string {
  const parsed = new URL(url);
  parsed.username = parsed.username === '' ? user : parsed.username;
  parsed.password = encodeURIComponent(password);
  return parsed.href;
}

const cleanups: (() => Promise<unknown>)[] = [];
afterAll(async () => {
  for (const cleanup of cleanups.splice(0).reverse()) await cleanup();
});

describeOn('redis', 'secrets', () => {
  describe.skipIf(!hasEngine('postgres'))('with Postgres', () => {
    let place: Place;
    let daemon: Launched;

    beforeAll(async () => {
      const extraArgs = ['--requirepass', SECRETS.redis];
      const [redis, postgres] = await Promise.all([startRedis({ extraArgs }), startPostgres()]);
      cleanups.push(
        () => redis.stop(),
        () => postgres.stop(),
      );
      place = await makePlace({
        POLYTOMIC_API_KEY: SECRETS.key,
        DATABASE_URL: withPassword(postgres.url, '', SECRETS.database),
        REDIS_URL: withPassword(redis.url, 'default', SECRETS.redis),
        CURFEW_TOKENS: `ada:admin:${SECRETS.admin},grafana:viewer:${SECRETS.viewer}`,
        CURFEW_SEAL_KEY: String(SEAL_KEY),
        CURFEW_LOG_LEVEL: 'trace',
      });
      cleanups.push(() => place.leave());
      const window = { start: soon(0), end: soon(3_600_000) };
      await place.home.write('all.yaml', oncePolicy('nightly', '{ all: true }', window));
      await place.sandbox.fault({ kind: 'record-500', method: 'POST', route: '/api/**', count: 2 });
      await place.sandbox.fault({ kind: 'html', status: 200, method: 'POST', count: 2 });
      await place.sandbox.fault({ kind: 'reset-after', method: 'POST', count: 2 });
      daemon = await place.launchDaemon();
      await logged(daemon, 'hold.held', { count: 3 });
      // A key that is refused is spoken of a lot.
      await place.sandbox.fault({ kind: 'status', status: 401, route: '/api/**', count: 50 });
      await logged(daemon, 'alert.raised');
      await daemon.waitForLine(/"msg":"answered"|sealed/);
    });

    test('are in no log line, at no level', async () => {
      expect(daemon.lines.length).toBeGreaterThan(50);
      expectNoSecret('the log', daemon.lines.join('\n'));
    });

    test('are in no process title', async () => {
      const title = await readFile(`/proc/${daemon.pid}/cmdline`, 'utf8').catch(() => '');
      expectNoSecret('the command line', title);
      expectNoSecret(
        'the title',
        await readFile(`/proc/${daemon.pid}/comm`, 'utf8').catch(() => ''),
      );
    });

    test.each([
      'status',
      'status --format json',
      'doctor',
      'doctor --format json',
      'syncs',
      'journal --limit 1000 --format json',
      'audit export',
      'audit seals',
      'audit verify',
      'overrides --all',
      'sync get nobody',
      'hold nobody --for 1h --reason r',
    ])('are in nothing that `curfew %s` says', async (command) => {
      const { stdout, stderr } = await place.run(command);
      expect(`${stdout}${stderr}`.length).toBeGreaterThan(0);
      expectNoSecret(command, stdout + stderr);
    });

    test('are in no answer of the HTTP API, refusals included', async () => {
      const base = `http://${place.env.CURFEW_LISTEN}`;
      const asked = async (path: string, init: RequestInit = {}) => {
        const answer = await fetch(`${base}${path}`, init);
        const headers = JSON.stringify([...answer.headers]);
        expectNoSecret(path, headers + (await answer.text()));
        return answer.status;
      };
      const as = (secret: string) => ({ headers: { authorization: `Bearer ${secret}` } });
      for (const path of ['/livez', '/readyz', '/v1/status', '/v1/syncs', '/v1/journal']) {
        expect([200, 503]).toContain(await asked(path, as(SECRETS.admin)));
      }
      expect(await asked('/v1/status', as(`${SECRETS.admin}x`))).toBe(401);
      const post = { method: 'POST', body: '{', ...as(SECRETS.viewer) };
      expect(await asked('/v1/reload', post)).toBe(415);
      expect(await asked(`/v1/explain?sync=${'x'.repeat(40)}`, as(SECRETS.viewer))).toBe(404);
    });

    test.each([
      [
        'a database that is not there',
        'database',
        (port: number) => ({
          DATABASE_URL: `postgres://u:${encodeURIComponent(SECRETS.database)}@127.0.0.1:${port}/x`,
        }),
      ],
      [
        'a Redis that is not there',
        'queue',
        (port: number) => ({
          REDIS_URL: `redis://:${encodeURIComponent(SECRETS.redis)}@127.0.0.1:${port}`,
        }),
      ],
      [
        'a Redis with another password',
        'queue',
        () => ({
          REDIS_URL: place.env
            .REDIS_URL!.replace('redis@', 'redis-wrong@')
            .replace('%23redis', '%23rediS'),
        }),
      ],
    ])('are in no complaint about %s', async (_, part, more) => {
      const listen = { CURFEW_LISTEN: `127.0.0.1:${await freePort()}` };
      const second = await place.launchDaemon({ ...listen, ...more(await freePort()) });
      await second.waitForLine(new RegExp(`Waiting for the ${part}|error: `));
      await second.end('SIGTERM');
      expectNoSecret('the complaints', second.lines.join('\n'));
    });

    test.each([
      ['POLYTOMIC_RATE', { POLYTOMIC_RATE: 'fast' }],
      ['CURFEW_TOKENS', { CURFEW_TOKENS: `ada:emperor:${SECRETS.admin}` }],
      ['DATABASE_URL', { DATABASE_URL: `mysql://x:${encodeURIComponent(SECRETS.database)}@h/x` }],
      ['REDIS_URL', { REDIS_URL: `http://:${encodeURIComponent(SECRETS.redis)}@h` }],
      ['CURFEW_SEAL_KEY', { CURFEW_SEAL_KEY: SECRETS.sealKey }],
    ])('are in no complaint about a bad %s', async (name, more) => {
      const { exitCode, stdout, stderr } = await place.run('run', more);
      expect([exitCode, stderr]).toEqual([1, expect.stringContaining(name)]);
      expectNoSecret('the complaint', stdout + stderr);
    });
  });
});

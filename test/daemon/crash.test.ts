import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Redis } from 'ioredis';
import { afterEach, expect, test } from 'vitest';
import { freshDatabase } from '../support/database.ts';
import { describeOn } from '../support/engines.ts';
import { type Launched, launch } from '../support/launch.ts';
import { type SandboxHandle, type SeenRequest, startSandbox, writes } from '../support/sandbox.ts';
import { startRedis } from '../support/servers.ts';
import { environment, type Home, makeHome, oncePolicy, soon } from './rig.ts';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const cleanups: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const cleanup of cleanups.splice(0).reverse()) await cleanup();
});

interface Story {
  readonly sandbox: SandboxHandle;
  readonly home: Home;
  readonly before: Record<string, boolean>;
  readonly active: number;
  start(): Promise<Launched>;
  /** Puts one policy for everything in force, open since a second, for so many more. */
  nightly(daemon: Launched, seconds: number): Promise<number>;
  /** Resolves when the daemon has logged `count` entries of a type. */
  logged(daemon: Launched, type: string, count: number): Promise<void>;
  /** Every sync is as it began, and no effect was had twice. */
  endsAsItBegan(daemon: Launched): Promise<void>;
}

async function story(servers: Record<string, string>): Promise<Story> {
  const sandbox = await startSandbox();
  cleanups.push(() => sandbox.close());
  const home = await makeHome();
  cleanups.push(() => home.remove());
  const env = { ...process.env, ...environment(home, sandbox.url, servers) };
  // Start-up takes as long as it takes; the window comes after it.
  const later = { start: soon(3_600_000), end: soon(7_200_000) };
  await home.write('all.yaml', oncePolicy('nightly', '{ name: nobody }', later));
  const before = await sandbox.activity();
  const active = Object.values(before).filter(Boolean).length;
  const logged = async (daemon: Launched, type: string, count: number): Promise<void> => {
    const pattern = new RegExp(`"type":"${type.replace('.', '\\.')}"`);
    for (let from = 0, seen = 0; seen < count; seen += 1) {
      const line = await daemon.waitForLine(pattern, from);
      from = daemon.lines.indexOf(line, from) + 1;
    }
  };
  return {
    sandbox,
    home,
    before,
    active,
    async start() {
      const daemon = await launch(process.execPath, [join(ROOT, 'dist/cli/main.js'), 'run'], {
        cwd: home.policies,
        env: { ...env, CURFEW_LISTEN: '127.0.0.1:0' },
      });
      cleanups.push(() => daemon.end('SIGKILL'));
      await daemon.waitForLine(/is at work/);
      return daemon;
    },
    logged,
    async nightly(daemon, seconds) {
      const window = { start: soon(-2_000), end: soon(seconds * 1_000) };
      await home.write('all.yaml', oncePolicy('nightly', '{ all: true }', window));
      daemon.child.kill('SIGHUP');
      await logged(daemon, 'window.opened', 1);
      return window.end;
    },
    async endsAsItBegan(daemon) {
      let now = await sandbox.activity();
      while (JSON.stringify(now) !== JSON.stringify(before)) {
        expect(daemon.child.exitCode).toBeNull();
        now = await sandbox.activity();
      }
      expectNothingDoubled(await sandbox.requests(), active);
    },
  };
}

async function flush(url: string): Promise<void> {
  const redis = new Redis(url);
  await redis.flushall();
  await redis.quit();
}

function expectNothingDoubled(requests: readonly SeenRequest[], active: number): void {
  const calls = writes(requests).filter(({ path }) => path.endsWith('/activate'));
  const keys = new Map<string, Set<string>>();
  const effects = new Map<string, number>();
  for (const { path, body, idempotency_key, effect } of calls) {
    const wish = `${path} ${body?.active}`;
    keys.set(wish, (keys.get(wish) ?? new Set()).add(idempotency_key ?? ''));
    if (effect === 'changed') effects.set(wish, (effects.get(wish) ?? 0) + 1);
  }
  // One wish, one key, one effect, however often it had to be sent.
  for (const [wish, used] of keys) expect(`${wish}: ${used.size}`).toBe(`${wish}: 1`);
  for (const [wish, count] of effects) expect(`${wish}: ${count}`).toBe(`${wish}: 1`);
  expect([...effects.keys()].filter((wish) => wish.endsWith('true')).length).toBe(active);
}

function survives(serversOf: () => Promise<Record<string, string>>): void {
  test('a: killed before the first call', async () => {
    const told = await story(await serversOf());
    for (const route of ['/api/syncs/*', '/api/bulk/syncs/*']) {
      const fault = { kind: 'latency', ms: 600_000, method: 'GET', route };
      await told.sandbox.post('/_sandbox/faults', fault);
    }
    const first = await told.start();
    await told.nightly(first, 45);
    await first.end('SIGKILL');
    expect(writes(await told.sandbox.requests())).toEqual([]);
    await told.sandbox.del('/_sandbox/faults');
    const second = await told.start();
    await told.logged(second, 'hold.held', told.active);
    await told.endsAsItBegan(second);
  });

  test('b: killed between a call and its record', async () => {
    const told = await story(await serversOf());
    const fault = { kind: 'stall', method: 'POST', route: '/api/**' };
    await told.sandbox.post('/_sandbox/faults', fault);
    const first = await told.start();
    await told.nightly(first, 15);
    const isPaused = (state: Record<string, boolean>) => !Object.values(state).some(Boolean);
    while (!isPaused(await told.sandbox.activity())) expect(first.child.exitCode).toBeNull();
    await first.end('SIGKILL');
    await told.sandbox.del('/_sandbox/faults');
    await told.endsAsItBegan(await told.start());
  });

  test('c: killed during the window', async () => {
    const told = await story(await serversOf());
    const first = await told.start();
    await told.nightly(first, 20);
    await told.logged(first, 'hold.held', told.active);
    await first.end('SIGKILL');
    await told.endsAsItBegan(await told.start());
  });

  test('d: killed, and down across the end', async () => {
    const told = await story(await serversOf());
    const first = await told.start();
    const end = await told.nightly(first, 15);
    await told.logged(first, 'hold.held', told.active);
    await first.end('SIGKILL');
    while (Date.now() <= end) await told.sandbox.activity();
    await told.endsAsItBegan(await told.start());
  });
}

describeOn('pglite', 'SIGKILL', () => survives(async () => ({})));

describeOn('redis', 'SIGKILL', () => {
  survives(async () => {
    const redis = await startRedis();
    cleanups.push(() => redis.stop());
    const database = await freshDatabase();
    cleanups.push(() => database.drop());
    return { DATABASE_URL: database.url, REDIS_URL: redis.url };
  });

  test('FLUSHALL in the middle of a window: the plan comes back, the end is enforced', async () => {
    const redis = await startRedis();
    cleanups.push(() => redis.stop());
    const database = await freshDatabase();
    cleanups.push(() => database.drop());
    const told = await story({ DATABASE_URL: database.url, REDIS_URL: redis.url });
    const daemon = await told.start();
    const end = await told.nightly(daemon, 45);
    await told.logged(daemon, 'hold.held', told.active);
    const seen = daemon.lines.length;
    await flush(redis.url);
    await daemon.waitForLine(/"type":"schedulers\.changed"/, seen);
    expect(Date.now()).toBeLessThan(end + 60_000);
    await told.endsAsItBegan(daemon);
  });
});

import { afterEach, describe, expect, test } from 'vitest';
import { freshDatabase } from '../support/database.ts';
import { describeOn, hasEngine } from '../support/engines.ts';
import { type SandboxHandle, startSandbox, writes } from '../support/sandbox.ts';
import { startRedis } from '../support/servers.ts';
import { environment, type Home, makeHome, makeRig, oncePolicy, type Rig, soon } from './rig.ts';

const cleanups: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const cleanup of cleanups.splice(0).reverse()) await cleanup();
});

async function place(more: Record<string, string> = {}) {
  const sandbox = await startSandbox();
  cleanups.push(() => sandbox.close());
  const home = await makeHome();
  cleanups.push(() => home.remove());
  return { sandbox, home, env: environment(home, sandbox.url, more) };
}

/** A daemon that is up and has nothing to do yet: start-up takes as long as it takes. */
async function begin(home: Home, env: Record<string, string | undefined>): Promise<Rig> {
  const nothing = { start: soon(3_600_000), end: soon(7_200_000) };
  await home.write('all.yaml', oncePolicy('idle', '{ name: nobody }', nothing));
  const rig = makeRig(env);
  cleanups.push(() => rig.daemon.stop());
  await rig.daemon.start();
  return rig;
}

/** Puts one policy for everything in force, whose window opens and closes in so many seconds. */
async function nightly(home: Home, rig: Rig, from: number, to: number, more = '') {
  const window = { start: soon(from * 1_000), end: soon(to * 1_000) };
  await home.write('all.yaml', oncePolicy('nightly', '{ all: true }', window, more));
  await rig.daemon.operations.reload();
  return window;
}

async function fleet(sandbox: SandboxHandle) {
  const before = await sandbox.activity();
  const active = Object.values(before).filter(Boolean).length;
  const all = Object.keys(before).length;
  return { before, active, all };
}

/** The whole story on one engine: pause at the start, restore at the end, nothing doubled. */
function tellsTheStory(serversOf: () => Promise<Record<string, string>>): void {
  test('pauses at the start, restores at the end, and leaves what was paused alone', async () => {
    const { sandbox, home, env } = await place(await serversOf());
    const { before, active, all } = await fleet(sandbox);
    expect(active).toBeLessThan(all);
    const rig = await begin(home, env);
    await nightly(home, rig, 3, 15);
    await rig.entry('window.opened');
    await rig.count('hold.held', active);
    const during = await sandbox.activity();
    expect(Object.values(during).every((isActive) => !isActive)).toBe(true);
    await rig.entry('window.closed');
    await rig.count('hold.released', all);
    expect(await sandbox.activity()).toEqual(before);

    const calls = writes(await sandbox.requests()).filter(({ path }) => path.endsWith('/activate'));
    const seen = calls.map(({ path, body }) => `${path} ${body?.active}`);
    expect(new Set(seen).size).toBe(seen.length);
    expect(calls.length).toBe(2 * active);
    for (const call of calls) expect(call.idempotency_key).toMatch(/^cf1-[\w-]{43}$/);
    expect(new Set(calls.map(({ idempotency_key }) => idempotency_key)).size).toBe(calls.length);
  });
}

describeOn('pglite', 'the main job', () => tellsTheStory(async () => ({})));

describeOn('postgres', 'the main job', () =>
  tellsTheStory(async () => {
    const database = await freshDatabase();
    cleanups.push(() => database.drop());
    return { DATABASE_URL: database.url };
  }),
);

describeOn('redis', 'the main job', () =>
  tellsTheStory(async () => {
    const redis = await startRedis();
    cleanups.push(() => redis.stop());
    const database = await freshDatabase();
    cleanups.push(() => database.drop());
    return { DATABASE_URL: database.url, REDIS_URL: redis.url };
  }),
);

/** Postgres where there is one, since it starts at once; the stories are the same everywhere. */
async function anyPlace() {
  if (!hasEngine('postgres')) return place();
  const database = await freshDatabase();
  cleanups.push(() => database.drop());
  return place({ DATABASE_URL: database.url });
}

describe('around the main job', () => {
  test('S26: what is open at the first start is acted on at once', async () => {
    const { sandbox, home, env } = await anyPlace();
    const { active } = await fleet(sandbox);
    const window = { start: soon(-60_000), end: soon(3_600_000) };
    await home.write('all.yaml', oncePolicy('nightly', '{ all: true }', window));
    const rig = makeRig(env);
    cleanups.push(() => rig.daemon.stop());
    await rig.daemon.start();
    await rig.count('hold.held', active);
  });

  test('S54: down across the end, everything comes back at once at the next start', async () => {
    const { sandbox, home, env } = await anyPlace();
    const { before, active, all } = await fleet(sandbox);
    const first = await begin(home, env);
    const window = await nightly(home, first, -1, 12);
    await first.count('hold.held', active);
    await first.daemon.stop();
    while (Date.now() <= window.end) await sandbox.activity();
    const second = makeRig(env);
    cleanups.push(() => second.daemon.stop());
    await second.daemon.start();
    await second.count('hold.released', all);
    expect(await sandbox.activity()).toEqual(before);
    const released = await second.entry('hold.released', ({ after }) => after === 'released');
    expect(released.latenessMs).toBeGreaterThanOrEqual(0);
  });

  test('S27: a person who re-activates inside the window is respected and named', async () => {
    const { sandbox, home, env } = await anyPlace();
    const { active, all } = await fleet(sandbox);
    const rig = await begin(home, env);
    await nightly(home, rig, -1, 3_600);
    await rig.count('hold.held', active);
    const held = rig.entries.find(({ type }) => type === 'hold.held');
    const name = held?.syncName ?? '';
    await sandbox.post('/_sandbox/people', { name: 'Alice', sync: name, action: 'activate' });
    const yielded = await rig.entry('hold.yielded');
    expect(yielded).toMatchObject({ syncName: name, detail: { person: 'Alice' } });
    // The policy goes away: everything else is restored, hers is left as she wants it.
    const later = { start: soon(3_600_000), end: soon(7_200_000) };
    await home.write('all.yaml', oncePolicy('other', '{ name: nobody }', later));
    await rig.daemon.operations.reload();
    await rig.count('hold.released', all);
    const calls = writes(await sandbox.requests()).filter(({ body }) => body?.active === true);
    expect(calls.length).toBe(active - 1);
  });

  test('S34: a sync that is deleted while held is let go of without an alert', async () => {
    const { sandbox, home, env } = await anyPlace();
    const { active } = await fleet(sandbox);
    const rig = await begin(home, env);
    await nightly(home, rig, -1, 3_600);
    await rig.count('hold.held', active);
    // Nobody can delete a sync while it runs.
    const { syncName: name } = await rig.entry('sync.quiet');
    await sandbox.post('/_sandbox/people', { name: 'Bob', sync: name, action: 'delete' });
    await rig.entry('hold.gone', ({ syncName }) => syncName === name);
    expect(rig.entries.some(({ type }) => type === 'alert.raised')).toBe(false);
  });

  test('S33: a sync that is created inside the window is paused by the next sweep', async () => {
    const { sandbox, home, env } = await anyPlace();
    const { active } = await fleet(sandbox);
    const rig = await begin(home, env);
    await nightly(home, rig, -1, 3_600);
    await rig.count('hold.held', active);
    await sandbox.post('/_sandbox/people', { name: 'Bob', sync: 'Brand new', action: 'create' });
    await rig.entry('hold.held', ({ syncName }) => syncName === 'Brand new');
  });

  test('a policy that only observes says what it would do, and does nothing', async () => {
    const { sandbox, home, env } = await anyPlace();
    const { before } = await fleet(sandbox);
    const window = { start: soon(-1_000), end: soon(3_600_000) };
    const observe = '    mode: observe\n';
    await home.write('all.yaml', oncePolicy('watcher', '{ all: true }', window, observe));
    const rig = makeRig(env);
    cleanups.push(() => rig.daemon.stop());
    await rig.daemon.start();
    const said = await rig.entry('sync.decided');
    expect(said.reason).toContain('watcher only observes: it would have paused it');
    expect(await sandbox.activity()).toEqual(before);
    expect(writes(await sandbox.requests())).toEqual([]);
  });
});

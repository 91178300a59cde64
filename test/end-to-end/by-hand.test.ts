import { once } from 'node:events';
import { createServer } from 'node:net';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openEmbedded } from '../../src/store/open.ts';
import type { Launched } from '../support/launch.ts';
import { expectSentence, IDLE_POLICY, logged, makePlace, type Place } from './place.ts';

const INVOICES = 'Finance/Invoices to NetSuite';
const KEY_SHAPE = /cf1-[\w-]{43}/;

/** The conversation of a person with Curfew, the same whether a daemon answers or not. */
function canBeAsked(placeOf: () => Place, isDaemon: boolean): void {
  test('sync deactivate does it once, and the journal says who, why, with which key', async () => {
    const { run, sandbox } = placeOf();
    const ran = await run(['sync', 'deactivate', INVOICES, '--reason', 'the books are closed']);
    expect(ran).toMatchObject({ exitCode: 0, stderr: '' });
    const key = KEY_SHAPE.exec(ran.stdout)![0];
    expect(ran.stdout).toContain(`✓ ${INVOICES}: The API accepted: deactivate.`);
    expect(await sandbox.activations()).toMatchObject([
      { body: { active: false }, idempotency_key: key, status: 200, effect: 'changed' },
    ]);
    expect((await sandbox.activity())[INVOICES]).toBe(false);

    const journal = await run(['journal', '--sync', INVOICES]);
    expect(journal).toMatchObject({ exitCode: 0, stderr: '' });
    const lines = journal.stdout.split('\n').filter((line) => line.includes(INVOICES));
    const [asked, intended, answered] = lines;
    expect(asked).toMatch(/person\.asked .*priya@\S+ asked to deactivate it: the books are closed/);
    expect(intended).toMatch(new RegExp(`call\\.intended .*by priya@\\S+, key ${key}`));
    expect(answered).toMatch(new RegExp(`call\\.answered .*The API accepted.* key ${key}`));
  });

  test('the journal as JSON has the same, for a program', async () => {
    const { run } = placeOf();
    const { stdout } = await run('journal --type person.asked,call.answered --format json');
    expect(JSON.parse(stdout)).toMatchObject([
      {
        type: 'person.asked',
        actor: expect.stringMatching(/^priya@/),
        syncName: INVOICES,
        at: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z$/),
        detail: { action: 'deactivate', reason: 'the books are closed' },
      },
      { type: 'call.answered', key: expect.stringMatching(KEY_SHAPE), detail: { outcome: 'ok' } },
    ]);
  });

  test('status, syncs and explain say how things are', async () => {
    const { run, sandbox } = placeOf();
    const status = await run('status');
    expect(status).toMatchObject({ exitCode: 0, stderr: '' });
    expect(status.stdout).toMatch(isDaemon ? /· up / : /no daemon is running; this is the record/);
    expect(status.stdout).toMatch(/● database .*● api .*● policies/);
    expect(status.stdout).toMatch(/^idle +idle .*\n\nNo sync is held\.$/m);

    const syncs = await run('syncs');
    expect(syncs).toMatchObject({ exitCode: 0, stderr: '' });
    expect(syncs.stdout).toMatch(new RegExp(`${INVOICES} +model +paused`));
    for (const { name } of sandbox.syncs) expect(syncs.stdout).toContain(name);
    // What a person paused and left so; not what Curfew holds.
    const forgotten = await run('syncs --paused-for 1h');
    expect(forgotten.stdout).toMatch(/Marketing\/Event attendees to Marketo +model +Maya Chen/);
    expect(forgotten.stdout).not.toContain(INVOICES);
    expect((await run('syncs --paused-for 900d')).stdout).toMatch(/^No sync was paused by people/);
    for (const line of syncs.stdout.split('\n')) expect(line.length).toBeLessThanOrEqual(120);

    const explained = await run(['explain', INVOICES]);
    expect(explained).toMatchObject({ exitCode: 0, stderr: '' });
    expect(explained.stdout).toMatch(/left alone at .* for good|left alone at .*until 2060/);
  });

  test('and say it as one JSON document each', async () => {
    const { run, sandbox } = placeOf();
    const json = async (...args: string[]) => {
      const ran = await run([...args, '--format', 'json']);
      expect(ran).toMatchObject({ exitCode: 0, stderr: '' });
      return JSON.parse(ran.stdout);
    };
    expect(await json('status')).toMatchObject({
      health: { isReady: true },
      organization: 'Northwind Traders',
      policies: [{ name: 'idle', isOn: false, nextBoundary: '2060-01-01T00:00:00Z', selects: 0 }],
      holds: [],
      alerts: [],
    });
    const syncs: { name: string; active: boolean; key: string }[] = await json('syncs');
    const activity = Object.fromEntries(syncs.map(({ name, active }) => [name, active]));
    expect(activity).toEqual(await sandbox.activity());
    const { key } = syncs.find(({ name }) => name === INVOICES)!;
    expect(await json('explain', key)).toMatchObject({ sync: key, state: 'baseline' });
    expect(await json('sync', 'get', key)).toMatchObject({ key, name: INVOICES, active: false });
    expect(await json('sync', 'status', key)).toMatchObject({ sync: key, active: false });
    const doctor = await json('doctor');
    expect(doctor.ok).toBe(true);
    expect(doctor.checks.map(({ name }: { name: string }) => name)).toEqual([
      'node',
      'policies',
      'configuration',
      'API',
      'clock',
      'database',
      'queue',
      'daemon',
    ]);
  });

  test('the doctor finds nothing wrong', async () => {
    const { exitCode, stdout, stderr } = await placeOf().run('doctor');
    expect([exitCode, stderr, stdout.match(/FAIL/g)]).toEqual([0, '', null]);
    expect(stdout).toMatch(isDaemon ? /ok +daemon +running/ : /warn +daemon +none is running/);
  });

  test('a sync that nobody has is exit 1 with a hint, a missing argument exit 2', async () => {
    const { run } = placeOf();
    const nearly = await run(['sync', 'activate', 'Finance/Invoices to NetSuit']);
    expectSentence(nearly, 1, /did you mean Finance\/Invoices to NetSuite\?/);
    expect((await run('sync activate')).exitCode).toBe(2);
  });
}

describe('by hand, with no daemon', () => {
  let place: Place;
  beforeAll(async () => {
    place = await makePlace();
    await place.home.write('idle.yaml', IDLE_POLICY);
  });
  afterAll(() => place.leave());
  canBeAsked(() => place, false);
});

describe('by hand, with a daemon', () => {
  let place: Place;
  let daemon: Launched;
  beforeAll(async () => {
    place = await makePlace();
    await place.home.write('idle.yaml', IDLE_POLICY);
    daemon = await place.launchDaemon();
    await daemon.waitForLine(/Curfew is at work/);
  });
  afterAll(() => place.leave());
  canBeAsked(() => place, true);

  test('a second daemon on the same folder is one clear sentence, exit 1', async () => {
    const ran = await place.run('run', { CURFEW_LISTEN: '127.0.0.1:0' });
    const owner = `process ${daemon.pid}, which listens on ${place.env.CURFEW_LISTEN}`;
    expectSentence(ran, 1, new RegExp(`The data folder .* is in use by ${owner}`));
  });

  test('a second daemon on the same port is told that Curfew is there already', async () => {
    const ran = await place.run('run', { CURFEW_DATA: `${place.home.data}-2` });
    expectSentence(ran, 1, /another Curfew is already running on 127\.0\.0\.1:\d+/);
  });

  test('it is still at work after all that, and ends with exit 0', async () => {
    expect((await place.run('status')).stdout).toContain('· up ');
    await daemon.end('SIGTERM');
    expect(daemon.child.exitCode).toBe(0);
    await logged(daemon, 'daemon.stopped');
  });
});

describe('a start that cannot succeed', () => {
  let place: Place;
  beforeAll(async () => {
    place = await makePlace();
    await place.home.write('idle.yaml', IDLE_POLICY);
  });
  afterAll(() => place.leave());

  test.each(['run', 'syncs', 'status'])('%s with a wrong key: names the variable', async (args) => {
    const ran = await place.run(args, { POLYTOMIC_API_KEY: 'not-the-key' });
    expectSentence(ran, 1, /The API refuses the key in POLYTOMIC_API_KEY/);
    expect(ran.stderr + ran.stdout).not.toContain('not-the-key');
  });

  test('with a port that another program has', async () => {
    const server = createServer().listen(0, '127.0.0.1');
    await once(server, 'listening');
    const { port } = server.address() as { port: number };
    const ran = await place.run('run', { CURFEW_LISTEN: `127.0.0.1:${port}` });
    server.close();
    expectSentence(ran, 1, new RegExp(`127\\.0\\.0\\.1:${port} is in use by another program`));
  });

  // Even root can neither make a folder in a file nor a file in /proc.
  test.each(['/dev/null/data', '/proc'])('with a data folder that is %s', async (data) => {
    expectSentence(await place.run('run', { CURFEW_DATA: data }), 1, /the data folder/);
    expectSentence(await place.run('journal', { CURFEW_DATA: data }), 1, /the data folder/);
  });

  test('with a database that a newer Curfew has made', async () => {
    const data = `${place.home.data}-newer`;
    const { database } = await openEmbedded({ folder: data, onCrash: () => undefined });
    await database.query(
      `insert into curfew.migrations (number, name, checksum) values (999, '999-tomorrow.sql', '')`,
    );
    await database.close();
    const ran = await place.run('run', { CURFEW_DATA: data });
    expectSentence(ran, 1, /newer than this version of Curfew: it has 999-tomorrow\.sql/);
  });

  test('with a broken policy: every problem with its place', async () => {
    const data = `${place.home.data}-first`;
    await place.home.write('broken.yaml', IDLE_POLICY.replace('UTC', 'Europe/Berln'));
    const { exitCode, stderr } = await place.run('run', { CURFEW_DATA: data });
    await place.home.write('broken.yaml', IDLE_POLICY.replace('idle:', 'mended:'));
    const said = stderr.split('\n').filter((line) => !line.startsWith('{'));
    expect(exitCode).toBe(1);
    expect(said[0]).toBe('error: The policy files were refused.');
    expect(said[1]).toMatch(/broken\.yaml:2:11: error zone-unknown: .*Europe\/Berlin/);
    expect(stderr).not.toMatch(/^\s+at /m);
  });

  test.each(['syncs', 'status', 'sync activate x'])(
    '%s with an API that does not answer: exit 3',
    async (args) => {
      const ran = await place.run(args, { POLYTOMIC_URL: 'http://127.0.0.1:1' });
      expectSentence(ran, 3, /The API cannot be reached/);
    },
  );

  test('doctor says which of the parts it is', async () => {
    const ran = await place.run('doctor', { POLYTOMIC_URL: 'http://127.0.0.1:1' });
    expect(ran.exitCode).toBe(3);
    expect(ran.stdout).toMatch(/^FAIL +API +http:\/\/127\.0\.0\.1:1/m);
    expect(ran.stdout.match(/^FAIL/gm)).toHaveLength(1);
  });

  test('the daemon waits for the API, says so, and stops when told to', async () => {
    const daemon = await place.launchDaemon({ POLYTOMIC_URL: 'http://127.0.0.1:1' });
    await daemon.waitForLine(/Waiting for the Polytomic API, which cannot be reached/);
    const ready = await fetch(`http://${place.env.CURFEW_LISTEN}/readyz`);
    expect(ready.status).toBe(503);
    await daemon.end('SIGTERM');
    expect(daemon.child.exitCode).toBe(0);
  });
});

import { writeFile } from 'node:fs/promises';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { oncePolicy, soon } from '../daemon/rig.ts';
import { type TemporaryFolder, temporaryFolder } from '../support/guard.ts';
import type { Launched } from '../support/launch.ts';
import { logged, makePlace, type Place } from './place.ts';

const HOUR = 3_600_000;
const ACCOUNTS = 'Sales/Accounts to Salesforce';
const RENEWALS = 'Sales/Renewals to Salesforce';
const INVOICES = 'Finance/Invoices to NetSuite';

describe('curfew plan, beside a daemon that holds syncs', () => {
  const window = { start: soon(-HOUR), end: soon(HOUR) };
  let place: Place;
  let daemon: Launched;
  let elsewhere: TemporaryFolder;

  beforeAll(async () => {
    place = await makePlace();
    elsewhere = await temporaryFolder('plan-elsewhere');
    const select = `{ name: ["${ACCOUNTS}", "${INVOICES}"] }`;
    await place.home.write('freeze.yaml', oncePolicy('freeze', select, window));
    daemon = await place.launchDaemon();
    await logged(daemon, 'hold.held', { count: 2 });
  });
  afterAll(async () => {
    await place.leave();
    await elsewhere.remove();
  });

  /** What the plan says of the files in `policies` that are not in force yet. */
  async function planned(...args: string[]) {
    const { exitCode, stdout, stderr } = await place.run(['plan', '--format', 'json', ...args]);
    expect(stderr).toBe('');
    return { exitCode, ...JSON.parse(stdout) };
  }

  async function edited(): Promise<string> {
    const longer = { start: window.start, end: window.end + HOUR };
    const select = `{ name: ["${ACCOUNTS}", "${RENEWALS}"] }`;
    await writeFile(`${elsewhere.path}/freeze.yaml`, oncePolicy('freeze', select, longer));
    return elsewhere.path;
  }

  function expectAllThree(plan: object): void {
    expect(plan).toMatchObject({
      exitCode: 4,
      now: [
        { name: INVOICES, change: 'resume', baseline: 'active', wasBy: 'freeze' },
        { name: ACCOUNTS, change: 'keep', baseline: 'active', by: 'freeze' },
        { name: RENEWALS, change: 'pause', baseline: 'active', by: 'freeze' },
      ],
      schedulers: { add: [], change: ['freeze'], remove: [] },
    });
  }

  test('there is nothing to do for the files that are in force', async () => {
    expect(await planned()).toMatchObject({ exitCode: 0, now: [], schedulers: { change: [] } });
    const words = await place.run('plan');
    expect(words.stdout).toMatch(/against the set in force since \d{4}-/);
  });

  test('S45: of an edit somewhere else it shows what is kept, taken and let go', async () => {
    expectAllThree(await planned('--policies', await edited()));
    expect((await place.sandbox.activity())[INVOICES]).toBe(false);
  });

  test('what people said to the daemon counts: a release is not undone', async () => {
    const release = ['release', RENEWALS, '--for', '30m', '--reason', 'a launch'];
    expect(await place.run(release)).toMatchObject({ exitCode: 0 });
    const { now, next } = await planned('--policies', await edited());
    expect(now.map(({ name }: { name: string }) => name)).toEqual([INVOICES, ACCOUNTS]);
    expect(next).toContainEqual(
      expect.objectContaining({ name: RENEWALS, change: 'pause', by: 'freeze' }),
    );
    const overrides = JSON.parse((await place.run('overrides --format json')).stdout);
    expect(await place.run(['revoke', overrides[0].id, '--reason', 'done'])).toMatchObject({
      exitCode: 0,
    });
    expectAllThree(await planned('--policies', await edited()));
  });

  test('S38: explain says what the dependent of a paused sync waits for', async () => {
    const { stdout } = await place.run(['explain', RENEWALS]);
    expect(stdout).toMatch(new RegExp(`It waits for ${ACCOUNTS}, which\\s+freeze\\s+pauses until`));
  });

  test('the list of syncs, saved to a file, remembers what is held', async () => {
    const { stdout } = await place.run('syncs --format json');
    await writeFile(`${elsewhere.path}/syncs.json`, stdout);
    const args = ['--syncs', `${elsewhere.path}/syncs.json`, '--against', place.home.policies];
    expect(await planned(...args)).toMatchObject({ exitCode: 0, now: [] });
    expectAllThree(await planned(...args, '--policies', await edited()));
  });

  test('with no daemon any more the record is asked, and says the same', async () => {
    await daemon.end('SIGKILL');
    expectAllThree(await planned('--policies', await edited()));
    const words = await place.run('plan');
    expect(words.stdout).toMatch(/against the set of the last daemon, in force since/);
  });
});

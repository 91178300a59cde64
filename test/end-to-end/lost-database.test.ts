import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, expect, test } from 'vitest';
import { oncePolicy, soon } from '../daemon/rig.ts';
import { readyFolder } from '../store/folders.ts';
import { temporaryFolder } from '../support/guard.ts';
import { IDLE_POLICY, makePlace } from './place.ts';

const cleanups: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const cleanup of cleanups.splice(0).reverse()) await cleanup();
});

const SALES = ['Sales/Accounts to Salesforce', 'Sales/Renewals to Salesforce'];

test('S58: with the database lost nothing is activated; doctor names what was paused', async () => {
  const place = await makePlace();
  cleanups.push(() => place.leave());
  const { home, sandbox, run } = place;
  const before = await sandbox.activity();
  const window = { start: soon(-60_000), end: soon(3_600_000) };
  await home.write('all.yaml', oncePolicy('sales', '{ name: Sales/* }', window));
  const first = await place.launchDaemon();
  for (const name of SALES) await first.waitForLine(new RegExp(`hold\\.held.*${name}`));
  const files = await temporaryFolder('lost');
  cleanups.push(() => files.remove());
  const file = join(files.path, 'journal.jsonl');
  await writeFile(file, (await run('audit export')).stdout);
  await first.end('SIGTERM');

  // The same machine, another disk.
  const anew = { CURFEW_DATA: await readyFolder() };
  await home.write('all.yaml', IDLE_POLICY);
  const second = await place.launchDaemon(anew);
  await second.waitForLine(/Curfew is at work/);
  const doctor = await run(['doctor', '--journal', file], anew);
  expect(doctor.exitCode).toBe(1);
  for (const name of SALES) expect(doctor.stdout).toMatch(new RegExp(`FAIL +journal +${name}`));
  expect(doctor.stdout.match(/FAIL/g)).toHaveLength(SALES.length);
  const after = await sandbox.activity();
  for (const name of SALES) expect([before[name], after[name]]).toEqual([true, false]);

  for (const name of SALES) await run(['sync', 'activate', name, '--reason', 'lost hold'], anew);
  expect(await sandbox.activity()).toEqual(before);
  expect(await run(['doctor', '--journal', file], anew)).toMatchObject({ exitCode: 0 });
  const wrong = await run(['doctor', '--journal', join(home.policies, 'all.yaml')], anew);
  expect(wrong).toMatchObject({
    exitCode: 2,
    stderr: expect.stringContaining('curfew audit export'),
  });
});

import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { oncePolicy, soon } from '../daemon/rig.ts';
import { type TemporaryFolder, temporaryFolder } from '../support/guard.ts';
import { curfew } from './curfew.ts';

const HOUR = 3_600_000;
const open = { start: soon(-HOUR), end: soon(HOUR) };
const rfc = (at: number) => new Date(at).toISOString().replace('.000', '');

const SYNCS = `syncs:
  - { name: Finance/Invoices, destination: Snowflake prod }
  - { name: Finance/Forecast, active: false }
  - { name: Sales/Accounts, runsAfter: Finance/Invoices }
`;

let folder: TemporaryFolder;
beforeAll(async () => {
  folder = await temporaryFolder('plan');
  const write = async (name: string, text: string) => {
    await mkdir(join(folder.path, name), { recursive: true });
    await writeFile(join(folder.path, name, 'a.yaml'), text);
  };
  await write('old', oncePolicy('freeze', '{ name: Finance/* }', open));
  const longer = { ...open, end: open.end + HOUR };
  await write('new', oncePolicy('freeze', '{ name: [Finance/Invoices, Sales/*] }', longer));
  await write('broken', 'version: 1\n');
  const berlin = { start: open.end, end: open.end + HOUR };
  await write(
    'zones',
    oncePolicy('freeze', '{ all: true }', berlin).replace('UTC', 'Europe/Berlin'),
  );
  await writeFile(join(folder.path, 'zones/b.yaml'), oncePolicy('other', '{ all: true }', berlin));
  await writeFile(join(folder.path, 'syncs.yaml'), SYNCS);
});
afterAll(() => folder.remove());

const plan = (args: string) =>
  curfew(['plan', '--syncs', 'syncs.yaml', ...args.split(' ')], {}, folder.path);

describe('curfew plan with a file of syncs', () => {
  it('S52: says "now" for a policy whose window is open, and exits 4', async () => {
    const { exitCode, stdout, stderr } = await plan('--policies old --format json');
    expect([exitCode, stderr]).toEqual([4, '']);
    const pause = { change: 'pause', by: 'freeze', until: rfc(open.end) };
    const resume = { change: 'resume', at: rfc(open.end) };
    expect(JSON.parse(stdout)).toMatchObject({
      now: [
        { ...pause, name: 'Finance/Forecast', baseline: 'inactive' },
        { ...pause, name: 'Finance/Invoices', baseline: 'active' },
      ],
      next: [resume, resume],
      schedulers: { add: ['freeze'], change: [], remove: [] },
    });
  });

  it('S45: shows what an edit keeps, takes and lets go, against the policies before', async () => {
    const args = '--policies new --against old';
    const { exitCode, stdout } = await plan(`${args} --format json`);
    expect(exitCode).toBe(4);
    const { now, schedulers } = JSON.parse(stdout);
    expect(now).toMatchObject([
      { name: 'Finance/Forecast', change: 'resume', baseline: 'inactive', wasBy: 'freeze' },
      {
        name: 'Finance/Invoices',
        change: 'keep',
        until: rfc(open.end + HOUR),
        wasUntil: rfc(open.end),
      },
      { name: 'Sales/Accounts', change: 'pause' },
    ]);
    expect(schedulers).toEqual({ add: [], change: ['freeze'], remove: [] });
    const words = (await plan(args)).stdout;
    expect(words).toMatch(/^1 policy in new, against old, with syncs\.yaml$/m);
    expect(words).toMatch(/^ {2}✓ resume 1 sync, which freeze held \(inactive before: no call\)$/m);
    expect(words).toMatch(/^ {2}→ keep 1 sync paused for freeze, until .*; it was until /m);
    expect(words).toMatch(/^ {2}‖ pause 1 sync for freeze, until [A-Z].* \(in 1 h 59 min.*\)$/m);
    expect(words).toMatch(/^ {2}· change 1 scheduler: freeze$/m);
    expect(words).toMatch(/^3 syncs and 1 scheduler would change now\.$/m);
  });

  it('is exit 0 when there is nothing to do, whatever comes next', async () => {
    const { exitCode, stdout } = await plan('--policies old --against old');
    expect(exitCode).toBe(0);
    expect(stdout).toContain('\nNow\n  nothing\n');
    expect(stdout).toMatch(/✓ resume 1 sync\n +Finance\/Invoices/);
    expect(stdout.trimEnd()).toMatch(/Nothing to do\.$/);
  });

  it('shows a time that was asked for, on the wall of all policies', async () => {
    const [day] = rfc(open.end + 2 * 24 * HOUR).split('T');
    const { stdout } = await plan(`--policies old --from ${day} --to ${day}T01:00`);
    expect(stdout).toMatch(new RegExp(`Next, from \\w+ ${day} 00:00 \\+00:00 until .* 01:00`));
    expect(stdout).toMatch(/Next.*\n {2}nothing/);
  });

  it.each([
    ['an end before the start', '--policies old --from 2999-01-02 --to 2999-01-01', '--to must be'],
    ['an end in the past', '--policies old --from 2001-01-01 --to 2001-01-02', 'in the past'],
    ['a wall nobody can know', '--policies zones --to 2999-01-02', 'in several zones'],
  ])('%s is wrong usage', async (_, args, why) => {
    const { exitCode, stdout, stderr } = await plan(args);
    expect([exitCode, stdout, stderr]).toEqual([2, '', expect.stringContaining(why)]);
  });

  it('needs policies without a problem, and syncs that are some', async () => {
    expect(await plan('--policies broken')).toMatchObject({
      exitCode: 1,
      stderr: expect.stringContaining('broken/a.yaml:1:1: error field-missing'),
    });
    const args = ['plan', '--syncs', 'old/a.yaml', '--policies', 'old'];
    expect(await curfew(args, {}, folder.path)).toMatchObject({
      exitCode: 1,
      stderr: expect.stringContaining('old/a.yaml is not a list of syncs'),
    });
    const alone = ['plan', '--against', 'old'];
    expect(await curfew(alone, {}, folder.path)).toMatchObject({ exitCode: 2 });
  });
});

describe('curfew explain with a file of syncs', () => {
  const explain = (...args: string[]) =>
    curfew(['explain', ...args, '--syncs', 'syncs.yaml'], {}, folder.path);

  it('S38: names the sync that a sync waits for, and who pauses that', async () => {
    const { stdout } = await explain('Sales/Accounts', '--policies', 'old');
    expect(stdout).toMatch(/^left alone at .*, for good$/m);
    expect(stdout).toContain('It waits for Finance/Invoices, which freeze pauses until ');
  });

  it('says since when, until when, what then, and what would be otherwise', async () => {
    const { stdout } = await explain('Finance/Invoices', '--policies', 'old');
    const wall = (at: number) => rfc(at).slice(0, 16).replace('T', ' ');
    expect(stdout.split('\n')).toEqual([
      'Finance/Invoices  model:Finance/Invoices',
      expect.stringMatching(/^paused at \w+ .* \+00:00$/),
      expect.stringContaining(`since  `),
      expect.stringContaining(wall(open.end)),
      '  then   left alone',
      '',
      expect.stringMatching(/^ {2}• freeze pauses it from .* until /),
      '  · Without freeze, it would be left as it was.',
      '',
    ]);
    expect(stdout).toContain(wall(open.start));
  });

  it('takes a wall time where all policies are in one zone', async () => {
    const at = rfc(open.start).slice(0, 16);
    const one = await explain('Finance/Invoices', '--policies', 'old', '--at', at);
    expect(one.exitCode).toBe(0);
    expect(one.stdout).toContain(at.replace('T', ' '));
    const several = await explain('Finance/Invoices', '--policies', 'zones', '--at', at);
    expect(several).toMatchObject({ exitCode: 2, stderr: expect.stringContaining('add Z') });
  });
});

import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type TemporaryFolder, temporaryFolder } from '../support/guard.ts';
import { curfew } from './curfew.ts';

const NIGHTLY = `version: 1
timezone: America/New_York
policies:
  nightly:
    description: The warehouse rests.
    select: { connection: Snowflake* }
    pause:
      during:
        - cron: "30 1 * * *"
          for: 90m
    lead: 10m
`;

const BROKEN = `version: 1
timezone: America/New_Yrok
policies:
  nightly:
    select: { all: true }
    pause:
      during:
        - daily: 22:00-22:00
    prioritiy: 3
`;

const SYNCS = `syncs:
  - id: model:248df4b7-aa70-47b8-a036-33ac447e668d
    name: Finance/Invoices
    destination: Snowflake prod
  - { id: bulk:9d1c6a52-4b0e-4f6e-8f64-0a57a2a1b001, name: Usage, source: [type:postgres] }
`;

let folder: TemporaryFolder;
beforeAll(async () => {
  folder = await temporaryFolder('cli');
  await mkdir(join(folder.path, 'good'));
  await mkdir(join(folder.path, 'bad'));
  await writeFile(join(folder.path, 'good/nightly.yaml'), NIGHTLY);
  await writeFile(join(folder.path, 'bad/nightly.yaml'), BROKEN);
  await writeFile(join(folder.path, 'syncs.yaml'), SYNCS);
});
afterAll(() => folder.remove());

const at = (args: string, env = {}) => curfew(args.split(' '), env, folder.path);

describe('curfew validate', () => {
  it('says how much was loaded', async () => {
    expect(await at('validate good')).toEqual({
      exitCode: 0,
      stdout: '1 policy in 1 file: no problems\n',
      stderr: '',
    });
  });

  it('reads CURFEW_POLICIES when no path is given', async () => {
    expect(await at('validate', { CURFEW_POLICIES: 'good' })).toMatchObject({ exitCode: 0 });
  });

  it('prints every problem with its place, and exits 1', async () => {
    const { exitCode, stdout, stderr } = await at('validate bad');
    const lines = stdout.trimEnd().split('\n');
    expect([exitCode, stderr]).toEqual([1, '']);
    expect(lines.map((line) => line.split(': ').slice(0, 2).join(' '))).toEqual([
      'bad/nightly.yaml:2:11 error zone-unknown',
      'bad/nightly.yaml:8:24 error window-empty',
      'bad/nightly.yaml:9:5 error field-unknown',
      '3 errors in 1 file nothing is loaded',
    ]);
    expect(stdout).toContain('America/New_York');
  });

  it('gives the same as one JSON document', async () => {
    const { exitCode, stdout } = await at('validate bad --format json');
    expect(exitCode).toBe(1);
    expect(JSON.parse(stdout)).toMatchObject({
      ok: false,
      policies: 0,
      problems: [
        { file: 'bad/nightly.yaml', line: 2, column: 11, code: 'zone-unknown', severity: 'error' },
        { code: 'window-empty' },
        { code: 'field-unknown', hint: expect.stringContaining('priority') },
      ],
    });
  });

  it('takes a path that is not there for a problem', async () => {
    expect(await at('validate nowhere')).toMatchObject({
      exitCode: 1,
      stdout: expect.stringContaining('nowhere:1:1: error path-unreadable'),
    });
  });
});

describe('curfew windows', () => {
  const FALL = 'windows --policies good --from 2026-10-31 --to 2026-11-02';

  it('prints wall times with their offsets across a clock change', async () => {
    const { stdout, exitCode } = await at(FALL);
    expect(exitCode).toBe(0);
    expect(stdout.split(/ {2,}|\n/)).toEqual([
      ...['nightly', 'pauses · America/New_York', '', 'The warehouse rests.', ''],
      ...['Sat 2026-10-31 01:20 -04:00', '→', 'Sat 2026-10-31 03:00 -04:00'],
      ...['1 h 40 min', '2026-10-31 05:20Z → 07:00Z', ''],
      ...['Sun 2026-11-01 01:20 -04:00', '→', 'Sun 2026-11-01 02:00 -05:00'],
      ...['1 h 40 min', '2026-11-01 05:20Z → 07:00Z', ''],
    ]);
  });

  it('leaves lead and merging out when raw', async () => {
    const { stdout } = await at(`${FALL} --raw --format json`);
    expect(JSON.parse(stdout)).toEqual([
      {
        policy: 'nightly',
        effect: 'pause',
        start: '2026-10-31T05:30:00Z',
        end: '2026-10-31T07:00:00Z',
      },
      {
        policy: 'nightly',
        effect: 'pause',
        start: '2026-11-01T05:30:00Z',
        end: '2026-11-01T07:00:00Z',
      },
    ]);
  });

  it.each(['Pacific/Auckland', 'America/St_Johns'])(
    'gives the same JSON on a machine in %s',
    async (TZ) => {
      const args = 'windows --policies good --from 2026-03-01 --to 2026-12-01 --format json';
      const here = await at(args, { TZ, LANG: 'de_DE.UTF-8' });
      const utc = await at(args, { TZ: 'UTC' });
      expect(here).toEqual(utc);
      expect(JSON.parse(utc.stdout)).toHaveLength(275);
    },
  );

  it.each([
    ['an unknown policy', 'windows --policies good nigtly', 'did you mean nightly?'],
    ['a time that is none', 'windows --policies good --from 2026-02-30', '--from: "2026-02-30"'],
    ['an end before the start', `${FALL} --to 2026-10-01`, '--to must be later than --from'],
    ['an unknown option', 'windows --form 2026-01-01', '--from'],
    ['an unknown format', 'windows --format xml', 'text, json'],
    ['an unknown command', 'windoes', 'windows'],
  ])('%s is wrong usage: exit 2 and a hint', async (_, args, hint) => {
    expect(await at(args)).toEqual({
      exitCode: 2,
      stdout: '',
      stderr: expect.stringContaining(hint),
    });
  });

  it('shows the problems of policies that cannot be loaded', async () => {
    expect(await at('windows --policies bad')).toMatchObject({
      exitCode: 1,
      stdout: '',
      stderr: expect.stringContaining('bad/nightly.yaml:2:11: error zone-unknown'),
    });
  });
});

describe('curfew explain with a file of syncs', () => {
  const ASK = ['explain', 'Finance/Invoices', '--syncs', 'syncs.yaml', '--policies', 'good'];

  it('needs neither daemon nor key', async () => {
    const args = [...ASK, '--at', '2026-11-01T01:30:00-05:00', '--format', 'json'];
    const { stdout, stderr } = await curfew(args, {}, folder.path);
    expect(stderr).toBe('');
    expect(JSON.parse(stdout)).toMatchObject({
      sync: 'model:248df4b7-aa70-47b8-a036-33ac447e668d',
      at: '2026-11-01T06:30:00Z',
      state: 'paused',
      since: '2026-11-01T05:20:00Z',
      until: '2026-11-01T07:00:00Z',
      by: 'nightly',
      because: [expect.stringContaining('nightly pauses it')],
    });
  });

  it('says so in words', async () => {
    const { stdout } = await curfew([...ASK, '--at', '2026-11-01T06:30Z'], {}, folder.path);
    expect(stdout).toContain('Finance/Invoices  model:248df4b7-aa70-47b8-a036-33ac447e668d');
    expect(stdout).toContain('paused at Sun 2026-11-01 01:30 -05:00  2026-11-01 06:30Z');
  });

  it('helps with a name that is nearly right', async () => {
    const args = ['explain', 'Finance/Invoice', '--syncs', 'syncs.yaml', '--policies', 'good'];
    expect(await curfew(args, {}, folder.path)).toMatchObject({
      exitCode: 1,
      stderr: expect.stringContaining('did you mean Finance/Invoices?'),
    });
  });
});

describe('the program', () => {
  it('prints help on stdout when asked, on stderr when something is missing', async () => {
    const help = await at('--help');
    expect([help.exitCode, help.stderr]).toEqual([0, '']);
    expect(help.stdout).toContain('Exit codes: 0 fine');
    const nothing = await curfew([], {}, folder.path);
    expect([nothing.exitCode, nothing.stdout]).toEqual([2, '']);
  });

  it('prints a JSON Schema that names its draft', async () => {
    const { stdout } = await at('schema');
    expect(JSON.parse(stdout)).toMatchObject({
      $schema: 'https://json-schema.org/draft/2020-12/schema',
    });
  });

  it('colours only when it is forced to, as this is no terminal', async () => {
    const colour = '\u001b[';
    expect((await at('validate good')).stdout).not.toContain(colour);
    const forced = await at('validate good', { FORCE_COLOR: '1' });
    expect(forced.stdout).toContain(colour);
    const both = await at('validate good', { FORCE_COLOR: '1', NO_COLOR: '1' });
    expect(both.stdout).not.toContain(colour);
  });

  it.each(['run', 'status', 'syncs', 'journal'])(
    '%s without a key is one sentence that names the variables',
    async (command) => {
      const env = { CURFEW_LISTEN: '127.0.0.1:9' };
      expect(await at(command, env)).toEqual({
        exitCode: 1,
        stdout: '',
        stderr:
          'error: POLYTOMIC_API_KEY is not set: Curfew needs a key (POLYTOMIC_API_KEY, ' +
          'or POLYTOMIC_ORG_ID and POLYTOMIC_ORG_KEY)\n',
      });
    },
  );

  it('reads a .env file, which the environment overrides', async () => {
    await writeFile(join(folder.path, '.env'), 'CURFEW_POLICIES="good" # theirs\n');
    expect(await at('validate')).toMatchObject({ exitCode: 0 });
    expect(await at('validate', { CURFEW_POLICIES: 'bad' })).toMatchObject({ exitCode: 1 });
  });
});

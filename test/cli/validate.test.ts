import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { formatProblem } from '../../src/policy/format-problem.ts';
import { policyDiskAt, readPolicySet } from '../../src/policy/read-policy-set.ts';
import { fixtureNow, readFixtures } from '../policy/fixtures.ts';
import { type TemporaryFolder, temporaryFolder } from '../support/guard.ts';
import { curfew, ROOT } from './curfew.ts';

const SET = `version: 1
timezone: America/New_York
policies:
  nightly:
    description: The warehouse rests.
    select: { connection: Snowflake*, kind: [model, bulk] }
    exclude: { name: No/* }
    pause: { during: [{ daily: 22:00-06:00 }] }
    lead: 10m
    in_flight: cancel
  close:
    priority: 50
    select: [{ name: Finance/* }, { name: Ledger }]
    protect: { during: [{ weekly: Mon-Sun 00:00-12:00 }] }
  past:
    mode: observe
    select: { all: true }
    pause: { outside: [{ once: 2020-01-01T00:00/P1D }] }
    allow_always: true
`;

const SYNCS = `
- { name: Finance/Invoices, destination: Snowflake prod }
- { name: Finance/Report, runsAfter: Finance/Invoices }
`;

let folder: TemporaryFolder;
beforeAll(async () => {
  folder = await temporaryFolder('validate');
  await writeFile(join(folder.path, 'set.yaml'), SET);
  await writeFile(join(folder.path, 'syncs.yaml'), SYNCS);
});
afterAll(() => folder.remove());

const validate = (args: string, cwd = folder.path) =>
  curfew(['validate', ...args.split(' ')], {}, cwd);

/** The lines about a bad file that is looked at by itself. */
async function problemsAlone(name: string): Promise<string[]> {
  const disk = policyDiskAt([`test/policies/bad/${name}.yaml`]);
  const { problems } = await readPolicySet(disk, async () => new Map(), fixtureNow);
  return problems.map(formatProblem);
}

describe('curfew validate, of files that come with the tests', () => {
  it('prints every problem of all bad ones at once, each with its place and hint', async () => {
    const { exitCode, stdout, stderr } = await validate('test/policies/bad', ROOT);
    expect([exitCode, stderr]).toEqual([1, '']);
    const lines = stdout.trimEnd().split('\n');
    expect(lines.pop()).toMatch(/^\d+ errors in \d+ files: nothing is loaded$/);
    for (const line of lines) {
      expect(line).toMatch(/^test\/policies\/bad\/[\w/.-]+:\d+:\d+: (error|warning) \S+: /);
    }
    // A file without any policy is no problem beside others that have some.
    const fixtures = readFixtures('bad').filter(({ name }) => name !== 'no-policies');
    for (const { name, expected } of fixtures) {
      const alone = await problemsAlone(name);
      expect(alone, name).toHaveLength(expected.length);
      expect(
        alone.filter((line) => !lines.includes(line)),
        name,
      ).toEqual([]);
    }
    expect(lines.filter((line) => /\)$/.test(line)).length).toBeGreaterThan(lines.length / 2);
  });

  it('loads all good ones as one set', async () => {
    const { exitCode, stdout } = await validate('test/policies/good', ROOT);
    expect(stdout).not.toContain(': error ');
    expect(stdout).toMatch(/\n\d+ policies in \d+ files: \d+ warnings, \d+ notes\n$/);
    expect(exitCode).toBe(0);
  });

  it('finds no problem in the shipped ones, and notes who wins where they meet', async () => {
    const { exitCode, stdout } = await validate('policies', ROOT);
    expect(exitCode).toBe(0);
    expect(stdout).toMatch(/\n\d+ policies in \d+ files: no problems, \d+ notes\n$/);
    expect(stdout).toMatch(/note overlap-decided: `snowflake-maintenance` pauses and `month-end/);
  });
});

describe('curfew validate of a whole set', () => {
  it('S12: says which of two policies wins, and when first, and exits 0', async () => {
    const { exitCode, stdout } = await validate('set.yaml');
    expect(exitCode).toBe(0);
    expect(stdout).toMatch(
      /^set\.yaml:4:3: note overlap-decided: `nightly` pauses and `close` protects .*: the prot/,
    );
    expect(stdout).toMatch(/\n3 policies in 1 file: no problems, 1 note\n$/);
  });

  it('S38: with a list of syncs, warns of dependents that starve and missing syncs', async () => {
    const { exitCode, stdout } = await validate('set.yaml --syncs syncs.yaml --format json');
    expect(exitCode).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({
      ok: true,
      policies: 3,
      problems: [
        { line: 4, code: 'overlap-decided', severity: 'note' },
        { line: 4, code: 'run-after-starved', severity: 'warning' },
        {
          line: 13,
          column: 35,
          code: 'select-nothing',
          message: expect.stringContaining('2 syncs'),
        },
      ],
    });
    expect(JSON.parse(stdout)).not.toHaveProperty('explained');
  });

  it('tells each policy and window in plain English, and when it opens next', async () => {
    const { stdout } = await validate('set.yaml --verbose --syncs syncs.yaml');
    const moment = String.raw`\w{3} \d{4}-\d\d-\d\d \d\d:\d\d -0\d:00`;
    const lines = stdout.split('\n');
    expect(lines.slice(0, 14)).toEqual([
      'nightly  pauses · priority 0 · America/New_York',
      '  The warehouse rests.',
      '  Selects kind model or bulk and connection Snowflake*, but not name No/*: 1 of 2 syncs.',
      '  Pauses them 10 min early inside of these windows, and cancels what runs then:',
      '  • Every day from 22:00 until 06:00 the next day, New York time',
      expect.stringMatching(
        new RegExp(`^ {4}${moment} → ${moment} {2}\\d{4}-.*Z, (in|open, ends) `),
      ),
      '',
      'close  protects · priority 50 · America/New_York',
      '  Selects name Finance/*; or name Ledger: 2 of 2 syncs.',
      '  Keeps them running, as they were, inside of these windows:',
      '  • Every day from 00:00 until 12:00, New York time',
      expect.stringMatching(new RegExp(`^ {4}${moment} → ${moment}`)),
      '',
      'past  pauses, only observes · priority 0 · America/New_York',
    ]);
    expect(stdout).toContain(
      '  Selects every sync: 2 of 2 syncs.\n  Pauses them at all times but inside',
    );
    expect(stdout).toContain('\n    never again\n');
  });

  it('tells programs the same', async () => {
    const { stdout } = await validate('set.yaml --verbose --format json');
    const { explained } = JSON.parse(stdout);
    expect(explained).toMatchObject([
      {
        policy: 'nightly',
        effect: 'pause',
        when: 'during',
        windows: [{ text: 'daily: 22:00-06:00', next: { start: expect.stringMatching(/:00Z$/) } }],
      },
      { policy: 'close' },
      {
        policy: 'past',
        windows: [{ summary: expect.stringContaining('Once, from 1 January 2020') }],
      },
    ]);
    expect(explained[2].windows[0]).not.toHaveProperty('next');
  });
});

describe('curfew validate, of what people get wrong about windows', () => {
  const ERRORS: Readonly<Record<string, readonly [body: string, told: string]>> = {
    'S3: an empty set of days': [
      'pause: { during: [{ weekly: "02:00-03:00" }] }',
      'error window-syntax',
    ],
    'S4: a start that is the end': [
      'pause: { during: [{ daily: "22:00-22:00" }] }',
      'error window-empty',
    ],
    'S5: 24:00 as a start': ['pause: { during: [{ daily: "24:00-06:00" }] }', 'error time-invalid'],
    'S13: 30 February': [
      'pause: { during: [{ once: 2026-02-30T00:00/P1D }] }',
      'error date-invalid',
    ],
    'S17: windows that together are always': [
      'pause: { during: [{ daily: "06:00-18:00" }, { daily: "18:00-06:00" }] }',
      'error never-runs',
    ],
    'S17: windows that are never': [
      'pause: { outside: [{ daily: "00:00-24:00" }] }',
      'error never-pauses',
    ],
    'S19: no window at all': ['pause: { during: [] }', 'error list-empty'],
    'S19: a selector that says nothing': [
      'select: {}, pause: { during: [{ daily: "01:00-02:00" }] }',
      'error select-empty',
    ],
    'S22: windows that cover all time': [
      'pause: { during: [{ weekly: "Mon-Sun 00:00-24:00" }] }',
      'error never-runs',
    ],
  };
  const WARNINGS: Readonly<Record<string, readonly [body: string, told: string]>> = {
    'S9: a window that overlaps itself': [
      'pause: { during: [{ weekly: "Mon,Tue 22:00 for 30h" }] }',
      'warning window-overlaps-itself',
    ],
    'S16: both day fields of cron': [
      'pause: { during: [{ cron: "0 2 13 * 5", for: 1h }] }',
      'warning cron-both-days',
    ],
    'S20: a window of seconds': [
      'pause: { during: [{ daily: 22:00 for 30s }] }',
      'warning window-short',
    ],
  };

  /** Writes a policy for each case into a folder and validates them as one set. */
  async function toldOf(name: string, cases: Readonly<Record<string, readonly [string, string]>>) {
    const path = join(folder.path, name);
    await mkdir(path);
    for (const [index, [body]] of Object.values(cases).entries()) {
      const select = body.startsWith('select') ? '' : 'select: { name: Nobody }, ';
      const policy = `{\n    ${select === '' ? '' : `${select}\n    `}${body} }`;
      const text = `version: 1\ntimezone: UTC\npolicies:\n  p${index}: ${policy}\n`;
      await writeFile(join(path, `${index}.yaml`), text);
    }
    return validate(name);
  }

  it('names each error', async () => {
    const { exitCode, stdout } = await toldOf('errors', ERRORS);
    expect(exitCode).toBe(1);
    for (const [index, [name, [, told]]] of Object.entries(ERRORS).entries()) {
      const lines = stdout.split('\n').filter((line) => line.startsWith(`errors/${index}.yaml:`));
      expect(lines, name).toEqual([expect.stringMatching(`^\\S+:\\d+:\\d+: ${told}: `)]);
    }
  });

  it('names each warning, and loads the set', async () => {
    const { exitCode, stdout } = await toldOf('warnings', WARNINGS);
    expect(exitCode).toBe(0);
    for (const [index, [name, [, told]]] of Object.entries(WARNINGS).entries()) {
      const lines = stdout.split('\n').filter((line) => line.startsWith(`warnings/${index}.yaml:`));
      expect(lines, name).toEqual([expect.stringMatching(`^\\S+:\\d+:\\d+: ${told}: `)]);
    }
    expect(stdout).toContain('3 policies in 3 files: 3 warnings');
  });
});

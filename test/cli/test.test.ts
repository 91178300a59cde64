import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type TemporaryFolder, temporaryFolder } from '../support/guard.ts';
import { curfew, ROOT } from './curfew.ts';

const NIGHTLY = `version: 1
timezone: America/New_York
policies:
  nightly:
    select: { name: Finance/* }
    pause: { during: [{ daily: 02:00-06:00 }, { once: 2026-12-24T12:00/PT1H }] }
`;

const TESTS = `# what finance agreed on
syncs:
  - { name: "Finance/A & B" }

cases:
  - name: the night   # always
    at: 2026-06-09T03:00
    expect: { "Finance/A & B": { state: paused, until: 2026-06-09T05:00 } }

  - name: two days
    from: 2026-06-09
    to: 2026-06-11
    expect:
      Finance/A & B:
        transitions: # both nights
          - { at: 2026-06-09T02:00-04:00, state: paused, by: nightly } # on time

  - name: the day
    at: 2026-06-09T12:00
    expect: { "Finance/A & B": left alone }
`;

let folder: TemporaryFolder;
beforeAll(async () => {
  folder = await temporaryFolder('cli-test');
  await mkdir(join(folder.path, 'policies'));
  await mkdir(join(folder.path, 'empty'));
  await writeFile(join(folder.path, 'policies/a.yaml'), NIGHTLY);
  await writeFile(join(folder.path, 'empty/a.yaml'), NIGHTLY);
  await writeTests(TESTS);
});
afterAll(() => folder.remove());

const testFile = () => join(folder.path, 'policies/a.test.yaml');
const writeTests = (text: string) => writeFile(testFile(), text);
const run = (args: string) => curfew(['test', ...args.split(' ').filter(Boolean)], {}, folder.path);

describe('curfew test', () => {
  it('shows each failure with expected, actual and the explanation, and exits 1', async () => {
    const { exitCode, stdout, stderr } = await run('');
    expect([exitCode, stderr]).toEqual([1, '']);
    expect(stdout.split('\n')).toEqual([
      '✗ policies/a.test.yaml  3 cases',
      '',
      '  ✗ the night  policies/a.test.yaml:6:5',
      '    Finance/A & B until  policies/a.test.yaml:8:15',
      '      expected  2026-06-09T05:00',
      '      actual    2026-06-09T06:00-04:00',
      '      · nightly pauses it from 2026-06-09T02:00-04:00 until 2026-06-09T06:00-04:00.',
      '',
      '  ✗ two days  policies/a.test.yaml:10:5',
      '    Finance/A & B transitions  policies/a.test.yaml:14:7',
      '      expected  2026-06-09T02:00-04:00 paused by nightly',
      '      actual    2026-06-09T02:00-04:00 paused by nightly',
      '                2026-06-09T06:00-04:00 baseline',
      '                2026-06-10T02:00-04:00 paused by nightly',
      '                2026-06-10T06:00-04:00 baseline',
      '      · No policy has an opinion about it now.',
      '',
      '1 of 2 windows entered by some case. Never entered:',
      '  nightly once: 2026-12-24T12:00/PT1H  policies/a.yaml:6:47',
      '',
      '2 failed, 1 passed',
      '',
    ]);
  });

  it('gives the same as one JSON document', async () => {
    const { exitCode, stdout } = await run('policies --format json');
    expect(exitCode).toBe(1);
    expect(JSON.parse(stdout)).toMatchObject({
      passed: 1,
      failed: 2,
      cases: [
        {
          name: 'the night',
          file: 'policies/a.test.yaml',
          line: 6,
          ok: false,
          failures: [
            {
              syncName: 'Finance/A & B',
              field: 'until',
              actual: '2026-06-09T06:00-04:00',
              at: '2026-06-09T07:00:00Z',
            },
          ],
        },
        { name: 'two days', ok: false },
        { name: 'the day', ok: true, failures: [] },
      ],
      coverage: { windows: 2, entered: 1, never: [{ policy: 'nightly', line: 6, column: 47 }] },
    });
  });

  it('speaks the XML of build servers', async () => {
    const { exitCode, stdout } = await run('--format junit');
    expect(exitCode).toBe(1);
    const lines = stdout.split('\n').map((line) => line.trim());
    expect(lines.slice(0, 5)).toEqual([
      '<?xml version="1.0" encoding="UTF-8"?>',
      '<testsuites name="curfew test" tests="3" failures="2" errors="0" skipped="0">',
      '<testsuite name="policies/a.test.yaml" tests="3" failures="2" errors="0" skipped="0">',
      '<testcase classname="policies/a.test.yaml" name="the night" ' +
        'file="policies/a.test.yaml" line="6">',
      '<failure message="Finance/A &amp; B: until is 2026-06-09T06:00-04:00, not ' +
        '2026-06-09T05:00">policies/a.test.yaml:8:15 Finance/A &amp; B: until',
    ]);
    expect(lines).toContain(
      '<testcase classname="policies/a.test.yaml" name="the day" ' +
        'file="policies/a.test.yaml" line="18"/>',
    );
    expect(stdout.match(/<(?!\/|\?)[^>]*[^/]>/g)).toHaveLength(stdout.match(/<\//g)!.length);
  });

  it('writes the transitions it found when asked, and nothing else', async () => {
    const { exitCode, stdout } = await run('--update');
    expect(exitCode).toBe(1);
    expect(stdout).toMatch(/1 failed, 2 passed, 1 expectation updated\n$/);
    expect(await readFile(testFile(), 'utf8')).toBe(
      TESTS.replace(
        'by: nightly } # on time\n',
        `by: nightly } # on time
          - { at: 2026-06-09T06:00-04:00, state: baseline }
          - { at: 2026-06-10T02:00-04:00, state: paused, by: nightly }
          - { at: 2026-06-10T06:00-04:00, state: baseline }
`,
      ),
    );
    const again = await run('--update');
    expect(again.stdout).toMatch(/1 failed, 2 passed\n$/);
  });

  it('is exit 0 when all pass; with --coverage only when every window was entered', async () => {
    await writeTests(
      TESTS.replace('T05:00 }', 'T06:00 }').replace(/ {2}- name: two(.|\n)*# on time/, ''),
    );
    expect(await run('')).toMatchObject({
      exitCode: 0,
      stdout: expect.stringContaining('\n2 passed\n'),
    });
    expect((await run('--coverage')).exitCode).toBe(1);
  });

  it('takes single files, of tests or of policies', async () => {
    for (const path of ['policies/a.test.yaml', 'policies/a.yaml']) {
      expect((await run(path)).stdout).toMatch(/✓ policies\/a\.test\.yaml {2}2 cases\n/);
    }
    // One file of many says nothing about the windows that the others look at.
    expect((await run('policies/a.test.yaml')).stdout).not.toContain('Never entered');
    const other = await run('policies/a.test.yaml --policies empty');
    expect(other).toMatchObject({ exitCode: 0 });
  });

  it('tells all that is wrong with tests and policies, with places', async () => {
    expect(await run('empty')).toMatchObject({
      exitCode: 1,
      stderr: expect.stringContaining('empty:1:1: error no-test-files'),
    });
    await writeTests(TESTS.replace('"Finance/A & B": left alone', 'Finance/A: left alne'));
    const { exitCode, stdout, stderr } = await run('');
    expect([exitCode, stdout]).toEqual([1, '']);
    expect(stderr).toContain('policies/a.test.yaml:20:15: error sync-unknown');
    expect(stderr).toContain('policies/a.test.yaml:20:26: error value-unknown');
  });
});

describe('the tests of the shipped policies', () => {
  it('pass, and enter every window', async () => {
    const { exitCode, stdout } = await curfew(['test', 'policies', '--coverage'], {}, ROOT);
    expect(stdout).toMatch(/\d+ passed\n$/);
    expect(exitCode).toBe(0);
  });
});

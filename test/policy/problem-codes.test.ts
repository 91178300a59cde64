import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { problemCodes } from '../../src/policy/problem-codes.ts';
import { readFixtures } from './fixtures.ts';

const document = readFileSync(new URL('../../docs/problems.md', import.meta.url), 'utf8');
const rows = [...document.matchAll(/^\| `([a-z0-9-]+)` \| (\w+) \| (.+) \| (.+) \|$/gm)].map(
  ([, code, severity, meaning, advice]) => ({ code, severity, meaning, advice }),
);

describe('the list of problem codes', () => {
  it('is the table of docs/problems.md, in both directions', () => {
    const documented = rows.map(({ code, severity, meaning }) => [code, { severity, meaning }]);
    expect(Object.fromEntries(documented)).toEqual(problemCodes);
    expect(rows).toHaveLength(Object.keys(problemCodes).length);
  });

  it('has something to do for each', () => {
    for (const { code, advice } of rows) expect(advice, code).toMatch(/^[A-Z`*].*[.)]$/s);
  });

  it('has each code in a fixture, but for those of disks, feeds, tests and sets', () => {
    const fixtures = [...readFixtures('bad'), ...readFixtures('good')];
    const seen = new Set(
      fixtures.flatMap(({ expected }) => expected.map((line) => line.split(' ')[2])),
    );
    const elsewhere = [
      'path-unreadable',
      'no-policy-files',
      'too-many-files',
      'too-many-policies',
      'symlink-loop',
      'file-too-big',
      'encoding-invalid',
      'policy-duplicate',
      'calendar-duplicate',
      'calendar-stale',
      'mass-deletion',
      'no-test-files',
      'moment-invalid',
      'case-time-not-one',
      'sync-duplicate',
      'sync-unknown',
      'sync-ambiguous',
      'policy-unknown',
      'overlap-tie',
      'overlap-decided',
      'gap-short',
      'select-nothing',
      'run-after-starved',
    ];
    const unseen = Object.keys(problemCodes).filter((code) => !seen.has(code));
    expect(unseen.sort()).toEqual(elsewhere.sort());
  });
});

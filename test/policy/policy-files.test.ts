import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { formatProblem } from '../../src/policy/format-problem.ts';
import { loadPolicySet } from '../../src/policy/load-policies.ts';
import { syncKey } from '../../src/policy/sync.ts';
import { briefly, fixtureNow, loadText, readFixtures } from './fixtures.ts';

describe('a good policy file is loaded:', () => {
  it.each(readFixtures('good'))('$name', ({ text, expected }) => {
    const loaded = loadText(text);
    expect(briefly(loaded)).toEqual(expected);
    expect(loaded.set?.policies.length).toBeGreaterThan(0);
  });
});

describe('a bad policy file is refused, at the right places:', () => {
  it.each(readFixtures('bad'))('$name', ({ text, expected }) => {
    const loaded = loadText(text);
    expect(expected).not.toEqual([]);
    expect(briefly(loaded)).toEqual(expected);
    expect(loaded.set).toBeUndefined();
  });

  it('there are enough of them', () => {
    expect(readFixtures('bad').length).toBeGreaterThan(100);
  });

  it.each(readFixtures('bad'))('$name, in one line that a person can use', ({ text }) => {
    for (const problem of loadText(text).problems) {
      const line = formatProblem(problem);
      expect(line).toMatch(
        /^(a\.yaml|calendars\/[\w-]+\.ics):\d+:\d+: (error|warning) [a-z0-9-]+: \S.*[^.]$/,
      );
      expect(line).not.toMatch(/undefined|\[object|Invalid input/);
    }
  });
});

describe('the shipped policies', () => {
  const folder = new URL('../../policies/', import.meta.url);
  const sources = readdirSync(folder)
    .filter((file) => /(?<!\.test)\.yaml$/.test(file))
    .map((file) => ({ file, text: readFileSync(new URL(file, folder), 'utf8') }));

  it('are five, load as one set and have no problem at all', () => {
    expect(sources).toHaveLength(5);
    const { set, problems } = loadPolicySet(sources, { now: fixtureNow });
    expect(problems).toEqual([]);
    expect(set?.policies.map((policy) => policy.name).sort()).toEqual([
      'month-end-close',
      'nightly-warehouse-batch',
      'sandbox-hours',
      'snowflake-maintenance',
      'year-end-freeze',
    ]);
  });

  it.each(sources)('$file begins with its schema and says when to use it', ({ text }) => {
    const [first, second, third] = text.split('\n');
    expect(first).toBe('# yaml-language-server: $schema=../docs/policy.schema.json');
    expect(second).toBe('#');
    expect(third).toMatch(/^# .*[Uu]se this/);
  });

  it('pause and protect never meet at one priority', () => {
    const { set } = loadPolicySet(sources);
    const priorities = set?.policies.map((policy) => policy.priority) ?? [];
    expect(new Set(priorities).size).toBe(priorities.length);
  });

  it('are about syncs that people have', () => {
    const { set } = loadPolicySet(sources);
    const byName = new Map(set?.policies.map((policy) => [policy.name, policy]));
    const base = { kind: 'model', id: '1', key: syncKey('model', '1'), active: true } as const;
    const snowflake = { id: 'c1', name: 'Snowflake prod', type: 'snowflake' };
    const salesforce = { id: 'c2', name: 'Salesforce', type: 'salesforce' };
    const invoices = {
      ...base,
      name: 'Finance/Invoices',
      sources: [salesforce],
      destinations: [snowflake],
    };
    const accounts = {
      ...base,
      name: 'Salesforce/Accounts',
      sources: [snowflake],
      destinations: [salesforce],
    };
    const sandbox = { ...accounts, name: 'Sandbox/Leads', destinations: [snowflake] };
    const chosen = (sync: typeof invoices) =>
      [...byName].flatMap(([name, policy]) => (policy.selects(sync) ? [name] : [])).sort();
    expect(chosen(invoices)).toEqual(['month-end-close', 'snowflake-maintenance']);
    expect(chosen(accounts)).toEqual([
      'nightly-warehouse-batch',
      'snowflake-maintenance',
      'year-end-freeze',
    ]);
    expect(chosen(sandbox)).toContain('sandbox-hours');
    expect(chosen({ ...sandbox, name: 'Sandbox/Always on leads' })).not.toContain('sandbox-hours');
  });
});

import { describe, expect, test } from 'vitest';
import { setProblems } from '../../src/plan/set-problems.ts';
import { formatProblem } from '../../src/policy/format-problem.ts';
import { loadPolicySet } from '../../src/policy/load-policies.ts';
import type { Sync } from '../../src/policy/sync.ts';

const NOW = Date.UTC(2026, 5, 1);

/** The problems of a set, whose policies are lines of YAML, as people see them. */
function told(policies: string[], syncs?: readonly Sync[], now = NOW): string[] {
  const text = `version: 1\ntimezone: America/New_York\npolicies:\n  ${policies.join('\n  ')}\n`;
  const { set, problems } = loadPolicySet([{ file: 'a.yaml', text }]);
  expect(problems.filter(({ severity }) => severity === 'error')).toEqual([]);
  return setProblems(set!.policies, now, syncs).map(formatProblem);
}

const sync = (name: string, fields: Partial<Sync> = {}): Sync => ({
  key: `model:${name}`,
  kind: 'model',
  id: name,
  name,
  active: true,
  sources: [],
  destinations: [],
  ...fields,
});

const pause = (name: string, window: string, more = '') =>
  `${name}: { select: { name: Finance/* }, pause: { during: [{ ${window} }] }${more} }`;
const protect = (name: string, window: string, more = '', select = '{ name: Finance/* }') =>
  `${name}: { select: ${select}, protect: { during: [{ ${window} }] }${more} }`;

describe('S12: a pause and a protection over the same syncs', () => {
  const nights = 'daily: "22:00-06:00"';
  const close = 'weekly: Fri 18:00 - Sat 12:00';

  test('at equal priority are a warning: nobody decided, and the pause wins', () => {
    expect(told([pause('nightly', nights), protect('close', close)])).toEqual([
      'a.yaml:5:3: warning overlap-tie: `nightly` pauses and `close` protects syncs that both ' +
        'may select, first from 2026-06-05T22:00-04:00 until 2026-06-06T06:00-04:00: ' +
        'at equal priority, 0, the pause wins (give the one that should win a higher `priority`)',
    ]);
  });

  test('that a priority decides are a note, at the one that loses', () => {
    const [strong] = told([pause('nightly', nights), protect('close', close, ', priority: 5')]);
    expect(strong).toMatch(/^a\.yaml:4:3: note overlap-decided: .*: the protection wins, its /);
    expect(strong).toMatch(/priority 5 is above 0$/);
    const [weak] = told([pause('nightly', nights, ', priority: 9'), protect('close', close)]);
    expect(weak).toMatch(/^a\.yaml:5:3: note overlap-decided: .*: the pause wins, its priority 9/);
  });

  test('are looked for in the next 90 days, from now on', () => {
    const day = (date: string) => `once: ${date}T00:00/P1D`;
    const set = (date: string) => [pause('p', day(date)), protect('q', day(date))];
    expect(told(set('2026-08-29'))).toHaveLength(1);
    expect(told(set('2026-08-31'))).toEqual([]);
    const later = Date.UTC(2026, 7, 29, 12);
    expect(told(set('2026-08-29'), undefined, later)[0]).toContain(
      'now and until 2026-08-30T00:00-04:00',
    );
    expect(told(set('2026-08-29'), undefined, later + 48 * 3_600_000)).toEqual([]);
  });

  test.each([
    ['that only touch', [pause('p', 'daily: "01:00-02:00"'), protect('q', 'daily: "02:00-03:00"')]],
    ['of other names', [pause('p', nights), protect('q', nights, '', '{ name: Sandbox/* }')]],
    ['of which one is off', [pause('p', nights, ', enabled: false'), protect('q', nights)]],
    ['of which one observes', [pause('p', nights, ', mode: observe'), protect('q', nights)]],
    ['that are two pauses', [pause('p', nights), pause('q', nights)]],
  ])('%s are no problem', (_, policies) => {
    expect(told(policies)).toEqual([]);
  });

  test('the lead of a pause counts', () => {
    const early = pause('p', 'daily: "03:00-04:00"', ', lead: 10m');
    expect(told([early, protect('q', 'daily: "02:00-03:00"')])[0]).toContain('T02:50-04:00');
  });

  test('with a list of syncs it is told which are meant, and false alarms are gone', () => {
    const policies = [
      pause('nightly', nights),
      protect('close', nights, '', '{ destination: NetSuite }'),
    ];
    expect(told(policies)).toHaveLength(1);
    const netsuite = { destinations: [{ id: '1', name: 'NetSuite' }] };
    const others = [sync('Finance/A'), sync('Sales/B', netsuite)];
    expect(told(policies, others)).toEqual([]);
    const [one] = told(policies, [...others, sync('Finance/C', netsuite)]);
    expect(one).toContain('protects the sync `Finance/C`, first');
    const both = [sync('Finance/C', netsuite), sync('Finance/D', netsuite)];
    expect(told(policies, both)[0]).toContain('2 syncs, `Finance/C` among them');
  });

  test('of very many the first are told, and the others counted', () => {
    const many = Array.from({ length: 8 }, (_, index) => pause(`p${index}`, nights));
    const lines = told([...many, protect('q', nights, ', priority: 1')], [sync('Finance/A')]);
    expect(lines).toHaveLength(6);
    expect(lines.at(-1)).toBe(
      'a.yaml:12:3: note overlap-decided: and 3 more policies overlap with `q` in 90 days',
    );
    const protects = Array.from({ length: 7 }, (_, index) => protect(`q${index}`, nights));
    const ties = told([pause('p', nights), ...protects]);
    expect(ties.map((line) => line.split(': ')[1])).toEqual(Array(7).fill('warning overlap-tie'));
    expect(ties.filter((line) => line.includes('and 1 more policy overlaps'))).toHaveLength(2);
  });

  test('that has begun already is told as such', () => {
    const policies = [pause('nightly', nights), protect('close', nights)];
    const [open] = told(policies, [sync('Finance/A')], NOW + 6 * 3_600_000);
    expect(open).toContain('`Finance/A`, now and until 2026-06-01T06:00-04:00: at equal');
  });
});

describe('S8: a pause that is interrupted for a moment', () => {
  test('by the windows of one policy is told once', () => {
    const twice = 'p: { select: { all: true }, pause: { during: [{ daily: "01:00-02:00" }, ';
    const gap = (start: string) => told([`${twice}{ daily: "${start}-03:00" }] } }`]);
    expect(gap('02:03')).toEqual([
      'a.yaml:4:3: warning gap-short: its syncs resume for 3 min only, first from ' +
        '2026-06-01T02:00-04:00 until 2026-06-01T02:03-04:00, and 89 times more in 90 days ' +
        '(let the windows meet, unless that is what you want)',
    ]);
    expect(gap('02:05')).toEqual([]);
    expect(gap('02:00')).toEqual([]);
  });

  test('by a window that is too short to be of use', () => {
    const [one] = told([
      'p: { select: { all: true }, pause: { outside: [{ daily: 08:00 for 90s }] } }',
    ]);
    expect(one).toMatch(
      /resume for 1 min 30 s only, .*\(is the window as long as it should be\?\)$/,
    );
  });

  test('is closed by a lead that is long enough', () => {
    const windows = '[{ daily: "01:00-02:00" }, { daily: "02:03-03:00" }]';
    const lead = `p: { select: { all: true }, pause: { during: ${windows} }, lead: 5m }`;
    expect(told([lead])).toEqual([]);
  });

  test('between two policies is told where a list of syncs shows that they share some', () => {
    const policies = [
      pause('first', 'daily: "01:00-02:00"'),
      pause('second', 'daily: "02:04-03:00"'),
      'closer: { select: { name: Finance/C }, pause: { during: [{ daily: "01:30-02:30" }] } }',
    ];
    expect(told(policies)).toEqual([]);
    const syncs = [sync('Finance/A'), sync('Finance/B'), sync('Finance/C')];
    expect(told(policies, syncs)).toEqual([
      'a.yaml:5:3: warning gap-short: between `first` and this policy 2 syncs, `Finance/A` among ' +
        'them, resume for 4 min only, first from 2026-06-01T02:00-04:00 until ' +
        '2026-06-01T02:04-04:00 (let the windows meet, unless that is what you want)',
    ]);
    expect(told(policies, [sync('Finance/C')])).toEqual([]);
  });
});

describe('a selector', () => {
  test('that matches nothing is told at its place, with the name that was meant', () => {
    const policy = (select: string) => [
      `p: { select: ${select}, pause: { during: [{ daily: "01:00-02:00" }] } }`,
    ];
    const syncs = [sync('Finance/Invoices'), sync('Sales/Accounts')];
    expect(told(policy('{ name: Finance/Invoice }'), syncs)).toEqual([
      'a.yaml:4:16: warning select-nothing: this matches none of the 2 syncs ' +
        '(did you mean Finance/Invoices?)',
    ]);
    expect(told(policy('[{ name: Sales/* }, { kind: bulk }]'), syncs)).toEqual([
      'a.yaml:4:36: warning select-nothing: this matches none of the 2 syncs',
    ]);
    expect(told(policy('{ name: Sales/* }, exclude: { name: "*" }'), syncs)).toEqual([
      'a.yaml:4:3: warning select-nothing: all that this policy selects it excludes again',
    ]);
    expect(told(policy('{ name: Sales/* }'), syncs)).toEqual([]);
    expect(told(policy('{ name: Sales/* }, enabled: false'), [])).toEqual([]);
  });

  test('S38: that leaves out what runs after its syncs starves it', () => {
    const invoices = sync('Finance/Invoices');
    const child = (name: string) => sync(name, { runsAfter: [invoices.key] });
    const policies = [pause('nightly', 'daily: "01:00-02:00"')];
    const syncs = [invoices, child('Reports/A'), child('Finance/B')];
    expect(told(policies, syncs)).toEqual([
      'a.yaml:4:3: warning run-after-starved: 1 sync will not run while this policy pauses what ' +
        'it runs after: `Reports/A` after `Finance/Invoices` (select them, too, if they should ' +
        'rest; else protect what they run after)',
    ]);
    const many = [invoices, ...['A', 'B', 'C', 'D', 'E'].map((name) => child(`Reports/${name}`))];
    expect(told(policies, many)[0]).toContain(
      '5 syncs will not run while this policy pauses what they run after',
    );
    expect(told(policies, many)[0]).toContain('and 2 more');
    expect(told([protect('q', 'daily: "01:00-02:00"')], syncs)).toEqual([]);
  });
});

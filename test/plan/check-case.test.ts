import { describe, expect, test } from 'vitest';
import { checkCase, transitionYaml } from '../../src/plan/check-case.ts';
import { coverageOf } from '../../src/plan/coverage.ts';
import { loadPolicySet } from '../../src/policy/load-policies.ts';
import { loadPolicyTest } from '../../src/policy/load-policy-test.ts';

const text = `version: 1
timezone: America/New_York
policies:
  nightly:
    select: { name: Finance/* }
    pause: { during: [{ daily: 02:00-06:00 }, { once: 2026-06-10T12:00/PT1H }] }
    lead: 10m
  books:
    priority: 5
    select: { name: Finance/Ledger }
    protect: { during: [{ weekly: Mon 00:00-24:00 }] }
  hours:
    select: { name: Sandbox/* }
    pause: { outside: [{ weekly: Mon-Fri 08:00-18:00 }] }
  off:
    enabled: false
    select: { all: true }
    pause: { during: [{ daily: 00:00-01:00 }] }
`;
const { policies } = loadPolicySet([{ file: 'a.yaml', text }]).set!;

/** Cases about Finance/Invoices, Finance/Ledger and Sandbox/Leads, each a line of YAML. */
function casesOf(...cases: string[]) {
  const lines = cases.map((each, index) => `  - { name: case ${index}, ${each} }`);
  const names = ['Finance/Invoices', 'Finance/Ledger', 'Sandbox/Leads'];
  const syncs = names.map((name) => `  - { name: ${name} }`);
  const source = ['syncs:', ...syncs, 'cases:', ...lines].join('\n');
  const { test: loaded, problems } = loadPolicyTest(
    { file: 'a.test.yaml', text: source },
    policies,
  );
  expect(problems).toEqual([]);
  return loaded!;
}

function failuresOf(testCase: string) {
  const loaded = casesOf(testCase);
  return checkCase(policies, loaded.cases[0]!, loaded.syncs).failures;
}

const brief = (testCase: string) =>
  failuresOf(testCase).map(({ syncName, field, expected, actual }) => [
    syncName,
    field,
    expected,
    actual,
  ]);

describe('a case about an instant', () => {
  test.each([
    ['at: 2026-06-09T01:50, expect: { Finance/Invoices: { state: paused, by: nightly } }'],
    ['at: 2026-06-09T01:49, expect: { Finance/Invoices: baseline, Sandbox/Leads: paused }'],
    ['at: 2026-06-09T06:00, expect: { Finance/Invoices: running }'],
    ['at: 2026-06-08T03:00, expect: { Finance/Ledger: { state: running, by: books } }'],
    ['at: 2026-06-08T03:00, expect: { Finance/Ledger: { until: 2026-06-09T00:00 } }'],
    ['at: 2026-06-08T03:00, expect: { Finance/Ledger: { because: [nightly would, "below 5"] } }'],
    ['at: 2026-06-09T03:00, expect: { Finance/Invoices: { since: 2026-06-09T01:50 } }'],
    ['at: 2026-06-09T03:00, expect: { Finance/Invoices: { until: 2026-06-09T10:00Z } }'],
    ['at: 2026-06-09T03:00, expect: { Finance/Invoices: { because: Without nightly } }'],
  ])('%s holds', (testCase) => {
    expect(failuresOf(testCase)).toEqual([]);
  });

  test('D6: in the repeated hour a wall time is met by either pass', () => {
    const pause = '{ state: paused, since: 2026-11-01T01:50, until: 2026-11-01T06:00 }';
    expect(failuresOf(`at: 2026-11-01T02:30, expect: { Finance/Invoices: ${pause} }`)).toEqual([]);
  });

  test('says what is not as expected, and why', () => {
    const wrong =
      '{ state: baseline, by: books, since: always, until: 2026-06-09T05:00, because: x }';
    const failures = failuresOf(`at: 2026-06-09T03:00, expect: { Finance/Invoices: ${wrong} }`);
    expect(failures.map(({ field, expected, actual }) => [field, expected, actual])).toEqual([
      ['state', 'baseline', 'paused'],
      ['by', 'books', 'nightly'],
      ['since', 'always', '2026-06-09T01:50-04:00'],
      ['until', '2026-06-09T05:00', '2026-06-09T06:00-04:00'],
      ['because', 'x', expect.stringContaining('nightly pauses it')],
    ]);
    for (const failure of failures) {
      expect(failure.because[0]).toContain('nightly pauses it from 2026-06-09T01:50-04:00');
      expect(failure.place).toMatchObject({ file: 'a.test.yaml', line: 6 });
    }
  });

  test('nobody and never are words, too', () => {
    const wrong = '{ by: nightly, until: never }';
    expect(brief(`at: 2026-06-09T07:00, expect: { Finance/Invoices: ${wrong} }`)).toEqual([
      ['Finance/Invoices', 'by', 'nightly', 'nobody'],
      ['Finance/Invoices', 'until', 'never', '2026-06-10T01:50-04:00'],
    ]);
  });
});

describe('a case about a range', () => {
  const range = 'from: 2026-06-09T00:00, to: 2026-06-10T00:00';
  const pause = 'from: 2026-06-09T01:50, to: 2026-06-09T06:00';
  const night = [
    '{ at: 2026-06-09T00:00, state: baseline }',
    '{ at: 2026-06-09T05:50Z, state: paused, by: nightly }',
    '{ at: 2026-06-09T06:00, state: running }',
  ];

  test.each([
    [`${range}, expect: { Finance/Invoices: { transitions: 2 } }`],
    [`${pause}, expect: { Finance/Invoices: { transitions: 1 } }`],
    [`${pause}, expect: { Finance/Invoices: paused }`],
    [`${range}, expect: { Finance/Ledger: { transitions: [${night.join(', ')}] } }`],
    ['from: 2026-06-08T00:00, to: 2026-06-08T23:00, expect: { Finance/Ledger: running }'],
  ])('%s holds', (testCase) => {
    expect(failuresOf(testCase)).toEqual([]);
  });

  test('a state throughout is not met when it changes, and says from when', () => {
    expect(brief(`${range}, expect: { Finance/Invoices: running }`)).toEqual([
      ['Finance/Invoices', 'state', 'running throughout', 'paused from 2026-06-09T01:50-04:00'],
    ]);
  });

  test('a count that is wrong shows each transition', () => {
    expect(brief(`${range}, expect: { Finance/Invoices: { transitions: 1 } }`)).toEqual([
      [
        'Finance/Invoices',
        'transitions',
        '1 transition',
        '2026-06-09T01:50-04:00 paused by nightly\n2026-06-09T06:00-04:00 baseline',
      ],
    ]);
    expect(brief(`${range}, expect: { Sandbox/Leads: { transitions: 0 } }`)[0]).toContain(
      '0 transitions',
    );
  });

  test('a list shows both sides, and explains the first difference', () => {
    const list = '[{ at: 2026-06-09T01:50, state: paused, by: books }]';
    const [failure] = failuresOf(
      `${range}, expect: { Finance/Invoices: { transitions: ${list} } }`,
    );
    expect(failure).toMatchObject({
      expected: '2026-06-09T01:50 paused by books',
      at: Date.UTC(2026, 5, 9, 5, 50),
      because: [expect.stringContaining('nightly pauses it')],
    });
    const empty = 'from: 2026-06-09T07:00, to: 2026-06-09T08:00';
    expect(brief(`${empty}, expect: { Finance/Invoices: { transitions: ${list} } }`)).toEqual([
      ['Finance/Invoices', 'transitions', '2026-06-09T01:50 paused by books', 'none'],
    ]);
    expect(failuresOf(`${empty}, expect: { Finance/Invoices: { transitions: [] } }`)).toEqual([]);
  });

  test('a transition is written as a test file reads it', () => {
    const at = Date.UTC(2026, 5, 9, 5, 50);
    const zone = 'America/New_York';
    expect(transitionYaml({ at, state: 'paused', by: 'nightly' }, zone)).toBe(
      '{ at: 2026-06-09T01:50-04:00, state: paused, by: nightly }',
    );
    expect(transitionYaml({ at, state: 'baseline' }, zone)).toBe(
      '{ at: 2026-06-09T01:50-04:00, state: baseline }',
    );
  });
});

describe('coverage', () => {
  const entered = (...cases: string[]) =>
    coverageOf(policies, casesOf(...cases).cases).flatMap(({ policy, window, isEntered }) =>
      isEntered ? [`${policy.name} ${window.text}`] : [],
    );

  test('has every window of every policy that is enabled', () => {
    const all = coverageOf(policies, []);
    expect(all.map(({ window }) => window.text)).toEqual([
      'daily: 02:00-06:00',
      'once: 2026-06-10T12:00/PT1H',
      'weekly: Mon 00:00-24:00',
      'weekly: Mon-Fri 08:00-18:00',
    ]);
    expect(all.some(({ isEntered }) => isEntered)).toBe(false);
  });

  test('a window is entered by an instant in it, lead included, and not at its end', () => {
    const at = (time: string) => entered(`at: ${time}, expect: { Finance/Invoices: running }`);
    expect(at('2026-06-09T02:00')).toEqual(['nightly daily: 02:00-06:00']);
    expect(at('2026-06-09T01:50')).toEqual(['nightly daily: 02:00-06:00']);
    expect(at('2026-06-09T01:49')).toEqual([]);
    expect(at('2026-06-09T06:00')).toEqual([]);
  });

  test('a window is entered by a range that touches it', () => {
    const range = (from: string, to: string) =>
      entered(`from: ${from}, to: ${to}, expect: { Finance/Invoices: running }`);
    expect(range('2026-06-10T12:59', '2026-06-10T14:00')).toEqual([
      'nightly once: 2026-06-10T12:00/PT1H',
    ]);
    expect(range('2026-06-10T13:00', '2026-06-10T14:00')).toEqual([]);
    expect(range('2026-06-10T11:00', '2026-06-10T11:50')).toEqual([]);
  });

  test('only by a sync that the policy selects', () => {
    const monday = (sync: string) => entered(`at: 2026-06-08T12:00, expect: { ${sync}: running }`);
    expect(monday('Finance/Ledger')).toEqual(['books weekly: Mon 00:00-24:00']);
    expect(monday('Sandbox/Leads')).toEqual(['hours weekly: Mon-Fri 08:00-18:00']);
    expect(monday('Finance/Invoices')).toEqual([]);
  });
});

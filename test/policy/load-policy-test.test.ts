import { describe, expect, it } from 'vitest';
import { formatProblem } from '../../src/policy/format-problem.ts';
import { loadPolicySet } from '../../src/policy/load-policies.ts';
import { loadPolicyTest } from '../../src/policy/load-policy-test.ts';

const window = '{ during: [{ daily: "02:00-04:00" }] }';
const policies = loadPolicySet([
  {
    file: 'a.yaml',
    text: `version: 1
timezone: America/New_York
policies:
  nightly: { select: { name: "{A,both}*" }, pause: ${window} }
`,
  },
  {
    file: 'b.yaml',
    text: `version: 1
timezone: Europe/Berlin
policies:
  berlin: { select: { name: "{B,both}*" }, pause: ${window} }
`,
  },
]).set!.policies;

const load = (text: string) => loadPolicyTest({ file: 'a.test.yaml', text }, policies);

/** A file with one case about `A1`, of these lines. */
function file(...lines: string[]): string {
  return [
    'syncs:',
    '  - { name: A1 }',
    '  - { name: both }',
    'cases:',
    '  - name: a case',
    ...lines,
    '',
  ].join('\n');
}

describe('a test file', () => {
  it('names syncs as an inventory does, and its cases say when and what', () => {
    const { test, problems } = load(`version: 1
syncs:
  - { id: bulk:b1, name: A1, destination: Snowflake prod, active: false }
  - name: A2
    sources: [{ id: c1, name: Salesforce, type: salesforce }, type:postgres]
    runsAfter: A1
cases:
  - name: first
    at: 2026-11-01T01:30
    expect:
      A1: { state: Paused, by: nightly, until: 2026-11-01T06:00Z, since: always }
      model:A2: left alone
  - { name: second, from: 2026-06-01, to: 2026-06-02T12:00Z, expect: { b1: { transitions: 2 } } }
`);
    expect(problems).toEqual([]);
    const [a1, a2] = test!.syncs;
    expect(a1).toMatchObject({ key: 'bulk:b1', active: false, sources: [] });
    expect(a1?.destinations).toEqual([{ id: 'Snowflake prod', name: 'Snowflake prod' }]);
    expect(a2).toMatchObject({
      key: 'model:A2',
      runsAfter: ['bulk:b1'],
      sources: [{ id: 'c1', name: 'Salesforce', type: 'salesforce' }, { type: 'postgres' }],
    });
    const [first, second] = test!.cases;
    expect(first).toMatchObject({
      name: 'first',
      place: { line: 8, column: 5 },
      kind: 'instant',
      // The first pass of half past one.
      from: Date.UTC(2026, 10, 1, 5, 30),
      timezone: 'America/New_York',
    });
    expect(first!.expectations).toMatchObject([
      { sync: a1, state: 'paused', by: 'nightly', since: 'always', until: { clock: 'exact' } },
      { sync: a2, state: 'baseline', path: ['cases', 0, 'expect', 'model:A2'] },
    ]);
    expect(second).toMatchObject({ kind: 'range', expectations: [{ transitions: 2 }] });
  });

  it('may name a zone, else takes that of the policies that it is about', () => {
    const zoneOf = (...lines: string[]) => load(file(...lines)).test?.cases[0]?.timezone;
    const at = '    at: 2026-06-01T03:00';
    expect(zoneOf(at, '    expect: { A1: { by: nightly } }')).toBe('America/New_York');
    const named = `timezone: Asia/Tokyo\n${file(at, '    expect: { A1: { by: nightly } }')}`;
    expect(load(named).test?.cases[0]).toMatchObject({
      timezone: 'Asia/Tokyo',
      from: Date.UTC(2026, 4, 31, 18),
    });
    const transitions = '[{ at: 2026-06-01T02:00, state: paused, by: berlin }]';
    const range = ['    from: 2026-06-01', '    to: 2026-06-02'];
    const berlin = zoneOf(...range, `    expect: { A1: { transitions: ${transitions} } }`);
    expect(berlin).toBe('Europe/Berlin');
    expect(zoneOf(at, '    expect: { A1: paused }')).toBe('America/New_York');
    expect(zoneOf(at, '    expect: { both: { by: berlin } }')).toBe('Europe/Berlin');
    const nobody = file(at, '    expect: { A1: running }').replaceAll('A1', 'Z1');
    expect(load(nobody).problems).toMatchObject([{ code: 'zone-missing' }]);
    const alone = loadPolicyTest({ file: 'a.test.yaml', text: nobody }, policies.slice(0, 1));
    expect(alone.test?.cases[0]?.timezone).toBe('America/New_York');
  });

  it.each([
    [
      'no wall is known',
      ['    at: 2026-06-01T03:00', '    expect: { both: paused }'],
      '5:5',
      'zone-missing',
      'timezone:',
    ],
    ['no time', ['    expect: { A1: paused }'], '5:5', 'case-time-not-one', '`at`'],
    [
      'two times',
      ['    at: 2026-06-01Z', '    to: 2026-06-01', '    expect: { A1: paused }'],
      '5:5',
      'case-time-not-one',
      '`at`',
    ],
    [
      'half a range',
      ['    from: 2026-06-01', '    expect: { A1: paused }'],
      '5:5',
      'case-time-not-one',
      '`from` and `to`',
    ],
    [
      'a time that is none',
      ['    at: yesterday', '    expect: { A1: paused }'],
      '6:9',
      'moment-invalid',
      '2026-11-01T01:30',
    ],
    [
      'a date that is none',
      ['    at: 2026-02-30', '    expect: { A1: paused }'],
      '6:9',
      'date-invalid',
      'does not exist',
    ],
    [
      'an hour that is none',
      ['    at: 2026-02-03T25:00', '    expect: { A1: paused }'],
      '6:20',
      'time-invalid',
      '25:00',
    ],
    [
      'an end before the start',
      [
        '    from: 2026-06-02T00:00Z',
        '    to: 2026-06-01T00:00Z',
        '    expect: { A1: { transitions: 0 } }',
      ],
      '7:9',
      'window-inverted',
      '`to`',
    ],
    [
      'a sync that is not there',
      ['    at: 2026-06-01T03:00Z', '    expect: { A2: paused }'],
      '7:15',
      'sync-unknown',
      'add it to `syncs`',
    ],
    [
      'a policy that is not there',
      ['    at: 2026-06-01T03:00Z', '    expect: { A1: { by: nigtly } }'],
      '7:25',
      'policy-unknown',
      'did you mean nightly?',
    ],
    [
      'a policy of a transition',
      [
        '    from: 2026-06-01T03:00Z',
        '    to: 2026-06-02T03:00Z',
        '    expect: { A1: { transitions: [{ at: 2026-06-01T06:00Z, state: paused, by: x }] } }',
      ],
      '8:79',
      'policy-unknown',
      '`x`',
    ],
    [
      'a state that is none',
      ['    at: 2026-06-01T03:00Z', '    expect: { A1: pausd }'],
      '7:19',
      'value-unknown',
      'did you mean paused?',
    ],
    [
      'a state in a mapping',
      ['    at: 2026-06-01T03:00Z', '    expect: { A1: { state: on } }'],
      '7:28',
      'value-unknown',
      'states are',
    ],
    [
      'a field of the other kind',
      ['    at: 2026-06-01T03:00Z', '    expect: { A1: { transitions: 0 } }'],
      '7:21',
      'field-unknown',
      'transitions',
    ],
    [
      'a count that is none',
      [
        '    from: 2026-06-01T03:00Z',
        '    to: 2026-06-02T03:00Z',
        '    expect: { A1: { transitions: few } }',
      ],
      '8:34',
      'type-wrong',
      'a number, or a list',
    ],
    [
      'a negative count',
      [
        '    from: 2026-06-01T03:00Z',
        '    to: 2026-06-02T03:00Z',
        '    expect: { A1: { transitions: -1 } }',
      ],
      '8:34',
      'value-out-of-range',
      'at least 0',
    ],
    [
      'a transition without a time',
      [
        '    from: 2026-06-01T03:00Z',
        '    to: 2026-06-02T03:00Z',
        '    expect: { A1: { transitions: [{ state: paused }] } }',
      ],
      '8:35',
      'field-missing',
      '`at`',
    ],
    [
      'an expectation of nothing',
      ['    at: 2026-06-01T03:00Z', '    expect: { A1: {} }'],
      '7:19',
      'list-empty',
      'cannot fail',
    ],
    [
      'a case that expects nothing',
      ['    at: 2026-06-01T03:00Z', '    expect: {}'],
      '7:13',
      'list-empty',
      'cannot fail',
    ],
    [
      'a misspelt field',
      ['    at: 2026-06-01T03:00Z', '    expct: { A1: paused }'],
      '7:5',
      'field-unknown',
      'did you mean expect?',
    ],
  ])('%s: told with its place and a hint', (_, lines, place, code, words) => {
    const { test, problems } = load(file(...lines));
    expect(test).toBeUndefined();
    const told = problems.map(formatProblem);
    expect(told).toContainEqual(
      expect.stringMatching(`^a\\.test\\.yaml:${place}: error ${code}: `),
    );
    expect(told.join('\n')).toContain(words);
    expect(told.join('\n')).not.toMatch(/undefined|Invalid input|\[object/);
  });

  it.each([
    ['- { name: A1, nam: x }', '2:15', 'field-unknown', 'did you mean name?'],
    ['- { kind: model }', '2:3', 'field-missing', 'name'],
    ['- { name: A1, kind: modl }', '2:21', 'value-unknown', 'did you mean model?'],
    ['- { name: A1, destination: { type: 7 } }', '2:36', 'type-wrong', 'quotes'],
    ['- { name: A1, destination: [1] }', '2:29', 'type-wrong', 'a connection'],
    ['- A1', '2:3', 'type-wrong', 'a sync such as'],
  ])('a sync written %s is told where it is wrong', (entry, place, code, words) => {
    const cases = 'cases:\n- { name: x, at: 2026-06-01T00:00Z, expect: { A1: paused } }';
    const told = load(`syncs:\n${entry}\n${cases}\n`).problems.map(formatProblem);
    expect(told).toEqual([expect.stringMatching(`^a\\.test\\.yaml:${place}: error ${code}: `)]);
    expect(told[0]).toContain(words);
  });

  it('S37: two syncs of one name are told apart by kind and id, and must be', () => {
    const text = (expected: string) => `syncs:
  - { id: bulk:x, name: A1 }
  - { id: model:x, name: A1 }
cases:
  - { name: one, at: 2026-06-01T00:00Z, expect: { ${expected}: paused } }
`;
    expect(load(text('"model:x"')).problems).toEqual([]);
    expect(load(text('A1')).problems.map(formatProblem)).toEqual([
      'a.test.yaml:5:51: error sync-ambiguous: `A1` names several syncs ' +
        '(use one of bulk:x, model:x)',
    ]);
    const twice = text('A1').replace('bulk:x', 'model:x');
    expect(load(twice).problems[0]).toMatchObject({ code: 'sync-duplicate', line: 3, column: 5 });
  });

  it('tells all problems at once', () => {
    const { problems } = load(`zone: UTC
syncs: [{ name: A1 }]
cases:
  - { name: one, at: never, expect: { A1: paused } }
  - { name: two, at: 2026-06-01T00:00Z, expect: { A1: pausd, A9: { by: x } } }
`);
    expect(problems.map(({ line, code }) => `${line} ${code}`)).toEqual([
      '1 field-unknown',
      '4 moment-invalid',
      '5 value-unknown',
      '5 sync-unknown',
    ]);
  });

  it('that is no YAML is told as any other', () => {
    expect(load('syncs: [').problems[0]).toMatchObject({ code: 'yaml-syntax', line: 1 });
    expect(load('').problems[0]).toMatchObject({ severity: 'error', line: 1 });
  });
});

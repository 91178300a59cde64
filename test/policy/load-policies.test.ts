import { describe, expect, it } from 'vitest';
import { loadPolicySet } from '../../src/policy/load-policies.ts';
import { briefly, loadText, policyText } from './fixtures.ts';

const nights = 'pause: { during: [daily: 22:00-06:00] }';

function onlyPolicy(text: string) {
  const { set, problems } = loadText(text);
  const [policy] = set?.policies ?? [];
  if (policy === undefined) throw new Error(JSON.stringify(problems));
  return policy;
}

describe('a set of files', () => {
  it('has the policies of all files, in the order of files and of lines', () => {
    const { set } = loadPolicySet([
      { file: 'b.yaml', text: policyText(nights).replace('  p:', '  z:') },
      { file: 'a.yaml', text: policyText(nights).replace('  p:', '  y:') },
    ]);
    expect(set?.policies.map((policy) => policy.name)).toEqual(['y', 'z']);
    expect(set?.policies[1]?.place).toEqual({ file: 'b.yaml', line: 4, column: 3 });
    expect(set?.sources.map((source) => source.file)).toEqual(['a.yaml', 'b.yaml']);
  });

  it('S47: refuses a name that two files use, and names both places', () => {
    const { set, problems } = loadPolicySet([
      { file: 'b.yaml', text: policyText(nights) },
      { file: 'a.yaml', text: policyText(nights) },
    ]);
    expect(set).toBeUndefined();
    expect(problems).toHaveLength(1);
    expect(problems[0]).toMatchObject({
      file: 'b.yaml',
      line: 4,
      column: 3,
      path: 'policies.p',
      code: 'policy-duplicate',
      message: 'there is already a policy `p` at a.yaml:4:3',
    });
  });

  it('S47: tells what else is wrong with the second one', () => {
    const bad = policyText('pause: { during: [daily: 22:00-22:00] }');
    const { problems } = loadPolicySet([
      { file: 'a.yaml', text: policyText(nights) },
      { file: 'b.yaml', text: bad },
    ]);
    expect(problems.map(({ file, code }) => [file, code])).toEqual([
      ['b.yaml', 'policy-duplicate'],
      ['b.yaml', 'window-empty'],
    ]);
  });

  it('S48: one bad file refuses the whole set, and every file is told about', () => {
    const bad = policyText('pause: { during: [daily: 22:00-22:00] }').replace('  p:', '  q:');
    const { set, problems } = loadPolicySet([
      { file: 'c.yaml', text: 'version: 3\npolicies: {}\n' },
      { file: 'b.yaml', text: policyText(nights) },
      { file: 'a.yaml', text: bad },
    ]);
    expect(set).toBeUndefined();
    expect(problems.map(({ file, code }) => [file, code])).toEqual([
      ['a.yaml', 'window-empty'],
      ['c.yaml', 'version-unsupported'],
    ]);
  });

  it('S49: without a policy it is no set, also without a file', () => {
    expect(briefly(loadPolicySet([]))).toEqual(['1:1 error no-policies']);
    expect(loadPolicySet([]).set).toBeUndefined();
  });

  it('has at most 10,000 policies', () => {
    const names = Array.from({ length: 10_002 }, (_, index) => `  p${index}: 0\n`);
    const text = `version: 1\npolicies:\n${names.join('')}`;
    const tooMany = briefly(loadText(text)).filter((line) => line.endsWith('too-many-policies'));
    expect(tooMany).toEqual(['10003:3 error too-many-policies']);
  });

  it('has a hash of its files, whatever their order', () => {
    const a = { file: 'a.yaml', text: policyText(nights) };
    const b = { file: 'b.yaml', text: policyText(nights).replace('  p:', '  q:') };
    const hash = loadPolicySet([a, b]).set?.hash;
    expect(hash).toMatch(/^[0-9a-f]{64}$/);
    expect(loadPolicySet([b, a]).set?.hash).toBe(hash);
    expect(loadPolicySet([a, { ...b, text: `${b.text}# more\n` }]).set?.hash).not.toBe(hash);
  });
});

describe('a policy', () => {
  it('has what was written, and the defaults of the rest', () => {
    const policy = onlyPolicy(policyText(nights));
    expect(policy).toMatchObject({
      name: 'p',
      labels: {},
      enabled: true,
      mode: 'enforce',
      effect: 'pause',
      when: 'during',
      priority: 0,
      leadMs: 0,
      inFlight: 'leave',
      timezone: 'America/New_York',
    });
    expect(policy.owner).toBeUndefined();
    expect(policy.windows[0]).toMatchObject({
      text: 'daily: 22:00-06:00',
      summary: 'Every day from 22:00 until 06:00 the next day, New York time',
      timezone: 'America/New_York',
      place: { file: 'a.yaml', line: 6, column: 23 },
    });
  });

  it('takes the zone of its first window where the file has none', () => {
    const text = policyText('pause: { during: [{ daily: 22:00-06:00, timezone: Asia/Tokyo }] }');
    expect(onlyPolicy(text.replace('timezone: America/New_York\n', '')).timezone).toBe(
      'Asia/Tokyo',
    );
  });

  it('selects by its selector and exclusion', () => {
    const policy = onlyPolicy(policyText(nights, 'exclude: { name: "Always *" }'));
    const sync = { kind: 'bulk', id: '1', key: 'bulk:1', active: true } as const;
    const connections = { sources: [], destinations: [] };
    expect(policy.selects({ ...sync, ...connections, name: 'Orders' })).toBe(true);
    expect(policy.selects({ ...sync, ...connections, name: 'always on' })).toBe(false);
  });

  it('through an alias tells the fault once, and through a merge key at the anchor', () => {
    const text = policyText('pause: &a { during: [daily: 22:00-22:00] }');
    const more = [
      ...['  q:', '    select: { all: true }', '    pause: *a'],
      ...['  r:', '    <<: { select: {} }', '    pause: *a'],
    ];
    const twice = text + more.map((line) => `${line}\n`).join('');
    expect(briefly(loadText(twice))).toEqual([
      '6:39 error window-empty',
      '11:19 error select-empty',
    ]);
  });
});

describe('a merge key', () => {
  const withMerge = (merge: string) => onlyPolicy(policyText(nights, 'priority: 7', merge));

  it('loses to the keys of its mapping, wherever it stands', () => {
    expect(withMerge('<<: { priority: 1, owner: me }')).toMatchObject({ priority: 7, owner: 'me' });
  });

  it('takes the first of several sources', () => {
    const merge = '<<: [{ owner: one }, { owner: two, ticket: T-2 }]';
    expect(withMerge(merge)).toMatchObject({ owner: 'one', ticket: 'T-2' });
  });
});

describe('the dates of a window', () => {
  it('are both days on which it may start, and may be one', () => {
    const dates = 'from: 2026-01-05, until: 2026-01-05, timezone: UTC';
    const policy = onlyPolicy(policyText(`pause: { during: [{ daily: 22:00-06:00, ${dates} }] }`));
    expect([...policy.windows[0]!.occurrences(0)]).toEqual([
      { start: Date.UTC(2026, 0, 5, 22), end: Date.UTC(2026, 0, 6, 6) },
    ]);
  });
});

describe('the hash of a policy', () => {
  const hashOf = (...lines: string[]) => onlyPolicy(policyText(...lines)).hash;
  const hash = hashOf(nights);

  it.each([
    ['a description', ['description: Nights', nights]],
    ['owner, ticket and labels', ['owner: me', 'ticket: T-1', 'labels: { a: b }', nights]],
    ['a comment', ['# for the night', nights]],
    ['a default that is written', ['priority: 0', 'mode: enforce', 'in_flight: leave', nights]],
    ['the order of keys', [nights, 'priority: 0']],
    [
      'a description of the window',
      ['pause: { during: [{ daily: 22:00-06:00, description: x }] }'],
    ],
    [
      'the zone in the window',
      ['pause: { during: [{ daily: 22:00-06:00, timezone: America/New_York }] }'],
    ],
    ['spaces in the window', ['pause: { during: [daily: 22:00 - 06:00] }']],
  ])('stays with %s', (_, lines) => {
    expect(hashOf(...lines)).toBe(hash);
  });

  it.each([
    ['another time', ['pause: { during: [daily: 22:00-06:01] }']],
    ['another zone', ['pause: { during: [{ daily: 22:00-06:00, timezone: UTC }] }']],
    ['outside', ['pause: { outside: [daily: 22:00-06:00] }']],
    ['protect', ['protect: { during: [daily: 22:00-06:00] }']],
    ['a priority', ['priority: 1', nights]],
    ['a lead', ['lead: 5m', nights]],
    ['another in-flight mode', ['in_flight: cancel', nights]],
    ['observe', ['mode: observe', nights]],
    ['being switched off', ['enabled: false', nights]],
    ['an exclusion', ['exclude: { name: x }', nights]],
    ['a limit in time', ['pause: { during: [{ daily: 22:00-06:00, until: 2030-01-01 }] }']],
  ])('changes with %s', (_, lines) => {
    expect(hashOf(...lines)).not.toBe(hash);
  });

  it('is the same for any order of keys in a matcher, and another for another glob', () => {
    const of = (select: string) =>
      onlyPolicy(policyText(nights).replace('select: { all: true }', `select: ${select}`)).hash;
    expect(of('{ name: a, kind: model }')).toBe(of('{ kind: [model], name: [a] }'));
    expect(of('{ name: a, kind: model }')).not.toBe(of('{ name: b, kind: model }'));
    expect(of('{ source: a }')).not.toBe(of('{ destination: a }'));
  });
});

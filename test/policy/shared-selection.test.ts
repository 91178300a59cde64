import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { loadPolicySet } from '../../src/policy/load-policies.ts';
import type { Policy } from '../../src/policy/policy.ts';
import { createSelection } from '../../src/policy/selection.ts';
import { createSharingIndex } from '../../src/policy/shared-selection.ts';
import { type Sync, syncKey } from '../../src/policy/sync.ts';

/** One policy for each selector, named `p0`, `p1`… */
function policiesOf(...selectors: string[]): readonly Policy[] {
  const body = selectors.map(
    (select, index) =>
      `  p${index}: { select: ${select}, pause: { during: [{ daily: "02:00-04:00" }] } }\n`,
  );
  const text = `version: 1\ntimezone: UTC\npolicies:\n${body.join('')}`;
  const { set, problems } = loadPolicySet([{ file: 'a.yaml', text }]);
  expect(problems).toEqual([]);
  return set!.policies;
}

/** Whether the index says that policies with these selectors may share a sync, asked both ways. */
function mayShare(a: string, b: string): boolean {
  const [one, other] = policiesOf(a, b) as [Policy, Policy];
  const answer = [...createSharingIndex([one]).sharing(other)].length === 1;
  expect([...createSharingIndex([other]).sharing(one)].length === 1).toBe(answer);
  return answer;
}

const texts = ['a', 'b', 'ab', 'bb'];
const ids = ['a48df4b7-aa70-47b8-a036-33ac447e668d', 'b48df4b7-aa70-47b8-a036-33ac447e668d'];
const word = fc.constantFrom('a', 'ab', 'b*', '*b', '?', '*', '{a,bb}', '[ab]b');
const anyMatcher = fc
  .record(
    {
      name: word,
      kind: fc.constantFrom('model', 'bulk'),
      destination: fc.oneof(word, fc.constantFrom('type:a', 'type:b*', ...ids)),
      object: word,
      id: fc.oneof(word, fc.constantFrom('model:a', 'bulk:*')),
    },
    { requiredKeys: ['name'] },
  )
  .map((fields) => JSON.stringify(fields));
const anySync = fc
  .record({
    name: fc.constantFrom(...texts),
    kind: fc.constantFrom('model' as const, 'bulk' as const),
    id: fc.constantFrom(...texts),
    object: fc.constantFrom(undefined, ...texts),
    connection: fc.record({ id: fc.constantFrom(...ids), name: fc.constantFrom(...texts) }),
  })
  .map(
    ({ connection, ...fields }): Sync => ({
      ...fields,
      key: syncKey(fields.kind, fields.id),
      active: true,
      sources: [],
      destinations: [{ ...connection, type: connection.name }],
    }),
  );

describe('two selectors', () => {
  it.each([
    ['{ name: Finance/* }', '{ name: Finance/Invoices }'],
    ['{ name: Finance/* }', '{ name: "*" }'],
    ['{ name: "*Invoices" }', '{ name: Finance/* }'],
    ['{ name: Finance/* }', '{ connection: Snowflake* }'],
    ['{ all: true }', '{ kind: bulk }'],
    ['[{ name: A }, { name: B }]', '{ name: "{B,C}" }'],
    ['{ destination: Salesforce }', '{ destination: "type:snowflake" }'],
    ['{ destination: Salesforce }', '{ destination: 248df4b7-aa70-47b8-a036-33ac447e668d }'],
    ['{ source: Salesforce }', '{ source: Snowflake }'],
    ['{ id: model:x }', '{ id: x }'],
    ['{ id: x }', '{ id: b* }'],
    ['{ id: "*:x" }', '{ id: "?" }'],
    ['{ name: finance/a }', '{ name: FINANCE/A }'],
  ])('%s and %s may share a sync', (a, b) => {
    expect(mayShare(a, b)).toBe(true);
  });

  it.each([
    ['{ name: Finance/* }', '{ name: Sandbox/* }'],
    ['{ name: "*Invoices" }', '{ name: "*Accounts" }'],
    ['{ kind: model }', '{ kind: bulk }'],
    ['{ kind: model, name: A }', '{ name: A, kind: bulk }'],
    ['{ frequency: hourly }', '{ frequency: daily }'],
    ['{ destination: Salesforce }', '{ destination: Snow* }'],
    ['{ destination: "type:salesforce" }', '{ destination: "type:snowflake" }'],
    ['{ id: x }', '{ id: y }'],
    ['{ id: x }', '{ id: y* }'],
    ['[{ name: A }, { name: B }]', '[{ name: C }, { kind: bulk, name: D }]'],
  ])('%s and %s never do', (a, b) => {
    expect(mayShare(a, b)).toBe(false);
  });

  it('whatever they are, are said to share when some sync is selected by both', () => {
    fc.assert(
      fc.property(
        anyMatcher,
        anyMatcher,
        fc.array(anySync, { minLength: 20, maxLength: 40 }),
        (a, b, all) => {
          const [one, other] = policiesOf(a, b) as [Policy, Policy];
          if (!all.some((each) => one.selects(each) && other.selects(each))) return;
          expect([...createSharingIndex([one]).sharing(other)]).toEqual([one]);
        },
      ),
    );
  });

  it('are found among many by what their names begin with', () => {
    const names = [
      '{ name: A* }',
      '{ name: AB* }',
      '{ name: ABC }',
      '{ name: B* }',
      '{ kind: bulk }',
    ];
    const policies = policiesOf(...names);
    const index = createSharingIndex(policies);
    const found = (of: number) => [...index.sharing(policies[of]!)].map(({ name }) => name).sort();
    expect(found(0)).toEqual(['p0', 'p1', 'p2', 'p4']);
    expect(found(2)).toEqual(['p0', 'p1', 'p2', 'p4']);
    expect(found(3)).toEqual(['p3', 'p4']);
    expect(found(4)).toEqual(['p0', 'p1', 'p2', 'p3', 'p4']);
  });
});

describe('the selection of a set', () => {
  it('gives the policies that select a sync, whatever they and it are, in their order', () => {
    fc.assert(
      fc.property(fc.array(anyMatcher, { minLength: 1, maxLength: 8 }), anySync, (all, sync) => {
        const policies = policiesOf(...all, '[{ name: A* }, { name: "{a,b}b" }]', '{ all: true }');
        const expected = policies.filter((policy) => policy.selects(sync));
        expect(createSelection(policies)(sync)).toEqual(expected);
      }),
    );
  });
});

import { describe, expect, it } from 'vitest';
import { compileGlob, isGlobFault, literalPattern } from '../../src/policy/glob.ts';
import { describeSelector, readSelector } from '../../src/policy/read-selector.ts';
import type { Sync } from '../../src/policy/sync.ts';

const invoices: Sync = {
  key: 'model:1',
  kind: 'model',
  id: '1',
  name: 'Finance/Invoices',
  active: true,
  sources: [{ id: 'c-1', name: 'Snowflake prod', type: 'snowflake' }],
  destinations: [],
};

function selects(source: unknown): boolean {
  const read = readSelector(source);
  if ('faults' in read) throw new Error(read.faults.join());
  expect(read.value.source).toEqual(source);
  return read.value.selects(invoices);
}

describe('a selector that is no part of a file', () => {
  it('means what it means in a policy', () => {
    expect(selects({ name: 'finance/*' })).toBe(true);
    expect(selects({ name: ['Sales/*', 'Finance/*'], connection: 'type:snowflake' })).toBe(true);
    expect(selects({ name: 'Finance/*', connection: 'type:salesforce' })).toBe(false);
    expect(selects([{ name: 'Sales/*' }, { id: 'model:1' }])).toBe(true);
    expect(selects({ all: true })).toBe(true);
  });

  it.each<[string, unknown, RegExp]>([
    ['nothing', undefined, /`select` is empty \(it wants a matcher such as/],
    ['a text', 'Finance/*', /`select` must be a matcher such as .*, not text/],
    ['an empty matcher', {}, /an empty matcher selects nothing \(to select every sync/],
    ['an empty list', [], /`select` is empty/],
    ['a field that does not exist', { nmae: 'x' }, /unknown field `nmae` \(did you mean name\?\)/],
    ['a number', { name: 7 }, /`name` must be .*, not `7`/],
    ['a glob without an end', { name: 'a{b' }, /this `{` is never closed/],
    ['all: false', { all: false }, /`all` cannot be `false`/],
    ['lists without end', [[[[[[[{}]]]]]]], /must be a matcher/],
  ])('says what is wrong with %s', (_, source, message) => {
    const read = readSelector(source);
    expect('faults' in read && read.faults.join('; ')).toMatch(message);
  });

  it('tells all faults at once', () => {
    const read = readSelector([{ nmae: 'x' }, { name: 'a[' }]);
    const faults = 'faults' in read ? read.faults : [];
    expect(faults).toContainEqual(expect.stringMatching(/unknown field `nmae`/));
    expect(faults).toContainEqual(expect.stringMatching(/this `\[` is never closed/));
  });
});

describe('a selector in one line', () => {
  it.each([
    [{ all: true }, 'every sync'],
    [{ name: 'Finance/*' }, 'name=Finance/*'],
    [{ name: ['a', 'b'], connection: 'type:x' }, 'connection=type:x and name=a|b'],
    [[{ name: 'a' }, { id: 'model:1' }], 'name=a or id=model:1'],
  ] as const)('%j', (source, words) => {
    expect(describeSelector(source)).toBe(words);
  });
});

describe('a pattern for one text', () => {
  it.each(['plain', '50 % [draft] {a,b}', 'what?*', 'back\\slash', 'a,b}'])('%j', (text) => {
    const glob = compileGlob(literalPattern(text));
    if (isGlobFault(glob)) throw new Error(glob.message);
    expect(glob.matches(text)).toBe(true);
    for (const other of [`${text}x`, text.replace(/[?*\\[{]/, 'z'), 'a']) {
      if (other !== text) expect(glob.matches(other)).toBe(false);
    }
  });
});

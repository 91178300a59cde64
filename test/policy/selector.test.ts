import { describe, expect, it } from 'vitest';
import { readConnectionPattern, readPattern } from '../../src/policy/pattern-text.ts';
import type { ConnectionPattern, Matcher, Pattern } from '../../src/policy/selector.ts';
import { selectsSync } from '../../src/policy/selector.ts';
import type { Sync } from '../../src/policy/sync.ts';

const invoices: Sync = {
  key: 'model:248df4b7-aa70-47b8-a036-33ac447e668d',
  kind: 'model',
  id: '248df4b7-aa70-47b8-a036-33ac447e668d',
  name: 'Finance/Invoices',
  active: true,
  mode: 'updateOrCreate',
  object: 'Invoice__c',
  frequency: 'hourly',
  sources: [{ id: 'c-1', name: 'Snowflake prod', type: 'snowflake' }],
  destinations: [{ id: 'c-2', name: 'Salesforce', type: 'salesforce' }],
  createdBy: { id: 'u-1', name: 'ada@acme.example', type: 'user' },
};

function patterns(...texts: string[]): Pattern[] {
  return texts.map((text) => readValue(readPattern(text)));
}

function connections(...texts: string[]): ConnectionPattern[] {
  return texts.map((text) => readValue(readConnectionPattern(text)));
}

function readValue<T>(result: { value: T } | { fault: { message: string } }): T {
  if ('fault' in result) throw new Error(result.fault.message);
  return result.value;
}

describe('a matcher', () => {
  it.each<[string, Matcher]>([
    ['all', { all: true }],
    ['its id', { id: patterns('248df4b7-*') }],
    ['its kind and id', { id: patterns('model:248df4b7-aa70-47b8-a036-33ac447e668d') }],
    ['its kind', { kind: ['model'] }],
    ['its name', { name: patterns('finance/*') }],
    ['any name of a list', { name: patterns('Sandbox/*', 'Finance/*') }],
    ['a connection on either side', { connection: connections('Salesforce') }],
    ['the id of a connection', { connection: connections('c-1') }],
    ['the type of a connection', { connection: connections('type:Snow*') }],
    ['a source', { source: connections('Snowflake*') }],
    ['a destination', { destination: connections('type:salesforce') }],
    ['its object', { object: patterns('invoice__c') }],
    ['its mode', { mode: patterns('update*') }],
    ['its frequency', { frequency: patterns('{hourly,daily}') }],
    ['the name of who made it', { created_by: patterns('ada@*') }],
    ['the id of who made it', { created_by: patterns('u-1') }],
    ['all of its fields at once', { name: patterns('Finance/*'), source: connections('*prod') }],
  ])('selects by %s', (_, matcher) => {
    expect(selectsSync([matcher], [], invoices)).toBe(true);
  });

  it.each<[string, Matcher]>([
    ['another kind', { kind: ['bulk'] }],
    ['another name', { name: patterns('Sandbox/*') }],
    ['a source that is its destination', { source: connections('Salesforce') }],
    ['a type that is a name', { connection: connections('type:Snowflake prod') }],
    ['one field of two', { name: patterns('Finance/*'), source: connections('HubSpot') }],
  ])('does not select by %s', (_, matcher) => {
    expect(selectsSync([matcher], [], invoices)).toBe(false);
  });

  it('matches nothing by a field that the API left out', () => {
    const { object: _, createdBy: __, ...rest } = invoices;
    const bare: Sync = { ...rest, sources: [{ id: 'c-1' }] };
    expect(selectsSync([{ object: patterns('*') }], [], bare)).toBe(false);
    expect(selectsSync([{ created_by: patterns('*') }], [], bare)).toBe(false);
    expect(selectsSync([{ source: connections('type:*') }], [], bare)).toBe(false);
    expect(selectsSync([{ source: connections('c-*') }], [], bare)).toBe(true);
  });
});

describe('a selector', () => {
  const finance: Matcher = { name: patterns('Finance/*') };
  const sandbox: Matcher = { name: patterns('Sandbox/*') };

  it('is a list of alternatives', () => {
    expect(selectsSync([sandbox, finance], [], invoices)).toBe(true);
  });

  it('loses to an exclusion', () => {
    expect(selectsSync([{ all: true }], [sandbox, finance], invoices)).toBe(false);
    expect(selectsSync([{ all: true }], [sandbox], invoices)).toBe(true);
  });
});

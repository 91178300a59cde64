import { afterEach, describe, expect, it } from 'vitest';
import { loadPolicySet } from '../../src/policy/load-policies.ts';
import { fixtureNow, readFixtures } from './fixtures.ts';

const { TZ, LC_ALL } = process.env;

afterEach(() => {
  restore('TZ', TZ);
  restore('LC_ALL', LC_ALL);
});

function restore(name: string, value: string | undefined): void {
  if (value === undefined) delete process.env[name];
  else process.env[name] = value;
}

/** Everything that loading all fixtures comes to, as text. */
function outcome(): string {
  const results = [...readFixtures('good'), ...readFixtures('bad')].map(({ name, text }) => {
    const { set, problems } = loadPolicySet([{ file: `${name}.yaml`, text }], { now: fixtureNow });
    const policies = set?.policies.map(({ name, hash, timeline, windows }) => {
      const segment = timeline.segmentAt(fixtureNow);
      return { name, hash, segment, windows: windows.map(({ text, summary }) => [text, summary]) };
    });
    return { name, problems, policies };
  });
  return JSON.stringify(results);
}

describe('D12: the machine', () => {
  it('changes nothing by its time zone or language', () => {
    const results = [
      ['UTC', 'C'],
      ['Pacific/Auckland', 'tr_TR.UTF-8'],
      ['America/St_Johns', 'de_DE.UTF-8'],
    ].map(([zone, locale]) => {
      process.env.TZ = zone;
      process.env.LC_ALL = locale;
      return outcome();
    });
    expect(new Date(2026, 0, 1).getTimezoneOffset()).toBe(210);
    expect(new Set(results).size).toBe(1);
  });
});

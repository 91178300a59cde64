import { describe, expect, test } from 'vitest';
import { decide } from '../../src/plan/decide.ts';
import { decisionSentence, explain } from '../../src/plan/explain.ts';
import { blockedPolicies, restrain } from '../../src/plan/restraint.ts';
import type { Sync } from '../../src/policy/sync.ts';
import { policy, sync, T0 } from './rig.ts';

const syncs: readonly Sync[] = Array.from({ length: 10 }, (_, index) => ({
  ...sync,
  key: `model:${index}`,
  id: String(index),
  name: index < 6 ? `Sales/${index}` : `Finance/${index}`,
}));
const sales = { selects: ({ name }: Sync) => name.startsWith('Sales/') };

describe('S66: limits', () => {
  test('a policy that selects more than it may is blocked, by number or by share', () => {
    const blocked = (limit: object) =>
      blockedPolicies([policy('sales', { ...sales, limit })], syncs);
    expect(blocked({})).toEqual([]);
    expect(blocked({ syncs: 6 })).toEqual([]);
    expect(blocked({ syncs: 5 })).toEqual([{ policy: 'sales', selected: 6, allowed: 5 }]);
    expect(blocked({ percent: 60 })).toEqual([]);
    expect(blocked({ percent: 59 })).toEqual([{ policy: 'sales', selected: 6, allowed: 5 }]);
    expect(blocked({ syncs: 8, percent: 50 })).toMatchObject([{ allowed: 5 }]);
  });

  test('0 means none, and a policy that is off is not blocked', () => {
    const none = { limit: { syncs: 0 } };
    expect(blockedPolicies([policy('all', none)], syncs)).toMatchObject([{ allowed: 0 }]);
    expect(blockedPolicies([policy('all', none)], [])).toEqual([]);
    expect(blockedPolicies([policy('all', { ...none, enabled: false })], syncs)).toEqual([]);
  });

  test('a blocked policy pauses nothing new, keeps what it holds, and gives way to others', () => {
    const policies = [policy('sales', { priority: 1 }), policy('nightly')];
    const blocked = new Set(['sales']);
    const fresh = decide(restrain(policies, blocked, undefined), [], sync, T0);
    expect(fresh).toMatchObject({ wanted: 'paused', cause: 'nightly' });
    const kept = decide(restrain(policies, blocked, 'sales'), [], sync, T0);
    expect(kept).toMatchObject({ wanted: 'paused', cause: 'sales' });
  });

  test('what it would have done is told', () => {
    const policies = restrain([policy('sales')], new Set(['sales']), undefined);
    const decision = decide(policies, [], sync, T0);
    expect(decision.wanted).toBe('baseline');
    expect(decisionSentence(decision)).toContain(
      'sales is blocked by its limit: it would have paused it.',
    );
    const { because } = explain(policies, [], sync, undefined, T0);
    expect(because.join(' ')).toContain('sales would pause it');
    expect(because.join(' ')).toContain('but it is blocked by its limit.');
  });

  test('without a blocked policy nothing is copied', () => {
    const policies = [policy('sales')];
    expect(restrain(policies, new Set(), undefined)).toBe(policies);
  });
});

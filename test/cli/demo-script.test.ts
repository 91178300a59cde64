import { beforeAll, describe, expect, it } from 'vitest';
import { isInTheWay } from '../../src/cli/demo-script.ts';
import { noFeeds, requireSet } from '../../src/cli/policy-files.ts';
import type { Policy } from '../../src/policy/policy.ts';

let shipped: readonly Policy[];
beforeAll(async () => {
  shipped = (await requireSet(['policies'], 0, noFeeds)).policies;
});

/** The shipped policies that a demonstration at this time leaves out. */
function leftOutAt(time: string): string[] {
  return shipped.filter((policy) => isInTheWay(policy, Date.parse(time))).map(({ name }) => name);
}

describe('what a demonstration leaves out of the shipped policies', () => {
  it('nothing in a quiet hour, though the sandbox hours pause all night', () => {
    expect(leftOutAt('2026-11-25T12:00:00Z')).toEqual([]);
    expect(leftOutAt('2026-11-25T23:00:00Z')).toEqual([]);
  });

  it('a pause that is open, or opens before the story is over', () => {
    expect(leftOutAt('2026-11-25T01:42:00Z')).toEqual(['nightly-warehouse-batch']);
    expect(leftOutAt('2026-11-25T01:27:00Z')).toEqual(['nightly-warehouse-batch']);
    expect(leftOutAt('2026-11-25T01:25:00Z')).toEqual([]);
    expect(leftOutAt('2026-11-29T08:00:00Z')).toEqual(['snowflake-maintenance']);
    expect(leftOutAt('2026-12-25T12:00:00Z')).toEqual(['year-end-freeze']);
  });

  it('never what protects', () => {
    expect(leftOutAt('2026-12-01T12:00:00Z')).toEqual([]);
  });
});

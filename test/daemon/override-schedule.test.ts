import { expect, test } from 'vitest';
import {
  edgesOfPattern,
  needsSchedule,
  overrideOfScheduler,
  overrideSchedule,
} from '../../src/daemon/override-schedule.ts';
import { HOUR, MINUTE, syncOverride, T0, windowOverride } from '../plan/rig.ts';

test('a schedule is made of the edges themselves: beginning, reminder and end', () => {
  const day = syncOverride({ expires: T0 + 24 * HOUR });
  const { id, pattern } = overrideSchedule(day);
  expect(overrideOfScheduler(id)).toBe(day.id);
  expect(edgesOfPattern(pattern)).toEqual([T0, T0 + 24 * HOUR - 15 * MINUTE, T0 + 24 * HOUR]);
});

test('a short one reminds in its last tenth, one whose end changes nothing not at all', () => {
  const short = overrideSchedule(syncOverride({ expires: T0 + 10 * MINUTE }));
  expect(edgesOfPattern(short.pattern)).toEqual([T0, T0 + 9 * MINUTE, T0 + 10 * MINUTE]);
  const skip = overrideSchedule(windowOverride());
  expect(edgesOfPattern(skip.pattern)).toEqual([T0, T0 + HOUR]);
});

test('reminders fall on whole milliseconds, as a queue wants its edges', () => {
  const odd = overrideSchedule(syncOverride({ expires: T0 + 1_003 }));
  expect(edgesOfPattern(odd.pattern)?.every(Number.isInteger)).toBe(true);
});

test('other schedulers and patterns are none of an override', () => {
  expect(overrideOfScheduler('policy-0123')).toBeUndefined();
  for (const pattern of ['every:60000', 'f00f', 'edges:', 'edges:1,x']) {
    expect(edgesOfPattern(pattern)).toBeUndefined();
  }
});

test('one is needed until the end was told or somebody revoked it', () => {
  expect(needsSchedule(syncOverride())).toBe(true);
  expect(needsSchedule(syncOverride({ endedAt: T0 + HOUR }))).toBe(false);
  expect(needsSchedule(syncOverride({ revokedAt: T0 }))).toBe(false);
});

import { expect, test } from 'vitest';
import { hasPassed } from '../../src/time/elapsed.ts';

test('a time has passed from its last millisecond on', () => {
  expect([4, 5, 6].map((now) => hasPassed(now, 0, 5))).toEqual([false, true, true]);
  expect(hasPassed(0, Number.NEGATIVE_INFINITY, 5)).toBe(true);
});

test('S74: what began ahead of the clock is over: the clock was set back since', () => {
  expect(hasPassed(-1, 0, 5)).toBe(true);
});

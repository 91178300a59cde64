import { expect, test } from 'vitest';
import { idempotencyKey } from '../../src/plan/idempotency-key.ts';

const PAUSE = {
  organization: 'org-1',
  sync: 'model:a',
  action: 'deactivate',
  occasion: 'hold-1',
  generation: 1,
} as const;

test('S61: equal intentions have equal keys, in every process and every version', () => {
  expect(idempotencyKey({ ...PAUSE })).toBe(idempotencyKey(PAUSE));
  // The server remembers keys for a day: one of before an upgrade is to be the same after it.
  expect(idempotencyKey(PAUSE)).toBe('cf1-2QRO6qBjXc4WS3JAXlyElQV_MgZ0fmLnyOG26Sa2fuU');
});

test.each([
  { organization: 'org-2' },
  { sync: 'bulk:a' },
  { action: 'activate' },
  { occasion: 'hold-2' },
  { generation: 2 },
] as const)('S61: another intention has another key: %o', (other) => {
  expect(idempotencyKey({ ...PAUSE, ...other })).not.toBe(idempotencyKey(PAUSE));
});

test('S61: no two intentions are one when their words are put together', () => {
  const one = idempotencyKey({ ...PAUSE, occasion: 'a","b' });
  expect(one).not.toBe(idempotencyKey({ ...PAUSE, occasion: 'a' }));
  const keys = [
    { organization: 'x', occasion: 'yz' },
    { organization: 'xy', occasion: 'z' },
  ].map((words) => idempotencyKey({ ...PAUSE, ...words }));
  expect(new Set(keys).size).toBe(2);
});

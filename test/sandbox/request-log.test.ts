import { expect, test } from 'vitest';
import { createRequestLog } from '../../src/sandbox/request-log.ts';

const ARRIVAL = {
  at: 0,
  method: 'GET',
  path: '/api/me',
  query: '',
  body: undefined,
  idempotencyKey: undefined,
};

test('the log keeps the last 50,000 requests and says how many a reader has lost', () => {
  const log = createRequestLog();
  for (let seq = 1; seq <= 50_003; seq += 1) log.open(ARRIVAL);
  const { requests, next, lost } = log.read({});
  expect([requests.length, requests[0]?.seq, next, lost]).toEqual([50_000, 4, 50_003, 3]);
  expect(log.read({ since: 50_001 })).toMatchObject({ next: 50_003, lost: 0 });
  expect(log.read({ since: 1 }).lost).toBe(2);
});

test('the log keeps the beginning of a long body', () => {
  const log = createRequestLog();
  log.open({ ...ARRIVAL, body: 'x'.repeat(10_000) });
  expect(log.read({}).requests[0]?.body).toHaveLength(2_000);
});

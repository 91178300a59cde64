import { expect, test } from 'vitest';
import { classify, parseHttpDate, parseRetryAfter } from '../../src/polytomic/classify.ts';
import { createReason, plain } from '../../src/polytomic/reason.ts';

const NOW = Date.UTC(2026, 2, 1, 12);
const reason = createReason(['hush']);

function answer(status: number, body: string, headers: Record<string, string> = {}) {
  return classify({ kind: 'answer', status, headers, body }, reason, NOW);
}

test.each([
  [200, 'ok'],
  [201, 'ok'],
  [299, 'ok'],
  [300, 'rejected'],
  [304, 'rejected'],
  [400, 'rejected'],
  [401, 'unauthorized'],
  [402, 'rejected'],
  [403, 'unauthorized'],
  [404, 'missing'],
  [408, 'unknown'],
  [409, 'conflict'],
  [410, 'rejected'],
  [422, 'rejected'],
  [425, 'rejected'],
  [429, 'throttled'],
  [499, 'rejected'],
  [500, 'server-error'],
  [502, 'server-error'],
  [503, 'server-error'],
  [504, 'server-error'],
  [599, 'server-error'],
])('status %i is %s', (status, kind) => {
  expect(answer(status, '{}').kind).toBe(kind);
});

test('silence before sending is not-sent, after sending unknown', () => {
  const silence = { kind: 'silence', trouble: 'gone' } as const;
  expect(classify({ ...silence, sent: false }, reason, NOW).kind).toBe('not-sent');
  expect(classify({ ...silence, sent: true }, reason, NOW).kind).toBe('unknown');
});

test.each([
  ['{"key":"sync_busy","message":"It runs","status":409,"metadata":{}}', 'sync_busy: It runs'],
  ['{"message":"It runs"}', 'It runs'],
  ['{"code":7,"error":"no such key","status":"Unauthorized"}', 'no such key'],
  ['{"status":"Unauthorized"}', 'Unauthorized'],
  ['{"message":"","error":"Empty above"}', 'Empty above'],
  ['{"message":null,"error":"Null above"}', 'Null above'],
  ['{"message":{"deep":1}}', '{"message":{"deep":1}}'],
  ['["odd"]', '["odd"]'],
  ['upstream  timed\r\n\tout', 'upstream timed out'],
  ['<html><body><b>502</b> Bad Gateway</body></html>', '502 Bad Gateway'],
  ['a < b', 'a b'],
  ['', 'no further word'],
  ['   ', 'no further word'],
])('the error body %s reads: %s', (body, sentence) => {
  expect(answer(418, body)).toEqual({
    kind: 'rejected',
    status: 418,
    reason: `HTTP 418: ${sentence}`,
    retryAfterMs: undefined,
  });
});

test('a refusal carries how long to wait', () => {
  expect(answer(429, '', { 'retry-after': '7' })).toMatchObject({ retryAfterMs: 7000 });
  expect(answer(503, '', { 'retry-after': '7' })).toMatchObject({ retryAfterMs: 7000 });
});

test.each([
  ['0', 0],
  ['120', 120_000],
  ['1.5', 1500],
  ['99999999999999999999', 86_400_000],
  ['Sun, 01 Mar 2026 12:00:30 GMT', 30_000],
  ['Sun, 01 Mar 2026 11:00:00 GMT', 0],
  ['Sun, 01 Mar 2099 11:00:00 GMT', 86_400_000],
  ['-5', undefined],
  ['1e9', undefined],
  ['soon', undefined],
  ['', undefined],
  ['2026-03-01T12:00:30Z', undefined],
  [undefined, undefined],
])('Retry-After %s is %s ms', (header, ms) => {
  expect(parseRetryAfter(header, undefined, NOW)).toBe(ms);
});

test('a date to retry after is read on the clock of the server that wrote it', () => {
  const until = 'Sun, 01 Mar 2026 12:00:30 GMT';
  expect(parseRetryAfter(until, 'Sun, 01 Mar 2026 12:00:20 GMT', NOW)).toBe(10_000);
});

test('an HTTP date is read in UTC, and nothing else passes for one', () => {
  expect(parseHttpDate('Sun, 01 Mar 2026 12:00:00 GMT')).toBe(NOW);
  for (const text of ['5', 'Mon Mar 1 2026', 'Xyz, not a date GMT', '2026']) {
    expect(parseHttpDate(text)).toBeUndefined();
  }
});

test('a reason has at most 500 characters and never half a character', () => {
  const long = answer(500, '😀'.repeat(400));
  expect(long).toHaveProperty('reason', expect.stringMatching(/^HTTP 500: (😀)+…$/u));
  const text = long.kind === 'ok' ? '' : long.reason;
  expect(text.length).toBeLessThanOrEqual(500);
  expect(text.length).toBeGreaterThan(497);
  expect(plain(text)).toBe(text);
});

test('a secret at the edge of what is kept leaves no part behind', () => {
  for (let before = 480; before < 500; before += 1) {
    expect(reason(`${'x'.repeat(before)}hush`)).not.toMatch(/h/);
  }
});

test('control characters and lone surrogates become spaces', () => {
  expect(plain('a\0b\u{1b}c\u{9b}d\u{d800}e\u{dc00}f😀')).toBe('a b c d e f😀');
});

test('an empty secret hides nothing', () => {
  expect(createReason([''])('plain text')).toBe('plain text');
});

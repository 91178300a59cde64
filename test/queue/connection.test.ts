import { describe, expect, it } from 'vitest';
import { wire } from '../../src/queue/connection.ts';
import { createErrorLog, type QueueEvent } from '../../src/queue/queue-event.ts';
import { isServerAway } from '../../src/queue/server-away.ts';

it('wire refuses a Redis url that cannot be read, without repeating it', () => {
  const connect = () => wire({ kind: 'redis', url: 'redis://secret@h' }, 1, () => undefined);
  expect(connect).toThrow(/^the Redis url cannot be used: .*needs a password/);
  expect(connect).not.toThrow('secret');
});

describe('isServerAway', () => {
  const withCode = (code: unknown) => Object.assign(new Error('x'), { code });

  it.each(['ECONNREFUSED', 'ECONNRESET', 'EPIPE', '57P01', '57P03', '08006', '53300', '28P01'])(
    '%s: yes',
    (code) => expect(isServerAway(withCode(code))).toBe(true),
  );

  it('a driver that lost its connection: yes', () => {
    expect(isServerAway(new Error('Connection terminated unexpectedly'))).toBe(true);
  });

  it.each(['22P05', '42P01', '40001', 'BM001', -2])('%s: no, that is an answer', (code) =>
    expect(isServerAway(withCode(code))).toBe(false),
  );

  it('a bug: no', () => {
    expect(isServerAway(new TypeError('x is not a function'))).toBe(false);
    expect(isServerAway('text')).toBe(false);
  });
});

it('the error log says the same thing once a minute, and other things at once', () => {
  const events: QueueEvent[] = [];
  let now = 0;
  const report = createErrorLog(
    (event) => events.push(event),
    () => now,
  );
  const says = () => events.splice(0).map((event) => 'message' in event && event.message);
  report('boundaries', new Error('a'));
  report('boundaries', new Error('a'));
  report('enforcement', new Error('a'));
  report('boundaries', new Error('b'));
  expect(says()).toEqual(['a', 'a', 'b']);
  now = 59_999;
  report('boundaries', new Error('a'));
  expect(says()).toEqual([]);
  now = 60_000;
  report('boundaries', new Error('a'));
  expect(says()).toEqual(['a']);
  for (let index = 0; index < 500; index += 1) report('boundaries', new Error(`${index}`));
  expect(says()).toHaveLength(500);
});

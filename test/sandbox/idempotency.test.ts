import { describe, expect, test } from 'vitest';
import { createIdempotencyKeys } from '../../src/sandbox/idempotency.ts';
import { DAY, drive } from './drive.ts';

const NAME = 'Finance/Invoices to NetSuite';
const KEY = 'cf1-0123456789_abcDEF';

describe('an idempotency key', () => {
  test('replays the first answer and does nothing the second time', async () => {
    const { get, post, pathOf } = await drive();
    const path = await pathOf(NAME);
    const first = await post(`${path}/activate`, { active: false }, { key: KEY });
    await post(`${path}/activate`, { active: true });
    const second = await post(`${path}/activate`, { active: false }, { key: KEY });
    expect([second.status, second.body]).toEqual([200, first.body]);
    expect((await get(path)).body.data.active).toBe(true);
  });

  test('starts one execution, however often it is sent', async () => {
    const { post, pathOf } = await drive();
    const path = `${await pathOf(NAME)}/executions`;
    const ids = new Set<string>();
    for (let attempt = 0; attempt < 3; attempt += 1) {
      ids.add((await post(path, {}, { key: KEY })).body.data.id);
    }
    expect(ids.size).toBe(1);
    expect((await post(path, {}, { key: `${KEY}2` })).status).toBe(409);
  });

  test('replays errors too, even when the same request would now succeed', async () => {
    const { admin, post, pathOf } = await drive();
    const path = await pathOf('Marketing/Event attendees to Marketo');
    expect((await post(`${path}/executions`, {}, { key: KEY })).status).toBe(409);
    await admin('POST', '/people', {
      name: 'Maya',
      action: 'activate',
      sync: path.split('/').at(-1),
    });
    expect((await post(`${path}/executions`, {}, { key: KEY })).body.key).toBe('sync_inactive');
    expect((await post(`${path}/executions`, {}, { key: `${KEY}2` })).status).toBe(200);
  });

  test('is forgotten after 24 hours', async () => {
    const { get, post, pathOf, advance } = await drive();
    const path = await pathOf(NAME);
    const pause = () => post(`${path}/activate`, { active: false }, { key: KEY });
    const active = async () => (await get(path)).body.data.active;
    await pause();
    await post(`${path}/activate`, { active: true });
    advance(DAY - 1);
    await pause();
    expect(await active()).toBe(true);
    advance(1);
    await pause();
    expect(await active()).toBe(false);
  });

  test('is 422 for another body and for another path', async () => {
    const { get, post, pathOf } = await drive();
    const path = await pathOf(NAME);
    await post(`${path}/activate`, { active: false }, { key: KEY });
    const answers = [
      await post(`${path}/activate`, { active: true }, { key: KEY }),
      await post(`${path}/cancel`, undefined, { key: KEY }),
    ];
    expect(answers.map(({ status }) => status)).toEqual([422, 422]);
    expect((await get(path)).body.data.active).toBe(false);
  });

  test('is 409 while the first request is still being handled', async () => {
    const { admin, post, pathOf } = await drive();
    const path = `${await pathOf(NAME)}/activate`;
    await admin('POST', '/faults', { kind: 'latency', ms: 500, count: 1 });
    const first = post(path, { active: false }, { key: KEY });
    while ((await admin('GET', '/requests')).body.requests.length === 0);
    const second = await post(path, { active: false }, { key: KEY });
    expect([second.status, second.body.key]).toEqual([409, 'idempotency_key_in_flight']);
    expect((await first).status).toBe(200);
    expect((await post(path, { active: false }, { key: KEY })).status).toBe(200);
  });

  test.each([
    ['too short', 'abc-123', 400],
    ['just long enough', 'abc-1234', 200],
    ['as long as can be', 'x'.repeat(255), 200],
    ['too long', 'x'.repeat(256), 400],
    ['of strange characters', 'abc.1234', 400],
  ])('%s is answered as documented', async (_, key, status) => {
    const { post, pathOf } = await drive();
    expect((await post(`${await pathOf(NAME)}/cancel`, undefined, { key })).status).toBe(status);
  });

  test('means nothing to a DELETE', async () => {
    const { call, pathOf } = await drive();
    const path = await pathOf(NAME);
    expect((await call('DELETE', path, undefined, { key: KEY })).status).toBe(200);
    expect((await call('DELETE', path, undefined, { key: KEY })).status).toBe(404);
  });
});

test('of more than 100,000 keys the oldest are forgotten', () => {
  const keys = createIdempotencyKeys();
  const claim = (number: number) => keys.claim(`key-${number}-abcdef`, 'same', 0).kind;
  for (let number = 0; number <= 100_000; number += 1) claim(number);
  expect(claim(1)).toBe('refused');
  expect(claim(0)).toBe('first');
});

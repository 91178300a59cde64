import { describe, expect, test } from 'vitest';
import { type Driven, drive } from './drive.ts';

const NAME = 'Finance/Invoices to NetSuite';
const KEY = 'cf1-0123456789_abcDEF';

async function harmed(fault: object): Promise<Driven & { path: string; pause(): Promise<Answer> }> {
  const driven = await drive();
  const path = await driven.pathOf(NAME);
  const route = '/api/syncs/:id/activate';
  const added = await driven.admin('POST', '/faults', { route, ...fault });
  expect(added.status).toBe(200);
  const pause = () =>
    driven.post(`${path}/activate`, { active: false }, { key: KEY }).then(
      ({ status, headers, body }) => ({ status, body, retryAfter: headers.get('retry-after') }),
      (error: Error & { cause?: { code?: string } }) => ({
        code: error.cause?.code,
        name: error.name,
      }),
    );
  return { ...driven, path, pause };
}

type Answer = Record<string, unknown>;

async function isActive({ get, path }: Driven & { path: string }): Promise<boolean> {
  return (await get(path)).body.data.active;
}

describe('an injected fault', () => {
  test('429 comes with Retry-After and leaves no trace under the key', async () => {
    const driven = await harmed({ kind: 'status', status: 429, retryAfter: 7, count: 1 });
    expect(await driven.pause()).toMatchObject({ status: 429, retryAfter: '7' });
    expect(await isActive(driven)).toBe(true);
    expect(await driven.pause()).toMatchObject({ status: 200 });
    expect(await isActive(driven)).toBe(false);
  });

  test('a recorded 500 is replayed under its key; a new key gets through', async () => {
    const driven = await harmed({ kind: 'record-500', count: 1 });
    expect(await driven.pause()).toMatchObject({ status: 500 });
    expect(await driven.pause()).toMatchObject({ status: 500 });
    expect(await isActive(driven)).toBe(true);
    const fresh = { key: `${KEY}-2` };
    expect((await driven.post(`${driven.path}/activate`, { active: false }, fresh)).status).toBe(
      200,
    );
    expect(await isActive(driven)).toBe(false);
  });

  test('a reset before handling leaves the sync as it was', async () => {
    const driven = await harmed({ kind: 'reset', count: 1 });
    expect(await driven.pause()).toMatchObject({ code: 'ECONNRESET' });
    expect(await isActive(driven)).toBe(true);
  });

  test('a reset after handling loses the answer, not the effect; the key replays it', async () => {
    const driven = await harmed({ kind: 'reset-after', count: 1 });
    expect(await driven.pause()).toMatchObject({ code: 'ECONNRESET' });
    expect(await isActive(driven)).toBe(false);
    await driven.post(`${driven.path}/activate`, { active: true });
    expect(await driven.pause()).toMatchObject({ status: 200, body: { data: { active: false } } });
    expect(await isActive(driven)).toBe(true);
  });

  test('a truncated body ends before its Content-Length; the effect is there', async () => {
    const driven = await harmed({ kind: 'truncate', count: 1 });
    expect(await driven.pause()).toMatchObject({ name: 'TypeError' });
    expect(await isActive(driven)).toBe(false);
  });

  test('a stall sends headers and half a body, and then nothing', async () => {
    const driven = await harmed({ kind: 'stall', count: 1 });
    const response = await fetch(`${driven.url}${driven.path}/activate`, {
      method: 'POST',
      headers: { authorization: 'Bearer sandbox-api-key', 'content-type': 'application/json' },
      body: '{"active":false}',
    });
    expect(response.status).toBe(200);
    const reader = response.body!.getReader();
    const { value } = await reader.read();
    expect(value!.length).toBeLessThan(Number(response.headers.get('content-length')));
    const more = reader.read().then(
      () => 'more',
      () => 'cut',
    );
    expect(await Promise.race([more, isActive(driven)])).toBe(false);
    await driven.close();
    expect(await more).toBe('cut');
  });

  test('ignore answers 200 and changes nothing, also when it is replayed', async () => {
    const driven = await harmed({ kind: 'ignore', count: 1 });
    expect(await driven.pause()).toMatchObject({ status: 200, body: { data: { active: false } } });
    expect(await driven.pause()).toMatchObject({ status: 200 });
    expect(await isActive(driven)).toBe(true);
  });

  test('a page of HTML is what a gateway would send', async () => {
    const driven = await harmed({ kind: 'html', count: 1 });
    const { status, body } = await driven.pause();
    expect([status, body]).toEqual([502, expect.stringContaining('<h1>502 Bad Gateway</h1>')]);
  });

  test('latency delays the effect as well', async () => {
    const driven = await harmed({ kind: 'latency', ms: 300, count: 1 });
    const startedAt = performance.now();
    const answer = driven.pause();
    while ((await driven.admin('GET', '/requests')).body.requests.length === 0);
    expect(await isActive(driven)).toBe(true);
    expect(await answer).toMatchObject({ status: 200 });
    expect(performance.now() - startedAt).toBeGreaterThan(290);
    expect(await isActive(driven)).toBe(false);
  });
});

describe('where a fault strikes', () => {
  test('only the named route and method', async () => {
    const { admin, get, post, pathOf } = await drive();
    const [path, bulk] = [await pathOf(NAME), await pathOf('Finance/Stripe to Snowflake')];
    const route = '/api/syncs/**';
    await admin('POST', '/faults', { kind: 'status', status: 503, route, method: 'POST' });
    expect((await get(path)).status).toBe(200);
    expect((await post(`${path}/cancel`)).status).toBe(503);
    expect((await post(`${bulk}/cancel`)).status).toBe(200);
  });

  test('as often as its rate says, repeatably', async () => {
    const hits = async () => {
      const { admin, get } = await drive({ seed: 5 });
      await admin('POST', '/faults', { kind: 'status', status: 503, rate: 0.3 });
      const statuses: number[] = [];
      for (let call = 0; call < 100; call += 1) statuses.push((await get('/api/me')).status);
      return statuses;
    };
    const first = await hits();
    const count = first.filter((status) => status === 503).length;
    expect(count).toBeGreaterThan(15);
    expect(count).toBeLessThan(50);
    expect(await hits()).toEqual(first);
  });

  test('until its count is used up or it is deleted', async () => {
    const { admin, get } = await drive();
    const fault = { kind: 'status', status: 503, route: '/api/me' };
    const { id } = (await admin('POST', '/faults', { ...fault, count: 2 })).body;
    const statuses = async () => [await get('/api/me'), await get('/api/me'), await get('/api/me')];
    expect((await statuses()).map(({ status }) => status)).toEqual([503, 503, 200]);
    expect((await admin('GET', '/faults')).body.faults).toMatchObject([
      { id, hits: 2, isOver: true },
    ]);
    await admin('POST', '/faults', fault);
    expect((await get('/api/me')).status).toBe(503);
    expect((await admin('DELETE', `/faults/${id}`)).body).toEqual({ removed: 1 });
    expect((await admin('DELETE', `/faults/${id}`)).status).toBe(404);
    expect((await admin('DELETE', '/faults')).body).toEqual({ removed: 1 });
    expect((await get('/api/me')).status).toBe(200);
  });

  test('a fault that makes no sense is 400, and so many faults are refused', async () => {
    const { admin } = await drive();
    for (const fault of [{}, { kind: 'fire' }, { kind: 'status' }, { kind: 'reset', rate: 2 }]) {
      expect((await admin('POST', '/faults', fault)).status).toBe(400);
    }
    const add = () => admin('POST', '/faults', { kind: 'reset', route: '/never' });
    const statuses = [];
    for (let made = 0; made < 101; made += 1) statuses.push((await add()).status);
    expect(statuses.lastIndexOf(200)).toBe(99);
    expect(statuses[100]).toBe(409);
  });
});

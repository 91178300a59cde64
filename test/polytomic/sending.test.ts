import { once } from 'node:events';
import type { Socket } from 'node:net';
import { expect, test } from 'vitest';
import type { Outcome } from '../../src/plan/outcome.ts';
import { troubleOf } from '../../src/polytomic/wire.ts';
import { accepting, answering, clientOf, ID, KEY, raw, refusing, response } from './rig.ts';

const GOOD = response('200 OK', JSON.stringify({ data: { active: false, id: ID } }));

function pause(url: string, options: Parameters<typeof clientOf>[1] = {}): Promise<Outcome> {
  return clientOf(url, options).setActive(`model:${ID}`, false, KEY);
}

test('a refused connection was not sent', async () => {
  const outcome = await pause(await refusing());
  expect(outcome).toMatchObject({
    kind: 'not-sent',
    reason: expect.stringContaining('ECONNREFUSED'),
  });
});

test('an error of the wire is told with its code, the first one of several', () => {
  const coded = (error: Error, code: string): Error => Object.assign(error, { code });
  const refused = coded(new Error('connect ECONNREFUSED ::1:1'), 'ECONNREFUSED');
  const all = coded(new AggregateError([refused, new Error('second')]), 'ECONNREFUSED');
  expect(troubleOf(all)).toBe('connect ECONNREFUSED ::1:1');
  expect(troubleOf(coded(new Error('closed'), 'UND_ERR_X'))).toBe('closed (UND_ERR_X)');
  expect(troubleOf(new TypeError(''))).toBe('TypeError');
});

test('a name that nobody knows was not sent', async () => {
  const outcome = await pause('http://nowhere.invalid');
  expect(outcome).toMatchObject({ kind: 'not-sent' });
  expect(outcome).toHaveProperty('reason', expect.stringMatching(/ENOTFOUND|EAI_AGAIN/));
});

test('a TLS handshake that fails was not sent', async () => {
  const url = await accepting('https', (socket) => socket.end('HTTP/1.1 400 Bad Request\r\n\r\n'));
  expect((await pause(url)).kind).toBe('not-sent');
});

test('a reset during the TLS handshake was not sent, unlike the same reset later', async () => {
  const url = await accepting('https', (socket) =>
    socket.once('data', () => socket.resetAndDestroy()),
  );
  const outcome = await pause(url);
  expect(outcome).toMatchObject({
    kind: 'not-sent',
    reason: expect.stringContaining('ECONNRESET'),
  });
});

test('a TLS handshake that never ends meets the deadline and was not sent', async () => {
  const outcome = await pause(await accepting('https', () => {}), { timeoutMs: 200 });
  expect(outcome).toMatchObject({ kind: 'not-sent', reason: expect.stringContaining('200 ms') });
});

test('a call whose deadline passes in the queue was not sent and never will be', async () => {
  const seen: string[] = [];
  let first: Socket | undefined;
  const url = await raw((socket, { text }) => {
    seen.push(/idempotency-key: (.*)\r/.exec(text)?.[1] ?? '');
    if (first === undefined) first = socket;
    else socket.write(GOOD);
  });
  const client = clientOf(url, { timeoutMs: 1000, connections: 1 });
  const outcomes = await Promise.all([
    client.setActive(`model:${ID}`, false, 'key-held-0'),
    client.setActive(`model:${ID}`, false, 'key-queued'),
  ]);
  expect(outcomes.map(({ kind }) => kind)).toEqual(['unknown', 'not-sent']);
  expect((await client.setActive(`model:${ID}`, false, 'key-after0')).kind).toBe('ok');
  expect(seen).toEqual(['key-held-0', 'key-after0']);
});

test('a rate budget that fails fails the read; it is no answer of the API', async () => {
  const server = await answering(() => ({}));
  const admit = () => Promise.reject(new Error('the budget is out of reach'));
  const client = clientOf(server.url, { admit });
  await expect(client.me()).rejects.toThrow('out of reach');
  await expect(client.listSyncs()).rejects.toThrow('out of reach');
  expect(server.seen).toEqual([]);
});

test('a write is not held up: who makes it has asked the budget before', async () => {
  const server = await answering(() => ({ body: { data: { id: ID, active: false } } }));
  const asked: string[] = [];
  const client = clientOf(server.url, {
    async admit() {
      asked.push('admit');
      return undefined;
    },
  });
  expect((await client.setActive(`model:${ID}`, false, KEY)).kind).toBe('ok');
  expect([asked, server.seen.length]).toEqual([[], 1]);
  expect(await client.admit()).toBeUndefined();
  expect(asked).toEqual(['admit']);
});

test('S64: while the API wants quiet a read is not sent, and says for how long', async () => {
  const server = await answering(() => ({ status: 429, headers: { 'retry-after': '7' } }));
  let quiet: number | undefined;
  const client = clientOf(server.url, {
    admit: async () => quiet,
    onThrottled: async (retryAfterMs) => {
      quiet = retryAfterMs;
    },
  });
  expect(await client.me()).toMatchObject({ kind: 'throttled', retryAfterMs: 7_000 });
  expect(quiet).toBe(7_000);
  quiet = 3_000;
  expect(await client.me()).toMatchObject({
    kind: 'throttled',
    reason: expect.stringContaining('not sent'),
    retryAfterMs: 3_000,
  });
  expect([server.seen.length, quiet]).toEqual([1, 3_000]);
});

test('a closed client sends nothing, and closing twice is harmless', async () => {
  const server = await answering(() => ({}));
  const client = clientOf(server.url);
  await client.close();
  await client.close();
  expect((await client.setActive(`model:${ID}`, false, KEY)).kind).toBe('not-sent');
  expect(server.seen).toEqual([]);
});

test('closing ends what is under way as unknown', async () => {
  const closed: Promise<void>[] = [];
  const url = await raw(() => closed.push(client.close()));
  const client = clientOf(url);
  expect((await client.setActive(`model:${ID}`, false, KEY)).kind).toBe('unknown');
  await Promise.all(closed);
});

test('a kept socket that the server closed in the meantime costs nothing', async () => {
  const sockets: Socket[] = [];
  const url = await raw((socket) => {
    sockets.push(socket);
    socket.write(GOOD);
  });
  const client = clientOf(url, { connections: 1 });
  expect((await client.setActive(`model:${ID}`, false, KEY)).kind).toBe('ok');
  sockets[0]!.end();
  await once(sockets[0]!, 'close');
  expect((await client.setActive(`model:${ID}`, false, KEY)).kind).toBe('ok');
  expect(new Set(sockets).size).toBe(2);
});

test('a kept socket that dies under the second request leaves it unknown', async () => {
  const url = await raw((socket, { earlier }) => {
    if (earlier === 0) socket.write(GOOD);
    else socket.resetAndDestroy();
  });
  const client = clientOf(url, { connections: 1 });
  expect((await client.setActive(`model:${ID}`, false, KEY)).kind).toBe('ok');
  expect((await client.setActive(`model:${ID}`, false, KEY)).kind).toBe('unknown');
});

test('what is called not sent was never seen by the server, under any weather', async () => {
  const seen = new Map<string, number>();
  let turn = 0;
  const url = await raw((socket, { text }) => {
    const key = /idempotency-key: (.*)\r/.exec(text)?.[1] ?? '';
    seen.set(key, (seen.get(key) ?? 0) + 1);
    turn += 1;
    if (turn % 7 === 0) socket.resetAndDestroy();
    else if (turn % 5 === 0) socket.write(GOOD, () => socket.resetAndDestroy());
    else if (turn % 3 === 0) socket.end(GOOD);
    else if (turn % 11 !== 0) socket.write(GOOD);
  });
  const client = clientOf(url, { timeoutMs: 250, connections: 3 });
  const kinds = new Map<string, number>();
  const shoot = async (key: string): Promise<void> => {
    const { kind } = await client.setActive(`model:${ID}`, false, key);
    kinds.set(kind, (kinds.get(kind) ?? 0) + 1);
    if (kind === 'not-sent') expect(seen.has(key)).toBe(false);
    if (kind === 'ok') expect(seen.has(key)).toBe(true);
  };
  await Promise.all(Array.from({ length: 400 }, (_, n) => shoot(`key-${n}-00000`)));
  expect([...kinds.keys()].sort()).toEqual(['not-sent', 'ok', 'unknown']);
  expect(Math.max(...seen.values())).toBe(1);
});

test('proxy variables mean nothing', async () => {
  const dead = await refusing();
  for (const name of ['HTTP_PROXY', 'http_proxy', 'ALL_PROXY', 'NODE_USE_ENV_PROXY']) {
    process.env[name] = name.startsWith('NODE') ? '1' : dead;
  }
  try {
    const server = await answering(() => ({ body: { data: { active: false, id: ID } } }));
    expect((await pause(server.url)).kind).toBe('ok');
  } finally {
    for (const name of ['HTTP_PROXY', 'http_proxy', 'ALL_PROXY', 'NODE_USE_ENV_PROXY']) {
      delete process.env[name];
    }
  }
});

import { expect, test } from 'vitest';
import type { SyncKey } from '../../src/policy/sync.ts';
import { answering, clientOf, ID, KEY, OTHER_ID, SECRET, VERSION } from './rig.ts';

const MODEL: SyncKey = `model:${ID}`;
const BULK: SyncKey = `bulk:${ID}`;

test('every request names the key, the version and the client', async () => {
  const server = await answering(() => ({ body: { data: {} } }));
  await clientOf(server.url).me();
  expect(server.seen[0]).toMatchObject({
    method: 'GET',
    url: '/api/me',
    body: '',
    headers: {
      accept: 'application/json',
      authorization: `Bearer ${SECRET}`,
      'user-agent': 'curfew-test',
      'x-polytomic-version': VERSION,
    },
  });
  expect(server.seen[0]!.headers).not.toHaveProperty('idempotency-key');
  expect(server.seen[0]!.headers).not.toHaveProperty('content-type');
});

test('an organization key is sent as Basic', async () => {
  const server = await answering(() => ({ body: { data: {} } }));
  const credentials = { kind: 'basic', organizationId: OTHER_ID, key: SECRET } as const;
  await clientOf(server.url, { credentials }).me();
  const [scheme, pair] = server.seen[0]!.headers.authorization!.split(' ');
  expect([scheme, Buffer.from(pair!, 'base64').toString()]).toEqual([
    'Basic',
    `${OTHER_ID}:${SECRET}`,
  ]);
});

test.each([
  ['model', '/api/syncs'],
  ['bulk', '/api/bulk/syncs'],
] as const)('the endpoints of a %s sync', async (kind, path) => {
  const server = await answering(({ url }) => {
    if (url.endsWith('/activate')) return { body: { data: { id: ID, active: false } } };
    if (url.endsWith('/executions')) return { body: { data: { id: 'e1', status: 'created' } } };
    if (url.includes('/executions?')) return { body: { data: [{ id: 'e1', status: 'running' }] } };
    return { body: { data: { message: 'queued' } } };
  });
  const client = clientOf(server.url);
  const sync: SyncKey = `${kind}:${ID}`;
  expect(await client.setActive(sync, false, KEY)).toEqual({
    kind: 'ok',
    value: { active: false },
  });
  expect(await client.cancel(sync, KEY)).toEqual({ kind: 'ok', value: { message: 'queued' } });
  expect(await client.start(sync, KEY)).toMatchObject({ kind: 'ok', value: { id: 'e1' } });
  expect(await client.executions(sync)).toMatchObject({ kind: 'ok', value: [{ id: 'e1' }] });
  expect((await client.status(sync)).kind).toBe('ok');
  expect(server.seen.map(({ method, url, body }) => `${method} ${url} ${body}`)).toEqual([
    `POST ${path}/${ID}/activate {"active":false}`,
    `POST ${path}/${ID}/cancel `,
    `POST ${path}/${ID}/executions {}`,
    `GET ${path}/${ID}/executions?ascending=false `,
    `GET ${path}/${ID}/status `,
  ]);
  const keys = server.seen.map(({ headers }) => headers['idempotency-key']);
  expect(keys).toEqual([KEY, KEY, KEY, undefined, undefined]);
  const types = server.seen.map(({ headers }) => headers['content-type']);
  expect(types).toEqual(['application/json', undefined, 'application/json', undefined, undefined]);
});

test.each([
  ['another value', { id: ID, active: true }],
  ['another sync', { id: OTHER_ID, active: false }],
  ['no id', { active: false }],
  ['no value', { id: ID }],
  ['a value that only looks false', { id: ID, active: 0 }],
  ['nothing', null],
])('a 2xx to activate that answers %s leaves it unknown', async (_, data) => {
  const server = await answering(() => ({ body: { data } }));
  expect((await clientOf(server.url).setActive(MODEL, false, KEY)).kind).toBe('unknown');
});

test('an id is the same in either case of its letters', async () => {
  const server = await answering(() => ({
    body: { data: { id: ID.toUpperCase(), active: true } },
  }));
  expect((await clientOf(server.url).setActive(BULK, true, KEY)).kind).toBe('ok');
});

test.each([
  'model:schedules',
  'bulk:status',
  `model:${ID}/../x`,
  'model:..',
  `model:${ID}?x=`,
  'other:x',
])('the key %s never becomes a path', async (key) => {
  const server = await answering(() => ({}));
  const client = clientOf(server.url);
  const sync = key as SyncKey;
  for (const outcome of [await client.getSync(sync), await client.setActive(sync, false, KEY)]) {
    expect(outcome).toEqual({
      kind: 'rejected',
      status: 400,
      reason: 'not sent: the id of a sync is a UUID',
    });
  }
  expect(server.seen).toEqual([]);
});

test.each(['short', 'has space in it', 'x'.repeat(256), 'line\nbreak', 'ünïcödé-key'])(
  'the idempotency key %j is a bug, not an outcome',
  async (key) => {
    const client = clientOf('http://127.0.0.1:1');
    await expect(client.setActive(MODEL, false, key)).rejects.toThrow('not an idempotency key');
  },
);

test('a base URL may have a path and a slash at its end', async () => {
  const server = await answering(() => ({ body: { data: {} } }));
  await clientOf(`${server.url}/polytomic/`).me();
  expect(server.seen[0]!.url).toBe('/polytomic/api/me');
});

test.each([
  ['ftp://example.com', SECRET],
  ['example.com', SECRET],
  ['', SECRET],
  ['http://example.com', ''],
  ['http://example.com', `${SECRET}\n`],
  ['http://example.com', 'schlüssel'],
])('no client is built for %j with the key %j', (baseUrl, key) => {
  const build = () => clientOf(baseUrl, { credentials: { kind: 'bearer', key } });
  expect(build).toThrow(TypeError);
  expect(build).not.toThrow(/marker/);
});

test('who the key belongs to, a user or not', async () => {
  const organization = { organization_id: OTHER_ID, organization_name: 'Acme' };
  const bodies = [
    { data: { id: ID, email: 'ada@acme.test', is_user: true, ...organization } },
    { data: { is_organization: true, ...organization } },
  ];
  const server = await answering(() => ({ body: bodies.shift() }));
  const client = clientOf(server.url);
  const acme = { organizationId: OTHER_ID, organizationName: 'Acme' };
  expect(await client.me()).toEqual({
    kind: 'ok',
    value: { id: ID, name: 'ada@acme.test', ...acme },
  });
  expect(await client.me()).toEqual({
    kind: 'ok',
    value: { id: undefined, name: undefined, ...acme },
  });
});

test('another version in the echo is told, ours and none are not', async () => {
  const echoes = [VERSION, '2024-02-08', undefined];
  const server = await answering(() => {
    const echo = echoes.shift();
    return { headers: { 'x-polytomic-version': echo ?? [] }, body: { data: {} } };
  });
  const told: string[] = [];
  const client = clientOf(server.url, { onVersionMismatch: (served) => told.push(served) });
  for (let n = 0; n < 3; n += 1) expect((await client.me()).kind).toBe('ok');
  expect(told).toEqual(['2024-02-08']);
});

test('the rate budget is asked before each read, of a listing too', async () => {
  const server = await answering(() => ({ body: { data: [] } }));
  let admitted = 0;
  const admit = async (): Promise<undefined> => {
    expect(admitted).toBeGreaterThanOrEqual(server.seen.length);
    admitted += 1;
  };
  const client = clientOf(server.url, { admit });
  expect((await client.listSyncs()).kind).toBe('ok');
  expect([admitted, server.seen.length]).toEqual([4, 4]);
});

test('the skew is what the server tells of its time, minus ours', async () => {
  let date: string | undefined = 'Sun, 01 Mar 2026 12:00:05 GMT';
  const server = await answering(() => ({ headers: { date: date ?? 'nonsense' }, body: {} }));
  const client = clientOf(server.url, { now: () => Date.UTC(2026, 2, 1, 12) });
  expect(client.skewMs()).toBeUndefined();
  await client.me();
  expect(client.skewMs()).toBe(5000);
  date = undefined;
  await client.me();
  expect(client.skewMs()).toBe(5000);
});

test('a read of the wrong shape says where, not what', async () => {
  const server = await answering(() => ({ body: { data: { current_execution: { id: 7 } } } }));
  expect(await clientOf(server.url).status(MODEL)).toEqual({
    kind: 'unknown',
    reason: expect.stringContaining('unexpected answer: data.current_execution'),
  });
});

import { expect, test } from 'vitest';
import { answering, type Canned, clientOf, ID, type Seen } from './rig.ts';

const CRM = { id: 'c-crm', name: 'Salesforce', type: { id: 'salesforce', name: 'Salesforce' } };
const LAKE = { id: 'c-lake', name: 'Warehouse', type: { id: 'snowflake' } };

function uuid(n: number): string {
  return `00000000-0000-4000-8000-${String(n).padStart(12, '0')}`;
}

function model(n: number, extra: object = {}) {
  return { id: uuid(n), name: `Model ${n}`, active: true, model_ids: ['m'], ...extra };
}

function bulk(n: number, extra: object = {}) {
  return { id: uuid(n), name: `Bulk ${n}`, active: false, ...extra };
}

interface World {
  models?: (seen: Seen) => Canned;
  connections?: (seen: Seen) => Canned;
  syncs?: (seen: Seen) => Canned;
  bulks?: (seen: Seen) => Canned;
  one?: (seen: Seen) => Canned;
}

function serve(world: World) {
  return answering((seen) => {
    const { pathname } = new URL(seen.url, 'http://x');
    const none = { body: { data: null } };
    if (pathname === '/api/models') return world.models?.(seen) ?? none;
    if (pathname === '/api/connections') return world.connections?.(seen) ?? none;
    if (pathname === '/api/syncs') return world.syncs?.(seen) ?? none;
    if (pathname === '/api/bulk/syncs') return world.bulks?.(seen) ?? none;
    return world.one?.(seen) ?? { status: 404 };
  });
}

/** Serves `rows` at 50 per page behind opaque tokens. */
function paged(rows: readonly object[]): (seen: Seen) => Canned {
  return ({ url }) => {
    const query = new URL(url, 'http://x').searchParams;
    const from = Number((query.get('page_token') ?? 'a+/=&0').slice(5));
    const size = Math.min(Number(query.get('limit')), 50);
    const more = from + size < rows.length;
    const pagination = more ? { next_page_token: `a+/=&${from + size}` } : {};
    return { body: { data: rows.slice(from, from + size), pagination } };
  };
}

const connections = (): Canned => ({ body: { data: [CRM, LAKE] } });
const models = (): Canned => ({
  body: {
    data: [
      { id: 'm', connection_id: 'c-lake', fields: [] },
      { id: 'm2', connection_id: 'c-lake' },
    ],
  },
});

test('an empty organization has no syncs', async () => {
  const server = await serve({});
  expect(await clientOf(server.url).listSyncs()).toEqual({ kind: 'ok', value: [] });
});

test('both kinds of syncs come with their connections', async () => {
  const server = await serve({
    connections,
    models,
    syncs: paged([model(1, { model_ids: ['m', 'm2', 'gone'], target_connection_id: 'c-crm' })]),
    bulks: paged([bulk(2, { source_connection_id: 'c-crm', destination_connection_id: 'c-new' })]),
  });
  const crm = { id: 'c-crm', name: 'Salesforce', type: 'salesforce' };
  const lake = { id: 'c-lake', name: 'Warehouse', type: 'snowflake' };
  expect(await clientOf(server.url).listSyncs()).toMatchObject({
    kind: 'ok',
    value: [
      { key: `model:${uuid(1)}`, active: true, sources: [lake], destinations: [crm] },
      // A connection that is not listed is known by its id.
      { key: `bulk:${uuid(2)}`, active: false, sources: [crm], destinations: [{ id: 'c-new' }] },
    ],
  });
});

test('more than 50 syncs of each kind are read page by page', async () => {
  const server = await serve({
    syncs: paged(Array.from({ length: 130 }, (_, n) => model(n))),
    bulks: paged(Array.from({ length: 101 }, (_, n) => bulk(1000 + n))),
  });
  const outcome = await clientOf(server.url).listSyncs();
  const keys = outcome.kind === 'ok' ? outcome.value.map(({ key }) => key) : [];
  expect(new Set(keys).size).toBe(231);
  const urls = server.seen.map(({ url }) => url).filter((url) => url.includes('syncs'));
  expect(urls).toHaveLength(6);
  expect(urls.every((url) => url.includes('limit=50'))).toBe(true);
});

test('a bulk list without a word on pages is one page', async () => {
  const rows = Array.from({ length: 60 }, (_, n) => bulk(n));
  const server = await serve({ bulks: () => ({ body: { data: rows } }) });
  expect(await clientOf(server.url).listSyncs()).toMatchObject({ value: { length: 60 } });
});

test('a sync that moves while we page is listed once, as it was seen last', async () => {
  const pages = [
    { data: [model(1, { active: true }), model(2)], pagination: { next_page_token: 'two' } },
    { data: [model(1, { active: false }), model(3)], pagination: { next_page_token: '' } },
  ];
  const server = await serve({ syncs: () => ({ body: pages.shift() }) });
  expect(await clientOf(server.url).listSyncs()).toMatchObject({
    value: [{ id: uuid(1), active: false }, { id: uuid(2) }, { id: uuid(3) }],
  });
});

test('a page token that comes back is a failure, not an end', async () => {
  for (const tokens of [
    ['a', 'a'],
    ['a', 'b', 'a'],
  ]) {
    const rest = [...tokens];
    const body = () => ({ data: [model(1)], pagination: { next_page_token: rest.shift() } });
    const server = await serve({ syncs: () => ({ body: body() }) });
    expect(await clientOf(server.url).listSyncs()).toEqual({
      kind: 'unknown',
      reason: 'the list repeats a page token',
    });
  }
});

test('a list that never ends is given up', async () => {
  const pages = Array.from({ length: 2000 }, (_, n) => ({
    data: [],
    pagination: { next_page_token: `t${n}` },
  }));
  const server = await serve({ bulks: () => ({ body: pages.shift() }) });
  expect(await clientOf(server.url).listSyncs()).toEqual({
    kind: 'unknown',
    reason: 'the list has more than 1000 pages',
  });
});

test.each([
  ['connections', 500, 'server-error'],
  ['connections', 403, 'unauthorized'],
  ['models', 500, 'server-error'],
  ['models', 401, 'unauthorized'],
  ['syncs', 429, 'throttled'],
  ['bulks', 404, 'missing'],
] as const)('when %s answer %i, nothing is listed', async (part, status, kind) => {
  const server = await serve({ syncs: paged([model(1)]), [part]: () => ({ status }) });
  expect(await clientOf(server.url).listSyncs()).toMatchObject({ kind });
});

test('when the second page fails, nothing is listed', async () => {
  const pages: Canned[] = [
    { body: { data: [model(1)], pagination: { next_page_token: 'two' } } },
    { status: 503, headers: { 'retry-after': '3' } },
  ];
  const server = await serve({ syncs: () => pages.shift()! });
  const outcome = await clientOf(server.url).listSyncs();
  expect(outcome).toMatchObject({ kind: 'server-error', retryAfterMs: 3000 });
});

test('one row that cannot be understood is not silently left out', async () => {
  const server = await serve({ syncs: paged([model(1), { id: uuid(2), name: 'No activity' }]) });
  expect(await clientOf(server.url).listSyncs()).toEqual({
    kind: 'unknown',
    reason: expect.stringContaining('data.1.active'),
  });
});

test.each([403, 404])('models that may not be read (%i) leave sources unknown', async (status) => {
  const row = model(1, { target_connection_id: 'c-crm' });
  const server = await serve({
    connections,
    models: () => ({ status }),
    syncs: paged([row]),
    one: () => ({ body: { data: row } }),
  });
  const client = clientOf(server.url);
  const expected = { sources: [], destinations: [{ name: 'Salesforce' }] };
  expect(await client.listSyncs()).toMatchObject({ value: [expected] });
  const before = server.seen.length;
  expect(await client.getSync(`model:${uuid(1)}`)).toMatchObject({ kind: 'ok', value: expected });
  expect(server.seen.length).toBe(before + 1);
});

test('after a listing one sync costs one request, with all that it names', async () => {
  const row = model(1, { model_ids: ['m', 'gone'], target_connection_id: 'c-lost' });
  const server = await serve({
    connections,
    models,
    syncs: paged([row]),
    one: () => ({ body: { data: { ...row, target: { connection_id: 'c-lost', object: null } } } }),
  });
  const client = clientOf(server.url);
  const listed = await client.listSyncs();
  const before = server.seen.length;
  const one = await client.getSync(`model:${uuid(1)}`);
  expect(one).toEqual({ kind: 'ok', value: listed.kind === 'ok' && listed.value[0] });
  expect(server.seen.slice(before).map(({ url }) => url)).toEqual([`/api/syncs/${uuid(1)}`]);
});

test('what the last listing did not know is asked for once', async () => {
  const row = bulk(1, { source_connection_id: 'c-crm', destination_connection_id: 'c-lost' });
  const server = await serve({ connections, one: () => ({ body: { data: row } }) });
  const client = clientOf(server.url);
  const expected = { sources: [{ name: 'Salesforce' }], destinations: [{ id: 'c-lost' }] };
  const key = `bulk:${uuid(1)}` as const;
  expect(await client.getSync(key)).toMatchObject({ kind: 'ok', value: expected });
  expect(server.seen).toHaveLength(3);
  expect(await client.getSync(key)).toMatchObject({ kind: 'ok', value: expected });
  expect(server.seen).toHaveLength(4);
});

test('another sync than the one asked for is no answer', async () => {
  const server = await serve({ one: () => ({ body: { data: model(1) } }) });
  expect((await clientOf(server.url).getSync(`model:${ID}`)).kind).toBe('unknown');
});

test('a sync that is gone is missing', async () => {
  const server = await serve({});
  expect(await clientOf(server.url).getSync(`bulk:${ID}`)).toMatchObject({ kind: 'missing' });
});

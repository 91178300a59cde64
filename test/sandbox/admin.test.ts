import { networkInterfaces } from 'node:os';
import { describe, expect, onTestFinished, test } from 'vitest';
import { createChangeLog } from '../../src/sandbox/change-log.ts';
import type { LoggedRequest } from '../../src/sandbox/request-log.ts';
import { createSandbox } from '../../src/sandbox/sandbox.ts';
import type { Sync } from '../../src/sandbox/sync.ts';
import { drive, HOUR, MINUTE, MONDAY } from './drive.ts';

const NAME = 'Finance/Invoices to NetSuite';
const KEY = 'cf1-0123456789_abcDEF';

describe('a person', () => {
  test('toggles a sync, and the sync says who did it', async () => {
    const { admin, get, pathOf, advance } = await drive();
    const path = await pathOf(NAME);
    advance(MINUTE);
    const toggle = { name: 'Grace', action: 'toggle', sync: NAME };
    expect((await admin('POST', '/people', toggle)).body.data.active).toBe(false);
    const { data } = (await get(path)).body;
    expect(data).toMatchObject({ active: false, updated_by: { name: 'Grace', type: 'user' } });
    expect(Date.parse(data.updated_at)).toBe(MONDAY + MINUTE);
    await admin('POST', '/people', { ...toggle, name: 'Grace' });
    expect((await get(path)).body.data.updated_by).toEqual(data.updated_by);
    expect((await get(path)).body.data.active).toBe(true);
  });

  test('renames, starts, cancels and deletes a sync', async () => {
    const { admin, get, pathOf, advance } = await drive();
    const path = await pathOf(NAME);
    const sync = path.split('/').at(-1)!;
    const act = (action: object) => admin('POST', '/people', { name: 'Grace', sync, ...action });
    await act({ action: 'rename', to: 'Finance/Bills to NetSuite' });
    expect((await get(path)).body.data.name).toBe('Finance/Bills to NetSuite');
    expect((await act({ action: 'start' })).status).toBe(200);
    expect((await act({ action: 'start' })).status).toBe(409);
    expect((await act({ action: 'delete' })).status).toBe(409);
    await act({ action: 'cancel' });
    advance(MINUTE);
    expect((await act({ action: 'delete' })).status).toBe(200);
    expect((await get(path)).status).toBe(404);
  });

  test('creates syncs of both kinds; two of one name are told apart by kind', async () => {
    const { admin, get } = await drive();
    const make = (kind: string) =>
      admin('POST', '/people', { name: 'Grace', action: 'create', sync: 'Ops/New', kind });
    const [model, bulk] = [(await make('model')).body.data, (await make('bulk')).body.data];
    expect((await get(`/api/syncs/${model.id}`)).body.data.created_by.name).toBe('Grace');
    expect((await get(`/api/bulk/syncs/${bulk.id}`)).body.data.active).toBe(true);
    const pause = (more: object) =>
      admin('POST', '/people', { name: 'Grace', action: 'deactivate', sync: 'Ops/New', ...more });
    expect((await pause({})).body.key).toBe('ambiguous');
    expect((await pause({ kind: 'bulk' })).body.data.id).toBe(bulk.id);
    expect((await get(`/api/syncs/${model.id}`)).body.data.active).toBe(true);
  });

  test('cannot do what makes no sense', async () => {
    const { admin } = await drive();
    const act = async (action: object) =>
      (await admin('POST', '/people', { name: 'Grace', ...action })).status;
    expect(await act({ action: 'toggle', sync: 'Nowhere' })).toBe(404);
    expect(await act({ action: 'dance', sync: NAME })).toBe(400);
    expect(await act({ action: 'create', sync: 'A', source: 'Nowhere' })).toBe(404);
    expect((await admin('POST', '/people', '{"name":')).status).toBe(400);
  });
});

describe('the request log', () => {
  test('tells what was asked, by whom, and what came of it', async () => {
    const { admin, post, call, pathOf } = await drive();
    const path = `${await pathOf(NAME)}/activate`;
    await post(path, { active: false }, { key: KEY });
    await post(path, { active: false }, { key: KEY });
    await call('GET', '/api/me?a=b', undefined, { authorization: null });
    const { requests, next, lost } = (await admin('GET', '/requests')).body;
    const paused = { method: 'POST', path, body: { active: false }, idempotency_key: KEY };
    expect(requests).toMatchObject([
      { ...paused, seq: 1, status: 200, caller: 'Automation', effect: 'changed' },
      { ...paused, seq: 2, status: 200, caller: 'Automation', effect: 'replayed' },
      { method: 'GET', path: '/api/me', query: 'a=b', status: 401, caller: null, effect: 'none' },
    ]);
    expect(Date.parse(requests[0].time)).toBe(MONDAY);
    expect([next, lost]).toEqual([3, 0]);
  });

  test('is read from a cursor, through filters, and cleared', async () => {
    const { admin, get, post, pathOf } = await drive();
    const path = await pathOf(NAME);
    await get('/api/me');
    await post(`${path}/activate`, { active: false });
    await get('/api/nowhere/else');
    await get('/api/me');
    const read = async (query: string) => {
      const { body } = await admin('GET', `/requests?${query}`);
      return body.requests.map(({ seq }: { seq: number }) => seq);
    };
    expect(await read('since=1')).toEqual([2, 3]);
    expect(await read('limit=1')).toEqual([1]);
    expect(await read('path=/api/syncs/*/activate')).toEqual([2]);
    expect(await read('method=GET&status=200')).toEqual([1, 3]);
    expect(await read('effect=changed')).toEqual([2]);
    expect((await admin('GET', '/requests?effect=strange')).status).toBe(400);
    await admin('DELETE', '/requests');
    expect((await admin('GET', '/requests')).body).toEqual({ requests: [], next: 3, lost: 0 });
    await get('/api/me');
    expect(await read('since=3')).toEqual([4]);
  });

  test('shows faults, requests under way and those that were cut', async () => {
    const { admin, get } = await drive();
    await admin('POST', '/faults', { kind: 'reset', route: '/api/me', count: 1 });
    await admin('POST', '/faults', { kind: 'latency', ms: 400, route: '/api/connections' });
    await expect(get('/api/me')).rejects.toThrow();
    const waiting = get('/api/connections');
    const read = async () => (await admin('GET', '/requests')).body.requests;
    while ((await read()).length < 2);
    expect(await read()).toMatchObject([
      { state: 'broken', status: null, fault: 'reset' },
      { state: 'pending', status: null, fault: 'latency' },
    ]);
    await waiting;
    expect((await read())[1]).toMatchObject({ state: 'answered', status: 200 });
  });

  test('is also told to whoever started the sandbox', async () => {
    const told: LoggedRequest[] = [];
    const { get } = await drive({ log: (request) => told.push(request) });
    await get('/api/me');
    expect(told).toMatchObject([{ path: '/api/me', status: 200 }]);
  });
});

describe('the log of changes', () => {
  test('has each change in its order, by whom, with what the sync is since', async () => {
    const { admin, post, pathOf } = await drive();
    const path = await pathOf(NAME);
    const id = path.split('/').at(-1)!;
    const person = (action: object) => admin('POST', '/people', { name: 'Grace', ...action });
    await post(`${path}/activate`, { active: false }, { key: KEY });
    // Replayed, and then asked for what it is already: no change.
    await post(`${path}/activate`, { active: false }, { key: KEY });
    await post(`${path}/activate`, { active: false });
    await person({ action: 'activate', sync: id });
    await person({ action: 'rename', sync: id, to: 'Finance/Bills' });
    await person({ action: 'create', sync: 'Ops/New', active: false });
    await person({ action: 'delete', sync: 'Ops/New' });
    const { body } = await admin('GET', '/changes');
    const told = body.changes.map((change: Record<string, unknown>) =>
      ['by', 'name', 'active', 'isDeleted'].map((field) => change[field]),
    );
    expect(told).toEqual([
      ['Automation', NAME, false, false],
      ['Grace', NAME, true, false],
      ['Grace', 'Finance/Bills', true, false],
      ['Grace', 'Ops/New', false, false],
      ['Grace', 'Ops/New', false, true],
    ]);
    expect(body.changes[0]).toMatchObject({ seq: 1, kind: 'model', id });
    expect(Date.parse(body.changes[0].time)).toBe(MONDAY);
    expect((await admin('GET', '/changes?since=4')).body.changes).toEqual([body.changes[4]]);
  });

  test('keeps the last 50,000 and says how many a reader has lost', () => {
    const log = createChangeLog();
    const by = { id: 'a', name: 'Grace', type: 'user' } as const;
    const sync = { kind: 'model', id: 'm', name: NAME, active: true } as Sync;
    for (let seq = 1; seq <= 50_002; seq += 1) log.add(sync, by, seq);
    const { changes, lost } = log.read(0);
    expect([changes.length, changes[0]?.seq, lost]).toEqual([50_000, 3, 2]);
    expect(log.read(50_001)).toMatchObject({ changes: [{ seq: 50_002 }], lost: 0 });
    expect(log.read(1).lost).toBe(1);
  });
});

describe('the clock', () => {
  test('is moved when it can be', async () => {
    const { admin } = await drive();
    const { body } = await admin('POST', '/clock', { advance_ms: HOUR });
    expect(Date.parse(body.now)).toBe(MONDAY + HOUR);
    expect((await admin('POST', '/clock', { advance_ms: -1 })).status).toBe(400);
  });

  test('is refused when it is the real one', async () => {
    const { admin } = await drive({ clock: { now: () => MONDAY } });
    expect((await admin('POST', '/clock', { advance_ms: HOUR })).status).toBe(409);
  });
});

test('the state names every sync, what runs, and where it reads and writes', async () => {
  const { admin, orgId } = await drive();
  const { body } = await admin('GET', '/state');
  expect(body).toMatchObject({ revoked: [], faults: 0, organization: { id: orgId } });
  const sync = body.syncs.find((each: { name: string }) => each.name === NAME);
  expect(sync).toMatchObject({
    kind: 'model',
    active: true,
    running: null,
    frequency: 'daily',
    connections: ['Snowflake Production', 'NetSuite'],
    updated_by: 'Ada Park',
  });
});

const outside = Object.values(networkInterfaces())
  .flat()
  .find((address) => address?.family === 'IPv4' && !address.internal)?.address;

test.skipIf(outside === undefined)('the admin routes answer loopback only', async () => {
  const sandbox = createSandbox();
  onTestFinished(() => sandbox.close());
  const { url } = await sandbox.listen({ host: '0.0.0.0', port: 0 });
  expect((await fetch(`${url}/_sandbox/state`)).status).toBe(200);
  const fromOutside = url.replace('127.0.0.1', outside ?? '');
  expect((await fetch(`${fromOutside}/_sandbox/state`)).status).toBe(403);
  expect((await fetch(`${fromOutside}/api/me`)).status).toBe(401);
});

import { describe, expect, test } from 'vitest';
import { type Driven, drive, HOUR, MINUTE, MONDAY } from './drive.ts';

const UNKNOWN = '00000000-0000-4000-8000-000000000000';

async function idsOf({ get }: Driven, path: string): Promise<string[]> {
  const ids: string[] = [];
  let token: string | undefined;
  do {
    const query = token === undefined ? '' : `${path.includes('?') ? '&' : '?'}page_token=${token}`;
    const { body } = await get(path + query);
    ids.push(...(body.data ?? []).map((row: { id: string }) => row.id));
    token = body.pagination.next_page_token;
  } while (token !== undefined);
  return ids;
}

async function bodyFor({ get }: Driven): Promise<Record<string, unknown>> {
  const { data: models } = (await get('/api/models')).body;
  const { data: connections } = (await get('/api/connections')).body;
  return {
    name: 'Ops/New sync',
    mode: 'updateOrCreate',
    fields: [{ target: 'Name', source: { model_id: models[0].id, field: 'name' } }],
    schedule: { frequency: 'hourly', minute: '15' },
    target: { connection_id: connections[4].id, object: 'Account' },
  };
}

describe('the list of model syncs', () => {
  test('comes in pages of 50, newest change first, each sync once', async () => {
    const driven = await drive({ syncs: 300 });
    const first = (await driven.get('/api/syncs')).body;
    expect(first.data).toHaveLength(50);
    const times = first.data.map((row: { updated_at: string }) => row.updated_at);
    expect(times).toEqual([...times].sort().reverse());
    const ids = await idsOf(driven, '/api/syncs');
    const { syncs } = (await driven.admin('GET', '/state')).body;
    const models = syncs.filter((sync: { kind: string }) => sync.kind === 'model');
    expect(ids).toHaveLength(models.length);
    expect(new Set(ids)).toEqual(new Set(models.map((sync: { id: string }) => sync.id)));
  });

  test.each([
    ['7', 7],
    ['50', 50],
    ['1000', 50],
    ['0', 50],
    ['-3', 50],
  ])('a limit of %s gives %d', async (limit, count) => {
    const { get } = await drive({ syncs: 120 });
    expect((await get(`/api/syncs?limit=${limit}`)).body.data).toHaveLength(count);
  });

  test('a sync that changes between two pages moves to the front, out of sight', async () => {
    const { get, post, advance } = await drive({ syncs: 200 });
    const ids = (body: { data: { id: string }[] }) => body.data.map((row) => row.id);
    const first = (await get('/api/syncs')).body;
    const next = `/api/syncs?page_token=${first.pagination.next_page_token}`;
    const [moving] = (await get(next)).body.data;
    advance(1_000);
    await post(`/api/syncs/${moving.id}/activate`, { active: !moving.active });
    expect(ids((await get(next)).body)).not.toContain(moving.id);
    expect(ids((await get('/api/syncs')).body)[0]).toBe(moving.id);
  });

  test('is filtered by active, mode and target; without a row it is null', async () => {
    const { get } = await drive({ syncs: 60 });
    const paused = (await get('/api/syncs?active=false')).body.data;
    expect(paused.length).toBeGreaterThan(0);
    expect(paused.every((row: { active: boolean }) => !row.active)).toBe(true);
    const target = paused[0].target_connection_id;
    const sameTarget = (await get(`/api/syncs?target_connection_id=${target}`)).body.data;
    expect(new Set(sameTarget.map((row: typeof paused) => row.target_connection_id)).size).toBe(1);
    const replacing = (await get('/api/syncs?mode=replace')).body.data;
    expect(replacing.map((row: { mode: string }) => row.mode)).toEqual(['replace']);
    expect((await get('/api/syncs?mode=remove')).body).toEqual({ data: null, pagination: {} });
  });

  test.each([
    'active=maybe',
    'mode=never',
    'limit=many',
    'page_token=abc',
    `page_token=${Buffer.from('["bulk-syncs",1,"a"]').toString('base64url')}`,
  ])('%s is 400', async (query) => {
    const { get } = await drive();
    expect((await get(`/api/syncs?${query}`)).status).toBe(400);
  });

  test('carries no target, fields or passphrase, which only a get shows', async () => {
    const { get } = await drive();
    const [row] = (await get('/api/syncs')).body.data;
    expect(row).not.toHaveProperty('target');
    expect(row).not.toHaveProperty('fields');
    expect(row).not.toHaveProperty('encryption_passphrase');
    const whole = (await get(`/api/syncs/${row.id}`)).body.data;
    expect(whole.target.connection_id).toBe(row.target_connection_id);
    expect(whole).toMatchObject({ name: row.name, model_ids: row.model_ids, filters: null });
  });
});

describe('activating a model sync', () => {
  test('sets the flag, bumps updated_at and names the key that did it', async () => {
    const { get, post, pathOf, advance } = await drive();
    const path = await pathOf('Finance/Invoices to NetSuite');
    const me = (await get('/api/me')).body.data;
    advance(5 * MINUTE);
    const { status, body } = await post(`${path}/activate`, { active: false });
    expect([status, body]).toEqual([200, { data: { active: false, id: path.split('/').at(-1) } }]);
    const after = (await get(path)).body.data;
    expect(after.active).toBe(false);
    expect(after.updated_by.id).toBe(me.id);
    expect(Date.parse(after.updated_at)).toBe(MONDAY + 5 * MINUTE);
  });

  test('to the value that it has changes nothing', async () => {
    const { get, post, pathOf, advance } = await drive();
    const path = await pathOf('Finance/Invoices to NetSuite');
    const before = (await get(path)).body;
    advance(MINUTE);
    expect((await post(`${path}/activate`, { active: true })).status).toBe(200);
    expect((await get(path)).body).toEqual(before);
  });

  test('to false leaves the running execution alone and starts no further one', async () => {
    const { get, post, pathOf, advance } = await drive();
    const path = await pathOf('Sales/Accounts to Salesforce');
    const running = (await get(`${path}/status`)).body.data.current_execution;
    await post(`${path}/activate`, { active: false });
    const during = (await get(`${path}/status`)).body.data;
    expect(during.current_execution).toMatchObject({ id: running.id, status: 'running' });
    expect(during.next_execution_time).toBeNull();
    advance(5 * HOUR);
    const after = (await get(`${path}/status`)).body.data;
    expect(after.current_execution).toBeUndefined();
    expect(after.last_execution).toMatchObject({ id: running.id, status: 'completed' });
  });

  test.each([
    ['no field', {}],
    ['a text', { active: 'false' }],
    ['null', { active: null }],
    ['a list', []],
    ['no body', undefined],
  ])('%s is 400', async (_, body) => {
    const { post, pathOf } = await drive();
    const path = await pathOf('Finance/Invoices to NetSuite');
    expect((await post(`${path}/activate`, body)).status).toBe(400);
  });

  test('an unknown id, and the id of a bulk sync, are 404', async () => {
    const { post, pathOf } = await drive();
    const bulk = (await pathOf('Finance/Stripe to Snowflake')).split('/').at(-1);
    for (const id of [UNKNOWN, bulk]) {
      const { status, body } = await post(`/api/syncs/${id}/activate`, { active: false });
      expect([status, body.key]).toEqual([404, 'not_found']);
    }
  });
});

describe('starting and canceling a model sync', () => {
  test('starts once; while that runs, a second start is 409', async () => {
    const { get, post, pathOf } = await drive();
    const path = await pathOf('Sandbox/Opportunities to Salesforce');
    const { status, body } = await post(`${path}/executions`, {});
    expect([status, body.data.status]).toEqual([200, 'created']);
    expect((await post(`${path}/executions`)).status).toBe(409);
    const { current_execution } = (await get(`${path}/status`)).body.data;
    expect(current_execution).toMatchObject({ id: body.data.id, type: 'manual' });
  });

  test('an inactive one cannot be started', async () => {
    const { post, pathOf } = await drive();
    const path = await pathOf('Marketing/Event attendees to Marketo');
    const { status, body } = await post(`${path}/executions`, {});
    expect([status, body.key]).toEqual([409, 'sync_inactive']);
  });

  test('cancel is queued: canceling first, canceled later', async () => {
    const { get, post, pathOf, advance } = await drive({ cancelDelayMs: 3_000 });
    const path = await pathOf('Sales/Accounts to Salesforce');
    const { id } = (await get(`${path}/status`)).body.data.current_execution;
    expect((await post(`${path}/cancel`)).body.data.message).toContain('queued');
    const seen = async () => (await get(`${path}/executions/${id}`)).body.data;
    expect(await seen()).toMatchObject({ status: 'canceling', completed_at: null });
    advance(2_999);
    expect((await seen()).status).toBe('canceling');
    advance(1);
    expect(await seen()).toMatchObject({ status: 'canceled', completed_at: expect.any(String) });
  });

  test('a cancel that comes too late ends as completed', async () => {
    const { get, post, pathOf, advance } = await drive({ cancelLateRate: 1 });
    const path = await pathOf('Sales/Accounts to Salesforce');
    const { id } = (await get(`${path}/status`)).body.data.current_execution;
    await post(`${path}/cancel`);
    advance(2_000);
    expect((await get(`${path}/executions/${id}`)).body.data.status).toBe('completed');
  });

  test('cancel with nothing running is 200', async () => {
    const { post, pathOf } = await drive();
    const path = await pathOf('Sandbox/Opportunities to Salesforce');
    expect((await post(`${path}/cancel`)).status).toBe(200);
  });
});

describe('writing model syncs', () => {
  test('creates, and an update resets all that it leaves out', async () => {
    const driven = await drive();
    const body = await bodyFor(driven);
    const given = { ...body, active: true, filter_logic: 'A', policies: ['p'] };
    const made = (await driven.post('/api/syncs', given)).body.data;
    expect(made).toMatchObject({ name: 'Ops/New sync', active: true, filter_logic: 'A' });
    const path = `/api/syncs/${made.id}`;
    expect((await driven.get(path)).body.data).toEqual(made);
    const updated = (await driven.call('PUT', path, { ...body, name: 'Ops/Renamed' })).body.data;
    expect(updated).toMatchObject({ id: made.id, name: 'Ops/Renamed', active: false });
    expect(updated).toMatchObject({ filter_logic: null, policies: null });
    expect((await driven.get(path)).body.data).toEqual(updated);
  });

  test('deletes with an empty answer; 409 while it runs; 404 afterwards', async () => {
    const { call, get, pathOf } = await drive();
    const busy = await pathOf('Sales/Accounts to Salesforce');
    expect((await call('DELETE', busy)).status).toBe(409);
    const idle = await pathOf('Finance/Invoices to NetSuite');
    expect(await call('DELETE', idle)).toMatchObject({ status: 200, body: '' });
    expect((await get(idle)).status).toBe(404);
    expect((await call('DELETE', idle)).status).toBe(404);
  });

  test.each([
    [400, 'no name', { name: undefined }],
    [400, 'a mode that does not exist', { mode: 'sideways' }],
    [400, 'fields of the wrong form', { fields: [{ source: null }] }],
    [400, 'a frequency that does not exist', { schedule: { frequency: 'often' } }],
    [422, 'an unknown target', { target: { connection_id: UNKNOWN } }],
    [
      422,
      'an unknown model',
      { fields: [{ target: 'a', source: { model_id: UNKNOWN, field: 'a' } }] },
    ],
    [422, 'an hour beyond the day', { schedule: { frequency: 'daily', hour: '25' } }],
    [
      422,
      'an unknown parent',
      { schedule: { frequency: 'runafter', run_after: { sync_ids: [UNKNOWN] } } },
    ],
  ])('%d for %s', async (status, _, change) => {
    const driven = await drive();
    const answer = await driven.post('/api/syncs', { ...(await bodyFor(driven)), ...change });
    expect(answer.status).toBe(status);
    expect(answer.body.metadata.problems).toHaveLength(1);
  });

  test('lists the schedule options instead of looking for a sync named schedules', async () => {
    const { get } = await drive();
    const options = (await get('/api/syncs/schedules')).body.data.schedule_options;
    expect(options.map((option: { frequency: string }) => option.frequency)).toContain('runafter');
  });

  test('refines the source of a model step by step', async () => {
    const { get } = await drive();
    const { data } = (await get('/api/connections')).body;
    const path = `/api/connections/${data[0].id}/modelsync/source`;
    const params = (given: unknown) => `?params=${encodeURIComponent(JSON.stringify(given))}`;
    expect(Object.keys((await get(path)).body.data.items)).toEqual(['schema']);
    const refined = (await get(path + params({ schema: ['ANALYTICS'] }))).body.data;
    expect(refined.items.table.items).toContain('INVOICES');
    const fields = await get(`${path}/fields${params({ table: ['INVOICES'] })}`);
    expect(fields.body.data[0]).toMatchObject({ name: 'id', type: 'string' });
    expect((await get(`${path}/fields${params({ table: ['NONE'] })}`)).status).toBe(404);
    expect((await get(`${path}?params=[1]`)).status).toBe(400);
  });
});

import { describe, expect, test } from 'vitest';
import { drive, MINUTE, MONDAY } from './drive.ts';

const BUSY = 'Salesforce to Snowflake';
const IDLE = 'Finance/Stripe to Snowflake';

describe('deactivating a bulk sync', () => {
  test('requests the cancellation of its running execution too', async () => {
    const { get, post, pathOf, advance } = await drive({ cancelDelayMs: 2_000 });
    const path = await pathOf(BUSY);
    const { id } = (await get(`${path}/status`)).body.data.current_execution;
    const { body } = await post(`${path}/activate`, { active: false });
    expect(body.data).toEqual({ active: false, id: path.split('/').at(-1) });
    expect((await get(path)).body.data.active).toBe(false);
    const status = async () => (await get(`${path}/executions/${id}`)).body.data.status;
    expect(await status()).toBe('canceling');
    advance(2_000);
    expect(await status()).toBe('canceled');
    expect((await get(`${path}/status`)).body.data).toMatchObject({
      current_execution: null,
      last_execution: { id },
      next_execution_time: null,
    });
  });

  test('leaves it startable by hand', async () => {
    const { get, post, pathOf } = await drive();
    const path = await pathOf(IDLE);
    await post(`${path}/activate`, { active: false });
    const { status, body } = await post(`${path}/executions`, {});
    expect(status).toBe(200);
    expect(body.data).toMatchObject({ type: 'manual', status: 'created', started_at: null });
    const { current_execution } = (await get(`${path}/status`)).body.data;
    expect(current_execution.id).toBe(body.data.id);
  });

  test('again, with a run under way, cancels that run without a change of the flag', async () => {
    const { get, post, pathOf, advance } = await drive();
    const path = await pathOf(IDLE);
    await post(`${path}/activate`, { active: false });
    const { updated_at } = (await get(path)).body.data;
    await post(`${path}/executions`, {});
    advance(MINUTE);
    await post(`${path}/activate`, { active: false });
    const { current_execution } = (await get(`${path}/status`)).body.data;
    expect(current_execution.status).toBe('canceling');
    expect((await get(path)).body.data.updated_at).toBe(updated_at);
  });
});

describe('a bulk sync', () => {
  test('shows both connections and its default schedule', async () => {
    const { get, pathOf } = await drive();
    const { data } = (await get(await pathOf(IDLE))).body;
    const connections = (await get('/api/connections')).body.data;
    const nameOf = (id: string) => connections.find((each: { id: string }) => each.id === id).name;
    expect(nameOf(data.source_connection_id)).toBe('Stripe');
    expect(nameOf(data.destination_connection_id)).toBe('Snowflake Production');
    expect(data.default_schedule).toMatchObject({ frequency: 'daily', hour: '2', minute: '15' });
    expect(data).not.toHaveProperty('schedule');
  });

  test('cannot be started while it runs', async () => {
    const { post, pathOf } = await drive();
    const { status, body } = await post(`${await pathOf(BUSY)}/executions`, {});
    expect([status, body.key]).toEqual([409, 'already_running']);
  });

  test('takes a resync or a test, not both, and only schemas of its own', async () => {
    const { post, pathOf } = await drive();
    const path = `${await pathOf(IDLE)}/executions`;
    expect((await post(path, { test: true, resync_mode: 'rebuild' })).status).toBe(400);
    expect((await post(path, { schemas: ['nothing'] })).status).toBe(400);
    const { body } = await post(path, { resync_mode: 'rebuild', schemas: ['charges'] });
    expect(body.data).toMatchObject({ is_resync: true, is_test: false, fetch_mode: 'full' });
  });

  test('counts what it moved, as a whole and by schema', async () => {
    const { get, pathOf, advance } = await drive();
    const path = await pathOf(BUSY);
    const run = async () => (await get(`${path}/status`)).body.data.current_execution;
    const first = await run();
    advance(MINUTE);
    const second = await run();
    expect(second.id).toBe(first.id);
    expect(second.record_count).toBeGreaterThan(first.record_count);
    const counts = second.schemas.map((schema: { record_count: number }) => schema.record_count);
    expect(counts.reduce((sum: number, count: number) => sum + count)).toBe(second.record_count);
  });

  test('is listed in pages of 50, newest change first', async () => {
    const { get } = await drive({ syncs: 300 });
    const first = (await get('/api/bulk/syncs')).body;
    expect(first.data).toHaveLength(50);
    const token = first.pagination.next_page_token;
    const second = (await get(`/api/bulk/syncs?page_token=${token}`)).body;
    expect(second.data[0].updated_at <= first.data.at(-1).updated_at).toBe(true);
    const active = (await get('/api/bulk/syncs?active=false')).body.data;
    expect(active.every((row: { active: boolean }) => !row.active)).toBe(true);
  });
});

describe('the status of many bulk syncs', () => {
  test('is of those that are named, or of all that are active', async () => {
    const { get, post, pathOf } = await drive();
    const [busy, idle] = [await pathOf(BUSY), await pathOf(IDLE)];
    const [busyId, idleId] = [busy, idle].map((path) => path.split('/').at(-1));
    const ask = async (query: string) => (await get(`/api/bulk/syncs/status?${query}`)).body.data;
    const ids = (rows: { sync_id: string }[]) => rows.map((row) => row.sync_id);
    expect(ids(await ask(`sync_id=${busyId}&sync_id=${idleId}`))).toEqual([busyId, idleId]);
    await post(`${idle}/activate`, { active: false });
    expect(ids(await ask('active=true'))).not.toContain(idleId);
    expect(ids(await ask(`all=true&sync_id=${busyId}`))).toContain(idleId);
    expect(await ask('')).toEqual([]);
    const [row] = await ask(`sync_id=${busyId}`);
    expect(row).toMatchObject({ status: 'running', nextExecutionTime: expect.any(String) });
    expect(Date.parse(row.nextExecutionTime)).toBeGreaterThan(MONDAY);
  });

  test('is 404 for an unknown one, and is not taken for a sync named status', async () => {
    const { get } = await drive();
    expect((await get('/api/bulk/syncs/status?sync_id=none')).status).toBe(404);
    expect((await get('/api/bulk/syncs/none')).status).toBe(404);
  });
});

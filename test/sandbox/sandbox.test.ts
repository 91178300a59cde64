import { once } from 'node:events';
import { connect } from 'node:net';
import { describe, expect, test } from 'vitest';
import { createSandbox } from '../../src/sandbox/sandbox.ts';
import { DAY, drive, MONDAY } from './drive.ts';

describe('the keys', () => {
  test('a user key is sent as Bearer and is told who it is', async () => {
    const { get, orgId } = await drive();
    const { status, body } = await get('/api/me');
    expect(status).toBe(200);
    expect(body.data).toMatchObject({ is_user: true, organization_id: orgId });
    expect(body.data.email).toContain('@');
  });

  test('an organization key is sent as Basic, with the organization as the user name', async () => {
    const { call, orgId } = await drive({ orgKey: 'secret' });
    const basic = Buffer.from(`${orgId}:secret`).toString('base64');
    const { body } = await call('GET', '/api/me', undefined, { authorization: `Basic ${basic}` });
    expect(body.data).toMatchObject({ is_organization: true, is_user: false, id: orgId });
  });

  test.each([null, 'Bearer wrong', 'sandbox-api-key', 'Basic c2FuZGJveC1hcGkta2V5'])(
    '%s is 401 with an ApiError',
    async (authorization) => {
      const { call } = await drive();
      const { status, body } = await call('GET', '/api/syncs', undefined, { authorization });
      expect(status).toBe(401);
      expect(body).toEqual({
        key: 'unauthorized',
        message: expect.any(String),
        metadata: {},
        status: 401,
      });
    },
  );

  test('a key that may only read lists, and gets 403 for every write', async () => {
    const { call, pathOf } = await drive();
    const path = await pathOf('Finance/Invoices to NetSuite');
    const authorization = 'Bearer sandbox-read-only-key';
    const write = { active: false };
    expect((await call('GET', path, undefined, { authorization })).status).toBe(200);
    expect((await call('POST', `${path}/activate`, write, { authorization })).status).toBe(403);
    expect((await call('DELETE', path, undefined, { authorization })).status).toBe(403);
    expect((await call('GET', path)).body.data.active).toBe(true);
  });

  test('a revoked key is 401 until it is restored', async () => {
    const { get, admin } = await drive();
    expect((await admin('POST', '/key', { revoked: true })).body.revoked).toEqual(['apiKey']);
    expect((await get('/api/me')).status).toBe(401);
    await admin('POST', '/key', { revoked: false });
    expect((await get('/api/me')).status).toBe(200);
  });
});

describe('the frame of every answer', () => {
  test('names the version that served it, and the time of its own clock', async () => {
    const { get } = await drive();
    const { headers } = await get('/api/syncs');
    expect(headers.get('x-polytomic-version')).toBe('2025-09-18');
    expect(headers.get('date')).toBe(new Date(MONDAY).toUTCString());
    expect(headers.get('content-type')).toContain('application/json');
  });

  test('refuses a version that it does not speak', async () => {
    const { call } = await drive();
    const ask = (version: string) =>
      call('GET', '/api/me', undefined, { headers: { 'x-polytomic-version': version } });
    expect((await ask('2025-09-18')).status).toBe(200);
    expect((await ask('2021-05-23')).status).toBe(400);
  });

  test('is an ApiError for unknown routes, broken JSON and bodies beyond a megabyte', async () => {
    const { get, post, pathOf } = await drive();
    const path = `${await pathOf('Finance/Invoices to NetSuite')}/activate`;
    expect((await get('/api/nowhere')).body).toMatchObject({ status: 404, key: 'not_found' });
    expect((await post(path, '{"active":')).body).toMatchObject({ status: 400 });
    expect((await post(path, `"${'x'.repeat(1_100_000)}"`)).status).toBe(413);
  });
});

describe('the organization', () => {
  test('has connections with types, and models that name their connection', async () => {
    const { get } = await drive();
    const connections = (await get('/api/connections')).body.data;
    const snowflake = connections.find((each: { name: string }) => /Snowflake/.test(each.name));
    expect(snowflake.type).toMatchObject({ id: 'snowflake', name: 'Snowflake' });
    expect((await get(`/api/connections/${snowflake.id}`)).body.data).toEqual(snowflake);
    const models = (await get('/api/models')).body.data;
    const reading = models.filter(
      (m: { connection_id: string }) => m.connection_id === snowflake.id,
    );
    expect(reading.length).toBeGreaterThan(2);
    expect((await get(`/api/models/${models[0].id}`)).body.data).toEqual(models[0]);
    expect((await get('/api/models/none')).status).toBe(404);
    expect((await get('/api/connections/none')).status).toBe(404);
  });

  test('is the same for the same seed, and another for another', () => {
    const about = (seed: number) => createSandbox({ seed, syncs: 40 }).about();
    expect(about(7)).toEqual(about(7));
    expect(about(7).organization.id).not.toBe(about(8).organization.id);
  });

  test('has thousands of syncs on request, of all kinds and schedules', async () => {
    const { admin } = await drive({ syncs: 2_000 });
    const { syncs } = (await admin('GET', '/state')).body;
    const kinds = (of: string) => new Set(syncs.map((sync: Record<string, string>) => sync[of]));
    expect(syncs).toHaveLength(2_000);
    expect(kinds('id').size).toBe(2_000);
    expect(kinds('name').size).toBe(2_000);
    expect(kinds('frequency').size).toBeGreaterThan(5);
    expect(syncs.filter((sync: { active: boolean }) => !sync.active).length).toBeGreaterThan(50);
    const names = syncs.map((sync: { name: string }) => sync.name).join('\n');
    expect(names).toMatch(/^Finance\/Invoices to NetSuite/m);
  });

  test.each([-1, 1.5, 1_000_000, Number.NaN])('refuses %d syncs', (syncs) => {
    expect(() => createSandbox({ syncs })).toThrow(RangeError);
  });

  test('starts with runs under way, and with one sync that a person paused', async () => {
    const { admin, get, pathOf } = await drive();
    const { syncs } = (await admin('GET', '/state')).body;
    expect(syncs.filter((sync: { running: unknown }) => sync.running).length).toBeGreaterThan(2);
    const path = await pathOf('Marketing/Event attendees to Marketo');
    const paused = (await get(path)).body.data;
    expect(paused).toMatchObject({
      active: false,
      updated_by: { name: 'Maya Chen', type: 'user' },
    });
    expect(Date.parse(paused.updated_at)).toBe(MONDAY - 2 * DAY);
    const { last_execution, next_execution_time } = (await get(`${path}/status`)).body.data;
    expect(Date.parse(last_execution.created_at)).toBeLessThan(MONDAY - 2 * DAY);
    expect(next_execution_time).toBeNull();
  });
});

describe('starting and stopping', () => {
  test('an address in use is the error of the system', async () => {
    const { url } = await drive();
    const port = Number(new URL(url).port);
    const second = createSandbox();
    await expect(second.listen({ host: '127.0.0.1', port })).rejects.toMatchObject({
      code: 'EADDRINUSE',
    });
    await second.close();
  });

  test('closes at once, twice, with stalled, waiting and silent connections open', async () => {
    const { admin, get, url, close } = await drive();
    await admin('POST', '/faults', { kind: 'stall', route: '/api/me' });
    await admin('POST', '/faults', { kind: 'latency', ms: 3_600_000, route: '/api/connections' });
    const silent = connect(Number(new URL(url).port), '127.0.0.1');
    await once(silent, 'connect');
    const gone = once(silent, 'close');
    silent.on('error', () => {});
    const broken = [get('/api/me'), get('/api/connections')].map((call) =>
      call.then(
        () => 'answered',
        () => 'cut',
      ),
    );
    await untilLogged(admin, 2);
    await close();
    await close();
    expect(await Promise.all(broken)).toEqual(['cut', 'cut']);
    await gone;
  });
});

async function untilLogged(
  admin: Awaited<ReturnType<typeof drive>>['admin'],
  count: number,
): Promise<void> {
  while ((await admin('GET', '/requests')).body.requests.length < count);
}

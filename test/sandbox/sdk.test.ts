// The vendor's own SDK as a judge: what it sends, the sandbox must understand, and the reverse.

import { type Polytomic, PolytomicClient, PolytomicError } from 'polytomic';
import { describe, expect, test } from 'vitest';
import { type Driven, drive, MINUTE } from './drive.ts';

const OPTIONS = { maxRetries: 0, timeoutInSeconds: 20 };

async function client(): Promise<Driven & { sdk: PolytomicClient }> {
  const driven = await drive();
  const sdk = new PolytomicClient({ environment: driven.url, token: 'sandbox-api-key' });
  return { ...driven, sdk };
}

describe('the official SDK with model syncs', () => {
  test('finds a source, its fields and the schedules, and creates a sync from them', async () => {
    const { sdk } = await client();
    const connections = (await sdk.connections.list(OPTIONS)).data!;
    const source = connections.find((each) => each.type?.id === 'snowflake')!;
    const target = connections.find((each) => each.type?.id === 'salesforce')!;
    const meta = await sdk.modelSync.getSource(source.id!, { params: { schema: ['ANALYTICS'] } });
    expect(meta.data!.items!.table!.items).toContain('ACCOUNTS');
    const params = { table: ['ACCOUNTS'] };
    const fields = (await sdk.modelSync.getSourceFields(source.id!, { params }, OPTIONS)).data!;
    expect(fields.map((field) => field.name)).toContain('email');
    const options = (await sdk.modelSync.getScheduleOptions(OPTIONS)).data!.schedule_options!;
    expect(options.map((option) => option.frequency)).toContain('hourly');
    const model = (await sdk.models.list(OPTIONS)).data!.find(
      (m) => m.connection_id === source.id,
    )!;
    const created = await sdk.modelSync.create({
      ...requestFor(target.id!, model.id!),
      active: true,
    });
    expect(created.data).toMatchObject({ name: 'SDK/Accounts', active: true });
    expect(created.data!.model_ids).toEqual([model.id]);
  });

  test('gets, updates and deletes', async () => {
    const { sdk, pathOf } = await client();
    const id = (await pathOf('Finance/Invoices to NetSuite')).split('/').at(-1)!;
    const before = (await sdk.modelSync.get(id, OPTIONS)).data!;
    const request = requestFor(before.target!.connection_id, before.model_ids![0]!);
    const after = (await sdk.modelSync.update(id, request, OPTIONS)).data!;
    expect(after).toMatchObject({ id, name: 'SDK/Accounts', active: false });
    await sdk.modelSync.remove(id, OPTIONS);
    await expect(sdk.modelSync.get(id, OPTIONS)).rejects.toMatchObject({ statusCode: 404 });
  });

  test('lists with filters', async () => {
    const { sdk } = await client();
    const paused = (await sdk.modelSync.list({ active: false }, OPTIONS)).data!;
    expect(paused.map((sync) => sync.name)).toEqual(['Marketing/Event attendees to Marketo']);
    const replacing = (await sdk.modelSync.list({ mode: 'replace' }, OPTIONS)).data!;
    expect(replacing).toHaveLength(1);
  });

  test('activates, starts, watches and cancels', async () => {
    const { sdk, pathOf, advance } = await client();
    const id = (await pathOf('Marketing/Event attendees to Marketo')).split('/').at(-1)!;
    await expect(sdk.modelSync.start(id, {}, OPTIONS)).rejects.toBeInstanceOf(PolytomicError);
    const { data } = await sdk.modelSync.activate(id, { active: true }, OPTIONS);
    expect(data).toEqual({ active: true, id });
    const started = (await sdk.modelSync.start(id, {}, OPTIONS)).data!;
    expect(started.status).toBe('created');
    advance(10_000);
    const running = (await sdk.modelSync.getStatus(id, OPTIONS)).data!.current_execution!;
    expect(running).toMatchObject({ id: started.id, status: 'running' });
    expect((await sdk.modelSync.cancel(id, OPTIONS)).data!.message).toContain('queued');
    advance(MINUTE);
    const execution = await sdk.modelSync.executions.get(id, started.id!, OPTIONS);
    expect(execution.data!.status).toBe('canceled');
    const list = (await sdk.modelSync.executions.list(id, { only_completed: true }, OPTIONS)).data!;
    expect(list[0]!.id).toBe(started.id);
  });
});

describe('the official SDK with bulk syncs', () => {
  test('lists, gets, activates, cancels, starts and reads the status', async () => {
    const { sdk, advance } = await client();
    const syncs = (await sdk.bulkSync.list({ active: true }, OPTIONS)).data!;
    const { id } = syncs.find((sync) => sync.name === 'Salesforce to Snowflake')!;
    expect((await sdk.bulkSync.get(id!, {}, OPTIONS)).data!.mode).toBe('replicate');
    const status = async () => (await sdk.bulkSync.getStatus(id!, OPTIONS)).data!;
    const running = (await status()).current_execution!;
    expect(running.status).toBe('running');
    await sdk.bulkSync.cancel(id!, OPTIONS);
    expect((await status()).current_execution!.status).toBe('canceling');
    advance(MINUTE);
    expect((await status()).last_execution).toMatchObject({ id: running.id, status: 'canceled' });
    const { data } = await sdk.bulkSync.activate(id!, { active: false }, OPTIONS);
    expect(data).toEqual({ active: false, id });
    const started = (await sdk.bulkSync.start(id!, {}, OPTIONS)).data!;
    expect(started).toMatchObject({ status: 'created', type: 'manual' });
    const rows = (await sdk.bulkSync.executions.listStatus({ sync_id: id! }, OPTIONS)).data!;
    expect(rows).toMatchObject([{ sync_id: id, status: 'created' }]);
    const executions = await sdk.bulkSync.executions.list(id!, { limit: 2 }, OPTIONS);
    expect(executions.data!.map((each) => each.id)).toEqual([started.id, running.id]);
  });
});

test('the official SDK takes refusals as its own errors', async () => {
  const { url } = await client();
  const stranger = new PolytomicClient({ environment: url, token: 'wrong' });
  await expect(stranger.identity.get(OPTIONS)).rejects.toMatchObject({ statusCode: 401 });
});

function requestFor(connection_id: string, model_id: string): Polytomic.CreateModelSyncRequest {
  return {
    name: 'SDK/Accounts',
    mode: 'updateOrCreate',
    fields: [{ target: 'Name', source: { model_id, field: 'name' } }],
    schedule: { frequency: 'hourly', minute: '30' },
    target: { connection_id, object: 'Account' },
  };
}

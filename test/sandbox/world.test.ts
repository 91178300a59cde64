import { describe, expect, test } from 'vitest';
import { DAY, type Driven, drive, HOUR, MINUTE, MONDAY } from './drive.ts';

interface Run {
  readonly id: string;
  readonly type: string;
  readonly status: string;
  readonly created_at: string;
  readonly completed_at: string | null;
}

/** Runs that were created after the sandbox began, oldest first. */
async function runsOf({ get, pathOf }: Driven, name: string): Promise<Run[]> {
  const { data } = (await get(`${await pathOf(name)}/executions`)).body;
  return (data ?? []).filter((run: Run) => Date.parse(run.created_at) > MONDAY).reverse();
}

async function startsOf(driven: Driven, name: string): Promise<string[]> {
  return (await runsOf(driven, name)).map((run) => run.created_at);
}

const at = (...times: string[]) => times.map((time) => `2026-03-${time}:00.000Z`);

describe('as time passes', () => {
  test('an hourly sync runs at its minute', async () => {
    const driven = await drive();
    driven.advance(3 * HOUR);
    expect(await startsOf(driven, 'Sandbox/Contacts to HubSpot')).toEqual(
      at('02T10:40', '02T11:40', '02T12:40'),
    );
  });

  test('daily, weekly and custom syncs run at their wall time, in UTC', async () => {
    const driven = await drive();
    driven.advance(8 * DAY);
    expect((await startsOf(driven, 'Finance/Stripe to Snowflake')).slice(0, 2)).toEqual(
      at('03T02:15', '04T02:15'),
    );
    expect(await startsOf(driven, 'Support/Customer health to Zendesk')).toEqual(at('09T06:00'));
    const custom = await drive();
    custom.advance(DAY);
    expect(await startsOf(custom, 'Finance/Forecast to Google Sheets')).toEqual(
      at('02T12:00', '02T14:00', '02T16:00', '02T18:00', '03T08:00', '03T10:00'),
    );
  });

  test('a continuous sync runs again a minute after it has finished', async () => {
    const driven = await drive();
    driven.advance(HOUR);
    const runs = await runsOf(driven, 'Marketing/Qualified leads to HubSpot');
    expect(runs.length).toBeGreaterThan(10);
    for (const [index, run] of runs.entries()) {
      const before = runs[index - 1]?.completed_at;
      if (before) expect(Date.parse(run.created_at)).toBe(Date.parse(before) + MINUTE);
    }
  });

  test('a sync that runs after another starts when that one has ended', async () => {
    const driven = await drive();
    driven.advance(2 * HOUR);
    const parents = await runsOf(driven, 'Sales/Accounts to Salesforce');
    const children = await startsOf(driven, 'Sales/Renewals to Salesforce');
    for (const { completed_at } of parents) expect(children).toContain(completed_at);
  });

  test('a paused parent starves the child', async () => {
    const driven = await drive();
    driven.advance(HOUR);
    const path = await driven.pathOf('Sales/Accounts to Salesforce');
    await driven.post(`${path}/activate`, { active: false });
    driven.advance(HOUR);
    const before = await startsOf(driven, 'Sales/Renewals to Salesforce');
    driven.advance(5 * HOUR);
    expect(await startsOf(driven, 'Sales/Renewals to Salesforce')).toEqual(before);
  });

  test('a slot that comes while the sync is busy is skipped', async () => {
    const { get, call, pathOf, advance } = await drive();
    const path = await pathOf('Sandbox/Opportunities to Salesforce');
    const { data } = (await get(path)).body;
    const schedule = { frequency: 'custom', minute: '*', hour: '*' };
    expect((await call('PUT', path, { ...data, schedule })).status).toBe(200);
    advance(HOUR);
    const runs: Run[] = (await get(`${path}/executions?ascending=true`)).body.data;
    expect(runs.length).toBeGreaterThan(20);
    for (const [index, run] of runs.entries()) {
      const before = runs[index - 1]?.completed_at ?? '';
      expect(run.created_at >= before).toBe(true);
    }
  });

  test('a manual sync waits for somebody', async () => {
    const driven = await drive();
    driven.advance(3 * DAY);
    const name = 'Sandbox/Opportunities to Salesforce';
    expect(await startsOf(driven, name)).toEqual([]);
    const { data } = (await driven.get(`${await driven.pathOf(name)}/status`)).body;
    expect(data).toEqual({ next_execution_time: null });
  });

  test('nothing runs while a sync is inactive, nor is it made up for afterwards', async () => {
    const driven = await drive();
    const name = 'Sandbox/Contacts to HubSpot';
    const path = `${await driven.pathOf(name)}/activate`;
    await driven.post(path, { active: false });
    driven.advance(3 * HOUR);
    await driven.post(path, { active: true });
    const { data } = (await driven.get(path.replace('activate', 'status'))).body;
    expect(data.next_execution_time).toBe(at('02T13:40')[0]);
    driven.advance(HOUR);
    expect(await startsOf(driven, name)).toEqual(at('02T13:40'));
  });

  test('a run goes from created over running to an end, with counts that grow', async () => {
    const { post, get, pathOf, advance } = await drive();
    const path = await pathOf('Sandbox/Opportunities to Salesforce');
    const { id } = (await post(`${path}/executions`)).body.data;
    const run = async () => (await get(`${path}/executions/${id}`)).body.data;
    expect(await run()).toMatchObject({
      status: 'created',
      started_at: null,
      counts: { total: 0 },
    });
    advance(30_000);
    const half = await run();
    expect(half).toMatchObject({ status: 'running', completed_at: null, errors: [] });
    advance(5 * MINUTE);
    const whole = await run();
    expect(whole).toMatchObject({ status: 'completed', completed_at: expect.any(String) });
    expect(whole.counts.total).toBeGreaterThan(half.counts.total);
    expect(whole.counts.insert + whole.counts.update).toBe(whole.counts.total);
  });

  test('what happened does not depend on who looked when', async () => {
    const [often, once] = [await drive({ syncs: 60 }), await drive({ syncs: 60 })];
    for (let hour = 0; hour < 6; hour += 1) {
      often.advance(HOUR);
      await often.admin('GET', '/state');
    }
    once.advance(6 * HOUR);
    const state = async (driven: Driven) => (await driven.admin('GET', '/state')).body;
    expect(await state(often)).toEqual(await state(once));
  });
});

describe('the executions of a sync', () => {
  test('are the last hundred, in pages, newest or oldest first', async () => {
    const driven = await drive();
    for (let hour = 0; hour < 12; hour += 1) {
      driven.advance(HOUR);
      await driven.admin('GET', '/state');
    }
    const path = `${await driven.pathOf('Marketing/Qualified leads to HubSpot')}/executions`;
    const walk = async (query: string) => {
      const first = (await driven.get(`${path}?${query}`)).body;
      const token = first.pagination.next_page_token;
      const second = (await driven.get(`${path}?${query}&page_token=${token}`)).body;
      expect([first.data.length, second.data.length]).toEqual([50, 50]);
      expect(second.pagination).toEqual({});
      return [...first.data, ...second.data].map((run: Run) => run.created_at);
    };
    const down = await walk('');
    expect(down).toEqual([...down].sort().reverse());
    expect(await walk('ascending=true')).toEqual([...down].reverse());
  });

  test('are filtered to those that have ended', async () => {
    const { get, pathOf } = await drive();
    const path = `${await pathOf('Sales/Accounts to Salesforce')}/executions`;
    const all = (await get(path)).body.data;
    const ended = (await get(`${path}?only_completed=true`)).body.data;
    expect(all.length - ended.length).toBe(1);
    expect(ended.every((run: Run) => run.completed_at !== null)).toBe(true);
    const bulk = `${await pathOf('Warehouse/Postgres to Snowflake')}/executions`;
    const bulkEnded = (await get(`${bulk}?only_terminal=true&limit=100`)).body.data;
    expect(bulkEnded.every((run: Run) => run.completed_at !== null)).toBe(true);
    expect((await get(`${path}?ascending=sideways`)).status).toBe(400);
  });

  test('one of them is canceled by its id; 400 once it is over; 404 when unknown', async () => {
    const { get, post, pathOf, advance } = await drive();
    const path = `${await pathOf('Sales/Accounts to Salesforce')}/executions`;
    const [{ id }] = (await get(path)).body.data;
    expect((await post(`${path}/${id}/cancel`)).status).toBe(200);
    expect((await get(`${path}/${id}`)).body.data.status).toBe('canceling');
    advance(MINUTE);
    expect((await post(`${path}/${id}/cancel`)).status).toBe(400);
    expect((await post(`${path}/none/cancel`)).status).toBe(404);
    expect((await get(`${path}/none`)).status).toBe(404);
  });
});

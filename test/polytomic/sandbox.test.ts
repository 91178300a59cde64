import { expect, onTestFinished, test } from 'vitest';
import type { Outcome } from '../../src/plan/outcome.ts';
import { type Sync, type SyncKey, syncKey } from '../../src/policy/sync.ts';
import type { Credentials } from '../../src/polytomic/caller.ts';
import type { Polytomic } from '../../src/polytomic/polytomic.ts';
import { type AdjustableClock, createAdjustableClock } from '../../src/sandbox/clock.ts';
import { type About, createSandbox } from '../../src/sandbox/sandbox.ts';
import { clientOf, KEY, OTHER_ID } from './rig.ts';

const START = Date.UTC(2026, 2, 2, 9);

interface Stage {
  readonly url: string;
  readonly about: About;
  readonly clock: AdjustableClock;
  readonly client: Polytomic;
}

/** The sandbox over HTTP, its clock standing still, and a client with a user's key. */
async function stage(syncs?: number): Promise<Stage> {
  const clock = createAdjustableClock({ now: () => START });
  const sandbox = createSandbox({ clock, syncs, cancelLateRate: 0 });
  onTestFinished(() => sandbox.close());
  const { url } = await sandbox.listen({ host: '127.0.0.1', port: 0 });
  const about = sandbox.about();
  const credentials = { kind: 'bearer', key: about.keys.apiKey } as const;
  return { url, about, clock, client: clientOf(url, { credentials, now: clock.now }) };
}

async function tell(url: string, path: string, body: object): Promise<void> {
  const init = { method: 'POST', body: JSON.stringify(body) };
  const response = await fetch(`${url}/_sandbox${path}`, init);
  expect(response.status).toBe(200);
}

function unwrap<T>(outcome: Outcome<T>): T {
  if (outcome.kind !== 'ok') throw new Error(`${outcome.kind}: ${outcome.reason}`);
  return outcome.value;
}

/** A sync of this kind that rests: active as asked, and started by nobody but us. */
async function idle(client: Polytomic, kind: Sync['kind'], active: boolean): Promise<Sync> {
  for (const sync of unwrap(await client.listSyncs())) {
    if (sync.kind !== kind || sync.active !== active || sync.frequency === 'continuous') continue;
    const { current } = unwrap(await client.status(sync.key));
    if (current === undefined || current.isTerminal) return sync;
  }
  throw new Error(`the sandbox has no idle ${kind} sync with active=${active}`);
}

test('a user and an organization are known by their keys, a stranger is not', async () => {
  const { url, about, client } = await stage();
  const ours = { organizationId: about.organization.id, organizationName: about.organization.name };
  expect(await client.me()).toMatchObject({ kind: 'ok', value: ours });
  const { orgId, orgKey } = about.keys;
  const basic: Credentials = { kind: 'basic', organizationId: orgId, key: orgKey };
  expect(await clientOf(url, { credentials: basic }).me()).toMatchObject({ value: ours });
  for (const credentials of [
    { ...basic, key: 'wrong' },
    { ...basic, organizationId: OTHER_ID },
    { kind: 'bearer', key: 'wrong' } as const,
  ]) {
    const outcome = await clientOf(url, { credentials }).me();
    expect(outcome).toMatchObject({ kind: 'unauthorized', status: 401 });
  }
});

test('a key that may only read lists, and is refused to write', async () => {
  const { url, about } = await stage();
  const credentials = { kind: 'bearer', key: about.keys.readOnlyKey } as const;
  const client = clientOf(url, { credentials });
  const [sync] = unwrap(await client.listSyncs());
  const outcome = await client.setActive(sync!.key, false, KEY);
  expect(outcome).toMatchObject({ kind: 'unauthorized', status: 403 });
});

test('an organization of hundreds is listed whole, connections named', async () => {
  const { about, client } = await stage(400);
  const syncs = unwrap(await client.listSyncs());
  expect(about.modelSyncs).toBeGreaterThan(50);
  expect(about.bulkSyncs).toBeGreaterThan(50);
  expect(new Set(syncs.map(({ key }) => key)).size).toBe(400);
  expect(syncs.filter(({ kind }) => kind === 'model')).toHaveLength(about.modelSyncs);
  expect(syncs.filter(({ active }) => active)).toHaveLength(about.active);
  for (const sync of syncs) {
    expect(sync.sources.length).toBeGreaterThan(0);
    expect(sync.destinations).toHaveLength(1);
    for (const connection of [...sync.sources, ...sync.destinations]) {
      expect(connection).toEqual({
        id: expect.any(String),
        name: expect.stringMatching(/./),
        type: expect.stringMatching(/^\w+$/),
      });
    }
    expect(sync).toMatchObject({
      frequency: expect.any(String),
      mode: expect.any(String),
      organizationId: about.organization.id,
      updatedAt: expect.any(Number),
      updatedBy: { name: expect.any(String) },
    });
  }
});

test('a sync read alone is the sync that was listed', async () => {
  const { client } = await stage();
  for (const sync of unwrap(await client.listSyncs())) {
    expect(await client.getSync(sync.key)).toEqual({ kind: 'ok', value: sync });
  }
});

test.each(['model', 'bulk'] as const)('a %s sync is paused and resumed', async (kind) => {
  const { client } = await stage();
  const { key } = await idle(client, kind, true);
  const { updatedBy: me } = unwrap(await client.getSync(key));
  expect(await client.setActive(key, false, 'key-pause-1')).toEqual({
    kind: 'ok',
    value: { active: false },
  });
  const paused = unwrap(await client.getSync(key));
  expect(paused).toMatchObject({ active: false, updatedAt: START });
  expect(paused.updatedBy).not.toEqual(me);
  expect((await client.setActive(key, true, 'key-resume1')).kind).toBe('ok');
  expect(unwrap(await client.getSync(key)).active).toBe(true);
});

test('a replayed answer is ok and proves nothing about now', async () => {
  const { url, client } = await stage();
  const { key, id, kind } = await idle(client, 'model', true);
  expect((await client.setActive(key, false, KEY)).kind).toBe('ok');
  await tell(url, '/people', { action: 'activate', name: 'Ada', sync: id, kind });
  expect((await client.setActive(key, false, KEY)).kind).toBe('ok');
  expect(unwrap(await client.getSync(key)).active).toBe(true);
});

test.each(['model', 'bulk'] as const)(
  'an execution of a %s sync is started, followed and cancelled',
  async (kind) => {
    const { client, clock } = await stage();
    const { key } = await idle(client, kind, true);
    const { id } = unwrap(await client.start(key, 'key-start-1'));
    const before = unwrap(await client.status(key));
    expect(before.current).toMatchObject({ id, isTerminal: false, isResync: false });
    const again = await client.start(key, 'key-start-2');
    expect(again).toMatchObject({ kind: 'conflict', status: 409 });
    expect((await client.cancel(key, 'key-cancel1')).kind).toBe('ok');
    const { current } = unwrap(await client.status(key));
    expect(current).toMatchObject({ id, isTerminal: false });
    clock.advance(60_000);
    const [newest] = unwrap(await client.executions(key));
    expect(newest).toMatchObject({ id, status: 'canceled', isTerminal: true, createdAt: START });
    const after = unwrap(await client.status(key));
    expect(after.current?.isTerminal ?? true).toBe(true);
    expect(after.last?.id).toBe(id);
  },
);

test('executions come newest first', async () => {
  const { client, clock } = await stage();
  const { key } = await idle(client, 'bulk', true);
  clock.advance(7 * 24 * 3_600_000);
  const times = unwrap(await client.executions(key)).map(({ createdAt }) => createdAt!);
  expect(times.length).toBeGreaterThan(1);
  expect(times).toEqual(times.toSorted((a, b) => b - a));
});

test.each(['model', 'bulk'] as const)('a %s sync that nobody knows is missing', async (kind) => {
  const { client } = await stage();
  const key: SyncKey = syncKey(kind, OTHER_ID);
  const calls = [
    client.getSync(key),
    client.status(key),
    client.executions(key),
    client.setActive(key, false, 'key-gone-01'),
    client.cancel(key, 'key-gone-02'),
    client.start(key, 'key-gone-03'),
  ];
  for (const call of calls) expect(await call).toMatchObject({ kind: 'missing', status: 404 });
});

test.each([
  ['a 429 with seconds', { kind: 'status', status: 429, retryAfter: 7 }, 'throttled', false],
  ['a 503', { kind: 'status', status: 503 }, 'server-error', false],
  ['a recorded 500', { kind: 'record-500' }, 'server-error', false],
  ['the page of a gateway', { kind: 'html' }, 'server-error', false],
  ['a page in place of an answer', { kind: 'html', status: 200 }, 'unknown', false],
  ['a reset before it was handled', { kind: 'reset' }, 'unknown', false],
  ['a reset after it was handled', { kind: 'reset-after' }, 'unknown', true],
  ['a body that never comes', { kind: 'stall' }, 'unknown', true],
  ['a body that ends too early', { kind: 'truncate' }, 'unknown', true],
  ['latency beyond the deadline', { kind: 'latency', ms: 600_000 }, 'unknown', false],
  ['an answer as if done', { kind: 'ignore' }, 'ok', false],
] as const)('a write that meets %s', async (_, fault, kind, isDone) => {
  const { url, about, client } = await stage();
  const { key } = await idle(client, 'model', true);
  await tell(url, '/faults', { ...fault, method: 'POST', count: 1 });
  const credentials = { kind: 'bearer', key: about.keys.apiKey } as const;
  const outcome = await clientOf(url, { credentials, timeoutMs: 1000 }).setActive(key, false, KEY);
  expect(outcome.kind).toBe(kind);
  if (kind === 'throttled') expect(outcome).toMatchObject({ retryAfterMs: 7000 });
  expect(unwrap(await client.getSync(key)).active).toBe(!isDone);
});

test('a server whose clock is ahead shows in the skew', async () => {
  const { client, clock, about, url } = await stage();
  await client.me();
  expect(client.skewMs()).toBe(0);
  clock.advance(90_000);
  const credentials = { kind: 'bearer', key: about.keys.apiKey } as const;
  const late = clientOf(url, { credentials, now: () => START });
  await late.me();
  expect(late.skewMs()).toBe(90_000);
});

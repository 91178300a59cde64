import { afterEach, describe, expect, test } from 'vitest';
import { openTools } from '../../src/daemon/compose.ts';
import type { OverrideAnswer, OverrideRequest } from '../../src/daemon/operations.ts';
import { freshDatabase } from '../support/database.ts';
import { describeOn, hasEngine } from '../support/engines.ts';
import { type SandboxHandle, startSandbox, writes } from '../support/sandbox.ts';
import { startRedis } from '../support/servers.ts';
import {
  environment,
  type Home,
  makeHome,
  makeRig,
  oncePolicy,
  optionsOf,
  type Rig,
  soon,
} from './rig.ts';

const cleanups: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const cleanup of cleanups.splice(0).reverse()) await cleanup();
});

const INVOICES = 'Finance/Invoices to NetSuite';
const OTHER = 'Sandbox/Contacts to HubSpot';
const HOUR = 3_600_000;

interface Place {
  readonly sandbox: SandboxHandle;
  readonly home: Home;
  readonly env: Record<string, string | undefined>;
}

/** Postgres where there is one, since it starts at once; the stories are the same everywhere. */
async function makePlace(more: Record<string, string> = {}): Promise<Place> {
  const sandbox = await startSandbox();
  cleanups.push(() => sandbox.close());
  const home = await makeHome();
  cleanups.push(() => home.remove());
  if (hasEngine('postgres') && more.DATABASE_URL === undefined) {
    const database = await freshDatabase();
    cleanups.push(() => database.drop());
    more = { DATABASE_URL: database.url, ...more };
  }
  // No sweep comes to help within a test: what happens, happens by edges.
  const env = environment(home, sandbox.url, { CURFEW_SWEEP: '10m', ...more });
  const nothing = { start: soon(HOUR), end: soon(2 * HOUR) };
  await home.write('all.yaml', oncePolicy('idle', '{ name: nobody }', nothing));
  return { sandbox, home, env };
}

async function startRig(env: Place['env']): Promise<Rig> {
  const rig = makeRig(env);
  cleanups.push(() => rig.daemon.stop());
  await rig.daemon.start();
  return rig;
}

/** A daemon with a window of one sync from and to so many seconds from now. */
async function story(from: number, to: number, place?: Place) {
  const { sandbox, home, env } = place ?? (await makePlace());
  const rig = await startRig(env);
  const window = { start: soon(from * 1_000), end: soon(to * 1_000) };
  const policy = oncePolicy('nightly', `{ name: "${INVOICES}" }`, window);
  await home.write('all.yaml', policy);
  await rig.daemon.operations.reload();
  if (from < 0) await rig.entry('hold.held', ({ syncName }) => syncName === INVOICES);
  return { sandbox, home, env, rig, window };
}

type Wish = { readonly kind: OverrideRequest['kind'] } & Readonly<Record<string, unknown>>;

/** What alice asks for; of a hold or release, about the sync of the stories. */
async function say(rig: Rig, wish: Wish, actor = 'alice') {
  const { operations } = rig.daemon;
  const resolved = await operations.resolve(INVOICES);
  const isAboutSyncs = wish.kind === 'hold' || wish.kind === 'release';
  const syncs = resolved.kind === 'found' && isAboutSyncs ? { syncs: [resolved.sync] } : {};
  const request = { ...syncs, ...wish, actor, reason: 'because' } as OverrideRequest;
  return accepted(await operations.override(request));
}

function accepted(answer: OverrideAnswer) {
  if (answer.kind === 'refused') throw new Error(answer.message);
  return answer;
}

const ofInvoices = ({ syncName }: { syncName?: string | undefined }) => syncName === INVOICES;

/** `active` of each activate call that had an effect, in order. */
async function effects(sandbox: SandboxHandle): Promise<(boolean | undefined)[]> {
  const calls = writes(await sandbox.requests()).filter(({ path }) => path.endsWith('/activate'));
  return calls.filter(({ effect }) => effect === 'changed').map(({ body }) => body?.active);
}

async function isActive(sandbox: SandboxHandle): Promise<boolean | undefined> {
  return (await sandbox.activity())[INVOICES];
}

describe('a hold or a release', () => {
  test('S28: a sync that somebody wants paused stays so after the window', async () => {
    const { sandbox, rig, window } = await story(-1, 5);
    const until = window.end + 5_000;
    const { override, message } = await say(rig, { kind: 'hold', until });
    expect(message).toContain(`${INVOICES} stays paused`);
    const handed = await rig.entry('hold.handed-over', ofInvoices);
    expect(handed.reason).toContain(`now held by override:${override.id} of alice`);
    await rig.entry('window.closed');
    await rig.entry('override.expired');
    const released = await rig.entry('hold.released', ofInvoices);
    expect(released.at).toBeGreaterThanOrEqual(until);
    // Paused once, restored once: handing over is no flap.
    expect(await effects(sandbox)).toEqual([false, true]);
  });

  test('S39: a release ends inside the window, and the sync is paused again', async () => {
    const { sandbox, rig, window } = await story(-1, 60);
    const until = soon(5_000);
    const { message } = await say(rig, { kind: 'release', until });
    expect(message).toContain(`${INVOICES} is restored at once`);
    await rig.entry('hold.released', ofInvoices);
    expect(await isActive(sandbox)).toBe(true);
    await rig.count('hold.held', 2);
    const [, again] = rig.entries.filter(({ type }) => type === 'hold.opened');
    expect(again).toMatchObject({ policy: 'nightly', before: 'active' });
    expect(again!.at).toBeGreaterThanOrEqual(until);
    expect(again!.occurrence?.end).toBe(window.end);
    expect(await effects(sandbox)).toEqual([false, true, false]);
  });

  test('S39: a hold ends inside a window, which holds on without a flap', async () => {
    const { sandbox, rig } = await story(-1, 60);
    await say(rig, { kind: 'hold', until: soon(4_000) });
    await rig.entry('override.expired');
    await rig.count('hold.handed-over', 2);
    const back = rig.entries.findLast(({ type }) => type === 'hold.handed-over');
    expect(back).toMatchObject({
      before: expect.stringMatching(/^override:/),
      after: 'nightly',
    });
    expect(await effects(sandbox)).toEqual([false]);
  });

  test('S40: a release that outlives the window covers the next one; status lists it', async () => {
    const { sandbox, rig, home } = await story(-1, 4);
    const { override } = await say(rig, { kind: 'release', until: soon(HOUR) });
    await rig.entry('window.closed');
    const next = { start: soon(2_000), end: soon(5_000) };
    await home.write('all.yaml', oncePolicy('nightly', `{ name: "${INVOICES}" }`, next));
    await rig.daemon.operations.reload();
    await rig.entry('window.closed', ({ occurrence }) => occurrence?.start === next.start);
    expect(await effects(sandbox)).toEqual([false, true]);
    const { overrides, holds } = await rig.daemon.operations.status();
    expect(overrides).toMatchObject([{ id: override.id, state: 'in effect', syncs: 1 }]);
    expect(holds).toEqual([]);
  });

  test('S41: the newest wins, the older one is shown as superseded', async () => {
    const { sandbox, rig } = await story(3_600, 7_200);
    const hold = await say(rig, { kind: 'hold', forMs: HOUR });
    await rig.entry('hold.held', ofInvoices);
    const release = await say(rig, { kind: 'release', forMs: HOUR }, 'bob');
    await rig.entry('hold.released', ofInvoices);
    expect(await isActive(sandbox)).toBe(true);
    expect((await rig.daemon.operations.status()).overrides).toMatchObject([
      { id: release.override.id, superseded: 0, note: undefined },
      { id: hold.override.id, superseded: 1, note: `superseded by ${release.override.id}` },
    ]);
    // Without it the older word counts again.
    await rig.daemon.operations.revoke({ id: release.override.id.slice(0, 6), actor: 'bob' });
    await rig.count('hold.held', 2);
    expect(await isActive(sandbox)).toBe(false);
  });

  test('S73: a hold that ends with the window: one decision, one resume', async () => {
    const { sandbox, rig, window } = await story(-1, 5);
    const { override } = await say(rig, { kind: 'hold' });
    expect(override.expires).toBe(window.end);
    await rig.entry('hold.released', ofInvoices);
    await rig.entry('override.expired');
    await rig.entry('window.closed');
    expect(await effects(sandbox)).toEqual([false, true]);
    expect(rig.entries.filter(({ type }) => type === 'hold.handed-over')).toHaveLength(1);
  });

  test('S73: a release that begins with the window: nothing is paused', async () => {
    const { sandbox, rig, window } = await story(4, 60);
    await say(rig, { kind: 'release', from: window.start, until: window.start + 30_000 });
    const decided = await rig.entry('sync.decided', ({ at }) => at >= window.start);
    expect(decided.reason).toMatch(/^alice wants it as it was/);
    await rig.entry('window.opened');
    expect(await effects(sandbox)).toEqual([]);
  });

  test('a hold that somebody asks for after a click in the window is the newer word', async () => {
    const { sandbox, rig } = await story(-1, 60, await makePlace({ CURFEW_SWEEP: '1s' }));
    await sandbox.post('/_sandbox/people', { name: 'Bob', sync: INVOICES, action: 'activate' });
    await rig.entry('hold.yielded', ofInvoices);
    const { message } = await say(rig, { kind: 'hold' });
    expect(message).toContain(`${INVOICES} is paused at once`);
    await rig.count('hold.held', 2);
    expect(await isActive(sandbox)).toBe(false);
  });
});

describe('S42: a window of a policy', () => {
  test('is skipped: it opens for nobody, and the file is not touched', async () => {
    const { sandbox, rig, window } = await story(4, 8);
    const { override, effect } = await say(rig, { kind: 'skip', policy: 'nightly' });
    expect(override).toMatchObject({ from: window.start, expires: window.end, state: 'to come' });
    expect(effect.restored).toEqual([INVOICES]);
    await rig.entry('override.expired');
    expect(rig.entries.some(({ type }) => type === 'window.opened')).toBe(false);
    expect(await effects(sandbox)).toEqual([]);
    expect((await rig.daemon.operations.status()).policies[0]).toMatchObject({ isOn: false });
  });

  test('is ended: its syncs come back at once, and it is told as closed', async () => {
    const { sandbox, rig, window } = await story(-1, 3_600);
    const { message } = await say(rig, { kind: 'end', policy: 'nightly' });
    expect(message).toMatch(/^nightly ends now instead of at .*: .* is restored at once\.$/);
    const closed = await rig.entry('window.closed');
    expect(closed.occurrence?.end).toBeLessThan(window.end);
    await rig.entry('hold.released', ofInvoices);
    expect(await isActive(sandbox)).toBe(true);
    const explained = await rig.daemon.operations.resolve(INVOICES);
    if (explained.kind !== 'found') throw new Error('it is not there any more');
    const { because } = await rig.daemon.operations.explain(explained.sync);
    expect(because.join()).toMatch(/nightly would pause it until .*, but alice ends nightly/);
    // Taken back, the window is open again.
    const [open] = (await rig.daemon.operations.status()).overrides;
    await rig.daemon.operations.revoke({ id: open!.id, actor: 'alice' });
    await rig.count('hold.held', 2);
    await rig.count('window.opened', 2);
  });

  test('is extended: the syncs stay paused until then, in one hold', async () => {
    const { sandbox, rig, window } = await story(-1, 4);
    const { override } = await say(rig, { kind: 'extend', policy: 'nightly', byMs: 4_000 });
    expect(override.expires).toBe(window.end + 4_000);
    const handed = await rig.entry('hold.handed-over', ofInvoices);
    expect(handed.reason).toBe('The end of its window has changed.');
    const released = await rig.entry('hold.released', ofInvoices);
    expect(released.at).toBeGreaterThanOrEqual(window.end + 4_000);
    const closed = await rig.entry('window.closed');
    expect(closed.occurrence).toEqual({ start: window.start, end: window.end + 4_000 });
    expect(await effects(sandbox)).toEqual([false, true]);
  });
});

describe('around overrides', () => {
  test('the journal names who, why, and what it means, and reminds of the end', async () => {
    const { rig } = await story(3_600, 7_200);
    await say(rig, { kind: 'hold', forMs: 6_000 });
    const created = await rig.entry('override.created');
    expect(created).toMatchObject({
      actor: 'alice',
      reason: expect.stringMatching(`^alice holds ${INVOICES} until .*: because$`),
      detail: { kind: 'hold', paused: 1 },
    });
    const opened = await rig.entry('hold.opened', ofInvoices);
    expect(opened.detail?.why).toMatch(/^alice wants it paused until .*: because$/);
    const reminder = await rig.entry('override.expiring');
    expect(reminder.reason).toMatch(/^The hold of alice ends at .* 1 to be restored\.$/);
    const expired = await rig.entry('override.expired');
    expect(expired.at).toBeGreaterThan(reminder.at);
    await rig.entry('hold.released', ofInvoices);
    const types = rig.entries.map(({ type }) => type).filter((type) => type.startsWith('over'));
    expect(types).toEqual(['override.created', 'override.expiring', 'override.expired']);
  });

  test('the same request again does nothing; another one under its key is refused', async () => {
    const { sandbox, rig } = await story(-1, 3_600);
    const wish = { kind: 'end' as const, policy: 'nightly', key: 'k' };
    const first = await say(rig, wish);
    await rig.entry('hold.released', ofInvoices);
    const second = await say(rig, wish);
    expect(second).toMatchObject({ outcome: 'known', override: { id: first.override.id } });
    await expect(say(rig, { kind: 'hold', key: 'k', forMs: 5_000 })).rejects.toThrow(
      /belongs to another request, of alice/,
    );
    expect(rig.entries.filter(({ type }) => type === 'override.created')).toHaveLength(1);
    expect(await effects(sandbox)).toEqual([false, true]);
  });

  test('a dry run says what would be, and nothing is done', async () => {
    const { sandbox, rig } = await story(-1, 3_600);
    const dry = await say(rig, { kind: 'release', forMs: HOUR, isDryRun: true });
    expect(dry).toMatchObject({ outcome: 'dry-run', effect: { restored: [INVOICES] } });
    expect((await rig.daemon.operations.status()).overrides).toEqual([]);
    expect(await effects(sandbox)).toEqual([false]);
  });

  test('what covers nothing, has no end, or is unknown is refused', async () => {
    const { rig } = await story(3_600, 7_200);
    await expect(say(rig, { kind: 'hold' })).rejects.toThrow(/Nothing holds it now/);
    await expect(say(rig, { kind: 'end', policy: 'nightl' })).rejects.toThrow(
      /did you mean nightly\?/,
    );
    const { operations } = rig.daemon;
    const select = { name: 'Nobody/*' };
    const request = { kind: 'hold', syncs: [], forMs: HOUR, actor: 'a', reason: 'b' } as const;
    expect(await operations.override({ ...request, select })).toMatchObject({
      kind: 'refused',
      message: 'No sync matches name=Nobody/*, so there is nothing to hold.',
    });
    const wrong = await operations.override({ ...request, select: { nmae: 'x' } });
    expect(wrong).toMatchObject({
      code: 'invalid',
      message: expect.stringContaining('did you mean name?'),
    });
    expect(await operations.revoke({ id: 'abc', actor: 'a' })).toMatchObject({ code: 'unknown' });
  });

  test('a hold that begins later begins by itself', async () => {
    const { sandbox, rig } = await story(3_600, 7_200);
    const from = soon(3_000);
    const { override, message } = await say(rig, { kind: 'hold', from, forMs: HOUR });
    expect(override).toMatchObject({ state: 'to come', from, expires: from + HOUR });
    expect(message).toMatch(new RegExp(`^Held from .*: ${INVOICES} is paused then\\.$`));
    const opened = await rig.entry('hold.opened', ofInvoices);
    expect(opened.at).toBeGreaterThanOrEqual(from);
    await rig.entry('hold.held', ofInvoices);
    expect(await effects(sandbox)).toEqual([false]);
  });

  test('one that was recorded and ran out while no daemon ran is told at the start', async () => {
    const { env, sandbox } = await makePlace();
    const tools = await openTools(optionsOf(env));
    const resolved = await tools.operations.resolve(INVOICES);
    if (resolved.kind !== 'found') throw new Error('it is not there');
    const until = soon(1_000);
    const wish = { kind: 'hold', syncs: [resolved.sync], until } as const;
    await tools.operations.override({ ...wish, actor: 'carol', reason: 'r' });
    await tools.close();
    while (Date.now() <= until) await sandbox.activity();
    const rig = await startRig(env);
    const expired = await rig.entry('override.expired');
    expect(expired.latenessMs).toBeGreaterThan(0);
    expect(await effects(sandbox)).toEqual([]);
  });

  test('they outlive a restart, and what fell due meanwhile is done at the start', async () => {
    const { sandbox, rig, env } = await story(3_600, 7_200);
    const until = soon(4_000);
    await say(rig, { kind: 'hold', until });
    await rig.entry('hold.held', ofInvoices);
    await rig.daemon.stop();
    while (Date.now() <= until) await sandbox.activity();
    const second = await startRig(env);
    await second.entry('hold.released', ofInvoices);
    const expired = await second.entry('override.expired');
    expect(expired.latenessMs).toBeGreaterThan(0);
    expect(await isActive(sandbox)).toBe(true);
  });
});

describeOn('postgres', 'overrides and replicas', () => {
  test('what a command without a daemon puts on record, a daemon elsewhere acts on', async () => {
    const { sandbox, rig, env } = await story(3_600, 7_200);
    const tools = await openTools(optionsOf(env));
    cleanups.push(() => tools.close());
    const resolved = await tools.operations.resolve(INVOICES);
    if (resolved.kind !== 'found') throw new Error('it is not there');
    const wish = { kind: 'hold', syncs: [resolved.sync], forMs: HOUR } as const;
    const said = await tools.operations.override({ ...wish, actor: 'carol', reason: 'r' });
    expect(said).toMatchObject({ kind: 'ok', isEnforced: false });
    const opened = await rig.entry('hold.opened', ofInvoices);
    expect(opened.detail?.why).toContain('carol wants it paused');
    await rig.entry('hold.held', ofInvoices);
    const id = said.kind === 'ok' ? said.override.id : '';
    await tools.operations.revoke({ id, actor: 'carol' });
    await rig.entry('hold.released', ofInvoices);
    expect(await isActive(sandbox)).toBe(true);
  });

  test('of two replicas one reminds and one tells the end, wherever it was said', async () => {
    const { rig, env } = await story(3_600, 7_200);
    const other = await startRig({ ...env });
    await say(other, { kind: 'hold', forMs: 8_000 });
    await other.daemon.operations.status();
    const both = () => [...rig.entries, ...other.entries];
    const seen = (type: string) => both().filter((entry) => entry.type === type).length;
    const either = (type: 'override.expired' | 'hold.released') =>
      Promise.race([rig.entry(type), other.entry(type)]);
    await either('override.expired');
    await either('hold.released');
    expect(seen('override.expiring')).toBe(1);
    expect(seen('override.expired')).toBe(1);
    expect(seen('hold.opened')).toBe(1);
  });
});

describeOn('pglite', 'overrides on the embedded database', () => {
  test('a hold pauses at once and ends by itself', async () => {
    const place = await makePlace({ DATABASE_URL: '' });
    const { sandbox, rig } = await story(3_600, 7_200, place);
    await say(rig, { kind: 'hold', forMs: 4_000 });
    await rig.entry('hold.held', ofInvoices);
    await rig.entry('hold.released', ofInvoices);
    expect(await effects(sandbox)).toEqual([false, true]);
    expect((await sandbox.activity())[OTHER]).toBe(true);
  });
});

describeOn('redis', 'overrides with jobs on Redis', () => {
  test('a hold pauses at once and ends by itself, also there', async () => {
    const redis = await startRedis();
    cleanups.push(() => redis.stop());
    const { sandbox, rig } = await story(3_600, 7_200, await makePlace({ REDIS_URL: redis.url }));
    await say(rig, { kind: 'hold', forMs: 4_000 });
    await rig.entry('hold.held', ofInvoices);
    await rig.entry('hold.released', ofInvoices);
    expect(await effects(sandbox)).toEqual([false, true]);
  });
});

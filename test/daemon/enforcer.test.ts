import { describe, expect, test } from 'vitest';
import { PROBE_EVERY_MS } from '../../src/daemon/gate.ts';
import type { Sync, SyncKey } from '../../src/policy/sync.ts';
import { HOUR, MINUTE } from '../plan/rig.ts';
import { type SeenRequest, writes } from '../support/sandbox.ts';
import { never, START, useBench, WINDOW } from './enforcer-rig.ts';

const bench = useBench();
const { look, settle, isActive, types, fault } = bench;

async function pauseAndResume(key: SyncKey): Promise<void> {
  bench.now = START;
  await settle(key);
  bench.now = Math.max(bench.now, WINDOW.end);
  await settle(key);
}

function keysOf(calls: readonly SeenRequest[]): number {
  return new Set(calls.map(({ idempotency_key }) => idempotency_key)).size;
}

const ACTIVATE = { method: 'POST', route: '/api/**/activate' };

describe('without faults', () => {
  test('each arrow is one entry, and each call is written before it is made', async () => {
    await settle(bench.model.key);
    expect(await isActive(bench.model.key)).toBe(false);
    expect(types()).toEqual([
      'hold.opened',
      'call.intended',
      'call.answered',
      'hold.held',
      'sync.quiet',
    ]);
    bench.entries.length = 0;
    bench.now = WINDOW.end;
    await settle(bench.model.key);
    expect(await isActive(bench.model.key)).toBe(true);
    expect(types()).toEqual(['hold.resuming', 'call.intended', 'call.answered', 'hold.released']);
    expect(await bench.store.openHolds()).toEqual([]);
    expect(await bench.store.openCalls()).toEqual([]);
  });

  test('looking again changes nothing and says nothing', async () => {
    await settle(bench.model.key);
    const told = bench.entries.length;
    const requests = writes(await bench.sandbox.requests()).length;
    for (let i = 0; i < 5; i += 1)
      expect(await look(bench.model.key)).toMatchObject({ kind: 'done' });
    expect(bench.entries.length).toBe(told);
    expect(writes(await bench.sandbox.requests()).length).toBe(requests);
  });

  test('S25: a sync that was inactive before sees no call at all', async () => {
    await bench.sandbox.post('/_sandbox/people', {
      name: 'Eve',
      sync: bench.model.id,
      action: 'deactivate',
    });
    await pauseAndResume(bench.model.key);
    expect(await isActive(bench.model.key)).toBe(false);
    expect(writes(await bench.sandbox.requests())).toEqual([]);
    expect(types()).toEqual(['hold.opened', 'hold.released']);
  });

  test('two looks at once make one effect', async () => {
    const verdicts = await Promise.all([
      look(bench.model.key),
      look(bench.model.key),
      look(bench.model.key),
    ]);
    expect(verdicts.filter(({ kind }) => kind === 'retry').length).toBeGreaterThan(0);
    await settle(bench.model.key);
    expect(writes(await bench.sandbox.requests()).length).toBe(1);
  });
});

describe('when the API misbehaves', () => {
  test.each([
    ['a reset before', { kind: 'reset' }, 1],
    ['a reset after', { kind: 'reset-after' }, 1],
    ['a stalled body', { kind: 'stall' }, 1],
    ['a truncated body', { kind: 'truncate' }, 1],
    // Its key is in flight meanwhile (409); whoever meets that too often takes a new key.
    ['latency beyond the deadline', { kind: 'latency', ms: 700 }, 2],
    ['an HTML page with 200', { kind: 'html', status: 200 }, 1],
    ['a 429 with Retry-After', { kind: 'status', status: 429, retryAfter: 2 }, 2],
    ['a gateway 503', { kind: 'status', status: 503 }, 2],
    ['a 500 that is recorded under the key', { kind: 'record-500' }, 2],
  ])('S61: %s: paused once, restored once, by the key protocol', async (_, harm, keys) => {
    for (const end of ['pause', 'resume']) {
      await fault({ ...ACTIVATE, ...harm, count: 1 });
      if (end === 'resume') bench.now = Math.max(bench.now, WINDOW.end);
      await settle(bench.model.key);
      expect(await isActive(bench.model.key)).toBe(end === 'resume');
    }
    const calls = writes(await bench.sandbox.requests());
    const effects = calls.filter(({ effect }) => effect === 'changed');
    const off = calls.filter(({ body }) => body?.active === false);
    const on = calls.filter(({ body }) => body?.active === true);
    if (harm.kind !== 'latency') expect([keysOf(off), keysOf(on)]).toEqual([keys, keys]);
    expect(Math.max(keysOf(off), keysOf(on))).toBeLessThanOrEqual(keys);
    expect(effects.length).toBe(2);
    expect(await bench.store.openHolds()).toEqual([]);
    expect(await bench.store.openCalls()).toEqual([]);
  });

  test('S62: a 200 without effect is found out at the resume, and called anew', async () => {
    await settle(bench.model.key);
    bench.now = WINDOW.end;
    await fault({ ...ACTIVATE, kind: 'ignore', count: 1 });
    await settle(bench.model.key);
    expect(await isActive(bench.model.key)).toBe(true);
  });

  test('S62: a pause without effect is made again when a reading shows it', async () => {
    await fault({ ...ACTIVATE, kind: 'ignore', count: 1 });
    await settle(bench.model.key);
    expect(await isActive(bench.model.key)).toBe(true);
    // The list says that this one is active.
    bench.now += 1_000;
    await bench.readAll();
    await settle(bench.model.key);
    expect(types()).toContain('hold.renewed');
    expect(await isActive(bench.model.key)).toBe(false);
  });

  test('S60: a pause that never works is retried till the window ends, then let go', async () => {
    await fault({ ...ACTIVATE, kind: 'status', status: 500, count: 10_000 });
    while (bench.now < WINDOW.end) {
      const verdict = await look(bench.model.key);
      expect(verdict.kind).toBe('retry');
      bench.now = verdict.kind === 'retry' ? verdict.at : WINDOW.end;
    }
    const alerts = bench.entries.filter(({ type }) => type === 'alert.raised');
    expect(alerts.map(({ detail }) => detail?.alert)).toEqual(['late-pause']);
    await bench.sandbox.del('/_sandbox/faults');
    await settle(bench.model.key);
    expect(await isActive(bench.model.key)).toBe(true);
    expect(await bench.store.openHolds()).toEqual([]);
  });

  test('S60: a resume is tried for ever, at most five minutes apart, with one alert', async () => {
    await settle(bench.model.key);
    bench.now = WINDOW.end;
    await fault({ ...ACTIVATE, kind: 'reset', count: 10_000 });
    for (const until = bench.now + 3 * HOUR; bench.now < until; ) {
      const verdict = await look(bench.model.key);
      if (verdict.kind !== 'retry') throw new Error(`gave up: ${verdict.kind}`);
      expect(verdict.at - bench.now).toBeLessThanOrEqual(5 * MINUTE);
      bench.now = verdict.at;
    }
    const alerts = bench.entries.filter(({ type }) => type === 'alert.raised');
    expect(alerts.map(({ detail }) => detail?.alert)).toEqual(['late-resume']);
    await bench.sandbox.del('/_sandbox/faults');
    await settle(bench.model.key);
    expect(await isActive(bench.model.key)).toBe(true);
  });

  test('S63: a refused key stops writing and is probed each minute; then all goes on', async () => {
    await bench.sandbox.post('/_sandbox/key', { key: 'apiKey', revoked: true });
    expect(await look(bench.model.key)).toMatchObject({ kind: 'retry' });
    expect(bench.gate.isOpen).toBe(false);
    expect(types()).toContain('alert.raised');
    const before = (await bench.sandbox.requests()).length;
    for (let i = 0; i < 10; i += 1) await look(bench.model.key);
    expect((await bench.sandbox.requests()).length).toBe(before);
    expect(await bench.gate.probe()).toBe(false);
    await bench.sandbox.post('/_sandbox/key', { key: 'apiKey', revoked: false });
    bench.now += PROBE_EVERY_MS;
    expect(await bench.gate.probe()).toBe(true);
    await settle(bench.model.key);
    expect(await isActive(bench.model.key)).toBe(false);
  });
});

describe('when somebody overrides policies', () => {
  /** As another replica would: this process hears of it only through the bench.store. */
  async function speak(kind: 'hold' | 'release'): Promise<void> {
    const said = {
      id: `${kind}-${bench.now}`,
      kind,
      createdAt: bench.now,
      actor: 'alice',
      reason: 'a migration',
      from: bench.now,
      expires: bench.now + HOUR / 2,
      select: { id: bench.model.id },
      subject: bench.model.name,
      covers: () => true,
    };
    const made = await bench.store.createOverride(said, { digest: 'd' }, [], 10);
    expect(made.outcome).toBe('created');
  }

  test('a pass that starts after that hears it, whoever put it on record', async () => {
    await speak('release');
    expect(bench.overrides.all()).toEqual([]);
    await settle(bench.model.key);
    expect(bench.overrides.all()).toHaveLength(1);
    expect(await isActive(bench.model.key)).toBe(true);
    expect(writes(await bench.sandbox.requests())).toEqual([]);
  });

  test('a call that was decided before that does not leave any more', async () => {
    // The sync is read when the pass has decided already; then somebody speaks, then it would act.
    const getSync = bench.polytomic.getSync.bind(bench.polytomic);
    bench.polytomic.getSync = async (key) => {
      const read = await getSync(key);
      bench.polytomic.getSync = getSync;
      await speak('release');
      return read;
    };
    const verdict = await look(bench.model.key);
    expect(verdict).toMatchObject({ kind: 'retry', at: bench.now });
    expect(writes(await bench.sandbox.requests())).toEqual([]);
    // Nothing of that pass is on record, and the sync is free for the next one.
    const taken = await bench.store.take(bench.model.key, 'another', 60_000);
    expect(taken).toMatchObject({ hold: undefined, openCalls: [], decided: undefined });
    expect(types()).toEqual([]);
    await bench.store.release(bench.model.key, taken!.fence);
    expect(await look(bench.model.key)).toMatchObject({ kind: 'done' });
    expect(await isActive(bench.model.key)).toBe(true);
    expect(types()).toEqual(['sync.decided']);
  });

  test('a job whose time has not come by our clock waits for it', async () => {
    const due = START + 1_500;
    const job = { sync: bench.model.key, cause: 'boundary', due };
    expect(await bench.enforcer.enforce(job, never)).toMatchObject({ kind: 'retry', at: due });
    bench.now = due;
    expect(await bench.enforcer.enforce(job, never)).not.toMatchObject({ at: due });
    expect(await isActive(bench.model.key)).toBe(false);
  });
});

describe('running work', () => {
  const start = (sync: Sync) => bench.person('start', sync);

  test('S67: with cancel, a running model execution is cancelled after the pause', async () => {
    bench.says = { inFlight: 'cancel' };
    await start(bench.model);
    await look(bench.model.key);
    const posts = writes(await bench.sandbox.requests()).map(({ path }) => path.split('/').at(-1));
    expect(posts).toEqual(['activate', 'cancel']);
  });

  test('S67: with leave, it is left alone and the journal says so once', async () => {
    await start(bench.model);
    for (let i = 0; i < 3; i += 1) {
      const verdict = await look(bench.model.key);
      expect(verdict.kind).toBe('retry');
    }
    expect(bench.entries.filter(({ type }) => type === 'run.left').length).toBe(1);
    expect(writes(await bench.sandbox.requests()).length).toBe(1);
  });

  test('S68: with leave, a running bulk execution ends before its sync is paused', async () => {
    await start(bench.bulk);
    expect(await look(bench.bulk.key)).toMatchObject({ kind: 'retry' });
    expect(await isActive(bench.bulk.key)).toBe(true);
    expect(types()).toEqual(['hold.opened']);
    expect(bench.entries.at(-1)?.type).toBe('run.waited');
    await bench.sandbox.post('/_sandbox/people', {
      name: 'Ann',
      sync: bench.bulk.id,
      action: 'cancel',
    });
    for (let active = true; active; active = await isActive(bench.bulk.key)) {
      bench.now += 1_000;
      await look(bench.bulk.key);
    }
    expect(types()).toContain('hold.held');
  });

  test('S68: with cancel, pausing a bulk sync cancels its execution by itself', async () => {
    bench.says = { inFlight: 'cancel' };
    await start(bench.bulk);
    await look(bench.bulk.key);
    expect(await isActive(bench.bulk.key)).toBe(false);
    const posts = writes(await bench.sandbox.requests()).map(({ path }) => path.split('/').at(-1));
    expect(posts).toEqual(['activate']);
  });
});

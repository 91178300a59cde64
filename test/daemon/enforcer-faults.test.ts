import { describe, expect, test } from 'vitest';
import { PROBE_EVERY_MS } from '../../src/daemon/gate.ts';
import { HOUR, MINUTE } from '../plan/rig.ts';
import { writes } from '../support/sandbox.ts';
import { useBench, WINDOW } from './enforcer-rig.ts';

const bench = useBench();
const { look, settle, isActive, types, fault } = bench;

const asked = async () =>
  (await bench.sandbox.requests())
    .filter(({ path }) => path.includes(bench.model.id))
    .map(({ method, path }) => `${method} ${path.split('/').at(-1)}`);

describe('S64: a budget that is short', () => {
  test('a pass that waits for each call renews its claim, and repeats nothing', async () => {
    const before = (await asked()).length;
    bench.admit = async () => {
      bench.now += 20_000;
      return undefined;
    };
    expect(await look(bench.model.key)).toMatchObject({ kind: 'done' });
    const calls = (await asked()).slice(before);
    expect(calls).toEqual([`GET ${bench.model.id}`, 'POST activate', 'GET status']);
  });

  test('a pass that lost its sync while it waited makes no call', async () => {
    let calls = 0;
    bench.admit = async () => {
      calls += 1;
      if (calls === 2) await bench.store.dropClaims();
      return undefined;
    };
    expect(await look(bench.model.key)).toMatchObject({ kind: 'stale' });
    expect(writes(await bench.sandbox.requests())).toEqual([]);
    expect(await bench.store.openHolds()).toEqual([]);
  });

  test('a pause that was held up until its window ended is not made', async () => {
    let calls = 0;
    bench.admit = async () => {
      calls += 1;
      if (calls === 2) bench.now = WINDOW.end;
      return undefined;
    };
    await look(bench.model.key);
    expect(writes(await bench.sandbox.requests())).toEqual([]);
    expect(types()).toEqual(['hold.opened', 'hold.released']);
  });

  test('while the API wants quiet no call is made, or written down as about to be', async () => {
    let calls = 0;
    bench.admit = async () => {
      calls += 1;
      return calls === 2 ? 7_000 : undefined;
    };
    expect(await look(bench.model.key)).toMatchObject({ kind: 'throttled', forMs: 7_000 });
    expect(writes(await bench.sandbox.requests())).toEqual([]);
    expect(types()).toEqual(['hold.opened']);
    expect(await bench.store.openCalls()).toEqual([]);
    await look(bench.model.key);
    expect(await isActive(bench.model.key)).toBe(false);
  });
});

describe('S74: the clock is set back by hours', () => {
  test('a refused key is tried again within a minute all the same', async () => {
    await bench.sandbox.post('/_sandbox/key', { key: 'apiKey', revoked: true });
    await look(bench.model.key);
    bench.now -= 2 * HOUR;
    expect(bench.gate.nextProbeAt() - bench.now).toBeLessThanOrEqual(PROBE_EVERY_MS);
    expect(await bench.gate.probe()).toBe(false);
    await bench.sandbox.post('/_sandbox/key', { key: 'apiKey', revoked: false });
    bench.now += PROBE_EVERY_MS;
    expect(await bench.gate.probe()).toBe(true);
  });

  test('an API that was down is tried again at once', async () => {
    await bench.fault({ route: '/api/**', kind: 'reset', count: 10 });
    while (bench.breaker.message === undefined) {
      await bench.polytomic.me();
      await bench.polytomic.getSync(bench.model.key);
    }
    expect(bench.breaker.enter()).toBe(false);
    bench.now -= 2 * HOUR;
    expect(bench.breaker.nextTrialAt() - bench.now).toBeLessThanOrEqual(60_000);
    expect(bench.breaker.enter()).toBe(true);
  });

  test('a sync whose next look was put off until then may be looked at by a sweep', async () => {
    await bench.fault({ method: 'GET', route: '/api/**', kind: 'reset', count: 1 });
    expect(await look(bench.model.key)).toMatchObject({ kind: 'retry' });
    expect(bench.enforcer.pendingUntil(bench.model.key)).toBeGreaterThan(bench.now);
    bench.now -= 2 * HOUR;
    expect(bench.enforcer.pendingUntil(bench.model.key)).toBeUndefined();
  });
});

const alerts = () =>
  bench.entries.filter(({ type }) => type === 'alert.raised').map(({ detail }) => detail?.alert);

const reads = async () =>
  (await bench.sandbox.requests()).filter(({ path }) => path.endsWith(bench.model.id)).length;

/** Looks again and again, as its job would come, until an instant. */
async function goOn(until: number): Promise<void> {
  while (bench.now < until) {
    const verdict = await look(bench.model.key);
    if (verdict.kind !== 'retry') throw new Error(`it ended: ${verdict.kind}`);
    bench.now = Math.min(Math.max(bench.now + 1, verdict.at), until);
  }
}

describe('a sync that the API does not find', () => {
  const NOT_FOUND = { method: 'GET', route: '/api/syncs/*', kind: 'status', status: 404 };

  test('S34: is asked for again while the list shows it, and is not forgotten', async () => {
    await settle(bench.model.key);
    bench.now = WINDOW.end;
    await fault({ ...NOT_FOUND, count: 10_000 });
    await goOn(WINDOW.end + 4 * MINUTE);
    expect(await bench.store.openHolds()).toHaveLength(1);
    expect(alerts()).toEqual([]);
    await goOn(WINDOW.end + 6 * MINUTE);
    expect(alerts()).toEqual(['late-resume']);
    await bench.sandbox.del('/_sandbox/faults');
    await settle(bench.model.key);
    expect(await isActive(bench.model.key)).toBe(true);
    expect(types().at(-1)).toBe('hold.released');
  });

  test('S34: is gone when the list that another replica read does not show it either', async () => {
    await settle(bench.model.key);
    await bench.person('delete', bench.model);
    bench.now = WINDOW.end;
    expect(await look(bench.model.key)).toMatchObject({ kind: 'retry' });
    const listed = await bench.polytomic.listSyncs();
    if (listed.kind === 'ok') await bench.store.saveInventory(listed.value, bench.now);
    await settle(bench.model.key);
    expect(types().at(-1)).toBe('hold.gone');
    expect(alerts()).toEqual([]);
  });
});

describe('S60: late edges', () => {
  test('a resume that cannot even read its sync is told of once, and asks ever less', async () => {
    await settle(bench.model.key);
    bench.now = WINDOW.end;
    const before = await reads();
    await fault({
      method: 'GET',
      route: '/api/syncs/*',
      kind: 'status',
      status: 500,
      count: 9_999,
    });
    await goOn(WINDOW.end + 2 * HOUR);
    expect(alerts()).toEqual(['late-resume']);
    expect((await reads()) - before).toBeLessThan(60);
    await bench.sandbox.del('/_sandbox/faults');
    bench.now += 10 * MINUTE;
    await settle(bench.model.key);
    expect(await isActive(bench.model.key)).toBe(true);
  });

  test('S62: a resume that is accepted and never happens is told of once', async () => {
    await settle(bench.model.key);
    bench.now = WINDOW.end;
    await fault({ method: 'POST', route: '/api/**/activate', kind: 'ignore', count: 9_999 });
    await goOn(WINDOW.end + 20 * MINUTE);
    expect(alerts()).toEqual(['late-resume']);
    await bench.sandbox.del('/_sandbox/faults');
    await settle(bench.model.key);
    expect(await isActive(bench.model.key)).toBe(true);
  });
});

test('S59: what another replica read of a sync counts: its person is seen', async () => {
  await settle(bench.model.key);
  bench.now += MINUTE;
  await bench.person('activate', bench.model);
  const listed = await bench.polytomic.listSyncs();
  if (listed.kind !== 'ok') throw new Error(listed.reason);
  // This process has an older reading, in which the sync was as we left it.
  await bench.store.saveInventory(listed.value, bench.now);
  await settle(bench.model.key);
  expect(types().at(-1)).toBe('hold.yielded');
});

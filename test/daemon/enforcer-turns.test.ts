// Holds that turn round before a call is settled: what was asked for earlier must not be taken for
// an answer to what is asked for now.

import { expect, test } from 'vitest';
import type { Sync } from '../../src/policy/sync.ts';
import { HOUR, MINUTE, policy, timelineOf } from '../plan/rig.ts';
import { writes } from '../support/sandbox.ts';
import { START, useBench, WINDOW } from './enforcer-rig.ts';

const bench = useBench();
const { look, settle, isActive, types, person } = bench;

const ACTIVATE = { method: 'POST', route: '/api/syncs/*/activate', count: 1 };
const NEXT = { start: WINDOW.end + MINUTE, end: WINDOW.end + HOUR };

const keysFor = async (active: boolean) => {
  const calls = writes(await bench.sandbox.requests()).filter(
    ({ body }) => body?.active === active,
  );
  return new Set(calls.map(({ idempotency_key }) => idempotency_key)).size;
};

const alerts = () => bench.entries.filter(({ type }) => type === 'alert.raised');

/** Whoever paused a sync finds it so when the windows that held it have ended. */
async function staysPaused({ key }: Sync, end: number): Promise<void> {
  bench.now = end;
  await settle(key);
  expect(types().at(-1)).toBe('hold.released');
  expect(await isActive(key)).toBe(false);
}

/** A second window, a minute after the first. */
function openAgain(more = {}): void {
  bench.policies = [policy('nightly', { timeline: timelineOf(WINDOW, NEXT), ...more })];
}

test('S75: an answer from before a new pause is not taken for a later resume', async () => {
  openAgain();
  await settle(bench.model.key);
  bench.now = WINDOW.end;
  await bench.fault({ ...ACTIVATE, kind: 'ignore' });
  await look(bench.model.key);
  bench.now = NEXT.start;
  await settle(bench.model.key);
  expect(types().at(-1)).toBe('hold.held');
  bench.now = NEXT.end - MINUTE;
  const rename = { name: 'Ann', action: 'rename', sync: bench.model.id, to: 'Sales/Renamed' };
  await bench.sandbox.post('/_sandbox/people', rename);
  bench.now = NEXT.end;
  await settle(bench.model.key);
  expect(await isActive(bench.model.key)).toBe(true);
  // At once, and not when the earlier answer has proved to be worth nothing.
  expect(bench.now).toBeLessThan(NEXT.end + MINUTE);
});

test('S75: what was activated in between is paused under a new key', async () => {
  openAgain();
  await bench.fault({ ...ACTIVATE, kind: 'reset-after' });
  await look(bench.model.key);
  bench.now = WINDOW.end;
  await bench.fault({ ...ACTIVATE, kind: 'reset-after' });
  await look(bench.model.key);
  expect(await isActive(bench.model.key)).toBe(true);
  bench.now = NEXT.start;
  await settle(bench.model.key);
  expect(await isActive(bench.model.key)).toBe(false);
  expect(bench.now).toBeLessThan(NEXT.start + MINUTE);
  expect(await keysFor(false)).toBe(2);
  bench.now = NEXT.end;
  await settle(bench.model.key);
  expect(await isActive(bench.model.key)).toBe(true);
  expect(await bench.store.openCalls()).toEqual([]);
});

test('S27: a click before the pause was confirmed counts once, and is answered once', async () => {
  bench.says = { enforce: 'always' };
  await bench.fault({ ...ACTIVATE, kind: 'reset-after' });
  await look(bench.model.key);
  bench.now = START + MINUTE;
  await person('activate', bench.model);
  await settle(bench.model.key);
  expect(await isActive(bench.model.key)).toBe(false);
  expect(types().filter((type) => type === 'hold.renewed')).toHaveLength(1);
  expect(alerts()).toEqual([]);
});

test('S68: who pauses a sync that still waits to be paused finds it so afterwards', async () => {
  await person('start', bench.bulk);
  await look(bench.bulk.key);
  bench.now = START + MINUTE / 2;
  await person('deactivate', bench.bulk);
  await settle(bench.bulk.key);
  const held = bench.entries.find(({ type }) => type === 'hold.held');
  expect(held).toMatchObject({ detail: { person: 'Ann' } });
  await staysPaused(bench.bulk, WINDOW.end);
  expect(writes(await bench.sandbox.requests())).toEqual([]);
});

test('S28: who pauses what we were refused to pause finds it so afterwards', async () => {
  await bench.fault({ ...ACTIVATE, kind: 'status', status: 422, count: 2 });
  await look(bench.model.key);
  bench.now = START + MINUTE;
  await look(bench.model.key);
  expect(await keysFor(false)).toBe(2);
  await person('deactivate', bench.model);
  bench.now = START + 2 * MINUTE;
  await settle(bench.model.key);
  expect(bench.entries.findLast(({ type }) => type === 'hold.held')).toMatchObject({
    detail: { person: 'Ann' },
  });
  await staysPaused(bench.model, WINDOW.end);
});

test('S28: who pauses it right after a resume that nobody recorded finds it so', async () => {
  await settle(bench.model.key);
  bench.now = WINDOW.end;
  await bench.fault({ ...ACTIVATE, kind: 'reset-after' });
  await look(bench.model.key);
  bench.now += 1_000;
  expect(await isActive(bench.model.key)).toBe(true);
  await person('deactivate', bench.model);
  bench.now += MINUTE / 2;
  await settle(bench.model.key);
  const last = bench.entries.at(-1);
  expect(last).toMatchObject({ type: 'hold.released', detail: { person: 'Ann' } });
  expect(await isActive(bench.model.key)).toBe(false);
});

test('S28: who pauses it between a resume and the next window finds it so', async () => {
  openAgain();
  await settle(bench.model.key);
  bench.now = WINDOW.end;
  await bench.fault({ ...ACTIVATE, kind: 'ignore' });
  await look(bench.model.key);
  bench.now += 1_000;
  await person('activate', bench.model);
  await person('deactivate', bench.model);
  bench.now = NEXT.start;
  await settle(bench.model.key);
  expect(bench.entries.findLast(({ type }) => type === 'hold.held')).toMatchObject({
    detail: { person: 'Ann' },
  });
  await staysPaused(bench.model, NEXT.end);
});

/** A pause of ours that was answered by a 504 and carried out long after. */
const landLate = () => bench.polytomic.setActive(bench.model.key, false, 'cf1-late');

test('S61: a pause that lands late, when another has taken its place, is undone', async () => {
  const end = START + 20_000;
  bench.policies = [policy('nightly', { timeline: timelineOf({ start: START, end }) })];
  await bench.fault({ ...ACTIVATE, kind: 'status', status: 504 });
  await settle(bench.model.key);
  expect(await keysFor(false)).toBe(2);
  expect(types()).toContain('hold.held');
  bench.now = end;
  const waits = await look(bench.model.key);
  expect(waits).toMatchObject({ kind: 'retry', reason: expect.stringContaining('still land') });
  expect(await isActive(bench.model.key)).toBe(true);
  await landLate();
  expect(await isActive(bench.model.key)).toBe(false);
  await settle(bench.model.key);
  expect(await isActive(bench.model.key)).toBe(true);
  expect(types().at(-1)).toBe('hold.released');
  expect(alerts()).toEqual([]);
});

test('S61: an answer from memory is no proof that the sync is paused now', async () => {
  await bench.fault({ ...ACTIVATE, kind: 'reset' });
  await look(bench.model.key);
  bench.now += MINUTE / 2;
  let calls = 0;
  bench.admit = async () => {
    calls += 1;
    if (calls !== 2) return undefined;
    // Between our read and our next try the first one lands, and somebody takes it back.
    const [first] = await bench.store.openCalls();
    await bench.polytomic.setActive(bench.model.key, false, first!.key);
    await person('activate', bench.model);
    return undefined;
  };
  await settle(bench.model.key);
  expect(await keysFor(false)).toBe(1);
  expect(types()).not.toContain('hold.held');
  expect(types()).toContain('hold.yielded');
  expect(await isActive(bench.model.key)).toBe(true);
});

test('S61: a pause that lands after a person has activated the sync is undone', async () => {
  await bench.fault({ ...ACTIVATE, kind: 'reset-after' });
  await look(bench.model.key);
  bench.now += 10_000;
  await person('activate', bench.model);
  expect(await look(bench.model.key)).toMatchObject({ kind: 'retry' });
  expect(types().at(-1)).toBe('hold.yielded');
  await landLate();
  await settle(bench.model.key);
  expect(await isActive(bench.model.key)).toBe(true);
  expect(bench.now).toBeLessThan(START + 2 * MINUTE);
  bench.now = WINDOW.end;
  await settle(bench.model.key);
  expect(types().slice(-2)).toEqual(['call.answered', 'hold.released']);
});

test('S61: so it is when a person has also paused it by hand in between', async () => {
  await bench.fault({ ...ACTIVATE, kind: 'status', status: 504 });
  await look(bench.model.key);
  expect(await bench.byHand('deactivate', bench.model)).toMatchObject({ outcome: 'ok' });
  expect(bench.entries.at(-1)).toMatchObject({ actor: 'priya', after: 'held' });
  bench.now += 10_000;
  await person('activate', bench.model);
  await bench.readAll();
  await look(bench.model.key);
  expect(types().at(-1)).toBe('hold.yielded');
  await landLate();
  await settle(bench.model.key);
  expect(await isActive(bench.model.key)).toBe(true);
  expect(bench.now).toBeLessThan(START + 2 * MINUTE);
});

test('S61: so it is when the window ends before that was seen', async () => {
  await bench.fault({ ...ACTIVATE, kind: 'reset-after' });
  await look(bench.model.key);
  bench.now += 10_000;
  await person('activate', bench.model);
  await look(bench.model.key);
  await landLate();
  bench.now = WINDOW.end;
  await settle(bench.model.key);
  expect(await isActive(bench.model.key)).toBe(true);
  expect(types().slice(-2)).toEqual(['call.answered', 'hold.released']);
});

test('S68: a run that began while the sync was restored gets all of its time', async () => {
  openAgain({ inFlight: { drainMs: 20_000, afterwards: 'cancel' } });
  await settle(bench.bulk.key);
  bench.now = WINDOW.end;
  await bench.fault({ ...ACTIVATE, kind: 'reset-after' });
  await look(bench.bulk.key);
  bench.now = NEXT.start - 10_000;
  await person('start', bench.bulk);
  bench.now = NEXT.start;
  expect(await look(bench.bulk.key)).toMatchObject({ kind: 'retry' });
  bench.now = NEXT.start + 19_000;
  await look(bench.bulk.key);
  expect(await isActive(bench.bulk.key)).toBe(true);
  bench.now = NEXT.start + 20_000;
  await settle(bench.bulk.key);
  expect(await isActive(bench.bulk.key)).toBe(false);
});

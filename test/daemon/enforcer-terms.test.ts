import { describe, expect, test } from 'vitest';
import type { Entry } from '../../src/plan/entry.ts';
import type { SyncKey } from '../../src/policy/sync.ts';
import { HOUR, MINUTE, policy, timelineOf } from '../plan/rig.ts';
import { writes } from '../support/sandbox.ts';
import { START, useBench, WINDOW } from './enforcer-rig.ts';

const bench = useBench();
const { look, settle, isActive, types, person } = bench;

const posts = async () =>
  writes(await bench.sandbox.requests()).map(({ path, body }) => {
    const action = path.split('/').at(-1);
    return action === 'activate' ? `activate ${body?.active}` : action;
  });

const alerts = () =>
  bench.entries.filter(({ type }) => type === 'alert.raised').map(({ detail }) => detail?.alert);

const of = (type: Entry['type']) => bench.entries.filter((entry) => entry.type === type);

/** Looks at a sync until an instant, as its job would come again. */
async function goOn(key: SyncKey, until: number): Promise<void> {
  while (bench.now < until) {
    const verdict = await look(key);
    const at = verdict.kind === 'retry' ? verdict.at : until;
    bench.now = Math.min(Math.max(bench.now + 1, at), until);
  }
}

describe('drain', () => {
  test('S67: a model sync is paused at once; its run gets its time, then cancelled', async () => {
    bench.says = { inFlight: { drainMs: 20_000, afterwards: 'cancel' } };
    await person('start', bench.model);
    await goOn(bench.model.key, START + 19_000);
    expect(await posts()).toEqual(['activate false']);
    expect(of('run.waited').length).toBe(1);
    await goOn(bench.model.key, START + 25_000);
    expect(await posts()).toEqual(['activate false', 'cancel']);
  });

  test('S68: a bulk sync waits for its run, and is cut at the deadline', async () => {
    bench.says = { inFlight: { drainMs: 20_000, afterwards: 'cancel' } };
    await person('start', bench.bulk);
    await goOn(bench.bulk.key, START + 19_000);
    expect(await isActive(bench.bulk.key)).toBe(true);
    await goOn(bench.bulk.key, START + 21_000);
    expect(await isActive(bench.bulk.key)).toBe(false);
    expect(await posts()).toEqual(['activate false']);
  });

  test('S68: with `then: leave` it goes on waiting, and somebody is told', async () => {
    bench.says = { inFlight: { drainMs: 20_000, afterwards: 'leave' } };
    await person('start', bench.bulk);
    const status = await bench.polytomic.status(bench.bulk.key);
    const run = status.kind === 'ok' ? status.value.current : undefined;
    await goOn(bench.bulk.key, START + 30_000);
    expect(run?.isTerminal).toBe(false);
    expect(await posts()).toEqual([]);
  });
});

describe('enforce: always', () => {
  test('S27: pauses again, three times, then says so and gives in', async () => {
    bench.says = { enforce: 'always' };
    await settle(bench.model.key);
    for (let times = 1; times <= 4; times += 1) {
      bench.now += 5 * MINUTE;
      await person('activate', bench.model);
      const read = await bench.polytomic.getSync(bench.model.key);
      if (read.kind === 'ok') bench.inventory.put(read.value);
      await settle(bench.model.key);
      expect(await isActive(bench.model.key), `after click ${times}`).toBe(times === 4);
    }
    expect(of('hold.renewed').map(({ detail }) => detail?.person)).toEqual(['Ann', 'Ann', 'Ann']);
    expect(alerts()).toEqual(['fight']);
    expect(types().at(-1)).toBe('hold.yielded');
    bench.now = WINDOW.end;
    await settle(bench.model.key);
    expect(await isActive(bench.model.key)).toBe(true);
    expect(await bench.store.openHolds()).toEqual([]);
  });

  test('S27: a click on what was inactive is undone, and comes true at the end', async () => {
    bench.says = { enforce: 'always' };
    await person('deactivate', bench.model);
    await settle(bench.model.key);
    bench.now += 5 * MINUTE;
    await person('activate', bench.model);
    const read = await bench.polytomic.getSync(bench.model.key);
    if (read.kind === 'ok') bench.inventory.put(read.value);
    await settle(bench.model.key);
    expect(await isActive(bench.model.key)).toBe(false);
    bench.now = WINDOW.end;
    await settle(bench.model.key);
    expect(await isActive(bench.model.key)).toBe(true);
  });
});

describe('resume', () => {
  test('S71: a spread lets it come back at its own moment, told beforehand', async () => {
    bench.says = { resume: { spreadMs: 10 * MINUTE, catchUp: 'none' } };
    await settle(bench.model.key);
    bench.now = WINDOW.end;
    await settle(bench.model.key);
    expect(await isActive(bench.model.key)).toBe(true);
    const turn = Date.parse(String(of('hold.resuming')[0]?.detail?.turn));
    expect(turn).toBeGreaterThan(WINDOW.end);
    const [released] = of('hold.released');
    expect(released?.at).toBeGreaterThanOrEqual(turn);
    expect(released?.latenessMs).toBeLessThan(MINUTE);
  });

  test('S72: a scheduled run that was missed is started once, and never as a resync', async () => {
    bench.says = { resume: { spreadMs: 0, catchUp: 'if_missed' } };
    const status = await bench.polytomic.status(bench.model.key);
    const nextAt = status.kind === 'ok' ? status.value.nextAt : undefined;
    // The pause goes on until after the next scheduled run.
    const window = { start: START, end: nextAt! + 5 * MINUTE };
    bench.says = { ...bench.says, timeline: timelineOf(window) };
    await settle(bench.model.key);
    bench.now = window.end;
    await settle(bench.model.key);
    expect(await posts()).toEqual(['activate false', 'activate true', 'executions']);
    const [start] = writes(await bench.sandbox.requests()).filter(({ path }) =>
      path.endsWith('/executions'),
    );
    expect(start?.body ?? {}).not.toHaveProperty('resync', true);
    expect(await bench.store.openHolds()).toEqual([]);
    expect(await bench.store.openCalls()).toEqual([]);
  });

  test('S72: no run is started when none was due in the pause', async () => {
    bench.says = { resume: { spreadMs: 0, catchUp: 'if_missed' } };
    const status = await bench.polytomic.status(bench.model.key);
    const nextAt = status.kind === 'ok' ? status.value.nextAt : undefined;
    const end = Math.min(nextAt! - MINUTE, START + 30 * MINUTE);
    bench.says = { ...bench.says, timeline: timelineOf({ start: START, end }) };
    await settle(bench.model.key);
    bench.now = end;
    await settle(bench.model.key);
    expect(await posts()).toEqual(['activate false', 'activate true']);
  });
});

describe('guards', () => {
  test('S66: a policy beyond its limit pauses nothing new, and says so', async () => {
    const key = bench.model.key;
    bench.says = { limit: { syncs: 3 } };
    await bench.guards.tell();
    await settle(key);
    expect(await isActive(key)).toBe(true);
    expect(alerts()).toEqual(['limit']);
    expect(of('sync.decided')[0]?.reason).toContain('blocked by its limit');
    await bench.guards.tell();
    expect(alerts()).toEqual(['limit']);

    bench.says = {};
    bench.policies = [policy('nightly', { timeline: timelineOf(WINDOW) })];
    await bench.guards.tell();
    expect(of('alert.cleared').length).toBe(1);
    await settle(key);
    expect(await isActive(key)).toBe(false);

    bench.policies = [policy('nightly', { timeline: timelineOf(WINDOW), limit: { syncs: 0 } })];
    await settle(key);
    expect(await isActive(key)).toBe(false);
    bench.now = WINDOW.end;
    await settle(key);
    expect(await isActive(key)).toBe(true);
  });

  test('a cap makes the next pause wait, tells once, and never holds up a resume', async () => {
    bench.configure({ pausesPerHour: 1 });
    await settle(bench.model.key);
    expect(await isActive(bench.model.key)).toBe(false);
    expect(await look(bench.bulk.key)).toMatchObject({ kind: 'retry' });
    expect(await look(bench.bulk.key)).toMatchObject({ kind: 'retry' });
    expect(await isActive(bench.bulk.key)).toBe(true);
    expect(alerts()).toEqual(['pauses-capped']);
    bench.now = WINDOW.end;
    await settle(bench.model.key);
    expect(await isActive(bench.model.key)).toBe(true);
  });

  test('a daemon that only observes decides, tells and leaves open holds alone', async () => {
    await settle(bench.model.key);
    bench.configure({ isObserving: true });
    bench.policies = [policy('nightly', { timeline: timelineOf(WINDOW), mode: 'observe' })];
    await settle(bench.bulk.key);
    expect(of('sync.decided')[0]?.reason).toContain('would have paused it');
    bench.now = WINDOW.end;
    await settle(bench.model.key);
    expect(await isActive(bench.model.key)).toBe(false);
    expect(await posts()).toEqual(['activate false']);
  });

  test('S60: an API that is down is left alone but for trials, and told of once', async () => {
    await bench.fault({ method: 'GET', route: '/api/**', kind: 'reset', count: 10_000 });
    for (const until = bench.now + 30 * MINUTE; bench.now < until; ) {
      const verdicts = [await look(bench.model.key), await look(bench.bulk.key)];
      const next = verdicts.map((verdict) => (verdict.kind === 'retry' ? verdict.at : 0));
      bench.now = Math.max(bench.now + 1_000, Math.min(...next));
    }
    const asked = await bench.sandbox.requests();
    expect(asked.length).toBeLessThan(60);
    expect(alerts()).toEqual(['api-down']);
    const verdicts = await Promise.all(
      Array.from({ length: 50 }, (_, index) => look(`model:${index}`)),
    );
    expect(verdicts.every(({ kind }) => kind === 'retry')).toBe(true);
    expect((await bench.sandbox.requests()).length - asked.length).toBeLessThan(3);
    await bench.sandbox.del('/_sandbox/faults');
    bench.now += 2 * MINUTE;
    await settle(bench.model.key);
    expect(await isActive(bench.model.key)).toBe(false);
    expect(of('alert.cleared').map(({ detail }) => detail?.alert)).toEqual(['api-down']);
  });
});

describe('a policy that goes', () => {
  test('S43: `finish` keeps the pause to the end it had; `restore` ends it at once', async () => {
    bench.says = { onDelete: 'finish' };
    await settle(bench.model.key);
    bench.policies = [policy('other', { selects: () => false })];
    expect(await look(bench.model.key)).toMatchObject({ kind: 'retry', at: WINDOW.end });
    expect(await isActive(bench.model.key)).toBe(false);
    bench.now = WINDOW.end;
    await settle(bench.model.key);
    expect(await isActive(bench.model.key)).toBe(true);

    bench.now = START + HOUR * 2;
    bench.policies = [policy('nightly', { timeline: timelineOf({ start: START, end: Infinity }) })];
    await settle(bench.bulk.key);
    expect(await isActive(bench.bulk.key)).toBe(false);
    bench.policies = [policy('other', { selects: () => false })];
    await settle(bench.bulk.key);
    expect(await isActive(bench.bulk.key)).toBe(true);
  });

  test('S46: a rename hands its holds over without a flap', async () => {
    await settle(bench.model.key);
    bench.policies = [policy('renamed', { timeline: timelineOf(WINDOW) })];
    await settle(bench.model.key);
    expect(of('hold.handed-over')[0]).toMatchObject({ before: 'nightly', after: 'renamed' });
    expect(await posts()).toEqual(['activate false']);
  });
});

// An alert is raised and cleared by whoever sees it, and may outlive that process, or an outage of
// the database that it is kept in.

import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { realChance } from '../../src/cli/clock.ts';
import { type Alarms, createAlarms } from '../../src/daemon/alarms.ts';
import { createBreaker } from '../../src/daemon/breaker.ts';
import { createGate } from '../../src/daemon/gate.ts';
import { createRecorder } from '../../src/daemon/recorder.ts';
import type { Polytomic } from '../../src/polytomic/polytomic.ts';
import { createStore } from '../../src/store/create-store.ts';
import { openInMemory } from '../../src/store/open.ts';
import type { Store } from '../../src/store/store.ts';

const MINUTE = 60_000;
let now = 0;
const clock = { now: () => now };
let store: Store;
let alarms: Alarms;

beforeAll(async () => {
  store = createStore((await openInMemory(() => undefined)).database);
});
afterAll(() => store.close());
beforeEach(() => {
  now = Date.UTC(2026, 5, 1);
  alarms = createAlarms(store, createRecorder(store), clock);
});

const standing = async () => (await store.alerts()).map(({ name }) => name);

/** The same alarms, but the first that is `raise`d or `clear`ed meets an outage of the database. */
function awayFor(first: keyof Alarms): Alarms {
  let isAway = true;
  const outage = (): Promise<void> => {
    isAway = false;
    return Promise.reject(new Error('the database is away'));
  };
  return {
    raise: (alarm) => (isAway && first === 'raise' ? outage() : alarms.raise(alarm)),
    clear: (alarm) => (isAway && first === 'clear' ? outage() : alarms.clear(alarm)),
  };
}

/** An API whose key works, or does not. */
const api = (isKeyGood: boolean) =>
  ({
    me: async () => (isKeyGood ? { kind: 'ok', value: {} } : { kind: 'unauthorized', status: 401 }),
  }) as unknown as Polytomic;

test('S60: that the API is down is over for a process that finds it up at its start', async () => {
  const breaker = createBreaker(alarms, clock, realChance);
  for (let failures = 0; failures < 8; failures += 1) {
    breaker.report('server-error', `model:${failures}`);
    now += MINUTE;
  }
  while ((await standing()).length === 0);
  const next = createBreaker(alarms, clock, realChance);
  next.report('ok');
  await next.begin();
  expect(await standing()).toEqual([]);
});

test('S63: a refused key is told of when the database is back', async () => {
  const gate = createGate(api(false), awayFor('raise'), clock);
  await expect(gate.refused(401, 'no such key')).rejects.toThrow('away');
  expect(await gate.refused(401, 'no such key')).toBe(true);
  expect([gate.isOpen, await standing()]).toEqual([false, ['key-refused']]);
  await alarms.clear({ name: 'key-refused', reason: 'The test is over.' });
});

test('S63: that a key works again is told of when the database is back', async () => {
  const gate = createGate(api(true), awayFor('clear'), clock);
  await gate.refused(401, 'no such key');
  now += MINUTE;
  await expect(gate.probe()).rejects.toThrow('away');
  now += MINUTE;
  expect(await gate.probe()).toBe(true);
  expect([gate.isOpen, await standing()]).toEqual([true, []]);
});

// What belongs to whom: a hold to one sync, by kind and id; a baseline to one chain of windows.

import { expect, test } from 'vitest';
import { HOUR, timelineOf } from '../plan/rig.ts';
import { writes } from '../support/sandbox.ts';
import { START, useBench, WINDOW } from './enforcer-rig.ts';

const bench = useBench();
const { settle, isActive, person, readAll } = bench;

test('S30: what people edit while it is paused stays edited, and it is restored', async () => {
  await settle(bench.model.key);
  const edit = { name: 'Ann', sync: bench.model.id, action: 'rename', to: 'Accounts, renamed' };
  await bench.sandbox.post('/_sandbox/people', edit);
  bench.now = WINDOW.end;
  await readAll();
  await settle(bench.model.key);
  const after = await bench.polytomic.getSync(bench.model.key);
  expect(after).toMatchObject({ value: { name: 'Accounts, renamed', active: true } });
  // Nothing of ours but `active` was ever written.
  for (const { body } of writes(await bench.sandbox.requests())) {
    if (body !== null && 'active' in body) expect(Object.keys(body)).toEqual(['active']);
  }
});

test('S32: the next window has a baseline of its own', async () => {
  const next = { start: START + 3 * HOUR, end: START + 4 * HOUR };
  bench.says = { timeline: timelineOf(WINDOW, next) };
  await settle(bench.model.key);
  bench.now = WINDOW.end;
  await settle(bench.model.key);
  expect(await isActive(bench.model.key)).toBe(true);

  await person('deactivate', bench.model);
  const before = writes(await bench.sandbox.requests()).length;
  bench.now = next.start;
  await settle(bench.model.key);
  bench.now = next.end;
  await settle(bench.model.key);
  expect(await isActive(bench.model.key)).toBe(false);
  const calls = writes(await bench.sandbox.requests()).slice(before);
  expect(calls.filter(({ path }) => path.endsWith('/activate'))).toEqual([]);
});

test('S35: a sync that is made anew under the old name is another one', async () => {
  await settle(bench.model.key);
  await bench.sandbox.post('/_sandbox/people', {
    ...{ name: 'Ann', sync: bench.model.id, action: 'delete' },
  });
  await bench.sandbox.post('/_sandbox/people', {
    ...{ name: 'Ann', sync: bench.model.name, action: 'create', active: false },
  });
  const again = (await readAll()).find(({ name }) => name === bench.model.name)!;
  expect(again.key).not.toBe(bench.model.key);
  await settle(again.key);
  bench.now = WINDOW.end;
  await settle(again.key);
  await settle(bench.model.key);
  // The old one was active before; the new one never was, and so it stays.
  expect(await isActive(again.key)).toBe(false);
  const released = bench.entries.filter(({ type }) => type === 'hold.released');
  expect(released.map(({ sync }) => sync)).toEqual([again.key]);
  expect(
    bench.entries.find(({ sync, type }) => sync === bench.model.key && type === 'hold.gone'),
  ).toBeDefined();
});

test('S37: a model and a bulk sync of one name have each their own hold', async () => {
  await bench.sandbox.post('/_sandbox/people', {
    ...{ name: 'Ann', sync: bench.bulk.name, action: 'create', kind: 'model', active: false },
  });
  const namesakes = (await readAll()).filter(({ name }) => name === bench.bulk.name);
  expect(namesakes.map(({ kind }) => kind).sort()).toEqual(['bulk', 'model']);
  for (const { key } of namesakes) await settle(key);
  const holds = await bench.store.openHolds();
  expect(holds.map(({ sync, baseline }) => [sync, baseline]).sort()).toEqual(
    namesakes.map(({ key, kind }) => [key, kind === 'bulk' ? 'active' : 'inactive']).sort(),
  );
  bench.now = WINDOW.end;
  for (const { key } of namesakes) await settle(key);
  for (const { key, kind } of namesakes) expect(await isActive(key)).toBe(kind === 'bulk');
});

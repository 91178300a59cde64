import { describe, expect } from 'vitest';
import type { Entry } from '../../src/plan/entry.ts';
import { oncePolicy, soon } from './rig.ts';
import { activations, type Scene, sceneTest as test } from './scene.ts';

/** Somebody makes a sync, and gets its id. */
async function create({ sandbox }: Scene, sync: string, kind: string): Promise<string> {
  const body = { name: 'Bob', sync, kind, action: 'create', frequency: 'manual' };
  const { data } = await sandbox.post<{ data: { id: string } }>('/_sandbox/people', body);
  return data.id;
}

const about = (key: string) => (entry: Entry) => entry.sync === key;

describe.concurrent('who a sync is', () => {
  test('S35: one that is deleted and made again under its name is another sync', async ({
    setScene,
  }) => {
    const scene = await setScene();
    const old = await create(scene, 'Ops/Phoenix', 'model');
    const end = soon(3_600_000);
    const select = '{ name: "Ops/Phoenix" }';
    await scene.home.write('all.yaml', oncePolicy('nightly', select, { start: soon(-1_000), end }));
    const rig = await scene.start();
    await rig.entry('sync.quiet', about(`model:${old}`));
    await scene.sandbox.post('/_sandbox/people', { name: 'Bob', sync: old, action: 'delete' });
    const fresh = await create(scene, 'Ops/Phoenix', 'model');
    await rig.entry('hold.gone', about(`model:${old}`));
    const opened = await rig.entry('hold.opened', about(`model:${fresh}`));
    expect(opened.before).toBe('active');
    await rig.entry('sync.quiet', about(`model:${fresh}`));
    await scene.home.write(
      'all.yaml',
      oncePolicy('nightly', '{ name: nobody }', { start: 0, end }),
    );
    await rig.daemon.operations.reload();
    await rig.entry('hold.released', about(`model:${fresh}`));
    const calls = (await activations(scene.sandbox)).map(({ path, body }) => [path, body?.active]);
    expect(calls).toEqual([
      [`/api/syncs/${old}/activate`, false],
      [`/api/syncs/${fresh}/activate`, false],
      [`/api/syncs/${fresh}/activate`, true],
    ]);
  });

  test('S37: a model and a bulk sync of one name are two', async ({ setScene }) => {
    const scene = await setScene();
    const model = await create(scene, 'Ops/Twin', 'model');
    const bulk = await create(scene, 'Ops/Twin', 'bulk');
    const window = { start: soon(-1_000), end: soon(3_600_000) };
    await scene.home.write(
      'all.yaml',
      oncePolicy('nightly', '{ name: "Ops/Twin", kind: bulk }', window),
    );
    const rig = await scene.start();
    await rig.entry('hold.held', about(`bulk:${bulk}`));
    const { operations } = rig.daemon;
    expect(await operations.resolve('Ops/Twin')).toMatchObject({ kind: 'ambiguous' });
    expect(await operations.resolve(`model:${model}`)).toMatchObject({ kind: 'found' });
    const rows = (await operations.syncs()).filter(({ name }) => name === 'Ops/Twin');
    const held = Object.fromEntries(rows.map(({ kind, heldBy }) => [kind, heldBy]));
    expect(held).toEqual({ bulk: 'nightly', model: undefined });
    const paths = (await activations(scene.sandbox)).map(({ path }) => path);
    expect(paths).toEqual([`/api/bulk/syncs/${bulk}/activate`]);
  });
});

import { afterEach, describe, expect, test } from 'vitest';
import type { Entry } from '../../src/plan/entry.ts';
import { freshDatabase } from '../support/database.ts';
import { hasEngine } from '../support/engines.ts';
import { type SandboxHandle, startSandbox, writes } from '../support/sandbox.ts';
import { environment, type Home, makeHome, makeRig, oncePolicy, type Rig, soon } from './rig.ts';

const cleanups: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const cleanup of cleanups.splice(0).reverse()) await cleanup();
});

async function place(): Promise<{ sandbox: SandboxHandle; home: Home; begin(): Promise<Rig> }> {
  const sandbox = await startSandbox();
  cleanups.push(() => sandbox.close());
  const home = await makeHome();
  cleanups.push(() => home.remove());
  let more: Record<string, string> = {};
  if (hasEngine('postgres')) {
    const database = await freshDatabase();
    cleanups.push(() => database.drop());
    more = { DATABASE_URL: database.url };
  }
  const begin = async () => {
    const rig = makeRig(environment(home, sandbox.url, more));
    cleanups.push(() => rig.daemon.stop());
    await rig.daemon.start();
    return rig;
  };
  return { sandbox, home, begin };
}

const OPEN = { start: soon(-60_000), end: soon(3_600_000) };
const sales = (more = '') => oncePolicy('sales', '{ name: Sales/* }', OPEN, more);
const support = (more = '') => oncePolicy('support', '{ name: Support/* }', OPEN, more);
const idle = oncePolicy('idle', '{ name: nobody }', OPEN);

const ofPolicy =
  (policy: string) =>
  ({ policy: name }: Entry): boolean =>
    name === policy;

const activations = async (sandbox: SandboxHandle) =>
  writes(await sandbox.requests()).filter(({ body }) => body?.active === true).length;

describe('a reload in the middle of a window', () => {
  test('S49: that would let go of most of what is held is refused', async () => {
    const { sandbox, home, begin } = await place();
    await home.write('sales.yaml', sales());
    await home.write('support.yaml', support());
    const rig = await begin();
    await rig.entry('hold.held', ofPolicy('sales'));
    await rig.entry('hold.held', ofPolicy('support'));
    await home.write('sales.yaml', idle);
    await home.write('support.yaml', 'version: 1\npolicies: {}\n');
    const refused = await rig.daemon.operations.reload();
    expect(refused).toMatchObject({ ok: false });
    expect(refused.message).toContain('mass-deletion');
    expect((await rig.entry('policies.refused')).reason).toContain('of 2 policies');
    expect((await rig.daemon.operations.status()).refusedSince).toBeDefined();
    expect(await activations(sandbox)).toBe(0);
    expect(await rig.daemon.operations.reload({ mayDeleteMost: true })).toMatchObject({ ok: true });
    await rig.entry('hold.released', ofPolicy('sales'));
    await rig.entry('hold.released', ofPolicy('support'));
  });

  test('S49: also at the next start; an empty set is loaded when asked for', async () => {
    const { sandbox, home, begin } = await place();
    await home.write('sales.yaml', sales());
    await home.write('support.yaml', support());
    const first = await begin();
    await first.entry('hold.held', ofPolicy('sales'));
    await first.entry('hold.held', ofPolicy('support'));
    await first.daemon.stop();
    await home.write('sales.yaml', 'version: 1\npolicies: {}\n');
    await home.write('support.yaml', 'version: 1\npolicies: {}\n');
    const second = await begin();
    expect((await second.entry('policies.refused')).reason).toContain('no policy');
    expect((await second.daemon.operations.status()).policies.length).toBe(2);
    expect(await activations(sandbox)).toBe(0);
    expect(await second.daemon.operations.reload({ mayDeleteMost: true })).toMatchObject({
      ok: true,
    });
    await second.entry('hold.released', ofPolicy('sales'));
    expect((await second.daemon.operations.status()).policies).toEqual([]);
  });

  test('S48: one broken file refuses all of it; S52: a new policy acts at once', async () => {
    const { home, begin } = await place();
    await home.write('sales.yaml', sales());
    const rig = await begin();
    await rig.entry('hold.held', ofPolicy('sales'));
    await home.write('support.yaml', support('    prioritee: 3\n'));
    expect(await rig.daemon.operations.reload()).toMatchObject({ ok: false });
    const { refusedSince, policies } = await rig.daemon.operations.status();
    expect(refusedSince).toBeDefined();
    expect(policies.map(({ name }) => name)).toEqual(['sales']);
    await home.write('support.yaml', support());
    await rig.daemon.operations.reload();
    await rig.entry('hold.held', ofPolicy('support'));
    expect((await rig.daemon.operations.status()).refusedSince).toBeUndefined();
  });

  test('S45, S50: an edited policy keeps its holds, with the new end', async () => {
    const { sandbox, home, begin } = await place();
    await home.write('sales.yaml', sales());
    const rig = await begin();
    const held = await rig.entry('hold.held', ofPolicy('sales'));
    const later = { start: OPEN.start, end: OPEN.end + 60_000 };
    const text = oncePolicy('sales', '{ name: Sales/* }', later, '    priority: 7\n');
    await home.write('sales.yaml', text);
    await rig.daemon.operations.reload();
    const handed = await rig.entry('hold.handed-over', ({ sync }) => sync === held.sync);
    expect(handed.occurrence?.end).toBe(later.end);
    expect(await activations(sandbox)).toBe(0);
  });

  test('S43, S51: a disabled policy lets go, or keeps its window to the end it had', async () => {
    const { home, begin } = await place();
    await home.write('sales.yaml', sales('    on_delete: finish\n'));
    await home.write('support.yaml', support());
    const rig = await begin();
    await rig.entry('hold.held', ofPolicy('sales'));
    await rig.entry('hold.held', ofPolicy('support'));
    await home.write('sales.yaml', sales('    on_delete: finish\n    enabled: false\n'));
    await rig.daemon.operations.reload();
    await home.write('support.yaml', support('    enabled: false\n'));
    await rig.daemon.operations.reload();
    await rig.entry('hold.released', ofPolicy('support'));
    const holds = (await rig.daemon.operations.status()).holds.map(({ cause }) => cause);
    expect(new Set(holds)).toEqual(new Set(['sales']));
  });

  test('the journal says when nothing that a window holds runs any more', async () => {
    const { home, begin } = await place();
    await home.write('sales.yaml', sales());
    const rig = await begin();
    const quiet = await rig.entry('window.quiet');
    expect(quiet).toMatchObject({ policy: 'sales', occurrence: OPEN });
    expect(rig.entries.filter(({ type }) => type === 'window.quiet').length).toBe(1);
  });
});

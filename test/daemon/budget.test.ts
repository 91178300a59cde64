import { describe, expect, test } from 'vitest';
import { passesAtOnce } from '../../src/daemon/budget.ts';
import { describeOn } from '../support/engines.ts';
import type { SeenRequest } from '../support/sandbox.ts';
import { oncePolicy, soon } from './rig.ts';
import { activations, doubled, sceneTest, together } from './scene.ts';

const at = ({ time }: SeenRequest): number => Date.parse(time);

describe('S64: passes under way', () => {
  test('as many as the budget feeds, and never more than a process can bear', () => {
    expect([0.01, 1, 10, 25, 1_000].map(passesAtOnce)).toEqual([2, 2, 20, 50, 50]);
  });
});

describeOn('postgres', 'a scarce budget', () => describe.concurrent('shared', sharesIt));

function sharesIt(): void {
  sceneTest(
    'S64: three replicas keep to it, and everything is paused once all the same',
    async ({ setScene }) => {
      const rate = 10;
      const replicas = 3;
      const scene = await setScene({ syncs: 15, env: { POLYTOMIC_RATE: `${rate}/s` } });
      await scene.nightly({ start: soon(-2_000), end: soon(3_600_000) });
      const rigs = await Promise.all(Array.from({ length: replicas }, () => scene.start()));
      await together(rigs, 'hold.held', scene.active);
      const seen = await scene.sandbox.requests();
      // Whoever fetched a block may spend it later; the key is tried before there is a budget.
      const ahead = (replicas + 1) * Math.ceil(rate / 5) + replicas;
      for (const [first, request] of seen.entries()) {
        const within = seen.slice(first).filter((other) => at(other) < at(request) + 2_000);
        expect(within.length).toBeLessThanOrEqual(2 * rate + ahead);
      }
      expect(doubled(await activations(scene.sandbox))).toEqual([]);
      expect(Object.values(await scene.sandbox.activity())).not.toContain(true);
    },
  );

  sceneTest('S64: resumes leave before pauses', async ({ setScene }) => {
    const scene = await setScene({ syncs: 45 });
    const ends = ['Finance', 'Sales', 'Marketing'];
    const begins = ['Ops', 'Product', 'Sandbox', 'Support', 'Warehouse'];
    const write = (name: string, teams: string[], start: number, end: number) => {
      const select = `{ name: "{${teams.join(',')}}/*" }`;
      return scene.home.write(`${name}.yaml`, oncePolicy(name, select, { start, end }));
    };
    await write('ends', ends, soon(-60_000), soon(3_600_000));
    const isHeld = ([name, active]: [string, boolean]) => active && ends.includes(teamOf(name));
    const held = Object.entries(scene.before).filter(isHeld).length;
    const first = await scene.start();
    await first.count('hold.held', held);
    await first.daemon.stop();
    const edge = soon(-1_000);
    await write('ends', ends, edge - 60_000, edge);
    await write('begins', begins, edge, edge + 3_600_000);

    const rate = 5;
    const second = await scene.start({ POLYTOMIC_RATE: `${rate}/s` });
    // What is under way when the first resumes come is not taken back.
    const sure = held - passesAtOnce(rate);
    expect(sure).toBeGreaterThan(5);
    await second.count('hold.released', sure);
    const wishes = (await activations(scene.sandbox)).map(({ body }) => body?.active);
    const pausesAhead = wishes.slice(held, nthIndex(wishes, true, sure)).filter((on) => !on);
    expect(pausesAhead.length).toBeLessThanOrEqual(passesAtOnce(rate));
  });

  sceneTest('S64: a 429 that one replica gets quiets all of them', async ({ setScene }) => {
    const rate = 20;
    const scene = await setScene({ syncs: 15, env: { POLYTOMIC_RATE: `${rate}/s` } });
    const harm = { kind: 'status', status: 429, retryAfter: 4, method: 'POST', route: '/api/**' };
    const rigs = [await scene.start(), await scene.start()];
    await scene.sandbox.post('/_sandbox/faults', { ...harm, count: 1 });
    await scene.nightly({ start: soon(-2_000), end: soon(3_600_000) });
    await together(rigs, 'hold.held', scene.active);
    const seen = await scene.sandbox.requests();
    const refused = seen.find(({ status }) => status === 429)!;
    const during = seen.filter(
      (other) => at(other) > at(refused) && at(other) < at(refused) + 3_900,
    );
    // What had left already, and the rest of a block that the other replica had fetched.
    expect(during.length).toBeLessThanOrEqual(2 * Math.ceil(rate / 5));
    expect(during.filter((other) => at(other) > at(refused) + 1_500)).toEqual([]);
    expect(doubled(await activations(scene.sandbox).then(exceptRefused))).toEqual([]);
  });
}

const exceptRefused = (calls: SeenRequest[]) => calls.filter(({ status }) => status !== 429);

const teamOf = (name: string): string => name.split('/', 1)[0]!;

/** Where the `count`-th of the items that equal `wanted` is. */
function nthIndex<T>(items: readonly T[], wanted: T, count: number): number {
  let left = count;
  return items.findIndex((item) => item === wanted && --left === 0);
}

import { describe, expect } from 'vitest';
import type { NextEdge } from '../../src/queue/next-edge.ts';
import { type Place, rawQueue } from './places.ts';
import { eventually, gridEdge, passed, type QueueTest } from './rig.ts';

const HEARTBEAT_MS = 60_000;
const DAY_MS = 24 * 3_600_000;

/** What schedulers and their boundary jobs do on every engine. */
export function boundariesConform(it: QueueTest, place: () => Place): void {
  const plan = (pattern: string, id = 'p1') => ({ id, pattern, label: 'a policy' });

  it('a scheduler fires at each edge of its pattern, once, and not before', async ({ rig }) => {
    const { queue, boundaries, work } = await rig();
    work();
    await queue.upsertScheduler(plan('grid 250'));
    const taken = await boundaries.first(4);
    for (const [index, { at, edge, pattern, scheduler }] of taken.entries()) {
      expect({ pattern, scheduler }).toEqual({ pattern: 'grid 250', scheduler: 'p1' });
      expect(edge % 250).toBe(0);
      expect(at).toBeGreaterThanOrEqual(edge);
      // The edge after the one before; one that this machine was too late for is skipped.
      const before = taken[index - 1];
      if (before === undefined) continue;
      expect(edge).toBeGreaterThan(before.edge);
      expect(edge).toBeLessThanOrEqual(Math.floor(before.at / 250) * 250 + 250);
    }
  });

  it('ids may hold colons, spaces, braces and letters of any script', async ({ rig }) => {
    const { queue, boundaries, work } = await rig();
    const id = 'repeat:0:1:2:{x} 5% ☃/é';
    await queue.upsertScheduler(plan('grid 100', id));
    work();
    expect((await boundaries.first(2)).map(({ scheduler }) => scheduler)).toEqual([id, id]);
    expect((await queue.schedulers()).map((state) => state.id)).toEqual([id]);
    await queue.removeScheduler(id);
    expect(await queue.schedulers()).toEqual([]);
  });

  it('lists pattern, next edge and life of each scheduler, and removes one', async ({ rig }) => {
    const { queue } = await rig({ nextEdge: (pattern) => Date.now() + Number(pattern) });
    const before = Date.now();
    await queue.upsertScheduler(plan('10000', 'a'));
    await queue.upsertScheduler(plan('20000', 'b'));
    const [a, b] = [...(await queue.schedulers())].sort((x, y) => x.id.localeCompare(y.id));
    expect(a).toMatchObject({ id: 'a', pattern: '10000', isAlive: true });
    expect(b).toMatchObject({ id: 'b', pattern: '20000', isAlive: true });
    expect(a!.next).toBeGreaterThanOrEqual(before + 10_000);
    await queue.removeScheduler('a');
    await queue.removeScheduler('never was');
    expect((await queue.schedulers()).map(({ id }) => id)).toEqual(['b']);
  });

  it('trap 1: an upsert drops an edge that is due, which `isAlive` spares those who look', async ({
    rig,
  }) => {
    const { queue, boundaries, work } = await rig();
    await queue.upsertScheduler(plan('grid 300', 'spared'));
    await queue.upsertScheduler(plan('grid 300', 'dropped'));
    const due = (await queue.schedulers()).find(({ id }) => id === 'dropped')!.next!;
    await passed(due + 20);
    expect((await queue.schedulers()).map(({ isAlive }) => isAlive)).toEqual([true, true]);
    await queue.upsertScheduler(plan('grid 300', 'dropped'));
    work();
    await boundaries.until((all) => new Set(all.map((b) => b.scheduler)).size === 2, 'both');
    const edgeOf = (id: string) => boundaries.items.find((b) => b.scheduler === id)?.edge;
    expect(edgeOf('spared')).toBeLessThanOrEqual(due);
    expect(edgeOf('dropped')).toBeGreaterThan(due);
  });

  it('trap 2: edges that nobody took become one late job with the oldest of them', async ({
    rig,
  }) => {
    const { queue, boundaries, work } = await rig();
    await queue.upsertScheduler(plan('grid 100'));
    const oldest = (await queue.schedulers())[0]!.next!;
    await passed(oldest + 450);
    const startedAt = Date.now();
    work();
    const [late, next] = await boundaries.first(2);
    expect(late!.edge).toBe(oldest);
    expect(next!.edge).toBeGreaterThan(startedAt);
  });

  describe('trap 3: whatever the next boundary is said to be, nothing runs hot or wedges', () => {
    const bad: readonly [string, (after: number) => unknown][] = [
      ['null', () => null],
      ['zero', () => 0],
      ['NaN', () => Number.NaN],
      ['the past', (after) => after - 1_000],
      ['the same instant', (after) => after],
      ['no number', () => 'tomorrow'],
      ['a throw', () => fail()],
      ['a rejection', () => Promise.reject(new Error('the database is away'))],
    ];
    it.for(bad)('%s: a heartbeat a minute later', async ([, answer], { rig }) => {
      const { queue, boundaries, events, work } = await rig({ nextEdge: firstThen(answer) });
      work();
      await queue.upsertScheduler(plan('p'));
      const [taken] = await boundaries.first(1);
      await eventually(async () => {
        const [state] = await queue.schedulers();
        expect(state).toMatchObject({ isAlive: true });
        expect(state!.next).toBeGreaterThanOrEqual(taken!.at + HEARTBEAT_MS - 5_000);
        expect(await queue.health()).toMatchObject({ active: 0, waiting: 0 });
      });
      expect(boundaries.items).toHaveLength(1);
      expect(events.items.map(({ kind }) => kind)).toEqual(['edge-unknown']);
    });

    it('a fraction of a millisecond: rounded up', async ({ rig }) => {
      const nextEdge: NextEdge = (_, after) => after + 100.25;
      const { queue, boundaries, work } = await rig({ nextEdge });
      work();
      await queue.upsertScheduler(plan('p'));
      const taken = await boundaries.first(3);
      expect(taken.every(({ edge }) => Number.isInteger(edge))).toBe(true);
    });

    it('infinity or a far year: a day at a time', async ({ rig }) => {
      const { queue } = await rig({ nextEdge: (pattern) => Number(pattern) });
      const before = Date.now();
      await queue.upsertScheduler(plan('Infinity', 'never'));
      await queue.upsertScheduler(plan(String(Date.UTC(2150, 0)), 'far'));
      for (const { next, isAlive } of await queue.schedulers()) {
        expect(isAlive).toBe(true);
        expect(next).toBeGreaterThanOrEqual(before + DAY_MS);
        expect(next).toBeLessThanOrEqual(Date.now() + DAY_MS);
      }
    });

    it('no further edge: the scheduler is dead, and an upsert removes or revives it', async ({
      rig,
    }) => {
      let isOver = true;
      const edges = firstThen((after) => (isOver ? undefined : after + 100));
      const { queue, boundaries, work } = await rig({ nextEdge: edges });
      work();
      await queue.upsertScheduler(plan('p'));
      await boundaries.first(1);
      await eventually(async () =>
        expect(await queue.schedulers()).toMatchObject([{ id: 'p1', isAlive: false }]),
      );
      await queue.upsertScheduler(plan('p'));
      expect(await queue.schedulers()).toEqual([]);
      isOver = false;
      await queue.upsertScheduler(plan('p'));
      await boundaries.first(3);
    });
  });

  it('a new pattern takes the place of the old one', async ({ rig }) => {
    const { queue, boundaries, work } = await rig();
    await queue.upsertScheduler(plan('grid 3600000'));
    await queue.upsertScheduler(plan('grid 200'));
    work();
    expect((await boundaries.first(2)).map(({ pattern }) => pattern)).toEqual([
      'grid 200',
      'grid 200',
    ]);
    expect(await queue.schedulers()).toHaveLength(1);
  });

  it('a boundary handler that throws is tried again, and the chain goes on', async ({ rig }) => {
    const { queue, boundaries, events, work } = await rig();
    let throws = 1;
    work({
      async boundary() {
        throws -= 1;
        if (throws >= 0) throw new Error('the database is away');
      },
    });
    await queue.upsertScheduler(plan('grid 200'));
    await boundaries.until(
      (all) => all.filter(({ edge }) => edge === all[0]!.edge).length === 2,
      'the first edge again',
    );
    expect(boundaries.items.some(({ edge }) => edge > boundaries.items[0]!.edge)).toBe(true);
    expect(events.items).toMatchObject([{ kind: 'handler-threw', attempt: 1 }]);
  });

  it('replicas that upsert the same scheduler at once make one chain', async ({ rig }) => {
    const first = await rig();
    const others = await Promise.all(
      [1, 2].map(() => rig({ prefix: first.prefix, nextEdge: gridEdge })),
    );
    const all = [first, ...others];
    await Promise.all(all.map(({ queue }) => queue.upsertScheduler(plan('grid 1000'))));
    const states = await first.queue.schedulers();
    expect(states).toMatchObject([{ id: 'p1', isAlive: true }]);
    for (const { work } of all) work();
    const taken = () => all.flatMap(({ boundaries }) => boundaries.items.map(({ edge }) => edge));
    await eventually(() => expect(taken().length).toBeGreaterThanOrEqual(2));
    expect(new Set(taken()).size).toBe(taken().length);
  });

  it('trap 10: the jobs of a scheduler carry no trace that would never end', async ({ rig }) => {
    const { queue, prefix } = await rig();
    await queue.upsertScheduler(plan('grid 3600000'));
    const raw = rawQueue(place(), prefix, 'boundaries');
    const [waiting] = await raw.queue.getDelayed();
    expect(waiting!.opts.telemetry).toBeUndefined();
    await raw.close();
  });
}

/** The first edge comes in a moment; for the others `answer` is asked. */
function firstThen(answer: (after: number) => unknown): NextEdge {
  let asked = 0;
  return (_, after) => {
    asked += 1;
    return asked === 1 ? after + 100 : (answer(after) as number);
  };
}

function fail(): never {
  throw new Error('a bug');
}

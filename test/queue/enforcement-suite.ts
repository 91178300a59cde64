import { expect } from 'vitest';
import { type Place, rawQueue } from './places.ts';
import { DONE, eventually, job, passed, type QueueTest, type Rig } from './rig.ts';

/** What enforcement jobs do on every engine. */
export function enforcementConforms(it: QueueTest, place: () => Place): void {
  it('a job arrives as it was added', async ({ rig }) => {
    const { queue, enforced, work } = await rig();
    work();
    const due = Date.now() - 5_000;
    await queue.addEnforcements([{ sync: 'bulk:a:b', cause: 'boundary', due }]);
    const [taken] = await enforced.first(1);
    expect(taken).toMatchObject({ sync: 'bulk:a:b', cause: 'boundary', due });
    await queue.addEnforcements([]);
  });

  it('doubles by sync, cause and due instant collapse while one is pending', async ({ rig }) => {
    const { queue, enforced, work } = await rig();
    const due = Date.now();
    const same = job('a', { due });
    await queue.addEnforcements([same, same, job('a', { due: due + 1 })]);
    await queue.addEnforcements([same, job('a', { due, cause: 'sweep' })]);
    expect((await queue.health()).waiting).toBe(3);
    work();
    await enforced.first(3);
    await isEmpty(queue);
    await queue.addEnforcements([same]);
    expect((await enforced.first(4))[3]).toMatchObject(same);
  });

  it('urgent jobs are taken before all others', async ({ rig }) => {
    const { queue, enforced, work } = await rig({ concurrency: 1 });
    await queue.addEnforcements([job('a'), job('b')]);
    await queue.addEnforcements([job('c', { urgent: true }), job('d', { urgent: true })]);
    work();
    const names = (await enforced.first(4)).map(({ sync }) => sync.slice(-1));
    expect(names).toEqual(['c', 'd', 'a', 'b']);
  });

  it('trap 9: finished jobs leave nothing behind, whatever the verdict', async ({ rig }) => {
    const { queue, prefix, enforced, work } = await rig();
    const reason = 'because';
    work({
      enforce: async ({ sync }) => {
        if (sync === 'model:a') return DONE;
        return { kind: sync === 'model:b' ? 'stale' : 'give-up', reason };
      },
    });
    await queue.addEnforcements([job('a'), job('b'), job('c')]);
    await enforced.first(3);
    await isEmpty(queue);
    const raw = rawQueue(place(), prefix, 'enforcement');
    const counts = await raw.queue.getJobCounts();
    expect(Object.values(counts).reduce((sum, count) => sum + count, 0)).toBe(0);
    await raw.close();
  });

  it('retry: the job comes again at the instant, without having used an attempt', async ({
    rig,
  }) => {
    const { queue, prefix, enforced, work } = await rig();
    const raw = rawQueue(place(), prefix, 'enforcement');
    await raw.queue.waitUntilReady();
    const at = Date.now() + 1_000;
    work({
      enforce: async () =>
        enforced.items.length === 1 ? { kind: 'retry', at, reason: 'not yet' } : DONE,
    });
    await queue.addEnforcements([job('a')]);
    await enforced.first(1);
    await eventually(async () =>
      expect(await raw.queue.getDelayed()).toMatchObject([{ attemptsMade: 0 }]),
    );
    await raw.close();
    const [, again] = await enforced.first(2);
    expect(again!.at).toBeGreaterThanOrEqual(at);
    expect(again!.at).toBeLessThan(at + 5_000);
    await isEmpty(queue);
  });

  it('retry in the past does not run hot', async ({ rig }) => {
    const { queue, enforced, work } = await rig();
    work({ enforce: async () => ({ kind: 'retry', at: 0, reason: 'a bug' }) });
    await queue.addEnforcements([job('a')]);
    const [first, , , fourth] = await enforced.first(4);
    expect(fourth!.at - first!.at).toBeGreaterThanOrEqual(3 * 100);
  });

  it('throttled: nobody takes a job until the quiet is over, then all of them run', async ({
    rig,
  }) => {
    const { queue, enforced, work } = await rig({ concurrency: 2 });
    const forMs = 1_000;
    let bothTaken = () => {};
    const meet = new Promise<void>((resolve) => {
      bothTaken = resolve;
    });
    work({
      async enforce() {
        if (enforced.items.length > 2) return DONE;
        // Who were taken one after the other would ask for two quiets.
        if (enforced.items.length === 2) bothTaken();
        await meet;
        return { kind: 'throttled', forMs, reason: '429' };
      },
    });
    await queue.addEnforcements(['a', 'b', 'c', 'd', 'e'].map((name) => job(name)));
    const taken = await enforced.first(7);
    expect(taken[2]!.at - taken[1]!.at).toBeGreaterThanOrEqual(forMs - 100);
    expect(new Set(taken.slice(2).map(({ sync }) => sync)).size).toBe(5);
    await isEmpty(queue);
  });

  it('throttled: the longer of two quiets holds for all, and boundaries are not held up', async ({
    rig,
  }) => {
    const one = await rig({ concurrency: 2 });
    const two = await rig({ prefix: one.prefix });
    const longMs = 3_000;
    let bothTaken = () => {};
    const meet = new Promise<void>((resolve) => {
      bothTaken = resolve;
    });
    one.work({
      async enforce({ sync }) {
        if (one.enforced.items.length === 2) bothTaken();
        await meet;
        if (sync === 'model:long') return { kind: 'throttled', forMs: longMs, reason: '429' };
        // The long quiet is in force when its job is back.
        await eventually(async () =>
          expect(await two.queue.health()).toMatchObject({ active: 1, waiting: 1 }),
        );
        return { kind: 'throttled', forMs: 50, reason: '429' };
      },
    });
    await one.queue.addEnforcements([job('long'), job('short')]);
    await meet;
    const quietFrom = Date.now();
    await two.queue.upsertScheduler({ id: 'p', pattern: 'grid 200', label: 'p' });
    await eventually(async () =>
      expect(await two.queue.health()).toMatchObject({ waiting: 2, active: 0 }),
    );
    const inQuiet = one.boundaries.items.length;
    const boundary = (await one.boundaries.first(inQuiet + 1)).at(-1);
    expect(boundary!.at - quietFrom).toBeLessThan(longMs);
    await one.queue.close(0);
    two.work();
    const [taken] = await two.enforced.first(1);
    expect(taken!.at - quietFrom).toBeGreaterThanOrEqual(longMs - 100);
  });

  it('trap 5: an error with NUL or half a surrogate pair is kept, and the job runs again', async ({
    rig,
  }) => {
    const { queue, prefix, enforced, events, work } = await rig();
    const message = `bad \0 text \ud800 ${'x'.repeat(100_000)}`;
    work({
      async enforce() {
        if (enforced.items.length === 1)
          throw Object.assign(new Error(message), { stack: message });
        return DONE;
      },
    });
    const raw = rawQueue(place(), prefix, 'enforcement');
    await raw.queue.waitUntilReady();
    await queue.addEnforcements([job('a')]);
    await enforced.first(1);
    await eventually(async () => {
      const [waiting] = await raw.queue.getDelayed();
      expect(waiting!.attemptsMade).toBe(1);
      expect(waiting!.failedReason).toMatch(/^bad {2}text \ufffd x+…$/);
    });
    await raw.close();
    await enforced.first(2);
    await isEmpty(queue);
    expect(events.items).toMatchObject([{ kind: 'handler-threw', attempt: 1 }]);
  });

  it('trap 5: whatever is in the texts of a job, it can be stored', async ({ rig }) => {
    const { queue, enforced, work } = await rig();
    work();
    await queue.addEnforcements([job('a\0\udfff'), job('b', { cause: '\ud800\0' })]);
    await enforced.first(2);
    expect(enforced.items.map(({ sync }) => sync).sort()).toEqual(['model:a\ufffd', 'model:b']);
  });

  const thrown = ['nothing', 'a string', 'a frozen error'];
  it.for(thrown)('a handler that throws %s', async (what, { rig }) => {
    const { queue, enforced, events, work } = await rig();
    work({
      async enforce() {
        if (enforced.items.length > 1) return DONE;
        if (what === 'nothing') throw undefined;
        throw what === 'a string' ? 'text' : Object.freeze(new Error('text'));
      },
    });
    await queue.addEnforcements([job('a')]);
    await enforced.first(2);
    await isEmpty(queue);
    expect(events.items.map(({ kind }) => kind)).toEqual(['handler-threw']);
  });

  it('a payload of another version is left for a newer replica; an old one is dropped', async ({
    rig,
  }) => {
    const { prefix, enforced, events, work } = await rig();
    const raw = rawQueue(place(), prefix, 'enforcement');
    const kept = await raw.queue.add('x', { v: 2, what: 'from the future' });
    const dayBefore = Date.now() - 25 * 3_600_000;
    const dropped = await raw.queue.add('x', 'text', {
      timestamp: dayBefore,
      removeOnComplete: true,
    });
    work();
    await events.until((all) => all.length === 2, 'both');
    await eventually(async () => {
      expect(await raw.queue.getDelayed()).toMatchObject([{ id: kept.id, attemptsMade: 0 }]);
      expect(await raw.queue.getJob(dropped.id!)).toBeUndefined();
    });
    await raw.close();
    expect(events.items).toContainEqual(
      expect.objectContaining({ kind: 'unreadable', job: kept.id, isDropped: false }),
    );
    expect(enforced.items).toEqual([]);
  });

  it('at most `concurrency` handlers run at once, and so many do', async ({ rig }) => {
    const { queue, enforced, work } = await rig({ concurrency: 3 });
    let running = 0;
    let most = 0;
    work({
      async enforce() {
        running += 1;
        most = Math.max(most, running);
        await passed(Date.now() + 30);
        running -= 1;
        return DONE;
      },
    });
    await queue.addEnforcements(Array.from({ length: 12 }, (_, index) => job(`s${index}`)));
    await enforced.first(12);
    expect(most).toBe(3);
  });

  it('two replicas share the jobs, and each job runs once', async ({ rig }) => {
    const one = await rig({ concurrency: 2 });
    const two = await rig({ concurrency: 2, prefix: one.prefix });
    for (const { work } of [one, two]) {
      work({
        async enforce() {
          await passed(Date.now() + 20);
          return DONE;
        },
      });
    }
    const jobs = Array.from({ length: 40 }, (_, index) => job(`s${index}`));
    await one.queue.addEnforcements(jobs);
    const taken = () => [...one.enforced.items, ...two.enforced.items].map(({ sync }) => sync);
    await eventually(() => expect(taken()).toHaveLength(40));
    expect(new Set(taken()).size).toBe(40);
    expect(one.enforced.items.length).toBeGreaterThan(0);
    expect(two.enforced.items.length).toBeGreaterThan(0);
  });

  it('a job of 1,500 others is added in batches, and `health` counts', async ({ rig }) => {
    const { queue } = await rig();
    const jobs = Array.from({ length: 1_500 }, (_, index) => job(`s${index}`));
    await queue.addEnforcements(jobs);
    expect(await queue.health()).toEqual({
      isReady: true,
      waiting: 1_500,
      active: 0,
      delayed: 0,
    });
  });
}

/** Waits until no job is waiting, running or delayed. */
export function isEmpty(queue: Rig['queue']): Promise<void> {
  return eventually(async () =>
    expect(await queue.health()).toEqual({ isReady: true, waiting: 0, active: 0, delayed: 0 }),
  );
}

import { monitorEventLoopDelay } from 'node:perf_hooks';
import { fileURLToPath } from 'node:url';
import { expect } from 'vitest';
import { QueueClosedError } from '../../src/queue/queue.ts';
import { launch } from '../support/launch.ts';
import { isEmpty } from './enforcement-suite.ts';
import type { Place } from './places.ts';
import { DONE, eventually, job, passed, QUICK, type QueueTest } from './rig.ts';

/** With this a job that is not handed back is not found again while a test waits. */
const LONG_LOCK = { ...QUICK, lockMs: 600_000 };
const REPLICA = fileURLToPath(new URL('./replica.js', import.meta.url));

/** How a queue opens, closes and shares its work, on every engine. */
export function lifeConforms(it: QueueTest): void {
  it('opens once, works once, and closes as often as one likes', async ({ rig }) => {
    const { queue, work } = await rig();
    await queue.open();
    work();
    expect(() => work()).toThrow('run already');
    await Promise.all([queue.close(1_000), queue.close(0)]);
    await queue.close(1_000);
    await expect(queue.open()).rejects.toThrow('closed');
    await expect(queue.open()).rejects.toThrow(QueueClosedError);
    await expect(queue.schedulers()).rejects.toThrow('not open');
    await expect(queue.schedulers()).rejects.toThrow(QueueClosedError);
    await expect(queue.removeScheduler('p')).rejects.toThrow(QueueClosedError);
    await expect(queue.addEnforcements([job('a')])).rejects.toThrow(QueueClosedError);
    expect(await queue.health()).toMatchObject({ isReady: false });
  });

  it('close waits for a running job', async ({ rig }) => {
    const { queue, enforced, events, work } = await rig();
    let isFinished = false;
    work({
      async enforce(_, signal) {
        await passed(Date.now() + 300);
        expect(signal.aborted).toBe(false);
        isFinished = true;
        return DONE;
      },
    });
    await queue.addEnforcements([job('a')]);
    await enforced.first(1);
    await queue.close(20_000);
    expect(isFinished).toBe(true);
    expect(events.items).toEqual([]);
  });

  it('close aborts what outlasts its grace and hands it back; another replica takes it', async ({
    rig,
  }) => {
    const one = await rig({ limits: LONG_LOCK });
    const two = await rig({ prefix: one.prefix });
    one.work({ enforce: (_, signal) => aborted(signal) });
    await one.queue.addEnforcements([job('a')]);
    await one.enforced.first(1);
    const startedAt = Date.now();
    await one.queue.close(100);
    expect(Date.now() - startedAt).toBeLessThan(9_000);
    two.work();
    await two.enforced.first(1);
    await isEmpty(two.queue);
    expect(one.events.items.filter(({ kind }) => kind === 'handler-threw')).toEqual([]);
  });

  it('a closing queue begins nothing new', async ({ rig }) => {
    const one = await rig({ concurrency: 3 });
    const two = await rig({ prefix: one.prefix });
    let finish = () => {};
    const added = new Promise<void>((resolve) => {
      finish = resolve;
    });
    one.work({
      async enforce() {
        await added;
        return DONE;
      },
    });
    await one.queue.addEnforcements([job('a')]);
    await one.enforced.first(1);
    const closing = one.queue.close(30_000);
    await two.queue.addEnforcements([job('b'), job('c'), job('d')]);
    finish();
    await closing;
    expect(one.enforced.items).toHaveLength(1);
    two.work();
    const taken = await two.enforced.first(3);
    expect(taken.map(({ sync }) => sync).sort()).toEqual(['model:b', 'model:c', 'model:d']);
  });

  it('what a boundary job adds while its queue closes is added', async ({ rig }) => {
    const one = await rig();
    const two = await rig({ prefix: one.prefix });
    let begin = () => {};
    let goOn = () => {};
    const begun = new Promise<void>((resolve) => {
      begin = resolve;
    });
    const isClosing = new Promise<void>((resolve) => {
      goOn = resolve;
    });
    one.work({
      async boundary() {
        begin();
        await isClosing;
        await one.queue.addEnforcements([job('late')]);
      },
    });
    await one.queue.upsertScheduler({ id: 'p', pattern: 'grid 300', label: 'p' });
    await begun;
    const closing = one.queue.close(20_000);
    goOn();
    await closing;
    expect(one.events.items.filter(({ kind }) => kind === 'handler-threw')).toEqual([]);
    two.work();
    await two.enforced.until((all) => all.some(({ sync }) => sync === 'model:late'), 'late');
  });

  it('a handler that ignores the abort does not hold up close', async ({ rig }) => {
    const one = await rig({ limits: LONG_LOCK });
    const two = await rig({ prefix: one.prefix });
    one.work({ enforce: () => new Promise(() => undefined) });
    await one.queue.addEnforcements([job('a')]);
    await one.enforced.first(1);
    const startedAt = Date.now();
    await one.queue.close(0);
    expect(Date.now() - startedAt).toBeLessThan(9_000);
    two.work();
    await two.enforced.first(1);
  });

  it('a verdict that comes after the abort still counts', async ({ rig }) => {
    const { queue, prefix, enforced, work } = await rig();
    work({
      async enforce(_, signal) {
        await aborted(signal).catch(() => undefined);
        return DONE;
      },
    });
    await queue.addEnforcements([job('a')]);
    await enforced.first(1);
    await queue.close(0);
    const after = await rig({ prefix });
    expect(await after.queue.health()).toMatchObject({ waiting: 0, active: 0, delayed: 0 });
  });

  it('a job that outlasts its lock is renewed, not doubled', async ({ rig }) => {
    const one = await rig();
    const two = await rig({ prefix: one.prefix });
    const slow = async () => {
      await passed(Date.now() + QUICK.lockMs * 1.25);
      return DONE;
    };
    for (const { work } of [one, two]) work({ enforce: slow });
    await one.queue.addEnforcements([job('a')]);
    await eventually(async () => expect((await one.queue.health()).active).toBe(1));
    await isEmpty(one.queue);
    expect(one.enforced.items.length + two.enforced.items.length).toBe(1);
  });

  it('what was in the queue is there after a restart', async ({ rig }) => {
    const one = await rig();
    await one.queue.addEnforcements([job('a')]);
    await one.queue.upsertScheduler({ id: 'p', pattern: 'grid 3600000', label: 'p' });
    await one.queue.close(0);
    const two = await rig({ prefix: one.prefix });
    expect(await two.queue.schedulers()).toMatchObject([{ id: 'p', isAlive: true }]);
    two.work();
    await two.enforced.first(1);
  });

  it('trap 7: the event loop stays free while 300 jobs run', async ({ rig }) => {
    const { queue, enforced, work } = await rig({ concurrency: 5 });
    work();
    const delay = monitorEventLoopDelay({ resolution: 5 });
    delay.enable();
    await queue.addEnforcements(Array.from({ length: 300 }, (_, index) => job(`s${index}`)));
    await enforced.first(300);
    delay.disable();
    // An engine inside of the loop holds it for half a second; the median forgives a busy machine.
    expect(delay.percentile(50) / 1e6).toBeLessThan(100);
  });
}

/** What several processes do on one backend. */
export function replicasConform(it: QueueTest, place: () => Place): void {
  const replica = (prefix: string, skewMs: number) => {
    const { connection } = place();
    const options = JSON.stringify({ connection, prefix, skewMs, limits: QUICK });
    return launch(process.execPath, [REPLICA, options]);
  };

  it('trap 4: replicas whose clocks differ run each edge once, while nobody upserts', async ({
    rig,
  }) => {
    const { queue, boundaries, prefix, work } = await rig();
    const fast = await replica(prefix, 40);
    const slow = await replica(prefix, -40);
    await Promise.all([fast.waitForLine(/ready/), slow.waitForLine(/ready/)]);
    work();
    await queue.upsertScheduler({ id: 'p', pattern: 'grid 200', label: 'p' });
    const edges = () =>
      [
        ...boundaries.items.map(({ edge }) => edge),
        ...[...fast.lines, ...slow.lines]
          .filter((line) => line.startsWith('boundary'))
          .map((line) => Number(line.split(' ')[1])),
      ].sort((a, b) => a - b);
    await eventually(() => expect(edges().length).toBeGreaterThanOrEqual(12));
    await queue.removeScheduler('p');
    const seen = edges();
    expect(new Set(seen).size).toBe(seen.length);
    await Promise.all([fast.end('SIGKILL'), slow.end('SIGKILL')]);
  });

  it('a job whose worker was killed runs elsewhere', async ({ rig }) => {
    const { queue, prefix, enforced, events, work } = await rig();
    const doomed = await replica(prefix, 0);
    await doomed.waitForLine(/ready/);
    await queue.addEnforcements([job('hang')]);
    await doomed.waitForLine(/enforce model:hang/);
    work();
    const startedAt = Date.now();
    await doomed.end('SIGKILL');
    await enforced.first(1);
    expect(Date.now() - startedAt).toBeLessThan(QUICK.lockMs + 10_000);
    expect(events.items).toMatchObject([{ kind: 'stalled', queue: 'enforcement' }]);
    await isEmpty(queue);
  });
}

/** Rejects when the signal is aborted, as a request would. */
function aborted(signal: AbortSignal): Promise<never> {
  return new Promise((_, reject) => {
    signal.addEventListener('abort', () => reject(signal.reason));
  });
}

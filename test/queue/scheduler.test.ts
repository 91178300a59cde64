import { describe, expect, it } from 'vitest';
import { listSchedulers, makeScheduler, type SchedulerReader } from '../../src/queue/scheduler.ts';

describe('listSchedulers', () => {
  const reader = (jobs: Record<string, string>, next: number, nextAgain: number) =>
    ({
      getJobSchedulers: async () => [{ key: 'k', pattern: 'p', next }],
      getJobScheduler: async () => ({ key: 'k', pattern: 'p', next: nextAgain }),
      getJobState: async (id) => jobs[id] ?? 'unknown',
    }) satisfies SchedulerReader;

  it('lives while its next job is anywhere but finished', async () => {
    for (const state of ['delayed', 'waiting', 'prioritized', 'active']) {
      const [listed] = await listSchedulers(reader({ 'repeat:k:5': state }, 5, 5));
      expect(listed).toEqual({ key: 'k', pattern: 'p', next: 5, isAlive: true });
    }
    for (const state of ['completed', 'failed', 'unknown']) {
      const [listed] = await listSchedulers(reader({ 'repeat:k:5': state }, 5, 5));
      expect(listed).toEqual({ key: 'k', pattern: 'p', next: 5, isAlive: false });
    }
  });

  it('is looked at again when a worker may just have moved it on', async () => {
    const [listed] = await listSchedulers(reader({ 'repeat:k:6': 'delayed' }, 5, 6));
    expect(listed).toEqual({ key: 'k', pattern: 'p', next: 6, isAlive: true });
  });
});

describe('makeScheduler', () => {
  const failing = (times: number, code: unknown) => {
    const calls = { count: 0 };
    const upsert = async () => {
      calls.count += 1;
      if (calls.count <= times) throw Object.assign(new Error('refused'), { code });
      return true;
    };
    return { calls, made: makeScheduler(() => 0, upsert) };
  };

  it('tries again when two upserts met', async () => {
    for (const code of [-10, '40P01']) {
      const { calls, made } = failing(2, code);
      expect(await made).toBe(true);
      expect(calls.count).toBe(3);
    }
  });

  it('takes a collision that stays for a living scheduler, but not a deadlock', async () => {
    expect(await failing(9, -10).made).toBe(true);
    await expect(failing(9, '40P01').made).rejects.toThrow('refused');
  });

  it('does not try again what would fail again', async () => {
    const { calls, made } = failing(1, '22P05');
    await expect(made).rejects.toThrow('refused');
    expect(calls.count).toBe(1);
  });
});

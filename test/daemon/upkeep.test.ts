import { afterEach, expect, test } from 'vitest';
import type { PolicyKeeper } from '../../src/daemon/policy-keeper.ts';
import { createEdgeFinder, schedulerId, tendSchedulers } from '../../src/daemon/upkeep.ts';
import type { Entry } from '../../src/plan/entry.ts';
import { createQueue } from '../../src/queue/create-queue.ts';
import { HOUR, MINUTE, policy, timelineOf } from '../plan/rig.ts';
import { freshPrefix, openPlace } from '../queue/places.ts';
import type { Engine } from '../support/engine-names.ts';
import { describeOn } from '../support/engines.ts';
import { shiftClock } from '../support/shifted-clock.ts';
import { soon } from './rig.ts';

let shifted = 0;
const shift = (ms: number): void => {
  shifted += ms;
  shiftClock(ms);
};
afterEach(() => shift(-shifted));

function healsSchedulers(engine: Engine): void {
  test('S74: schedulers that were made ahead of the clock are made anew, once', async () => {
    const place = await openPlace(engine);
    const opens = soon(30 * MINUTE);
    const timeline = timelineOf({ start: opens, end: opens + 10 * HOUR });
    const nightly = policy('nightly', { timeline });
    const keeper = {
      policies: () => [nightly],
      policyByHash: async () => nightly,
    } as unknown as PolicyKeeper;
    const queue = createQueue({
      connection: place.connection,
      prefix: freshPrefix(),
      nextEdge: createEdgeFinder(keeper),
      now: Date.now,
      random: Math.random,
      log: () => undefined,
    });
    await queue.open();
    const entries: Entry[] = [];
    const recorder = { append: async (more: readonly Entry[]) => void entries.push(...more) };
    const tend = () =>
      tendSchedulers({
        queue,
        keeper,
        overrides: [],
        recorder: recorder as Parameters<typeof tendSchedulers>[0]['recorder'],
        clock: { now: Date.now },
        sweepMs: MINUTE,
      });
    const waitsFor = async (id: string) =>
      (await queue.schedulers()).find((state) => state.id === id)?.next;

    shift(2 * HOUR);
    expect(await tend()).toBe(2);
    expect(await waitsFor(schedulerId('nightly'))).toBe(opens + 10 * HOUR);
    shift(-2 * HOUR);
    expect(await tend()).toBe(2);
    expect(entries.at(-1)?.detail).toMatchObject({ revived: ['sweep', 'nightly'] });
    expect(await waitsFor(schedulerId('nightly'))).toBe(opens);
    expect(await waitsFor('sweep')).toBeLessThanOrEqual(Date.now() + MINUTE);
    expect(await tend()).toBe(0);
    await queue.close(0);
    await place.close();
  });
}

describeOn('redis', 'looking after schedulers', () => healsSchedulers('redis'));
describeOn('postgres', 'looking after schedulers', () => healsSchedulers('postgres'));

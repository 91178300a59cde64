import type { Queue } from '../queue/queue.ts';
import type { DaemonOptions } from './daemon-options.ts';
import type { Waiting } from './operations.ts';
import { CONCURRENCY, type Parts } from './parts.ts';
import { untilItWorks } from './patience.ts';
import { createEdgeFinder } from './upkeep.ts';

/** Opens the queue, however long its server stays away. */
export async function openQueue(
  { createQueue, keeper, timers }: Parts,
  { clock, chance, log }: Pick<DaemonOptions, 'clock' | 'chance' | 'log'>,
  onWaiting: (waiting: Waiting) => void,
  signal: AbortSignal,
): Promise<Queue> {
  const queue = createQueue({
    nextEdge: createEdgeFinder(keeper),
    now: () => clock.now(),
    random: () => chance.random(),
    log: (event) => log.warn({ event }, 'queue'),
    concurrency: CONCURRENCY,
  });
  await untilItWorks(() => queue.open(), {
    timers,
    isHopeless: () => false,
    onWaiting: (error) =>
      onWaiting({
        part: 'queue',
        message: `Waiting for the queue: ${error instanceof Error ? error.message : error}`,
      }),
    signal,
  });
  return queue;
}

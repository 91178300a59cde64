import type { Queue } from '../queue/queue.ts';
import { passesAtOnce } from './budget.ts';
import type { DaemonOptions, Listeners } from './daemon-options.ts';
import type { Parts } from './parts.ts';
import { untilItWorks } from './patience.ts';
import { createQueueLog } from './queue-log.ts';
import { createEdgeFinder } from './upkeep.ts';

/** Opens the queue, however long its server stays away. */
export async function openQueue(
  { createQueue, keeper, timers }: Parts,
  {
    clock,
    chance,
    log,
    config,
  }: Pick<DaemonOptions, 'clock' | 'chance' | 'log'> & {
    readonly config: { readonly polytomic: { readonly ratePerSecond: number } };
  },
  { onWaiting, onTrouble }: Listeners,
  signal: AbortSignal,
): Promise<Queue> {
  const queue = createQueue({
    nextEdge: createEdgeFinder(keeper),
    now: () => clock.now(),
    random: () => chance.random(),
    log: createQueueLog({ clock, log }, onTrouble),
    concurrency: passesAtOnce(config.polytomic.ratePerSecond),
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

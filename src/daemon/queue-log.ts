import type { QueueEvent } from '../queue/queue-event.ts';
import { hasPassed } from '../time/elapsed.ts';
import type { Instant } from '../time/interval.ts';
import type { Clock } from './clock.ts';
import type { Logger } from './log.ts';

/** An outage fails every job at every attempt; a line a minute says as much. */
const SAME_MS = 60_000;
const REMEMBERED_MAX = 100;

/** The ids of BullMQ's jobs, as they appear in its messages. */
const JOB_ID = /\b(?:e-[\w-]{20,}|repeat:[\w%-]+:\d+)/g;

/** Puts what the queue tells into the log, in sentences, and what is the same once a minute. */
export function createQueueLog(
  { clock, log }: { readonly clock: Clock; readonly log: Logger },
  onTrouble: () => void,
): (event: QueueEvent) => void {
  const told = new Map<string, Instant>();
  return (event) => {
    if (event.kind === 'error' || event.kind === 'handler-threw') onTrouble();
    const sentence = sentenceOf(event);
    const key = sentence.replaceAll(JOB_ID, '');
    const now = clock.now();
    if (!hasPassed(now, told.get(key) ?? Number.NEGATIVE_INFINITY, SAME_MS)) return;
    if (told.size >= REMEMBERED_MAX) told.clear();
    told.set(key, now);
    log.warn({ event }, sentence);
  };
}

function sentenceOf(event: QueueEvent): string {
  switch (event.kind) {
    case 'error':
      return `The queue ${event.queue} has trouble: ${event.message}`;
    case 'stalled':
      return `A worker died with a job of the queue ${event.queue}; it runs again.`;
    case 'handler-threw':
      return `A job of the queue ${event.queue} failed and is tried again: ${event.message}`;
    case 'unreadable':
      return event.isDropped
        ? `A job of the queue ${event.queue} that no version could read was dropped.`
        : `A job of the queue ${event.queue} is left to a newer version.`;
    case 'edge-unknown':
      return `The next boundary of a policy could not be computed: ${event.message}`;
  }
}

import { createNewsFilter, type QueueEvent } from '../queue/queue-event.ts';
import type { Clock } from './clock.ts';
import type { Logger } from './log.ts';

/** The ids of BullMQ's jobs, as they appear in its messages. */
const JOB_ID = /\b(?:e-[\w-]{20,}|repeat:[\w%-]+:\d+)/g;

/** Puts what the queue tells into the log, in sentences, and what is the same once a minute. */
export function createQueueLog(
  { clock, log }: { readonly clock: Clock; readonly log: Logger },
  onTrouble: () => void,
): (event: QueueEvent) => void {
  const isNews = createNewsFilter(() => clock.now());
  return (event) => {
    if (event.kind === 'error' || event.kind === 'handler-threw') onTrouble();
    const sentence = sentenceOf(event);
    // Of an outage that fails every job, one line is enough.
    if (isNews(sentence.replaceAll(JOB_ID, ''))) log.warn({ event }, sentence);
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

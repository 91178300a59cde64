import { hasPassed } from '../time/elapsed.ts';
import type { Instant } from '../time/interval.ts';
import { messageOf, storableText } from './storable-text.ts';

/** The two queues: edges of schedulers, and syncs to look at. */
export type QueueName = 'boundaries' | 'enforcement';

/**
 * What the queue tells while it works:
 *
 * - `error`         the backend is away or refused something; the queue goes on trying
 * - `stalled`       a worker died with this job, which runs again
 * - `handler-threw` a bug or an outage behind the handler; the job is tried again
 * - `unreadable`    a payload of another version was left for a newer replica, or dropped when old
 * - `edge-unknown`  the next boundary of a pattern could not be computed; asked again in a minute
 */
export type QueueEvent =
  | { readonly kind: 'error'; readonly queue: QueueName; readonly message: string }
  | { readonly kind: 'stalled'; readonly queue: QueueName; readonly job: string }
  | {
      readonly kind: 'handler-threw';
      readonly queue: QueueName;
      readonly job: string;
      readonly attempt: number;
      readonly message: string;
    }
  | {
      readonly kind: 'unreadable';
      readonly queue: QueueName;
      readonly job: string;
      readonly isDropped: boolean;
    }
  | { readonly kind: 'edge-unknown'; readonly pattern: string; readonly message: string };

/** An outage is told by everybody at every attempt; once a minute is enough. */
const SAME_MS = 60_000;
const REMEMBERED_MAX = 100;

/** Knows what was said within the last minute; asking counts as saying it. */
export function createNewsFilter(now: () => Instant): (text: string) => boolean {
  const told = new Map<string, Instant>();
  return (text) => {
    const at = now();
    if (!hasPassed(at, told.get(text) ?? Number.NEGATIVE_INFINITY, SAME_MS)) return false;
    if (told.size >= REMEMBERED_MAX) told.clear();
    told.set(text, at);
    return true;
  };
}

/** Builds the reporter of errors, which drops those it has just reported. */
export function createErrorLog(
  log: (event: QueueEvent) => void,
  now: () => Instant,
): (queue: QueueName, error: unknown) => void {
  const isNews = createNewsFilter(now);
  return (queue, error) => {
    const message = storableText(messageOf(error));
    if (isNews(`${queue} ${message}`)) log({ kind: 'error', queue, message });
  };
}

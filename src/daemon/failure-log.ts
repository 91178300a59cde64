import { QueueClosedError } from '../queue/queue.ts';
import { isUnreachable } from '../store/database.ts';
import type { Logger } from './log.ts';

/**
 * Builds what tells of work that failed and has another turn: `log(what)(error)`. A database that
 * is away is told of once, by who watches it, and not by everybody who needs it; that a stop has
 * closed the queue under work that it could not wait for is no news.
 */
export function createFailureLog(
  log: Pick<Logger, 'debug' | 'error'>,
  onTrouble: () => void,
): (what: string) => (error: unknown) => void {
  return (what) => (error) => {
    onTrouble();
    const isNews = !isUnreachable(error) && !(error instanceof QueueClosedError);
    log[isNews ? 'error' : 'debug']({ err: error }, what);
  };
}

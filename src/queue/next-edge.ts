import type { Instant } from '../time/interval.ts';
import { within } from './deadline.ts';

/**
 * The next boundary of a pattern strictly after an instant; undefined when there is none. It may
 * reject, for instance while the database that knows the pattern is away.
 */
export type NextEdge = (
  pattern: string,
  after: Instant,
) => Promise<Instant | undefined> | Instant | undefined;

/** The answer when nobody knows better: a boundary job says "look", so one too many is harmless. */
const HEARTBEAT_MS = 60_000;

/**
 * A boundary further away than this is approached in steps, since by then the zone's rules may have
 * changed under a running daemon (CASES S21). It also keeps every number in a job far below the
 * limits of timers and of the scores that Redis sorts by.
 */
const FAR_MS = 24 * 3_600_000;

/** BullMQ asks while it holds a job; a hanging answer would hold it for ever. */
const ANSWER_WITHIN_MS = 5_000;

/** Our edges in BullMQ's terms: `(after, { pattern })`. */
export type RepeatStrategy = (
  after: Instant,
  options: { readonly pattern?: string | undefined },
) => Promise<Instant | undefined>;

/**
 * Wraps `nextEdge` so that BullMQ gets only what it can bear: an integer later than its argument,
 * or undefined (no more edges). Anything else makes a scheduler run hot, die or wedge its job.
 * Failures go to `onFailure` and are answered by a heartbeat.
 */
export function createRepeatStrategy(
  nextEdge: NextEdge,
  onFailure: (pattern: string, error: unknown) => void,
): RepeatStrategy {
  return async (after, { pattern = '' }) => {
    const from = Math.trunc(after);
    try {
      const edge = await within(ANSWER_WITHIN_MS, 'the next boundary', async () =>
        nextEdge(pattern, from),
      );
      if (edge === undefined) return undefined;
      if (typeof edge !== 'number' || !(edge > from)) {
        throw new Error(`the boundary after ${from} cannot be ${String(edge)}`);
      }
      return Math.min(Math.ceil(edge), from + FAR_MS);
    } catch (error) {
      onFailure(pattern, error);
      return from + HEARTBEAT_MS;
    }
  };
}

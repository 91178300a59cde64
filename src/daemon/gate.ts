import type { Polytomic } from '../polytomic/polytomic.ts';
import { hasPassed } from '../time/elapsed.ts';
import type { Instant } from '../time/interval.ts';
import type { Alarms } from './alarms.ts';
import type { Clock } from './clock.ts';

/** How often a refused key is tried again: a person mends it, and that takes minutes. */
export const PROBE_EVERY_MS = 60_000;

const ALARM = 'key-refused';
const CLEARED = 'The API accepts our key again.';

/**
 * Whether we may write to the API at all. A refused key (401, 403) closes it: holds stay, nothing
 * is retried in a storm, a probe each minute finds out when the key works again.
 */
export interface Gate {
  readonly isOpen: boolean;
  /** Why it is closed, in one sentence. */
  readonly message: string | undefined;
  /** The key worked at start: what an earlier process said of it is over. */
  begin(): Promise<void>;
  /** When a job that found it closed should look again. */
  nextProbeAt(): Instant;
  /**
   * Reports a refusal. When the key as such still works, the refusal is about one sync only: the
   * answer is false and the gate stays open.
   */
  refused(status: number, reason: string): Promise<boolean>;
  /** Tries the key when it is time; true when this call opened the gate again. */
  probe(): Promise<boolean>;
}

/** Makes an open gate. */
export function createGate(polytomic: Polytomic, alarms: Alarms, clock: Clock): Gate {
  let message: string | undefined;
  let probedAt = -Infinity;

  async function keyWorks(): Promise<boolean> {
    probedAt = clock.now();
    const outcome = await polytomic.me();
    return outcome.kind === 'ok';
  }

  return {
    get isOpen() {
      return message === undefined;
    },
    get message() {
      return message;
    },
    begin: () => alarms.clear({ name: ALARM, reason: CLEARED }),
    nextProbeAt() {
      const now = clock.now();
      return Math.max(now, Math.min(probedAt, now) + PROBE_EVERY_MS);
    },
    async refused(status, reason) {
      if (message !== undefined) return true;
      // One sync may be out of bounds for a key that is otherwise good.
      if (status === 403 && (await keyWorks())) return false;
      if (message !== undefined) return true;
      probedAt = clock.now();
      message = `The API refuses our key (${status}): ${reason.replace(/\.$/, '')}.`;
      try {
        await alarms.raise({
          name: ALARM,
          reason: `${message} Nothing is written until it works again; holds stay.`,
          detail: { status },
        });
      } catch (error) {
        // Closed without an alert it would never be told: the next refusal closes it.
        message = undefined;
        throw error;
      }
      return true;
    },
    async probe() {
      if (message === undefined || !hasPassed(clock.now(), probedAt, PROBE_EVERY_MS)) return false;
      if (!(await keyWorks())) return false;
      await alarms.clear({ name: ALARM, reason: CLEARED });
      message = undefined;
      return true;
    },
  };
}

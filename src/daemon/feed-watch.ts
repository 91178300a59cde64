import type { Clock } from './clock.ts';
import { type Loop, startLoop } from './loop.ts';
import type { Parts } from './parts.ts';
import type { ReloadOptions } from './policy-keeper.ts';

/** Which feed is due is known without asking anybody; looking more often makes it punctual. */
const LOOK_MS = 5_000;

/**
 * Fetches calendars when they are due, unless another replica has that duty, which passes to us
 * when its owner was silent for `dutyMs`.
 */
export function watchFeeds(
  { feeds, reader, store, owner, timers }: Parts,
  clock: Clock,
  dutyMs: number,
  reload: (how: ReloadOptions) => Promise<unknown>,
  onError: (error: unknown) => void,
): Loop {
  const look = async (): Promise<void> => {
    if (feeds.dueAt(reader.feeds) > clock.now()) return;
    if (!(await store.claimDuty('calendars', owner, dutyMs))) return;
    // Nobody has wished for anything: other replicas may have newer files than we.
    if (await feeds.refresh(reader.feeds, 'due')) await reload({ isWish: false });
  };
  return startLoop(timers, LOOK_MS, look, onError);
}

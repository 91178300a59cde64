import { windowState } from '../plan/window-state.ts';
import type { Store } from '../store/store.ts';
import { hasPassed } from '../time/elapsed.ts';
import type { Clock, Timers } from './clock.ts';
import { type Loop, startLoop } from './loop.ts';
import type { PolicyKeeper } from './policy-keeper.ts';
import type { Recorder } from './recorder.ts';

/** Soon enough after the last sync became quiet, and seldom enough while hundreds do. */
const LOOK_EVERY_MS = 2_000;

/** Without news there is a look this often: windows become late without anything happening. */
const LOOK_ANYWAY_MS = 30_000;

interface WindowWatchParts {
  readonly store: Store;
  readonly recorder: Recorder;
  readonly keeper: PolicyKeeper;
  readonly clock: Clock;
  readonly timers: Timers;
}

/** Journals, once per window and whichever replica sees it first, that it is quiet or degraded. */
async function tellWindowStates(parts: WindowWatchParts): Promise<void> {
  const { store, keeper, recorder, clock } = parts;
  const holds = await store.openHolds();
  if (holds.length === 0) return;
  for (const policy of keeper.policies()) {
    const state = windowState(policy, holds, clock.now());
    if (state === undefined) continue;
    const mark = `${state.kind} ${policy.name} ${policy.hash}`;
    const from = await store.boundaryMark(mark);
    // A mark ahead of now is of a clock that was set back since.
    if (from !== undefined && from >= state.opened && from <= clock.now()) continue;
    if (await store.moveBoundaryMark(mark, from, state.opened, [state.entry])) {
      recorder.announce([state.entry]);
    }
  }
}

/** Looks at the windows after news about a sync, and now and then. */
export function watchWindows(parts: WindowWatchParts, onError: (error: unknown) => void): Loop {
  let hasNews = true;
  let lookedAt = -Infinity;
  const stopListening = parts.recorder.listen(({ type }) => {
    if (type === 'sync.quiet' || type === 'hold.yielded') hasNews = true;
  });
  const loop = startLoop(
    parts.timers,
    LOOK_EVERY_MS,
    async () => {
      if (!hasNews && !hasPassed(parts.clock.now(), lookedAt, LOOK_ANYWAY_MS)) return;
      hasNews = false;
      lookedAt = parts.clock.now();
      await tellWindowStates(parts);
    },
    onError,
  );
  return {
    kick: loop.kick,
    async stop() {
      stopListening();
      await loop.stop();
    },
  };
}

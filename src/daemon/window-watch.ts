import { decide } from '../plan/decide.ts';
import type { Hold } from '../plan/hold.ts';
import { restrain } from '../plan/restraint.ts';
import { type Unheld, type WindowState, windowState } from '../plan/window-state.ts';
import type { Policy } from '../policy/policy.ts';
import type { SyncKey } from '../policy/sync.ts';
import type { Store } from '../store/store.ts';
import { hasPassed } from '../time/elapsed.ts';
import type { Instant } from '../time/interval.ts';
import type { Alarms } from './alarms.ts';
import type { Clock, Timers } from './clock.ts';
import type { Guards } from './guards.ts';
import type { InventoryCache } from './inventory.ts';
import { type Loop, startLoop } from './loop.ts';
import type { OverrideCache } from './override-cache.ts';
import type { PolicyKeeper } from './policy-keeper.ts';
import type { Recorder } from './recorder.ts';

/** Soon enough after the last sync became quiet, and seldom enough while hundreds do. */
const LOOK_EVERY_MS = 2_000;

/** Without news there is a look this often: windows become late without anything happening. */
const LOOK_ANYWAY_MS = 30_000;

const ALARM = 'degraded:' as const;

interface WindowWatchParts {
  readonly store: Store;
  readonly recorder: Recorder;
  readonly keeper: PolicyKeeper;
  readonly inventory: InventoryCache;
  readonly guards: Guards;
  readonly overrides: Pick<OverrideCache, 'all'>;
  readonly alarms: Alarms;
  readonly clock: Clock;
  readonly timers: Timers;
}

/**
 * Makes the look at all windows: journals, once per window and whichever replica sees it first,
 * that it is quiet or degraded, and keeps an alert raised while it is degraded (S65).
 */
function createWindowLook(parts: WindowWatchParts): () => Promise<void> {
  const { store, keeper, inventory, clock } = parts;
  /** Since when a sync is wanted paused and has no hold. */
  let unheldSince = new Map<SyncKey, Instant>();

  function findUnheld(holds: readonly Hold[], now: Instant): ReadonlyMap<string, Unheld[]> {
    const held = new Set(holds.map(({ sync }) => sync));
    const policies = restrain(keeper.policies(), parts.guards.blocked(), undefined);
    const found = new Map<string, Unheld[]>();
    const seen = new Map<SyncKey, Instant>();
    for (const sync of inventory.all()) {
      if (!sync.active || held.has(sync.key)) continue;
      const { wanted, cause } = decide(policies, parts.overrides.all(), sync, now);
      if (wanted !== 'paused' || cause === undefined) continue;
      const since = Math.min(unheldSince.get(sync.key) ?? now, now);
      seen.set(sync.key, since);
      found.set(cause, [...(found.get(cause) ?? []), { sync: sync.key, since }]);
    }
    unheldSince = seen;
    return found;
  }

  return async () => {
    await inventory.refresh();
    const now = clock.now();
    const holds = await store.openHolds();
    const unheld = findUnheld(holds, now);
    const raised = new Set((await store.alerts()).map(({ name }) => name));
    for (const policy of keeper.policies()) {
      const state = windowState(policy, holds, now, unheld.get(policy.name));
      if (state !== undefined) await tell(parts, policy, state);
      // What this replica has only begun to wait for, another may know to be late.
      const isWaiting = state?.kind === 'degraded' || unheld.has(policy.name);
      if (isWaiting) raised.delete(ALARM + policy.name);
    }
    for (const name of raised) {
      if (name.startsWith(ALARM)) await clear(parts, name);
    }
  };
}

async function tell(
  { store, recorder, alarms, clock }: WindowWatchParts,
  policy: Policy,
  state: WindowState,
): Promise<void> {
  const { name, hash, notify } = policy;
  if (state.kind === 'degraded') {
    const { reason } = state.entry;
    await alarms.raise({ name: `${ALARM}${name}`, reason, policy: name, notify });
  }
  const mark = `${state.kind} ${name} ${hash}`;
  const from = await store.boundaryMark(mark);
  // A mark ahead of now is of a clock that was set back since.
  if (from !== undefined && from >= state.opened && from <= clock.now()) return;
  if (await store.moveBoundaryMark(mark, from, state.opened, [state.entry])) {
    recorder.announce([state.entry]);
  }
}

async function clear({ alarms }: WindowWatchParts, name: string): Promise<void> {
  const policy = name.slice(ALARM.length);
  const reason = `Nothing that ${policy} wants paused is late any more.`;
  await alarms.clear({ name, policy, reason });
}

/** Looks at the windows after news about a sync, and now and then. */
export function watchWindows(parts: WindowWatchParts, onError: (error: unknown) => void): Loop {
  const look = createWindowLook(parts);
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
      await look();
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

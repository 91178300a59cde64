import type { Policy } from '../policy/policy.ts';
import type { SyncKey } from '../policy/sync.ts';
import { formatDuration } from '../time/duration.ts';
import type { Instant } from '../time/interval.ts';
import type { Entry } from './entry.ts';
import type { Hold } from './hold.ts';

/** A sync that is not paused this long after its window opened makes the window degraded (S65). */
export const DEGRADED_AFTER_MS = 5 * 60_000;

/** So many syncs are named in an entry; nobody reads more. */
const SYNCS_NAMED = 20;

/** How far the open window of a policy has got, and the entry that says so. */
export interface WindowState {
  readonly kind: 'quiet' | 'degraded';
  /** When the window opened; with the policy and the kind it names the state. */
  readonly opened: Instant;
  readonly entry: Entry;
}

/** A sync that a policy wants paused and that has no hold yet: it could not even be read. */
export interface Unheld {
  readonly sync: SyncKey;
  /** Since when it is known to be so. */
  readonly since: Instant;
}

/**
 * The state of a policy's open window that is worth telling: that nothing it holds runs any more,
 * or that some of what it wants paused still is not. `holds` are all open holds, `unheld` is what
 * the policy waits to hold.
 */
export function windowState(
  policy: Policy,
  holds: readonly Hold[],
  now: Instant,
  unheld: readonly Unheld[] = [],
): WindowState | undefined {
  const mine = holds.filter(({ cause }) => cause === policy.name);
  const all = mine.length + unheld.length;
  if (all === 0 || policy.effect !== 'pause' || policy.mode !== 'enforce') return undefined;
  const segment = policy.timeline.segmentAt(now);
  if (!policy.enabled || !segment.on) return undefined;
  const began = [...mine.map(({ openedAt }) => openedAt), ...unheld.map(({ since }) => since)];
  const opened = Math.max(segment.start, Math.min(...began));
  const late = [
    ...mine.filter(({ state }) => state === 'pausing' || state === 'resuming'),
    ...unheld.filter(({ since }) => now >= since + DEGRADED_AFTER_MS),
  ].map(({ sync }) => sync);
  const unquiet = mine.filter(isUnquiet);
  const words = {
    at: now,
    actor: 'curfew',
    policy: policy.name,
    occurrence: { start: segment.start, end: segment.end },
    detail: {
      holds: mine.length,
      late: late.length,
      alreadyPaused: mine.filter(({ baseline }) => baseline === 'inactive').length,
      yielded: mine.filter(({ state }) => state === 'yielded').length,
    },
  } as const;
  if (late.length === 0 && unquiet.length === 0 && unheld.length === 0) {
    const quietAt = Math.max(opened, ...mine.map((hold) => hold.quietAt ?? hold.openedAt));
    const reason = `Nothing that ${policy.name} holds runs any more${after(quietAt - opened)}.`;
    const entry: Entry = { ...words, type: 'window.quiet', reason, latenessMs: quietAt - opened };
    return { kind: 'quiet', opened, entry };
  }
  if (late.length === 0 || now < opened + DEGRADED_AFTER_MS) return undefined;
  const reason =
    `${late.length} of the ${all} syncs of ${policy.name} are still not paused; ` +
    'each is tried on by itself.';
  const detail = { ...words.detail, syncs: late.slice(0, SYNCS_NAMED) };
  const entry: Entry = { ...words, detail, type: 'window.degraded', reason };
  return { kind: 'degraded', opened, entry };
}

function isUnquiet({ state, baseline, quietAt }: Hold): boolean {
  return state === 'held' && baseline === 'active' && quietAt === undefined;
}

function after(ms: number): string {
  return ms < 1_000 ? '' : `, ${formatDuration(ms)} after its window opened`;
}

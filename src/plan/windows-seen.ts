import type { Policy } from '../policy/policy.ts';
import { formatInZone } from '../time/instant.ts';
import type { Instant } from '../time/interval.ts';
import type { Segment } from '../time/timeline.ts';
import type { Entry } from './entry.ts';

/** Windows that passed unseen are told one by one up to here, then counted: nobody reads more. */
const MISSED_MAX = 100;

/**
 * The entries about one policy's windows between the last look (`from`, exclusive) and `now`
 * (inclusive): what opened, what closed, and what passed while nobody looked. Without a last look
 * only a window that is open now is told.
 */
export function windowsSeen(policy: Policy, from: Instant | undefined, now: Instant): Entry[] {
  const since = from ?? now;
  const entries: Entry[] = [];
  let missed = 0;
  for (const segment of policy.timeline.segments(since, now + 1)) {
    if (!segment.on) continue;
    const hasOpened = segment.start > since || (from === undefined && segment.end > now);
    const hasClosed = segment.end <= now && segment.end > since;
    if (hasOpened && hasClosed) {
      missed += 1;
      if (missed <= MISSED_MAX) entries.push(missedEntry(policy, segment, now));
    } else if (hasOpened) {
      // What was open before anybody looked is no lateness of ours.
      const lateness = from === undefined ? 0 : now - segment.start;
      entries.push(edgeEntry(policy, segment, 'window.opened', now, lateness));
    } else if (hasClosed) {
      entries.push(edgeEntry(policy, segment, 'window.closed', now, now - segment.end));
    }
  }
  if (missed > MISSED_MAX) entries.push(countEntry(policy, missed - MISSED_MAX, now));
  return entries;
}

function edgeEntry(
  policy: Policy,
  segment: Segment,
  type: 'window.opened' | 'window.closed',
  now: Instant,
  latenessMs: number,
): Entry {
  const effect = policy.effect === 'pause' ? 'pauses' : 'protects';
  const reason =
    type === 'window.opened'
      ? `${policy.name} ${effect} its syncs ${until(policy, segment.end)}.`
      : `${policy.name} does not ${policy.effect} its syncs any more.`;
  return {
    at: now,
    type,
    actor: 'curfew',
    reason,
    policy: policy.name,
    occurrence: { start: segment.start, end: segment.end },
    latenessMs: Number.isFinite(latenessMs) ? latenessMs : undefined,
  };
}

function until(policy: Policy, end: Instant): string {
  return Number.isFinite(end) ? `until ${formatInZone(end, policy.timezone)}` : 'from now on';
}

function missedEntry(policy: Policy, segment: Segment, now: Instant): Entry {
  return {
    at: now,
    type: 'window.missed',
    actor: 'curfew',
    reason: `A window of ${policy.name} passed while no daemon was looking; nothing was done.`,
    policy: policy.name,
    occurrence: { start: segment.start, end: segment.end },
    latenessMs: now - segment.start,
  };
}

function countEntry(policy: Policy, count: number, now: Instant): Entry {
  return {
    at: now,
    type: 'window.missed',
    actor: 'curfew',
    reason: `${count} more windows of ${policy.name} passed while no daemon was looking.`,
    policy: policy.name,
    detail: { count },
  };
}

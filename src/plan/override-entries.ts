import type { Instant } from '../time/interval.ts';
import type { Detail, Entry } from './entry.ts';
import { isAboutSyncs, type Override, overrideTime } from './override.ts';
import { type OverrideEffect, revokedSentence } from './override-effect.ts';
import { overrideDoes } from './override-words.ts';

/** Somebody overrides policies. */
export function createdEntry(override: Override, effect: OverrideEffect): Entry {
  const { actor, reason, createdAt: at } = override;
  return entryOf(override, {
    at,
    type: 'override.created',
    actor,
    reason: `${actor} ${overrideDoes(override)}: ${reason}`,
    after: override.kind,
    detail: counts(effect),
  });
}

/** Somebody takes an override back. */
export function revokedEntry(
  override: Override,
  effect: OverrideEffect,
  { at, actor, reason }: { at: Instant; actor: string; reason?: string | undefined },
): Entry {
  const whose = `the ${override.kind} of ${override.actor} (${override.reason})`;
  const why = reason === undefined ? '' : ` because: ${reason}`;
  return entryOf(override, {
    at,
    type: 'override.revoked',
    actor,
    reason: `${actor} revokes ${whose}${why}. ${revokedSentence(override, effect, at)}`,
    before: override.kind,
    detail: counts(effect),
  });
}

/** An override will expire; `effect` is what that will mean. */
export function expiringEntry(override: Override, effect: OverrideEffect, at: Instant): Entry {
  const { kind, actor, reason } = override;
  const until = overrideTime(override, override.expires);
  const { paused, restored, staysPaused, runsOn } = effect;
  const fates = [
    [restored, 'to be restored'],
    [paused, 'to be paused'],
    [staysPaused, 'to stay paused'],
    [runsOn, 'to run on'],
  ] as const;
  const words = fates.flatMap(([{ length }, fate]) => (length === 0 ? [] : [`${length} ${fate}`]));
  const then = words.length === 0 ? '' : ` As things are, of its syncs then: ${words.join(', ')}.`;
  return entryOf(override, {
    at,
    type: 'override.expiring',
    actor: 'curfew',
    reason: `The ${kind} of ${actor} ends at ${until} (${reason}).${then}`,
    before: override.kind,
    detail: counts(effect),
  });
}

/** The time of an override is over; what becomes of its syncs, their own entries tell. */
export function expiredEntry(override: Override, at: Instant): Entry {
  return entryOf(override, {
    at,
    type: 'override.expired',
    actor: 'curfew',
    reason: `The ${override.kind} of ${override.actor} is over (${override.reason}).`,
    before: override.kind,
    latenessMs: at - override.expires,
  });
}

function entryOf(override: Override, entry: Entry): Entry {
  const { id, kind, from, expires } = override;
  const about: Detail = isAboutSyncs(override)
    ? { subject: override.subject, select: override.select as Detail }
    : { window: [override.occurrence.start, override.occurrence.end].map(jsonInstant) };
  return {
    ...entry,
    policy: isAboutSyncs(override) ? undefined : override.policy,
    occurrence: { start: from, end: expires },
    detail: { override: id, kind, ...about, ...entry.detail },
  };
}

function jsonInstant(at: Instant): string | null {
  return Number.isFinite(at) ? new Date(at).toISOString() : null;
}

/** How many syncs come to what. */
function counts({ paused, restored, staysPaused, runsOn }: OverrideEffect): Detail {
  return {
    paused: paused.length,
    restored: restored.length,
    staysPaused: staysPaused.length,
    runsOn: runsOn.length,
  };
}

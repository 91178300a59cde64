import type { Policy } from '../policy/policy.ts';
import type { Sync, SyncKey } from '../policy/sync.ts';
import type { Instant } from '../time/interval.ts';
import { policyOf } from './adjust.ts';
import { decide } from './decide.ts';
import type { Hold } from './hold.ts';
import { isAboutSyncs, type Override, overrideTime } from './override.ts';

/** What a change of the overrides means for syncs, by name, at the instant where it begins. */
export interface OverrideEffect {
  readonly at: Instant;
  readonly paused: readonly string[];
  readonly restored: readonly string[];
  /** Paused before and after, by whatever. */
  readonly staysPaused: readonly string[];
  readonly runsOn: readonly string[];
}

/** Whether an override is about a sync: it covers it, or its policy selects it. */
export function isAbout(override: Override, policies: readonly Policy[], sync: Sync): boolean {
  if (isAboutSyncs(override)) return override.covers(sync);
  return policyOf(override, policies)?.selects(sync) ?? false;
}

/** The overrides before and after somebody speaks. */
export interface OverrideChange {
  readonly before: readonly Override[];
  readonly after: readonly Override[];
}

/** What decides about syncs beside overrides. */
export interface EffectWorld {
  readonly policies: readonly Policy[];
  readonly syncs: readonly Sync[];
  readonly holds: ReadonlyMap<SyncKey, Hold>;
  readonly now: Instant;
}

/**
 * What becomes of the syncs that an override is about when overrides change, at an instant. Now it
 * counts how a sync is; later, how it is meant to be by then.
 */
export function effectOf(
  override: Override,
  change: OverrideChange,
  world: EffectWorld,
  at: Instant,
): OverrideEffect {
  const effect = { at, paused: [], restored: [], staysPaused: [], runsOn: [] };
  const found: Record<Exclude<keyof OverrideEffect, 'at'>, string[]> = effect;
  for (const sync of world.syncs) {
    if (!isAbout(override, world.policies, sync)) continue;
    const hold = world.holds.get(sync.key);
    const before = decide(world.policies, change.before, sync, at);
    const after = decide(world.policies, change.after, sync, at);
    // Who re-activated it keeps it, until somebody's newer word.
    const isTheirs = hold?.state === 'yielded';
    const isActive = hold === undefined ? sync.active : hold.baseline === 'active';
    const wasToRun = before.wanted === 'baseline' && isActive;
    const ran = isTheirs || (at <= world.now ? hold === undefined && isActive : wasToRun);
    const isHeldAnew = after.wanted === 'paused' && after.cause === `override:${override.id}`;
    const runs = (isTheirs && !isHeldAnew) || (after.wanted === 'baseline' && isActive);
    const list = ran ? (runs ? 'runsOn' : 'paused') : runs ? 'restored' : 'staysPaused';
    found[list].push(sync.name);
  }
  return effect;
}

/** What a new override does and what that means for syncs, in one sentence. */
export function createdSentence(override: Override, effect: OverrideEffect, now: Instant): string {
  return `${headOf(override, effect.at <= now)}: ${effectWords(override, effect, now)}.`;
}

/** What it means that an override is revoked. */
export function revokedSentence(override: Override, effect: OverrideEffect, now: Instant): string {
  const from = effect.at <= now ? '' : ` before it came into effect`;
  return `Revoked${from}: ${effectWords(override, effect, now)}.`;
}

function effectWords({ kind }: Override, effect: OverrideEffect, now: Instant): string {
  const { paused, restored, staysPaused, runsOn } = effect;
  const when = effect.at <= now ? 'at once' : 'then';
  const words = [
    counted(paused, kind === 'extend' ? 'stay paused for longer' : `are paused ${when}`),
    counted(restored, when === 'then' ? 'are not paused then' : 'are restored at once'),
    counted(staysPaused, 'stay paused'),
    counted(runsOn, 'run on'),
  ];
  return words.filter((text) => text !== undefined).join(', ') || 'no sync is concerned';
}

function headOf(override: Override, isNow: boolean): string {
  const time = (at: Instant) => overrideTime(override, at);
  const until = `until ${time(override.expires)}`;
  if (isAboutSyncs(override)) {
    const from = isNow ? '' : `from ${time(override.from)} `;
    return `${override.kind === 'hold' ? 'Held' : 'Released'} ${from}${until}`;
  }
  const { kind, policy, occurrence } = override;
  switch (kind) {
    case 'extend':
      return `${policy} goes on ${until} instead of ${time(occurrence.end)}`;
    case 'end':
      return `${policy} ends now instead of at ${time(occurrence.end)}`;
    case 'skip':
      return isNow
        ? `${policy} has no effect any more ${until}`
        : `${policy} has no effect from ${time(override.from)} ${until}`;
  }
}

/** `3 syncs are paused`, in the singular where it is one; undefined for none. */
function counted(names: readonly string[], words: string): string | undefined {
  const [name] = names;
  if (name === undefined) return undefined;
  if (names.length > 1) return `${names.length} syncs ${words}`;
  const [verb, ...rest] = words.split(' ');
  const singular = verb === 'are' ? 'is' : `${verb}s`;
  return `${name} ${[singular, ...rest].join(' ')}`;
}

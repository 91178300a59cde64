import type { Sync } from '../policy/sync.ts';
import type { Instant } from '../time/interval.ts';
import { adjustPolicies, policyOf } from './adjust.ts';
import {
  endOf,
  isAboutSyncs,
  isOpen,
  type Override,
  overrideTime,
  type SyncOverride,
  type WindowOverride,
} from './override.ts';
import type { RestrainedPolicy } from './restraint.ts';

/** What an override does, without who and why: `holds Finance/* until 2026-06-01T18:00Z`. */
export function overrideDoes(override: Override): string {
  const until = overrideTime(override, override.expires);
  if (isAboutSyncs(override)) {
    const from =
      override.from > override.createdAt ? ` from ${overrideTime(override, override.from)}` : '';
    return `${override.kind}s ${override.subject}${from} until ${until}`;
  }
  const { kind, policy, occurrence } = override;
  const end = overrideTime(override, occurrence.end);
  switch (kind) {
    case 'end':
      return `ends ${policy} at ${overrideTime(override, override.from)} instead of ${end}`;
    case 'extend':
      return `extends ${policy} until ${until} instead of ${end}`;
    case 'skip':
      return `skips ${policy} from ${overrideTime(override, override.from)} until ${until}`;
  }
}

/** What a hold or release wants of a sync, who says so, and why. */
export function wishSentence(override: SyncOverride): string {
  const wants = override.kind === 'hold' ? 'wants it paused' : 'wants it as it was';
  const until = overrideTime(override, endOf(override));
  return `${override.actor} ${wants} until ${until}: ${override.reason}`;
}

/** About an older word that a newer one has taken the place of (S41). */
export function supersededSentence(override: SyncOverride): string {
  const { actor, kind, reason } = override;
  const until = overrideTime(override, endOf(override));
  return `The ${kind} of ${actor} until ${until} is superseded by that newer one: ${reason}`;
}

/** What people did to the windows of a sync's policies, as far as it matters at `at`. */
export function windowSentences(
  policies: readonly RestrainedPolicy[],
  overrides: readonly Override[],
  sync: Sync,
  at: Instant,
): string[] {
  return overrides.flatMap((override) => {
    if (isAboutSyncs(override) || !isOpen(override, at)) return [];
    const policy = policyOf(override, policies);
    if (policy === undefined || !policy.enabled || !policy.selects(sync)) return [];
    const others = overrides.filter((other) => other !== override);
    const sentence = windowSentence(override, policy, adjustPolicies([policy], others)[0]!, at);
    return sentence === undefined ? [] : [sentence];
  });
}

function windowSentence(
  override: WindowOverride,
  policy: RestrainedPolicy,
  without: RestrainedPolicy,
  at: Instant,
): string | undefined {
  const { kind, actor, reason, occurrence } = override;
  const said = `${actor} ${overrideDoes({ ...override, policy: policy.name })}: ${reason}`;
  if (kind === 'extend') return at >= occurrence.start ? said : undefined;
  const { on, end } = without.timeline.segmentAt(at);
  if (at < override.from || !on) return undefined;
  const effect = policy.effect === 'pause' ? 'pause' : 'protect';
  const until = Number.isFinite(end) ? ` until ${overrideTime(override, end)}` : '';
  return `${policy.name} would ${effect} it${until}, but ${said}`;
}

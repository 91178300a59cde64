import type { Policy } from '../policy/policy.ts';
import type { SelectorSource } from '../policy/read-selector.ts';
import type { Sync } from '../policy/sync.ts';
import { closest } from '../time/closest.ts';
import { formatDuration } from '../time/duration.ts';
import type { Instant } from '../time/interval.ts';
import type { Segment } from '../time/timeline.ts';
import { dayMs, minuteMs } from '../time/wall.ts';
import { adjustPolicies, policyOf } from './adjust.ts';
import { decide } from './decide.ts';
import {
  isAboutSyncs,
  isOpen,
  type Override,
  type SyncOverride,
  type WindowOverride,
} from './override.ts';
import { timeText } from './time-text.ts';

/** What somebody asks for: how long syncs are held or released… */
export interface SyncWish {
  readonly kind: 'hold' | 'release';
  readonly select: SelectorSource;
  readonly subject: string;
  covers(sync: Sync): boolean;
  /** Now, when left out. */
  readonly from?: Instant | undefined;
  /** The end of what holds the syncs now, when both are left out. */
  readonly until?: Instant | undefined;
  readonly forMs?: number | undefined;
}

/** …or what becomes of one window of a policy. */
export interface WindowWish {
  readonly kind: 'skip' | 'end' | 'extend';
  readonly policy: string;
  /** Only with `extend`. */
  readonly byMs?: number | undefined;
  /** Means the window that is open then, or the next one after it. Not with `end`. */
  readonly at?: Instant | undefined;
}

/** All that a wish is understood from. */
export interface Present {
  readonly now: Instant;
  /** As they are written. */
  readonly policies: readonly Policy[];
  readonly overrides: readonly Override[];
  readonly syncs: readonly Sync[];
}

/** An override that may be put on record; the store gives it its number. */
export type OverrideDraft = Planned<SyncOverride> | Planned<WindowOverride>;
type Planned<O> = Omit<O, 'number' | 'id' | 'actor' | 'reason' | 'createdAt'>;

/**
 * Why a wish is refused, for the one who has it: `invalid` can never work, `conflict` does not fit
 * how things are, `unknown` names what is not there.
 */
export interface WishRefusal {
  readonly code: 'invalid' | 'conflict' | 'unknown';
  readonly message: string;
}

type Answer<T> = { readonly value: T } | { readonly refusal: WishRefusal };

/** Longer than any exception; what is to last is a policy. Also the most that `extend` adds. */
export const OVERRIDE_MAX_MS = 90 * dayMs;

/** Too short to be looked at by everybody, and hardly what somebody meant. */
const OVERRIDE_MIN_MS = 1_000;

/** Clocks of two machines; an `until` that is a little past is told from a mistyped year. */
const BACKDATED_MAX_MS = minuteMs;

function refused(code: WishRefusal['code'], message: string): { readonly refusal: WishRefusal } {
  return { refusal: { code, message } };
}

/** Understands a wish: which syncs or which window, from when, until when. */
export function planOverride(wish: SyncWish | WindowWish, present: Present): Answer<OverrideDraft> {
  if (wish.kind === 'hold' || wish.kind === 'release') return planForSyncs(wish, present);
  return planForWindow(wish as WindowWish, present);
}

function planForSyncs(wish: SyncWish, present: Present): Answer<OverrideDraft> {
  const { now } = present;
  const { kind, select, subject, covers } = wish;
  const from = Math.max(wish.from ?? now, now);
  if (wish.from !== undefined && wish.from < now - BACKDATED_MAX_MS) {
    return refused('invalid', 'It cannot begin in the past.');
  }
  const covered = present.syncs.filter(covers);
  if (covered.length === 0) {
    return refused('conflict', `No sync matches ${subject}, so there is nothing to ${kind}.`);
  }
  const expires = expiryOf(wish, from, covered, present);
  if ('refusal' in expires) return expires;
  const lengthMs = expires.value - from;
  if (lengthMs < OVERRIDE_MIN_MS) return refused('invalid', 'It would be over at once.');
  if (lengthMs > OVERRIDE_MAX_MS) {
    const most = formatDuration(OVERRIDE_MAX_MS);
    return refused('invalid', `It may last ${most} at most; what is to last longer is a policy.`);
  }
  return { value: { kind, select, subject, covers, from, expires: expires.value } };
}

/** Without a given end: the end of what holds the syncs now, the latest when they differ. */
function expiryOf(
  { kind, from: wanted, until, forMs }: SyncWish,
  from: Instant,
  covered: readonly Sync[],
  present: Present,
): Answer<Instant> {
  if (until !== undefined) return { value: until };
  if (forMs !== undefined) return { value: from + forMs };
  const say = 'say until when (--until) or for how long (--for)';
  if (wanted !== undefined) return refused('invalid', `It begins later, so ${say}.`);
  const ends = covered.map((sync) => heldUntil(sync, present)).filter((end) => end !== undefined);
  if (ends.length === 0) {
    const whom = covered.length === 1 ? 'it' : 'any of them';
    return refused('conflict', `Nothing holds ${whom} now, so ${say} to ${kind}.`);
  }
  const last = Math.max(...ends);
  if (Number.isFinite(last)) return { value: last };
  return refused(
    'conflict',
    `What holds ${covered.length === 1 ? 'it' : 'them'} has no end: ${say}.`,
  );
}

function heldUntil(sync: Sync, { policies, overrides, now }: Present): Instant | undefined {
  const byWindow = overrides.filter((override) => !isAboutSyncs(override));
  for (const heard of [overrides, byWindow]) {
    const { wanted, stretch } = decide(policies, heard, sync, now);
    if (wanted === 'paused') return stretch.end;
  }
  return undefined;
}

function planForWindow(wish: WindowWish, present: Present): Answer<OverrideDraft> {
  const { kind } = wish;
  const policy = policyNamed(wish.policy, present.policies);
  if ('refusal' in policy) return policy;
  const { name, hash, timezone } = policy.value;
  const found = windowOf(wish, policy.value, present);
  if ('refusal' in found) return found;
  const { start, end } = found.value;
  const occurrence = { start, end };
  const about = { policy: name, policyHash: hash, timezone, occurrence };
  if (kind !== 'extend') {
    const from = Math.max(start, present.now);
    return { value: { kind, ...about, from, expires: end } };
  }
  const byMs = wish.byMs ?? 0;
  if (byMs < OVERRIDE_MIN_MS) return refused('invalid', 'Say by how long (--by).');
  if (byMs > OVERRIDE_MAX_MS) {
    const most = formatDuration(OVERRIDE_MAX_MS);
    return refused('invalid', `It may be extended by ${most} at most.`);
  }
  return { value: { kind, ...about, from: end, expires: end + byMs } };
}

function policyNamed(name: string, policies: readonly Policy[]): Answer<Policy> {
  const policy = policies.find((candidate) => candidate.name === name);
  if (policy === undefined) {
    const guess = closest(
      name,
      policies.map((candidate) => candidate.name),
    );
    const hint = guess === undefined ? '' : ` (did you mean ${guess}?)`;
    return refused('unknown', `No policy in force is called ${JSON.stringify(name)}${hint}.`);
  }
  if (policy.enabled) return { value: policy };
  return refused('conflict', `${name} is not enabled, so it has no windows.`);
}

/** The stretch that is meant: as the policy is in effect now, other overrides included. */
function windowOf({ kind, at }: WindowWish, policy: Policy, present: Present): Answer<Segment> {
  const { now, policies, overrides } = present;
  const { name, timezone } = policy;
  const adjusted = adjustPolicies(policies, overrides).find((other) => other.name === name)!;
  const here = adjusted.timeline.segmentAt(Math.max(at ?? now, now));
  const next = Number.isFinite(here.end) ? adjusted.timeline.segmentAt(here.end) : undefined;
  const nearest = here.on ? here : next?.on ? next : undefined;
  // Who names no time may mean a window that somebody else was faster to skip or to end.
  const cut =
    at === undefined ? cutBefore(kind, policy, nearest?.start ?? Infinity, present) : undefined;
  if (cut !== undefined) {
    const until = timeText(cut.expires, timezone);
    const said = `${cut.actor} did so already, until ${until} (override ${cut.id})`;
    return refused('conflict', `${said}${kind === 'skip' ? '; say which other one (--at)' : ''}.`);
  }
  const mayComeLater = kind === 'skip' || (kind === 'extend' && at !== undefined);
  const chosen = here.on || mayComeLater ? nearest : undefined;
  if (chosen === undefined) {
    const begins = nearest === undefined ? '' : timeText(nearest.start, timezone);
    const later = begins === '' ? '' : `; the next one begins at ${begins}`;
    return refused('conflict', `${name} has no open window${later}.`);
  }
  if (Number.isFinite(chosen.end)) return { value: chosen };
  const advice = kind === 'extend' ? '' : '; release its syncs for a time instead';
  return refused('conflict', `That window of ${name} has no end${advice}.`);
}

/** An override by which the policy is without effect in a window before `start`. */
function cutBefore(
  kind: WindowWish['kind'],
  policy: Policy,
  start: Instant,
  { policies, overrides, now }: Present,
): WindowOverride | undefined {
  if (kind === 'extend') return undefined;
  const limit = kind === 'end' ? Math.min(start, now + 1) : start;
  const cuts = overrides.filter((override) => !isAboutSyncs(override));
  return cuts.find(
    (cut) =>
      cut.kind !== 'extend' &&
      cut.from < limit &&
      isOpen(cut, now) &&
      policyOf(cut, policies) === policy,
  );
}

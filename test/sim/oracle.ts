// A second opinion on what is wanted: slow, obvious, and written without looking at src/plan.

import type { Instant } from '../../src/time/interval.ts';
import type { PolicySpec, Subject } from './policy-book.ts';
import type { Word } from './words.ts';

/** All that decides about syncs. */
export interface Rules {
  readonly specs: readonly PolicySpec[];
  /** Those included that are not there any more. */
  readonly everWritten: readonly PolicySpec[];
  readonly words: readonly Word[];
  /** All syncs there are. */
  readonly subjects: readonly Subject[];
}

/** What policies and people's words want for a sync at an instant. */
export interface Want {
  /** `either` where it depends on what was so before: who tells that again tells it wrong. */
  readonly wanted: 'paused' | 'baseline' | 'either';
  /** Whether what runs is cancelled by now, and whether a full resync is. */
  readonly cancels: boolean | 'either';
  readonly cancelsResync: boolean | 'either';
  /** Whether any of them gives running work time, and how much at most. */
  readonly drainMs: number;
  /** Whether any of them pauses it again when somebody activates it. */
  readonly isStubborn: boolean;
}

/** A pass is made so much after what it is about, at most, when all is well. */
const PASS_WITHIN_MS = 5_000;

/** The newest hold or release decides; then the policy of the highest priority. */
export function wantAt(rules: Rules, subject: Subject, at: Instant): Want {
  const { specs, words } = rules;
  const speaking = specs.filter(
    (spec) =>
      spec.isEnabled &&
      spec.mode === 'enforce' &&
      selects(spec.select, subject) &&
      isOn(spec, words, at),
  );
  const pausing = pausingOf(speaking);
  const unlimited = pausingOf(speaking.filter((spec) => !isOverLimit(spec, rules)));
  const isSame = pausing.length > 0 === unlimited.length > 0;
  const byPolicies = isSame ? wantedBy(pausing) : 'either';
  const isKnown = words.every((word) => isAsItWas(word, specs) || at >= word.end);
  const isFinished = speaking.length > 0 || !rules.everWritten.some(isFinishing);
  function isFinishing(spec: PolicySpec): boolean {
    const isGone = spec.onDelete === 'finish' && !specs.includes(spec);
    return isGone && selects(spec.select, subject) && isOn(spec, words, at);
  }
  function cancelling(pausing: readonly PolicySpec[], isResync = false): boolean {
    if (isResync && pausing.some(({ protectResync }) => protectResync)) return false;
    return pausing.some((spec) => mayCancel(spec, words, at));
  }
  return {
    wanted: wordFor(words, subject, at) ?? (isKnown && isFinished ? byPolicies : 'either'),
    cancels: agreed(cancelling(pausing), cancelling(unlimited)),
    cancelsResync: agreed(cancelling(pausing, true), cancelling(unlimited, true)),
    drainMs: Math.max(0, ...pausing.map(drainMsOf)),
    isStubborn: unlimited.some(({ enforce }) => enforce === 'always'),
  };
}

function agreed(one: boolean, other: boolean): boolean | 'either' {
  return one === other ? one : 'either';
}

/** At a tie a pause beats a protection. */
function pausingOf(speaking: readonly PolicySpec[]): readonly PolicySpec[] {
  const highest = Math.max(...speaking.map(({ priority }) => priority));
  const winners = speaking.filter(({ priority }) => priority === highest);
  return winners.filter(({ effect }) => effect !== 'protect');
}

function wantedBy(pausing: readonly PolicySpec[]): 'paused' | 'baseline' {
  return pausing.length > 0 ? 'paused' : 'baseline';
}

/** Such a policy keeps what it holds and takes nothing new. */
function isOverLimit({ effect, limit, select }: PolicySpec, { subjects }: Rules): boolean {
  if (effect === 'protect') return false;
  return subjects.filter((subject) => selects(select, subject)).length > limit;
}

/** The hold or release that is about a sync now: of several the newest. */
function wordFor(
  words: readonly Word[],
  subject: Subject,
  at: Instant,
): 'paused' | 'baseline' | undefined {
  const word = words.findLast(
    ({ select, from, end }) =>
      select !== undefined && from <= at && at < end && selects(select, subject),
  );
  if (word === undefined) return undefined;
  return word.kind === 'hold' ? 'paused' : 'baseline';
}

/** Whether a hold that somebody asked for after an instant is in effect. */
export function isHeldSince(words: readonly Word[], subject: Subject, since: Instant): boolean {
  return words.some(
    ({ kind, select, from, end }) =>
      kind === 'hold' && from >= since && end > since && selects(select ?? 'all', subject),
  );
}

/** What becomes of a word about a window that was changed meanwhile is another matter. */
function isAsItWas({ policy, spec }: Word, specs: readonly PolicySpec[]): boolean {
  if (policy === undefined) return true;
  const now = specs.find(({ name }) => name === policy);
  const gist = (one: PolicySpec | undefined): string =>
    JSON.stringify([one?.effect, one?.windows, one?.leadMs, one?.isEnabled]);
  return spec !== undefined && gist(now) === gist(spec);
}

function drainMsOf({ inFlight }: PolicySpec): number {
  return typeof inFlight === 'object' ? inFlight.drainMs : 0;
}

/** Who gives running work time may cancel it when that is over. */
function mayCancel(spec: PolicySpec, words: readonly Word[], at: Instant): boolean {
  const { inFlight } = spec;
  if (typeof inFlight !== 'object') return inFlight === 'cancel';
  const since = at - inFlight.drainMs + PASS_WITHIN_MS;
  return inFlight.afterwards === 'cancel' && isOn(spec, words, Math.min(since, at));
}

/** Since when the same has been wanted without a break; looks back as far as `from`. */
export function wantedSince(rules: Rules, subject: Subject, at: Instant, from: Instant): Instant {
  const { wanted } = wantAt(rules, subject, at);
  const edges = [
    ...rules.specs.flatMap(({ windows, leadMs }) =>
      windows.flat().flatMap((edge) => [edge, edge - leadMs]),
    ),
    ...rules.words.flatMap((word) => [word.createdAt, word.from, word.end]),
  ]
    .filter((edge) => edge > from && edge <= at)
    .sort((a, b) => b - a);
  let since = at;
  for (const edge of [...edges, from]) {
    // Between two edges nothing changes, so a look right before one tells of all before it.
    if (wantAt(rules, subject, edge).wanted !== wanted) return since;
    since = edge;
    if (edge > from && wantAt(rules, subject, edge - 1).wanted !== wanted) return edge;
  }
  return since;
}

/** Whether anybody still has something to say about the time after an instant. */
export function saysNothingAfter(
  { specs, words }: Pick<Rules, 'specs' | 'words'>,
  at: Instant,
): boolean {
  return (
    words.every(({ end }) => end <= at) &&
    specs.every(
      ({ effect, windows }) => effect !== 'outside' && windows.every(([, end]) => end <= at),
    )
  );
}

function selects(select: PolicySpec['select'], { name, kind }: Subject): boolean {
  if (select === 'all') return true;
  if (select === 'model' || select === 'bulk') return select === kind;
  return name.startsWith(select.slice(0, -1));
}

/** What people last said about the window beats how it is written. */
function isOn(spec: PolicySpec, words: readonly Word[], at: Instant): boolean {
  const last = words.findLast(({ kind, policy, windowStart = 0, from, end }) => {
    const start = kind === 'extend' ? windowStart : from;
    return policy === spec.name && start <= at && at < end;
  });
  return last === undefined ? isWritten(spec, at) : last.kind === 'extend';
}

/** The lead belongs to the beginning of a pause, which for `outside` is the end of a window. */
function isWritten({ effect, windows, leadMs }: PolicySpec, at: Instant): boolean {
  if (effect === 'outside') {
    const isInside = (instant: Instant) => windows.some(([s, e]) => s <= instant && instant < e);
    const ends = windows.map(([, end]) => end).filter((end) => end > at && end <= at + leadMs);
    return [at, ...ends].some((instant) => !isInside(instant));
  }
  const earlyMs = effect === 'protect' ? 0 : leadMs;
  return windows.some(([start, end]) => start - earlyMs <= at && at < end);
}

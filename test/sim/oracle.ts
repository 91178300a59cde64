// A second opinion on what is wanted: slow, obvious, and written without looking at src/plan.

import type { Instant } from '../../src/time/interval.ts';
import type { PolicySpec, Subject } from './policy-book.ts';

/** What the policies want for a sync at an instant. */
export interface Want {
  readonly wanted: 'paused' | 'baseline';
  /** Whether any of those that pause it would cancel what runs. */
  readonly mayCancel: boolean;
}

/** Judges by the highest priority; at a tie a pause beats a protection. */
export function wantAt(specs: readonly PolicySpec[], subject: Subject, at: Instant): Want {
  const speaking = specs.filter(
    (spec) => spec.isEnabled && spec.mode === 'enforce' && selects(spec, subject) && isOn(spec, at),
  );
  const highest = Math.max(...speaking.map(({ priority }) => priority));
  const winners = speaking.filter(({ priority }) => priority === highest);
  const pausing = winners.filter(({ effect }) => effect !== 'protect');
  return {
    wanted: pausing.length > 0 ? 'paused' : 'baseline',
    mayCancel: pausing.some(({ inFlight }) => inFlight === 'cancel'),
  };
}

/** Since when the same has been wanted without a break; looks back as far as `from`. */
export function wantedSince(
  specs: readonly PolicySpec[],
  subject: Subject,
  at: Instant,
  from: Instant,
): Instant {
  const { wanted } = wantAt(specs, subject, at);
  const edges = specs
    .flatMap(({ windows, leadMs }) => windows.flat().flatMap((edge) => [edge, edge - leadMs]))
    .filter((edge) => edge > from && edge <= at)
    .sort((a, b) => b - a);
  let since = at;
  for (const edge of [...edges, from]) {
    // Between two edges nothing changes, so a look right before one tells of all before it.
    if (wantAt(specs, subject, edge).wanted !== wanted) return since;
    since = edge;
    if (edge > from && wantAt(specs, subject, edge - 1).wanted !== wanted) return edge;
  }
  return since;
}

/** Whether any policy still has something to say about the time after an instant. */
export function saysNothingAfter(specs: readonly PolicySpec[], at: Instant): boolean {
  return specs.every(
    ({ effect, windows }) => effect !== 'outside' && windows.every(([, end]) => end <= at),
  );
}

function selects({ select }: PolicySpec, { name, kind }: Subject): boolean {
  if (select === 'all') return true;
  if (select === 'model' || select === 'bulk') return select === kind;
  return name.startsWith(select.slice(0, -1));
}

/** The lead belongs to the beginning of a pause, which for `outside` is the end of a window. */
function isOn({ effect, windows, leadMs }: PolicySpec, at: Instant): boolean {
  if (effect === 'outside') {
    const isInside = (instant: Instant) => windows.some(([s, e]) => s <= instant && instant < e);
    const ends = windows.map(([, end]) => end).filter((end) => end > at && end <= at + leadMs);
    return [at, ...ends].some((instant) => !isInside(instant));
  }
  const earlyMs = effect === 'protect' ? 0 : leadMs;
  return windows.some(([start, end]) => start - earlyMs <= at && at < end);
}

import type { Policy } from '../policy/policy.ts';
import type { Instant, Interval } from '../time/interval.ts';

/** The spans of policies in one range, worked out once each. */
export interface SpansAhead {
  readonly range: Interval;
  /** Where the policy has its effect, in order; whole where they reach beyond the range. */
  of(policy: Policy): readonly Interval[];
  /** Where two policies first have their effects at once, in the range. */
  firstOverlap(a: Policy, b: Policy): Interval | undefined;
}

interface Known {
  readonly spans: readonly Interval[];
  /** Equal for policies whose spans are equal: few windows are written only once. */
  readonly number: number;
}

/** A minutely policy has more spans than anybody looks at; the first ones stand for all. */
const SPANS_MAX = 10_000;

/** Looks at policies in one range. */
export function createSpans(range: Interval): SpansAhead {
  const known = new Map<Policy, Known>();
  const numbers = new Map<string, number>();
  const overlaps = new Map<string, Interval | undefined>();

  function look(policy: Policy): Known {
    const before = known.get(policy);
    if (before !== undefined) return before;
    const spans: Interval[] = [];
    for (const { start, end, on } of policy.timeline.segments(range.start, range.end)) {
      if (on) spans.push({ start, end });
      if (spans.length >= SPANS_MAX) break;
    }
    const mark = spans.map(({ start, end }) => `${start} ${end}`).join();
    const number = numbers.get(mark) ?? numbers.size;
    numbers.set(mark, number);
    const found = { spans, number };
    known.set(policy, found);
    return found;
  }

  return {
    range,
    of: (policy) => look(policy).spans,
    firstOverlap(a, b) {
      const [one, other] = [look(a), look(b)];
      const mark = `${one.number} ${other.number}`;
      if (!overlaps.has(mark)) overlaps.set(mark, meeting(one.spans, other.spans, range));
      return overlaps.get(mark);
    },
  };
}

function meeting(
  a: readonly Interval[],
  b: readonly Interval[],
  range: Interval,
): Interval | undefined {
  for (let i = 0, j = 0; i < a.length && j < b.length; ) {
    const [one, other] = [a[i]!, b[j]!];
    const start = Math.max(one.start, other.start, range.start);
    const end: Instant = Math.min(one.end, other.end);
    if (start < end && start < range.end) return { start, end };
    if (one.end <= other.end) i++;
    else j++;
  }
  return undefined;
}

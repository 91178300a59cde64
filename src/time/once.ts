import type { Interval } from './interval.ts';
import type { Wall } from './wall.ts';
import type { Gap, Zone } from './zone.ts';

/** Why wall times are no window: one of them is in a gap, or the end is not after the start. */
export type OnceFault =
  | { readonly kind: 'in-gap'; readonly edge: 'start' | 'end'; readonly gap: Gap }
  | { readonly kind: 'empty' };

/**
 * The interval from one wall time to another, or for an exact length (POLICY 4). A person who names
 * a single wall time means one that exists, so one inside a gap is a fault that names the gap
 * (POLICY 5).
 */
export function resolveOnce(
  start: Wall,
  end: { readonly wall: Wall } | { readonly forMs: number },
  zone: Zone,
): { readonly value: Interval } | { readonly fault: OnceFault } {
  const startGap = zone.gapAt(start);
  if (startGap !== undefined) return { fault: { kind: 'in-gap', edge: 'start', gap: startGap } };
  const from = zone.startInstant(start);
  if ('forMs' in end) {
    const interval = { start: from, end: from + end.forMs };
    return end.forMs > 0 ? { value: interval } : { fault: { kind: 'empty' } };
  }
  // As an end, the first wall time of a gap is where the wall's day stops: nothing is skipped.
  const endGap = zone.gapAt(end.wall);
  if (endGap !== undefined && endGap.start < end.wall) {
    return { fault: { kind: 'in-gap', edge: 'end', gap: endGap } };
  }
  if (end.wall <= start) return { fault: { kind: 'empty' } };
  return { value: { start: from, end: zone.endInstant(end.wall) } };
}

import { formatInZone } from '../time/instant.ts';
import type { Instant } from '../time/interval.ts';

/** An instant in a sentence; times for people end at the second, nobody reads milliseconds. */
export function timeText(at: Instant, zone: string): string {
  return formatInZone(Math.floor(at / 1_000) * 1_000, zone);
}

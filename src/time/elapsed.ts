import type { Instant } from './interval.ts';

/**
 * Whether `ms` have passed between `since`, an instant that was read from a clock and kept, and
 * `now`. One that lies ahead of now was read before the clock was set back: how long ago that was
 * nobody knows, and whatever was timed by it is over (S74).
 */
export function hasPassed(now: Instant, since: Instant, ms: number): boolean {
  return now < since || now >= since + ms;
}

import type { RecurrenceRule } from './rrule.ts';
import { dayMs, hourMs, minuteMs, modulo, type Wall } from './wall.ts';

/**
 * The times of the day that a rule of days or longer periods names, in milliseconds after midnight,
 * ascending; what it leaves open comes from where it starts.
 */
export function timesOfDay(rule: RecurrenceRule, starting: Wall): number[] {
  const { hours = [hourOf(starting)] } = rule;
  const ofHour = timesOfHour(rule, starting);
  return ascending(hours.flatMap((hour) => ofHour.map((time) => hour * hourMs + time)));
}

/** The times of an hour, in milliseconds after it begins, ascending. */
export function timesOfHour(rule: RecurrenceRule, starting: Wall): number[] {
  const { minutes = [minuteOf(starting)] } = rule;
  const ofMinute = timesOfMinute(rule, starting);
  return ascending(minutes.flatMap((minute) => ofMinute.map((time) => minute * minuteMs + time)));
}

/** The times of a minute, in milliseconds after it begins, ascending. */
export function timesOfMinute(rule: RecurrenceRule, starting: Wall): number[] {
  const { seconds = [secondOf(starting)] } = rule;
  // 60 is a leap second; who has none takes it for 59 (RFC 5545 3.3.12).
  return ascending(seconds.map((second) => Math.min(second, 59) * 1000));
}

/** The hour of the day that a wall time is in. */
export function hourOf(wall: Wall): number {
  return Math.floor(modulo(wall, dayMs) / hourMs);
}

/** The minute of the hour that a wall time is in. */
export function minuteOf(wall: Wall): number {
  return Math.floor(modulo(wall, hourMs) / minuteMs);
}

/** The second of the minute that a wall time is in. */
export function secondOf(wall: Wall): number {
  return Math.floor(modulo(wall, minuteMs) / 1000);
}

function ascending(values: readonly number[]): number[] {
  return [...new Set(values)].sort((a, b) => a - b);
}

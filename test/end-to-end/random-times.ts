// Times of the day and lengths in random windows, as text and in milliseconds.

import fc from 'fast-check';
import { dayMs, minuteMs, minutesOfDay } from './wall-walk.ts';
import type { Rule } from './window-rule.ts';

/** A window twice: the text of its form, and what it means. */
export interface RandomWindow {
  readonly fields: Readonly<Record<string, string | readonly string[]>>;
  readonly rule: Rule;
}

/** Windows of one form in a zone. */
export type WindowIn = (zone: string) => fc.Arbitrary<RandomWindow>;

/** Often in the small hours, where most clocks are changed. */
export const minuteOfDay = fc.oneof(
  fc.integer({ min: 0, max: 245 }),
  fc.integer({ min: 0, max: 1439 }),
);
export const endMinute = fc.oneof(
  fc.integer({ min: 1, max: 245 }),
  fc.integer({ min: 1, max: 1440 }),
);

export const two = (value: number) => String(value).padStart(2, '0');
export const timeText = (minute: number) => `${two(Math.floor(minute / 60))}:${two(minute % 60)}`;
export const dateText = (day: number) => new Date(day * dayMs).toISOString().slice(0, 10);

/** A length as a person may write it. */
export const length = fc
  .record({
    minutes: fc.oneof(fc.integer({ min: 1, max: 200 }), fc.integer({ min: 1, max: 3000 })),
    style: fc.nat(3),
  })
  .map(({ minutes, style }) => {
    const [hours, rest] = [Math.floor(minutes / 60), minutes % 60];
    const mixed = `${hours > 0 ? `${hours}h` : ''}${rest > 0 ? `${rest}m` : ''}`;
    const iso = `PT${mixed.toUpperCase()}`;
    const text = [`${minutes}m`, mixed, iso, `${minutes * 60}s`][style]!;
    return { text, ms: minutes * minuteMs };
  });

/** From a time of day on: until another one, the next day if that is not later, or for a time. */
export const timesOfDay = fc.oneof(
  fc
    .record({ start: minuteOfDay, end: endMinute })
    .filter(({ start, end }) => start !== end)
    .map(({ start, end }) => ({
      text: `${timeText(start)}-${timeText(end)}`,
      startsMs: [start * minuteMs],
      length: { wallMs: (end - start + (end > start ? 0 : minutesOfDay)) * minuteMs },
    })),
  fc.record({ start: minuteOfDay, length }).map(({ start, length }) => ({
    text: `${timeText(start)} for ${length.text}`,
    startsMs: [start * minuteMs],
    length: { exactMs: length.ms },
  })),
);

// Times of the day in random windows, as text and in minutes.

import fc from 'fast-check';
import type { OracleLength } from './oracle.ts';

/** Where a window ends, and the text for that when it starts at a minute of the day. */
export interface RandomEnd {
  readonly length: (start: number) => OracleLength;
  readonly text: (start: number) => string;
}

/** Often in the small hours, where most changes are. */
export const minuteOfDay = fc.oneof(
  fc.integer({ min: 0, max: 240 }),
  fc.integer({ min: 0, max: 1439 }),
);

const exactMinutes = fc.oneof(fc.integer({ min: 1, max: 200 }), fc.integer({ min: 1, max: 1500 }));

const endOnTheWall = fc.integer({ min: 1, max: 1440 }).map((minutes): RandomEnd => {
  const endMinute = (start: number) => ((start + minutes - 1) % 1440) + 1;
  return {
    length: () => ({ wall: minutes }),
    // A whole day from midnight is written 00:00-24:00; any other one needs a length.
    text: (start) =>
      endMinute(start) === start ? ` for ${minutes}m` : `-${timeText(endMinute(start))}`,
  };
});

const exactEnd = exactMinutes.map(
  (minutes): RandomEnd => ({
    length: () => ({ exact: minutes }),
    text: () => ` for ${minutes}m`,
  }),
);

export const end: fc.Arbitrary<RandomEnd> = fc.oneof(
  { weight: 2, arbitrary: endOnTheWall },
  { weight: 1, arbitrary: exactEnd },
);

export function lengthOf(start: number, { length, text }: RandomEnd): OracleLength {
  const found = length(start);
  if ('wall' in found && text(start).startsWith(' for')) return { exact: found.wall };
  return found;
}

/** `06:00`; 1440 is `24:00`. */
export function timeText(minute: number): string {
  const pad = (value: number) => String(value).padStart(2, '0');
  return `${pad(Math.floor(minute / 60))}:${pad(minute % 60)}`;
}

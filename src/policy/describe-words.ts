// Numbers, lengths, dates and times in English words.

import {
  type CalendarDate,
  dateOfDay,
  dayMs,
  dayOfWall,
  formatWall,
  hourMs,
  minuteMs,
  type Wall,
} from '../time/wall.ts';
import { monthNames } from './form-names.ts';

/** "a, b and c" */
export function enumerate(words: readonly string[]): string {
  return words.length < 2 ? words.join('') : `${words.slice(0, -1).join(', ')} and ${words.at(-1)}`;
}

/** `06:00`; 1440 is `24:00`. */
export function clock(minute: number): string {
  const pad = (value: number) => String(value).padStart(2, '0');
  return `${pad(Math.floor(minute / 60))}:${pad(minute % 60)}`;
}

/** A length in words: "8 hours", "1 hour 30 minutes". */
export function describeLength(ms: number): string {
  const parts: string[] = [];
  let rest = ms;
  for (const [unit, unitMs] of lengthUnits) {
    const count = Math.floor(rest / unitMs);
    rest -= count * unitMs;
    if (count > 0) parts.push(`${count} ${unit}${count === 1 ? '' : 's'}`);
  }
  return parts.join(' ') || '0 seconds';
}

const lengthUnits = [
  ['day', dayMs],
  ['hour', hourMs],
  ['minute', minuteMs],
  ['second', 1000],
] as const;

/** "24 December 2026" */
export function describeDate({ year, month, day }: CalendarDate): string {
  return `${day} ${monthNames[month - 1]} ${year}`;
}

/** "24 December 2026 18:00" */
export function describeWall(wall: Wall): string {
  return `${describeDate(dateOfDay(dayOfWall(wall)))} ${timeOf(wall)}`;
}

/** `18:00`, and seconds where they are not zero. */
export function timeOf(wall: Wall): string {
  return formatWall(wall).slice('2026-12-24T'.length);
}

/** "first", "second"; from the sixth on "6th". */
export function ordinalWord(nth: number): string {
  return ordinalWords[nth - 1] ?? ordinal(nth);
}

/** From "first" to "fifth". */
export const ordinalWords = ['first', 'second', 'third', 'fourth', 'fifth'];

/** `1st`, `2nd`, `3rd`, `4th`, `21st`. */
export function ordinal(nth: number): string {
  const isTeen = nth % 100 > 10 && nth % 100 < 14;
  return `${nth}${isTeen ? 'th' : (['th', 'st', 'nd', 'rd'][nth % 10] ?? 'th')}`;
}

/** Runs of three and more consecutive numbers as `[first, last]`, others by themselves. */
export function runsOf(numbers: readonly number[]): (readonly [first: number, last: number])[] {
  const runs: [number, number][] = [];
  for (const number of numbers) {
    const run = runs.at(-1);
    if (run !== undefined && run[1] === number - 1) run[1] = number;
    else runs.push([number, number]);
  }
  return runs.flatMap(([first, last]) =>
    last - first === 1
      ? [[first, first] as const, [last, last] as const]
      : [[first, last] as const],
  );
}

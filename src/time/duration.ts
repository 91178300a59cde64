// Lengths of time as people write them (`90s`, `1h30m`) and as ISO 8601 does (`PT12H`, `P2D`).
// A length is exact elapsed time: a day is 24 hours, and months and years have no length.

import { faultAt, type Reading } from './reading.ts';
import { dayMs, hourMs, minuteMs } from './wall.ts';

/** From the longest down: parts have to be written in this order. */
const shortUnits = [
  ['d', dayMs],
  ['h', hourMs],
  ['m', minuteMs],
  ['s', 1000],
] as const;

const isoDateUnits = [
  ['W', 7 * dayMs],
  ['D', dayMs],
] as const;

const isoTimeUnits = [
  ['H', hourMs],
  ['M', minuteMs],
  ['S', 1000],
] as const;

type Units = readonly (readonly [unit: string, unitMs: number])[];

/** Reads `90s`, `15m`, `8h`, `2d`, `1h30m` or an ISO 8601 duration; gives milliseconds. */
export function parseDuration(text: string): Reading<number> {
  if (text === '') return faultAt(0, 'a length such as `15m`, `8h` or `1h30m` is wanted');
  const reading = /^P/i.test(text) ? readIso(text.toUpperCase()) : readParts(text, 0, shortUnits);
  if ('value' in reading && !Number.isSafeInteger(reading.value)) {
    return faultAt(0, 'the length is out of range');
  }
  return reading;
}

function readIso(text: string): Reading<number> {
  const timeSign = text.indexOf('T');
  const dateText = timeSign < 0 ? text : text.slice(0, timeSign);
  const vague = /[YM]/.exec(dateText);
  if (vague !== null) return faultAt(vague.index, 'months and years have no fixed length');
  if (text.length === 1) return faultAt(1, 'a length such as `PT12H` or `P2D` is wanted');
  const date = readParts(dateText, 1, isoDateUnits);
  if ('fault' in date || timeSign < 0) return date;
  if (timeSign === text.length - 1) return faultAt(text.length, 'hours or minutes are missing');
  const time = readParts(text, timeSign + 1, isoTimeUnits);
  return 'fault' in time ? time : { value: date.value + time.value };
}

/** Reads whole numbers with descending units, from `start` to the end of the text. */
function readParts(text: string, start: number, units: Units): Reading<number> {
  const names = units.map(([unit]) => `\`${unit}\``).join(', ');
  const part = /(\d+)([a-z]*)/iy;
  let total = 0;
  let unitsUsed = 0;
  for (let index = start; index < text.length; index = part.lastIndex) {
    part.lastIndex = index;
    const match = part.exec(text);
    if (match === null) return faultAt(index, `a whole number is wanted, not \`${text[index]}\``);
    const [, digits = '', written = ''] = match;
    const unitIndex = index + digits.length;
    if (written === '') return faultAt(unitIndex, `a unit is missing: one of ${names}`);
    const place = units.findIndex(([unit]) => unit === written);
    if (place < 0) return faultAt(unitIndex, `\`${written}\` is no unit; units are ${names}`);
    if (place < unitsUsed) return faultAt(unitIndex, 'units go from long to short, each once');
    total += Number(digits) * units[place]![1];
    unitsUsed = place + 1;
  }
  return { value: total };
}

/** The shortest text that `parseDuration` reads as the same: `1h30m`, `2d`, `0s`. */
export function formatDuration(ms: number): string {
  let rest = Math.round(Math.abs(ms) / 1000) * 1000;
  let text = '';
  for (const [unit, unitMs] of shortUnits) {
    const count = Math.floor(rest / unitMs);
    rest -= count * unitMs;
    if (count > 0) text += `${count}${unit}`;
  }
  if (text === '') return '0s';
  return ms < 0 ? `-${text}` : text;
}

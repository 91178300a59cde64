// The form `once`: `2026-12-24T18:00/2026-12-27T06:00`, `2026-12-24T18:00/PT12H`, and the same with
// `Z` or an offset, which are exact instants and need no zone.

import type { Interval } from '../time/interval.ts';
import type { Wall } from '../time/wall.ts';
import { leadingSpace, type Moment, readMoment } from './moment-text.ts';
import type { ProblemCode } from './problem-codes.ts';
import { shiftFault, type TextFault, type TextResult } from './text-fault.ts';
import { readDuration } from './value-text.ts';

/** A single window by the clock on the wall, not yet in a zone; the end is after the start. */
export interface WallOnce {
  readonly kind: 'once';
  readonly clock: 'wall';
  readonly start: Wall;
  readonly end: { readonly wall: Wall } | { readonly forMs: number };
  /** Where in the text the end begins. */
  readonly endIndex: number;
}

/** A single window between instants. */
export interface ExactOnce {
  readonly kind: 'once';
  readonly clock: 'exact';
  readonly interval: Interval;
}

/** A window that occurs a single time. */
export type OnceForm = WallOnce | ExactOnce;

const example = 'write `2026-12-24T18:00/2026-12-27T06:00` or `2026-12-24T18:00/PT12H`';

/** Reads a start and an end or a length. */
export function readOnce(text: string): TextResult<OnceForm> {
  const slash = text.indexOf('/');
  if (slash < 0) {
    return faultAt('window-syntax', text.length, 'a start, `/` and an end are wanted', example);
  }
  const start = readMoment(text.slice(0, slash), 0, 'start', example);
  if ('fault' in start) return start;
  const endText = text.slice(slash + 1);
  const endIndex = slash + 1 + leadingSpace(endText);
  if (/^P/i.test(endText.trim())) {
    const length = readDuration(endText.trim());
    if ('fault' in length) return shiftFault(length.fault, endIndex);
    return { value: lasting(start.value, length.value, endIndex) };
  }
  const end = readMoment(endText, slash + 1, 'end', example);
  if ('fault' in end) return end;
  return between(start.value, end.value, endIndex);
}

function lasting({ clock, at }: Moment, forMs: number, endIndex: number): OnceForm {
  if (clock === 'wall') return { kind: 'once', clock, start: at, end: { forMs }, endIndex };
  return { kind: 'once', clock, interval: { start: at, end: at + forMs } };
}

function between(start: Moment, end: Moment, endIndex: number): TextResult<OnceForm> {
  if (end.clock !== start.clock) {
    const hint = 'give both ends `Z` or an offset, or neither';
    return faultAt('once-mixed', endIndex, 'one end is exact and the other a wall time', hint);
  }
  if (end.at === start.at) {
    return faultAt('window-empty', endIndex, 'the window ends where it starts');
  }
  if (end.at < start.at) {
    return faultAt('window-inverted', endIndex, 'the window ends before it starts');
  }
  const { clock } = start;
  if (clock === 'exact') {
    return { value: { kind: 'once', clock, interval: { start: start.at, end: end.at } } };
  }
  return { value: { kind: 'once', clock, start: start.at, end: { wall: end.at }, endIndex } };
}

function faultAt(
  code: ProblemCode,
  index: number,
  message: string,
  hint?: string,
): { fault: TextFault } {
  return { fault: { code, index, message, hint } };
}

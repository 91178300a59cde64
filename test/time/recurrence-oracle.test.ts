import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Interval } from '../../src/time/interval.ts';
import type { Occurrences } from '../../src/time/occurrences.ts';
import { compileRecurrence } from '../../src/time/recurrence.ts';
import { complement, intersect, subtract, union } from '../../src/time/spans.ts';
import type { Timeline } from '../../src/time/timeline.ts';
import { zoneOf } from '../../src/time/zone.ts';
import {
  membership,
  type OracleWindow,
  oracleOccurrences,
  type WallWalk,
  walkAround,
} from './oracle.ts';
import { propertyRuns } from './property-runs.ts';
import {
  fileOf,
  type RandomPlace,
  type RandomWindow,
  randomCase,
  recurrenceAt,
} from './windows.ts';

const minute = 60_000;
const day = 1440;

// The walk begins early enough for all that still lasts in the days that are looked at, and goes on
// for long enough to see it end.
const daysBefore = 4;
const daysAfter = 5;

function walkAt({ zone, anchor }: RandomPlace): WallWalk {
  return walkAround(zone, anchor, daysBefore, daysAfter);
}

/** The minutes that are compared: from a day before the anchor until a day and a half after it. */
const firstIndex = (daysBefore - 1) * day;
const lastIndex = (daysBefore + 1.5) * day;

function compile(window: RandomWindow, place: RandomPlace) {
  return compileRecurrence(recurrenceAt(window, place), zoneOf(place.zone));
}

function marksOf(walk: WallWalk, window: RandomWindow): boolean[] {
  return membership(walk, oracleOccurrences(walk, window.oracle));
}

/** Compares every minute, and at every minute where the value last changed and will change. */
function expectAgreement(
  timeline: Timeline,
  walk: WallWalk,
  marks: readonly boolean[],
  file: string,
): void {
  const instantOf = (index: number) => (walk.base + index) * minute;
  const wrong: string[] = [];
  let previous: number | undefined;
  for (let index = firstIndex; index < lastIndex; index++) {
    const instant = instantOf(index);
    const isChange = marks[index] !== marks[index - 1];
    if (isChange) previous = instant;
    if (timeline.at(instant) !== marks[index]) wrong.push(`${new Date(instant).toISOString()} at`);
    if (previous === undefined) continue;
    if (timeline.previousBoundary(instant) !== previous) {
      wrong.push(`${new Date(instant).toISOString()} previous`);
    }
    if (isChange && timeline.nextBoundary(instant - 1) !== instant) {
      wrong.push(`${new Date(instant).toISOString()} next`);
    }
  }
  expect(wrong.slice(0, 3), file).toEqual([]);
}

function within(walk: WallWalk, { start }: Interval): boolean {
  const index = start / minute - walk.base;
  return index >= firstIndex && index < lastIndex;
}

function collect(intervals: Iterable<Interval>, isDone: (interval: Interval) => boolean) {
  const found: Interval[] = [];
  for (const interval of intervals) {
    if (isDone(interval)) break;
    found.push(interval);
  }
  return found;
}

function expectOccurrences(
  compiled: Occurrences,
  walk: WallWalk,
  oracle: OracleWindow,
  file: string,
): void {
  const [first, last] = [firstIndex, lastIndex].map((index) => (walk.base + index) * minute);
  const wanted = oracleOccurrences(walk, oracle)
    .map(([start, end]) => ({ start: start * minute, end: end * minute }))
    .filter((interval) => within(walk, interval));
  const forward = collect(compiled.occurrences(first!), ({ start }) => start >= last!);
  const backward = collect(compiled.occurrencesBefore(last!), ({ start }) => start < first!);
  expect(
    forward.filter(({ start }) => start >= first!),
    file,
  ).toEqual(wanted);
  expect(backward.reverse(), file).toEqual(wanted);
}

describe('windows, against a walk over every minute of Intl', () => {
  const title =
    'agree in membership, boundaries and occurrences, forward and backward (D1-D8, S1-S3, S6, S9)';
  it(title, () => {
    fc.assert(
      fc.property(randomCase(1, 1), (random) => {
        const { place, windows } = random;
        const window = windows[0]!;
        const walk = walkAt(place);
        const compiled = compile(window, place);
        const file = fileOf(random);
        expectAgreement(compiled.timeline, walk, marksOf(walk, window), file);
        expectOccurrences(compiled, walk, window.oracle, file);
      }),
      { numRuns: propertyRuns },
    );
  });

  it('merge, and are cut, inverted and intersected minute by minute', () => {
    fc.assert(
      fc.property(randomCase(2, 3), (random) => {
        const { place, windows } = random;
        const walk = walkAt(place);
        const timelines = windows.map((window) => compile(window, place).timeline);
        const marks = windows.map((window) => marksOf(walk, window));
        const expectCombined = (
          timeline: Timeline,
          combine: (values: readonly boolean[]) => boolean,
        ) => {
          const combined = marks[0]!.map((_, index) => combine(marks.map((mark) => mark[index]!)));
          expectAgreement(timeline, walk, combined, fileOf(random));
        };
        expectCombined(union(timelines), (values) => values.includes(true));
        expectCombined(complement(union(timelines)), (values) => !values.includes(true));
        expectCombined(intersect(timelines), (values) => !values.includes(false));
        const [first, second] = timelines;
        expectCombined(subtract(first!, second!), ([a, b]) => a! && !b!);
      }),
      { numRuns: Math.ceil(propertyRuns / 5) },
    );
  });
});

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Interval } from '../../src/time/interval.ts';
import { occurrencesOf } from '../../src/time/occurrences.ts';
import { single } from '../../src/time/single.ts';
import {
  always,
  complement,
  intersect,
  never,
  spansAfter,
  spansBefore,
  startEarlier,
  subtract,
  union,
} from '../../src/time/spans.ts';
import type { Timeline } from '../../src/time/timeline.ts';
import { propertyRuns } from './property-runs.ts';

const size = 40;

const ends = fc.constantFrom(-Infinity, Infinity);
const edge = fc.oneof({ weight: 12, arbitrary: fc.nat(size) }, { weight: 1, arbitrary: ends });
const interval = fc
  .tuple(edge, edge)
  .map(([a, b]) => ({ start: Math.min(a, b), end: Math.max(a, b) }))
  .filter(({ start, end }) => start < end);
const intervals = fc.array(interval, { maxLength: 6 });

function timelineOf(parts: readonly Interval[]): Timeline {
  return union(parts.map((part) => occurrencesOf(single(part)).timeline));
}

/** The value at every instant from -1 to beyond the last edge. */
function values(isOn: (instant: number) => boolean): boolean[] {
  return Array.from({ length: size + 3 }, (_, index) => isOn(index - 1));
}

function isIn(parts: readonly Interval[]) {
  return (at: number) => parts.some(({ start, end }) => start <= at && at < end);
}

/** Everything a timeline says, against the bare values. */
function expectTimeline(timeline: Timeline, wanted: readonly boolean[]): void {
  expect(values(timeline.at)).toEqual(wanted);
  const changes = wanted.flatMap((on, index) =>
    index > 0 && on !== wanted[index - 1] ? [index - 1] : [],
  );
  const asked = Array.from({ length: size + 3 }, (_, index) => index - 1);
  expect(asked.map(timeline.nextBoundary)).toEqual(
    asked.map((at) => changes.find((change) => change > at)),
  );
  expect(asked.map(timeline.previousBoundary)).toEqual(
    asked.map((at) => changes.findLast((change) => change <= at)),
  );
  const spans = [...spansAfter(timeline, -1)];
  expect([...spansBefore(timeline, size + 2)].reverse()).toEqual(spans);
  expect(values(isIn(spans))).toEqual(wanted);
  // Canonical: no two spans touch.
  expect(spans.every(({ start }, index) => index === 0 || start > spans[index - 1]!.end)).toBe(
    true,
  );
  const segments = [...timeline.segments(-1, size + 2)];
  expect(segments.map(({ start }) => start).slice(1)).toEqual(changes);
}

describe('the algebra of timelines', () => {
  it('merges what overlaps or touches, and turns inside out', () => {
    fc.assert(
      fc.property(intervals, (parts) => {
        const wanted = values(isIn(parts));
        expectTimeline(timelineOf(parts), wanted);
        expectTimeline(
          complement(timelineOf(parts)),
          wanted.map((on) => !on),
        );
      }),
      { numRuns: propertyRuns },
    );
  });

  it('intersects and subtracts', () => {
    fc.assert(
      fc.property(intervals, intervals, (first, second) => {
        const [a, b] = [timelineOf(first), timelineOf(second)];
        const both = (at: number) => isIn(first)(at) && isIn(second)(at);
        expectTimeline(intersect([a, b]), values(both));
        const onlyFirst = (at: number) => isIn(first)(at) && !isIn(second)(at);
        expectTimeline(subtract(a, b), values(onlyFirst));
      }),
      { numRuns: propertyRuns },
    );
  });

  it('lets every span start earlier, closing gaps that are no longer', () => {
    fc.assert(
      fc.property(intervals, fc.nat(12), (parts, lead) => {
        const wanted = parts.map(({ start, end }) => ({ start: start - lead, end }));
        const timeline = startEarlier(timelineOf(parts), lead);
        const reference = timelineOf(wanted);
        const asked = Array.from({ length: size + 17 }, (_, index) => index - 15);
        expect(asked.map(timeline.segmentAt)).toEqual(asked.map(reference.segmentAt));
        // From the end as well: what a timeline remembers must not matter.
        const fresh = startEarlier(timelineOf(parts), lead);
        expect(asked.toReversed().map(fresh.segmentAt)).toEqual(
          asked.toReversed().map(reference.segmentAt),
        );
      }),
      { numRuns: propertyRuns },
    );
  });

  it('has a zero and a one', () => {
    expect(union([]).at(5)).toBe(false);
    expect(intersect([]).at(5)).toBe(true);
    expect(never.nextBoundary(5)).toBe(undefined);
    expect(always.segmentAt(5)).toEqual({ start: -Infinity, end: Infinity, on: true });
    expect([...spansAfter(always, 0)]).toEqual([{ start: -Infinity, end: Infinity }]);
    expect([...spansBefore(never, 0)]).toEqual([]);
  });

  it('hands over from span to span without a break (S7)', () => {
    const chain = timelineOf([
      { start: 0, end: 10 },
      { start: 20, end: 30 },
      { start: 10, end: 20 },
    ]);
    expect(chain.segmentAt(15)).toEqual({ start: 0, end: 30, on: true });
  });
});

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { onDuring } from '../../src/time/fixed.ts';
import type { Interval } from '../../src/time/interval.ts';

const anyInterval: fc.Arbitrary<Interval> = fc
  .tuple(fc.integer({ min: -50, max: 50 }), fc.integer({ min: 0, max: 20 }))
  .map(([start, length]) => ({ start, end: start + length }));

describe('a timeline of given intervals', () => {
  it('is on exactly inside of them, in whatever order they come', () => {
    fc.assert(
      fc.property(fc.array(anyInterval, { maxLength: 8 }), (intervals) => {
        const timeline = onDuring(intervals);
        for (let at = -60; at <= 80; at += 1) {
          const isOn = intervals.some(({ start, end }) => start <= at && at < end);
          expect(timeline.at(at)).toBe(isOn);
        }
      }),
    );
  });

  it('has whole segments, that agree forwards and backwards', () => {
    fc.assert(
      fc.property(fc.array(anyInterval, { maxLength: 8 }), (intervals) => {
        const edges = [];
        for (let at = -60; at <= 80; at += 1) {
          const isOn = (t: number) => intervals.some(({ start, end }) => start <= t && t < end);
          if (isOn(at) !== isOn(at - 1)) edges.push(at);
        }
        for (let at = -60; at <= 80; at += 1) {
          // A new timeline each time: none may lean on what it was asked before.
          const { start, end } = onDuring(intervals).segmentAt(at);
          expect(start).toBe(edges.findLast((edge) => edge <= at) ?? -Infinity);
          expect(end).toBe(edges.find((edge) => edge > at) ?? Infinity);
        }
      }),
    );
  });

  it('may have no beginning and no end', () => {
    const timeline = onDuring([
      { start: -Infinity, end: 0 },
      { start: 10, end: Infinity },
    ]);
    expect([-1, 0, 9, 10].map((at) => timeline.at(at))).toEqual([true, false, false, true]);
    expect(timeline.segmentAt(5)).toEqual({ start: 0, end: 10, on: false });
    expect(timeline.nextBoundary(10)).toBeUndefined();
  });
});

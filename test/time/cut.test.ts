import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { cutOccurrences, occurrencesOfSpans, spansStartingIn } from '../../src/time/cut.ts';
import { mergeIntervals, onDuring } from '../../src/time/fixed.ts';
import type { Interval } from '../../src/time/interval.ts';
import type { Occurrences } from '../../src/time/occurrences.ts';
import { complement, spansAfter } from '../../src/time/spans.ts';
import { propertyRuns } from './property-runs.ts';

const size = 40;
const instants = Array.from({ length: size + 4 }, (_, index) => index - 2);

const ends = fc.constantFrom(-Infinity, Infinity);
const edge = fc.oneof({ weight: 12, arbitrary: fc.nat(size) }, { weight: 1, arbitrary: ends });
const interval = fc
  .tuple(edge, edge)
  .map(([a, b]) => ({ start: Math.min(a, b), end: Math.max(a, b) }))
  .filter(({ start, end }) => start < end);
const intervals = fc.array(interval, { maxLength: 6 });

const isIn = (parts: readonly Interval[], at: number) =>
  parts.some(({ start, end }) => start <= at && at < end);

describe('the timeline of a list of intervals', () => {
  it('is on inside of any of them, and knows its boundaries', () => {
    fc.assert(
      fc.property(intervals, (list) => {
        const timeline = onDuring(list);
        expect(instants.map(timeline.at)).toEqual(instants.map((at) => isIn(list, at)));
        expect([...spansAfter(timeline, -Infinity)]).toEqual(mergeIntervals(list));
        const off = [...spansAfter(complement(timeline), -Infinity)];
        for (const at of instants) {
          const on = mergeIntervals(list).find(({ start, end }) => start <= at && at < end);
          const around = on ?? off.find(({ start, end }) => start <= at && at < end);
          expect(timeline.segmentAt(at)).toEqual({ ...around, on: on !== undefined });
        }
      }),
      { numRuns: propertyRuns },
    );
  });
});

/** Windows that start and end in order and may overlap, each once. */
const windows = fc
  .array(fc.record({ start: fc.nat(size), length: fc.integer({ min: 1, max: 12 }) }))
  .map((list) => {
    const ordered = list.toSorted((a, b) => a.start - b.start);
    let end = 0;
    const found = new Map<number, Interval>();
    for (const { start, length } of ordered) {
      end = Math.max(end, start + length);
      found.set(start, { start, end });
    }
    return [...found.values()];
  });

function listed(list: readonly Interval[]): Occurrences {
  return {
    occurrences: (from) => list.filter(({ end }) => end > from),
    occurrencesBefore: (instant) => list.filter(({ start }) => start < instant).reverse(),
    moved: () => [],
    timeline: onDuring(list),
  };
}

/** Instant by instant, what is left of each window. */
function piecesOf(list: readonly Interval[], cut: readonly Interval[]): Interval[] {
  const pieces = list.flatMap(({ start, end }) => {
    const left: { start: number; end: number }[] = [];
    for (let at = start; at < end; at++) {
      if (isIn(cut, at)) continue;
      const last = left.at(-1);
      if (last?.end === at) last.end = at + 1;
      else left.push({ start: at, end: at + 1 });
    }
    return left;
  });
  return pieces.sort((a, b) => a.start - b.start || a.end - b.end);
}

const byEdges = (list: Iterable<Interval>) =>
  [...list].sort((a, b) => a.start - b.start || a.end - b.end);
const isOrdered = (list: readonly Interval[]) =>
  list.every(({ start }, index) => index === 0 || start >= list[index - 1]!.start);

describe('windows whose time is cut', () => {
  it('are what is left of each, forward and backward, in order', () => {
    fc.assert(
      fc.property(windows, intervals, fc.nat(size), (list, cut, from) => {
        const left = cutOccurrences(listed(list), onDuring(cut));
        const wanted = piecesOf(list, cut);
        expect(instants.map(left.timeline.at)).toEqual(instants.map((at) => isIn(wanted, at)));
        const forward = [...left.occurrences(from)];
        expect(isOrdered(forward)).toBe(true);
        expect(byEdges(forward)).toEqual(wanted.filter(({ end }) => end > from));
        expect(byEdges(left.occurrences(-Infinity))).toEqual(wanted);
        const backward = [...left.occurrencesBefore(from)].reverse();
        expect(isOrdered(backward)).toBe(true);
        expect(byEdges(backward)).toEqual(wanted.filter(({ start }) => start < from));
      }),
      { numRuns: propertyRuns },
    );
  });

  it('find the next one far behind a cut that comes back all the time', () => {
    const day = 86_400_000;
    const often = Array.from({ length: 20_000 }, (_, index) => ({
      start: index * day,
      end: index * day + 1,
    }));
    const far = { start: 19_999 * day, end: 20_000 * day };
    const left = cutOccurrences(listed([far]), onDuring(often));
    expect([...left.occurrences(0)]).toEqual([{ ...far, start: far.start + 1 }]);
  });
});

describe('the spans that start within a time', () => {
  it('are whole, and those that began earlier are left out', () => {
    fc.assert(
      fc.property(intervals, fc.nat(size), fc.nat(size), (list, a, b) => {
        const [from, to] = [Math.min(a, b), Math.max(a, b)];
        const found = spansStartingIn(onDuring(list), from, to);
        const wanted = mergeIntervals(list).filter(({ start }) => start >= from && start < to);
        expect([...occurrencesOfSpans(found).occurrences(-Infinity)]).toEqual(wanted);
        expect([...occurrencesOfSpans(found).occurrencesBefore(Infinity)].reverse()).toEqual(
          wanted,
        );
      }),
      { numRuns: propertyRuns },
    );
  });
});

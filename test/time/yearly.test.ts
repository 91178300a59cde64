import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { mergeIntervals } from '../../src/time/fixed.ts';
import { occurrencesOf } from '../../src/time/occurrences.ts';
import { dayMs } from '../../src/time/wall.ts';
import { createYearly, type WallSpan, type Years } from '../../src/time/yearly.ts';
import { zoneOf } from '../../src/time/zone.ts';
import { propertyRuns } from './property-runs.ts';

const utc = zoneOf('UTC');
const firstYear = 2020;
const lastYear = 2024;
const newYear = (year: number) => Date.UTC(year, 0, 1);

/** Years of the lists that they start in; counts how often each is asked for. */
function yearsOf(spans: readonly WallSpan[]) {
  const asked: number[] = [];
  const years: Years = {
    firstYear,
    lastYear,
    spansIn(year) {
      asked.push(year);
      return spans.filter(({ start }) => new Date(start).getUTCFullYear() === year);
    },
  };
  return { years, asked };
}

// Often around the turn of the year, where lists meet.
const day = fc.oneof(
  fc.integer({ min: 0, max: 5 * 365 }),
  fc.tuple(fc.nat(4), fc.integer({ min: -6, max: 6 })).map(([year, off]) => {
    return Math.max(0, (newYear(firstYear + year) - newYear(firstYear)) / dayMs + off);
  }),
);
const span = fc.record({ day, days: fc.integer({ min: 1, max: 9 }), half: fc.boolean() });
const spans = fc.array(span, { maxLength: 12 }).map((list) =>
  list.map(({ day, days, half }) => {
    const start = newYear(firstYear) + day * dayMs + (half ? dayMs / 2 : 0);
    return { start, end: start + days * dayMs };
  }),
);

describe('what is listed year by year', () => {
  it('is one timeline across the years, in both directions', () => {
    fc.assert(
      fc.property(spans, (list) => {
        const { years } = yearsOf(list);
        const found = occurrencesOf(createYearly(years)(utc));
        const wanted = mergeIntervals(list);
        expect([...found.occurrences(-Infinity)]).toEqual(wanted);
        expect([...found.occurrencesBefore(Infinity)].reverse()).toEqual(wanted);
        const edges = wanted.flatMap(({ start, end }) => [start, end]);
        for (const at of edges.flatMap((edge) => [edge - 1, edge, edge + 1])) {
          const around = wanted.find(({ start, end }) => start <= at && at < end);
          expect(found.timeline.at(at)).toBe(around !== undefined);
          expect(found.timeline.nextBoundary(at)).toBe(edges.find((edge) => edge > at));
          expect(found.timeline.previousBoundary(at)).toBe(edges.findLast((edge) => edge <= at));
        }
      }),
      { numRuns: Math.ceil(propertyRuns / 2) },
    );
  });

  it('is asked for once, and only around the time that somebody looks at', () => {
    const list = [2020, 2021, 2022, 2023, 2024].map((year) => {
      const start = Date.UTC(year, 4, 1);
      return { start, end: start + dayMs };
    });
    const { years, asked } = yearsOf(list);
    const { timeline } = occurrencesOf(createYearly(years)(utc));
    const at = Date.UTC(2022, 4, 1, 12);
    for (const instant of [at, at + 1000, at - 1000]) expect(timeline.at(instant)).toBe(true);
    expect(asked.toSorted().every((year) => year >= 2020 && year <= 2023)).toBe(true);
  });

  it('ends when its years do, however far ahead somebody asks', () => {
    const { timeline } = occurrencesOf(createYearly(yearsOf([]).years)(utc));
    expect(timeline.nextBoundary(0)).toBeUndefined();
    expect(timeline.segmentAt(Date.UTC(2022))).toEqual({
      start: -Infinity,
      end: Infinity,
      on: false,
    });
  });

  it('follows the wall of a zone, also where a day has no midnight', () => {
    const start = Date.UTC(2023, 8, 3);
    const { years } = yearsOf([{ start, end: start + dayMs }]);
    const [occurrence] = occurrencesOf(createYearly(years)(zoneOf('America/Santiago'))).occurrences(
      0,
    );
    // On 2023-09-03 Santiago's clocks went from 00:00 to 01:00, at 04:00 UTC.
    expect(occurrence).toEqual({
      start: Date.UTC(2023, 8, 3, 4),
      end: Date.UTC(2023, 8, 4, 3),
    });
  });
});

// Stretches of wall time that are only known year by year, such as holidays, for which we have no
// rule. A year is asked for when somebody looks at it, from either direction, and once.

import { mergeIntervals } from './fixed.ts';
import { endingOnTheWall, type Series } from './series.ts';
import { countUpTo, type Starts } from './starts.ts';
import { dateOfDay, dayMs, dayOfWall, type Wall } from './wall.ts';
import type { Zone } from './zone.ts';

/** Half-open, on the wall. */
export interface WallSpan {
  readonly start: Wall;
  readonly end: Wall;
}

/** What is there in every year from the first to the last; none elsewhere. */
export interface Years {
  readonly firstYear: number;
  readonly lastYear: number;
  /** Those that start in a year, in any order; they may overlap. */
  spansIn(year: number): readonly WallSpan[];
}

/** Longer than anything that comes back every year; it bounds how long ago one may have begun. */
const longestMs = 366 * dayMs;

/** Gives the occurrences in a zone, by the wall; what touches or overlaps is one. */
export function createYearly(years: Years): (zone: Zone) => Series {
  const { starts, endOf } = walkYears(years);
  const lengthOf = (start: Wall) => (Number.isFinite(start) ? endOf(start) - start : 0);
  const length = { lengthOf, longestMs };
  return (zone) => endingOnTheWall(starts, zone, length);
}

interface Walk {
  readonly starts: Starts;
  /** Where the span ends that starts there. */
  endOf(start: Wall): Wall;
}

function walkYears({ firstYear, lastYear, spansIn }: Years): Walk {
  const found = new Map<number, { starts: Wall[]; ends: Wall[] }>();

  function spansOf(year: number) {
    let spans = found.get(year);
    if (spans === undefined) {
      // With its neighbours: what began in December may last until January.
      const near = [year - 1, year, year + 1].filter(
        (near) => near >= firstYear && near <= lastYear,
      );
      const merged = mergeIntervals(near.flatMap(spansIn));
      const own = merged.filter(({ start }) => yearOf(start) === year);
      const starts = own.map(({ start }) => start);
      const ends = own.map(({ start, end }) => Math.min(end, start + longestMs));
      spans = { starts, ends };
      found.set(year, spans);
    }
    return spans;
  }

  return {
    starts: {
      after(wall) {
        for (let year = Math.max(firstYear, yearOf(wall)); year <= lastYear; year++) {
          const { starts } = spansOf(year);
          const next = starts[countUpTo(starts, wall)];
          if (next !== undefined) return next;
        }
        return Infinity;
      },
      before(wall) {
        for (let year = Math.min(lastYear, yearOf(wall)); year >= firstYear; year--) {
          const { starts } = spansOf(year);
          const previous = starts[countUpTo(starts, wall - 1) - 1];
          if (previous !== undefined) return previous;
        }
        return -Infinity;
      },
    },
    endOf(start) {
      const { starts, ends } = spansOf(yearOf(start));
      return ends[starts.indexOf(start)]!;
    },
  };
}

function yearOf(wall: Wall): number {
  return Number.isFinite(wall) ? dateOfDay(dayOfWall(wall)).year : wall;
}

import { countUpTo } from './starts.ts';
import { dayMs, dayOfWall, type Wall } from './wall.ts';

/**
 * Times of a day that follow each other so closely that the occurrence of each lasts until the
 * next. Every minute of a year is half a million occurrences, but 365 runs.
 */
export interface Runs {
  /** The first time of the run that `start` is in. */
  firstOf(start: Wall): Wall;
  /** The last time of the run that `start` is in. */
  lastOf(start: Wall): Wall;
}

/** The runs among `times` (milliseconds after midnight, ascending) when each lasts `forMs`. */
export function createRuns(times: readonly number[], forMs: number): Runs {
  const firsts = times.filter((time, index) => index === 0 || time - times[index - 1]! > forMs);
  const lasts = times.filter(
    (time, index) => index === times.length - 1 || times[index + 1]! - time > forMs,
  );
  const boundIn = (bounds: readonly number[], start: Wall) => {
    const midnight = dayOfWall(start) * dayMs;
    return midnight + bounds[countUpTo(firsts, start - midnight) - 1]!;
  };
  return {
    firstOf: (start) => boundIn(firsts, start),
    lastOf: (start) => boundIn(lasts, start),
  };
}

import { countUpTo, type Starts, type Timetable } from './starts.ts';
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

/** The first and the last times of the runs of one day. */
interface Edges {
  readonly times: readonly number[];
  readonly firsts: readonly number[];
  readonly lasts: readonly number[];
}

/** The runs among the `starts` of a timetable when each lasts `forMs`. */
export function createRuns({ timesOn }: Timetable, forMs: number, starts: Starts): Runs {
  let ends: readonly [earliest: Wall, latest: Wall] | undefined;
  let edges: Edges = { times: [], firsts: [], lasts: [] };

  function edgesOn(day: number): Edges {
    const times = timesOn(day);
    if (times !== edges.times) edges = edgesOf(times, forMs);
    return edges;
  }

  function edgeOf(kind: 'firsts' | 'lasts', start: Wall): Wall {
    const day = dayOfWall(start);
    const found = edgesOn(day);
    return day * dayMs + found[kind][countUpTo(found.firsts, start - day * dayMs) - 1]!;
  }

  function endsOfAll(): readonly [earliest: Wall, latest: Wall] {
    ends ??= [starts.after(-Infinity), starts.before(Infinity)];
    return ends;
  }

  return {
    firstOf: (start) => Math.max(edgeOf('firsts', start), endsOfAll()[0]),
    lastOf: (start) => Math.min(edgeOf('lasts', start), endsOfAll()[1]),
  };
}

function edgesOf(times: readonly number[], forMs: number): Edges {
  const firsts = times.filter((time, index) => index === 0 || time - times[index - 1]! > forMs);
  const lasts = times.filter(
    (time, index) => index === times.length - 1 || times[index + 1]! - time > forMs,
  );
  return { times, firsts, lasts };
}

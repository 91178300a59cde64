// Sets of starts made of others, as lazy as they are: a calendar's event takes the starts of a
// rule, adds some, leaves some out, and moves those after a date.

import { countUpTo, type Starts } from './starts.ts';
import type { Wall } from './wall.ts';

/** These, in any order. */
export function fixedStarts(walls: readonly Wall[]): Starts {
  const ordered = walls.toSorted((a, b) => a - b);
  return {
    after: (wall) => ordered[countUpTo(ordered, wall)] ?? Infinity,
    // Wall times are whole milliseconds: those below `wall` are those up to the one before it.
    before: (wall) => ordered[countUpTo(ordered, wall - 1) - 1] ?? -Infinity,
  };
}

/** Those of any part. */
export function eitherOf(parts: readonly Starts[]): Starts {
  return {
    after: (wall) => Math.min(...parts.map((part) => part.after(wall))),
    before: (wall) => Math.max(...parts.map((part) => part.before(wall))),
  };
}

/** All but those of which `isLeftOut` says so; it must say so of finitely many. */
export function leavingOut(starts: Starts, isLeftOut: (wall: Wall) => boolean): Starts {
  return {
    after(wall) {
      let next = starts.after(wall);
      while (Number.isFinite(next) && isLeftOut(next)) next = starts.after(next);
      return next;
    },
    before(wall) {
      let previous = starts.before(wall);
      while (Number.isFinite(previous) && isLeftOut(previous)) previous = starts.before(previous);
      return previous;
    },
  };
}

/** Each of them this much later on the wall. */
export function startsLater(starts: Starts, byMs: number): Starts {
  if (byMs === 0) return starts;
  return {
    after: (wall) => starts.after(wall - byMs) + byMs,
    before: (wall) => starts.before(wall - byMs) + byMs,
  };
}

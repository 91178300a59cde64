// Terminology of the room `time`, the floor that everything stands on. It is pure: it takes
// instants as arguments and never reads a clock, a file or the environment.
//
//   instant    exact time, epoch milliseconds, UTC
//   interval   half-open [start, end) between two instants
//   timeline   a step function from instants to "on" / "off"
//   boundary   an instant where a timeline changes value

/** An exact time: epoch milliseconds, UTC. `-Infinity` and `Infinity` mean "for ever". */
export type Instant = number;

/** Half-open `[start, end)`; `start < end`. */
export interface Interval {
  readonly start: Instant;
  readonly end: Instant;
}

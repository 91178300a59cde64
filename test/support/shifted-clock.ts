// The clock of this whole process, set on or back by hand: as when somebody sets it, or the machine
// slept. Timers, servers and databases do not notice, as in life. Import it before anything that
// keeps a `Date` of its own.

const RealDate = globalThis.Date;
let offsetMs = 0;

globalThis.Date = class extends RealDate {
  constructor(...args: unknown[]) {
    super(...((args.length === 0 ? [RealDate.now() + offsetMs] : args) as [number]));
  }

  static override now(): number {
    return RealDate.now() + offsetMs;
  }
} as DateConstructor;

/** Sets the clock on by `ms`, or back where that is negative. */
export function shiftClock(ms: number): void {
  offsetMs += ms;
}

/** The time as it is everywhere else. */
export function realNow(): number {
  return RealDate.now();
}

import type { Instant } from '../../src/time/interval.ts';
import type { SyncSeed } from './cloud.ts';
import type { Dice } from './dice.ts';
import type { PolicySpec } from './policy-book.ts';

export const GROUPS = ['A', 'B'] as const;

/** No policy lets syncs come back over a longer time. */
export const SPREAD_MAX_MS = 60_000;

/** Draws a sync that there may be; names begin with the group that policies select by. */
export function drawSync(dice: Dice, index: number): SyncSeed {
  return {
    kind: dice.pick(['model', 'model', 'bulk']),
    name: `${dice.pick(GROUPS)}/${index + 1}`,
    active: dice.is(0.75),
    everyMs: dice.is(0.6) ? dice.whole(40, 400) * 1_000 : undefined,
    lastsMs: dice.whole(5, 150) * 1_000,
  };
}

/** Draws a policy that has something to say between two instants. */
export function drawPolicy(
  dice: Dice,
  name: string,
  { from, to }: { readonly from: Instant; readonly to: Instant },
): PolicySpec {
  const effect = dice.pick(['during', 'during', 'during', 'during', 'outside', 'protect'] as const);
  const windows = Array.from({ length: dice.whole(1, 3) }, () => {
    const start = Math.ceil((from + dice.next() * (to - from)) / 1_000) * 1_000;
    // Short ones bring the trouble of the start and that of the end together.
    const seconds = dice.is(0.4) ? dice.whole(5, 60) : dice.whole(60, 480);
    return [start, start + seconds * 1_000] as const;
  });
  return {
    name,
    select: dice.pick(['all', 'all', 'A/*', 'B/*', 'model', 'bulk'] as const),
    effect,
    windows,
    priority: dice.pick([0, 0, 0, 5, -5]),
    leadMs: dice.is(0.2) ? dice.whole(1, 60) * 1_000 : 0,
    mode: dice.is(0.9) ? 'enforce' : 'observe',
    isEnabled: dice.is(0.95),
    inFlight: dice.pick([
      'leave',
      'cancel',
      { drainMs: dice.whole(5, 90) * 1_000, afterwards: dice.pick(['leave', 'cancel']) },
    ]),
    enforce: dice.is(0.8) ? 'once' : 'always',
    protectResync: dice.is(0.7),
    spreadMs: dice.is(0.8) ? 0 : dice.whole(1, SPREAD_MAX_MS / 1_000) * 1_000,
    catchUp: dice.pick(['none', 'none', 'if_missed', 'always']),
    onDelete: dice.is(0.7) ? 'restore' : 'finish',
    limit: dice.is(0.9) ? Infinity : dice.whole(0, 3),
  };
}

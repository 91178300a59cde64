import type { Instant } from '../../src/time/interval.ts';
import type { SyncSeed } from './cloud.ts';
import { diceOf } from './dice.ts';
import { drawPolicy, drawSync } from './draw.ts';
import type { Happening } from './happening.ts';
import { drawHappenings } from './happenings.ts';
import type { PolicySpec } from './policy-book.ts';
import { LIES } from './weather.ts';

/** Everything about a world that is decided before it begins, as plain data. */
export interface Story {
  readonly seed: number;
  readonly startsAt: Instant;
  /** After this nothing happens any more but what Curfew does; then all has to come to rest. */
  readonly lastsMs: number;
  readonly replicas: number;
  /** One process, whose database ends when it does. */
  readonly isEmbedded: boolean;
  readonly sweepMs: number;
  /** Whether calls go by the shared budget. */
  readonly hasBudget: boolean;
  readonly apiSkewMs: number;
  /** What the API may say wrongly about whether a sync exists. */
  readonly lies: (typeof LIES)[number];
  readonly touchesOnSame: boolean;
  readonly syncs: readonly SyncSeed[];
  readonly policies: readonly PolicySpec[];
  readonly happenings: readonly Happening[];
}

const MINUTE = 60_000;
const STARTS_AT = Date.UTC(2026, 2, 2, 10);

/** Draws the story of a seed. */
export function drawStory(seed: number): Story {
  const dice = diceOf(`story ${seed}`);
  const startsAt = STARTS_AT + dice.whole(0, 3_600) * 1_000;
  const lastsMs = dice.whole(6, 18) * MINUTE;
  const replicas = dice.pick([1, 1, 2, 2, 2, 3]);
  const span = { from: startsAt, to: startsAt + lastsMs };
  const policies = Array.from({ length: dice.whole(1, 3) }, (_, index) =>
    drawPolicy(dice, `p${index + 1}`, span),
  );
  const edges = policies.flatMap(({ windows }) => windows.flat());
  return {
    seed,
    startsAt,
    lastsMs,
    replicas,
    isEmbedded: replicas === 1 && dice.is(0.5),
    sweepMs: dice.pick([30, 60, 60, 120]) * 1_000,
    hasBudget: dice.is(0.2),
    apiSkewMs: dice.pick([0, 0, 0, -1_500, 700, 30_000, -45_000]),
    lies: dice.pick(LIES),
    touchesOnSame: dice.is(0.5),
    syncs: Array.from({ length: dice.whole(1, 5) }, (_, index) => drawSync(dice, index)),
    policies,
    happenings: drawHappenings(dice, span, edges),
  };
}

// The closed list of what may happen in a story. To add a kind, write it into a file of
// test/sim/happenings and list it here; it is drawn, played, printed and cut out like the others.

import type { Instant } from '../../src/time/interval.ts';
import type { Dice } from './dice.ts';
import type { Happening, HappeningKind } from './happening.ts';
import { ACCIDENTS } from './happenings/accidents.ts';
import { ASKING_HAPPENINGS } from './happenings/asking.ts';
import { OPERATOR_HAPPENINGS } from './happenings/operators.ts';
import { PEOPLE_HAPPENINGS } from './happenings/people.ts';
import type { World } from './world.ts';

const KINDS: readonly HappeningKind[] = [
  ...PEOPLE_HAPPENINGS,
  ...ASKING_HAPPENINGS,
  ...OPERATOR_HAPPENINGS,
  ...ACCIDENTS,
];

/** A story has most kinds not at all, so that those that it has can meet more often. */
const HAS_KIND = 0.35;

/** Much of it comes when Curfew has something to do: so long before an edge, and after it. */
const NEAR_EDGE = 0.6;
const AROUND_EDGE_MS = { before: 15_000, after: 60_000 };

/** Draws what happens in a stretch of time, ordered by time; much of it around `edges`. */
export function drawHappenings(
  dice: Dice,
  { from, to }: { readonly from: Instant; readonly to: Instant },
  edges: readonly Instant[],
): Happening[] {
  const near = edges.filter((edge) => edge >= from && edge <= to);
  const kinds = KINDS.filter(() => dice.is(HAS_KIND)).flatMap((kind) =>
    Array.from({ length: kind.weight }, () => kind),
  );
  if (kinds.length === 0) return [];
  const count = dice.whole(1, dice.pick([4, 12, 30]));
  return Array.from({ length: count }, () => {
    const { kind, draw } = dice.pick(kinds);
    const edge = dice.is(NEAR_EDGE) ? dice.pick(near) : undefined;
    const { before, after } = AROUND_EDGE_MS;
    const at = edge === undefined ? dice.whole(from, to) : dice.whole(edge - before, edge + after);
    return { at: Math.min(Math.max(at, from), to), kind, details: draw(dice) };
  }).sort((a, b) => a.at - b.at);
}

/** Makes it happen. */
export async function act(world: World, { kind, details }: Happening): Promise<void> {
  const found = KINDS.find((known) => known.kind === kind);
  if (found === undefined) throw new Error(`nothing of the kind ${kind} can happen`);
  await found.act(world, details);
}

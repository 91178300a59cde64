import { diceOf } from '../dice.ts';
import { drawPolicy } from '../draw.ts';
import { type HappeningKind, replicaOf } from '../happening.ts';
import type { PolicySpec } from '../policy-book.ts';
import type { World } from '../world.ts';

/** A change is seen by every replica within so much (src/daemon/policy-watch.ts). */
const SEEN_WITHIN_MS = 45_000;

/** What operators change about a policy. */
const FIELDS = [
  'windows',
  'priority',
  'mode',
  'isEnabled',
  'inFlight',
  'select',
  'enforce',
  'protectResync',
  'spreadMs',
  'catchUp',
  'onDelete',
  'limit',
] as const;

function rewrite(world: World, what: string, specs: readonly PolicySpec[]): void {
  world.history.say('operator', what);
  world.book.write(specs);
  world.disturb(SEEN_WITHIN_MS);
}

/** What the people do who run Curfew: to the policies, and to its processes. */
export const OPERATOR_HAPPENINGS: readonly HappeningKind[] = [
  {
    kind: 'edit policy',
    weight: 4,
    draw: (dice) => ({
      policy: dice.whole(0, 9),
      field: dice.pick(FIELDS),
      dice: dice.whole(0, 1e9),
    }),
    act(world, { policy, field, dice }) {
      const { specs } = world.book;
      const { startsAt, lastsMs } = world.story;
      const from = Math.max(startsAt, world.agenda.now - 120_000);
      const chosen = specs[Number(policy) % specs.length]!;
      const drawn = drawPolicy(diceOf(`edit ${dice}`), chosen.name, {
        from,
        to: startsAt + lastsMs,
      });
      const value = drawn[field as keyof PolicySpec];
      const changed = { ...chosen, [String(field)]: value };
      rewrite(
        world,
        `changes ${field} of ${chosen.name}: ${JSON.stringify(value)}`,
        specs.map((spec) => (spec === chosen ? changed : spec)),
      );
    },
  },
  {
    kind: 'add policy',
    weight: 2,
    draw: (dice) => ({ dice: dice.whole(0, 1e9) }),
    act(world, { dice }) {
      const { startsAt, lastsMs } = world.story;
      const name = `p${world.agenda.now - startsAt}`;
      if (world.book.specs.some((spec) => spec.name === name)) return;
      const span = { from: world.agenda.now - 60_000, to: startsAt + lastsMs };
      const spec = drawPolicy(diceOf(`add ${dice}`), name, span);
      rewrite(world, `adds ${name}: ${JSON.stringify(spec)}`, [...world.book.specs, spec]);
    },
  },
  {
    kind: 'delete policy',
    weight: 1,
    draw: (dice) => ({ policy: dice.whole(0, 9) }),
    act(world, { policy }) {
      const { specs } = world.book;
      if (specs.length < 2) return;
      const gone = specs[Number(policy) % specs.length]!;
      rewrite(
        world,
        `deletes ${gone.name}`,
        specs.filter((spec) => spec !== gone),
      );
    },
  },
  {
    kind: 'rename policy',
    weight: 1,
    draw: (dice) => ({ policy: dice.whole(0, 9) }),
    act(world, { policy }) {
      const { specs } = world.book;
      const old = specs[Number(policy) % specs.length]!;
      const name = `${old.name}x`;
      rewrite(
        world,
        `renames ${old.name} to ${name}`,
        specs.map((spec) => (spec === old ? { ...old, name } : spec)),
      );
    },
  },
  {
    kind: 'break policies',
    weight: 1,
    draw: (dice) => ({ forMs: dice.whole(5_000, 240_000) }),
    act(world, { forMs }) {
      const { book, agenda, history } = world;
      history.say('operator', 'makes a mistake in the policy file');
      book.breakFile();
      agenda.after(Number(forMs), () => {
        if (book.isBroken) rewrite(world, 'mends the policy file', book.specs);
      });
      world.disturb(Number(forMs) + SEEN_WITHIN_MS);
    },
  },
  {
    kind: 'restart',
    weight: 1,
    draw: (dice) => ({ replica: dice.whole(0, 9), downMs: dice.whole(200, 120_000) }),
    act(world, { replica, downMs }) {
      replicaOf(world, replica).restart(Number(downMs));
      world.disturb(Number(downMs) + 20_000);
    },
  },
];

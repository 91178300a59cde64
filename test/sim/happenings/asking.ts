import type { OverrideAnswer } from '../../../src/daemon/operations.ts';
import type { Dice } from '../dice.ts';
import { GROUPS } from '../draw.ts';
import { type Details, type HappeningKind, PEOPLE, replicaOf, syncOf } from '../happening.ts';
import { matcherOf, type PolicySpec } from '../policy-book.ts';
import type { World } from '../world.ts';

/** Refusals after which nothing can have happened, when there was one attempt. */
const FOR_SURE = ['not-sent', 'missing', 'rejected', 'throttled', 'unauthorized'];

/** What is asked of a replica: by whom, and of which. */
const asker = (dice: Dice): Details => ({
  replica: dice.whole(0, 9),
  person: dice.pick(PEOPLE),
  number: dice.whole(0, 1e9),
});

type Asking = (
  operations: NonNullable<ReturnType<typeof replicaOf>['operations']>,
  actor: string,
) => Promise<OverrideAnswer>;

/** Somebody tells a replica a word, and hears what becomes of it. */
function tell(world: World, { replica, person, number }: Details, what: string, ask: Asking) {
  const { operations, life } = replicaOf(world, replica);
  if (operations === undefined || life === undefined) return;
  world.history.say(`${person}`, `tells ${life.name} to ${what}`);
  world.disturb(60_000);
  const say = (text: string): void => world.history.say(life.name, `answers ${person}: ${text}`);
  ask(operations, `${person} (${number})`).then(
    ({ message }) => say(message),
    (error: unknown) => say(`${error instanceof Error ? error.message : error}`),
  );
}

interface AboutSyncs {
  readonly kind: 'hold' | 'release';
  readonly select: PolicySpec['select'];
}

const plainly = ({ wish, select }: Details) => ({ kind: wish, select }) as AboutSyncs;

/** The opposite of the newest word in effect: two about the same syncs rarely meet by chance. */
function contraryTo({ words, agenda }: World): AboutSyncs | undefined {
  const inEffect = words.list.filter(({ from, end }) => from <= agenda.now && agenda.now < end);
  const word = inEffect.findLast(({ select }) => select !== undefined);
  if (word?.select === undefined) return undefined;
  return { kind: word.kind === 'hold' ? 'release' : 'hold', select: word.select };
}

/** What people ask of Curfew itself: the API by hand, and exceptions from what policies say. */
export const ASKING_HAPPENINGS: readonly HappeningKind[] = [
  {
    kind: 'ask Curfew',
    weight: 2,
    draw: (dice) => ({
      sync: dice.whole(0, 99),
      replica: dice.whole(0, 9),
      person: dice.pick(PEOPLE),
      action: dice.pick(['activate', 'deactivate', 'cancel', 'start']),
      number: dice.whole(0, 1e9),
    }),
    act(world, { sync: index, replica, person, action: wanted, number }) {
      const { operations, life } = replicaOf(world, replica);
      const sync = syncOf(world, index);
      if (sync === undefined || operations === undefined || life === undefined) return;
      const action = wanted as 'activate' | 'deactivate' | 'cancel' | 'start';
      const active = action === 'activate';
      const isFlag = active || action === 'deactivate';
      const { wishes, history } = world;
      const actor = `${person} (${number})`;
      history.say(`${person}`, `asks ${life.name} to ${action} ${sync.name}`);
      const asked = isFlag ? wishes.ask(sync.key, active) : undefined;
      world.disturb(60_000);
      const tell = (what: string): void => history.say(life.name, `answers ${person}: ${what}`);
      operations.act({ sync: sync.key, action, actor, reason: 'a story' }).then(
        ({ outcome, attempts, message, isShown }) => {
          tell(`${outcome}, ${message}`);
          if (outcome === 'ok' && isShown === true) asked?.isDone();
          else if (attempts <= 1 && FOR_SURE.includes(outcome)) asked?.isRefused();
        },
        (error: unknown) => tell(`${error instanceof Error ? error.message : error}`),
      );
    },
  },
  {
    kind: 'hold or release',
    weight: 5,
    draw: (dice) => ({
      ...asker(dice),
      wish: dice.pick(['hold', 'hold', 'release']),
      select: dice.pick(['all', 'model', 'bulk', ...GROUPS.map((group) => `${group}/*`)]),
      afterMs: dice.is(0.7) ? 0 : dice.whole(1_000, 120_000),
      forMs: dice.is(0.2) ? 0 : dice.whole(2_000, dice.pick([120_000, 900_000])),
      isContrary: dice.is(0.4),
    }),
    act(world, details) {
      const { kind, select } = details.isContrary
        ? (contraryTo(world) ?? plainly(details))
        : plainly(details);
      const { afterMs, forMs } = details;
      const from = afterMs === 0 ? undefined : world.agenda.now + Number(afterMs);
      const words = `${kind} ${select} in ${afterMs} ms for ${forMs} ms`;
      tell(world, details, words, (operations, actor) =>
        operations.override({
          kind,
          syncs: [],
          select: matcherOf(select),
          ...(from === undefined ? {} : { from }),
          ...(forMs === 0 ? {} : { forMs: Number(forMs) }),
          actor,
          reason: 'a story',
        }),
      );
    },
  },
  {
    kind: 'change a window',
    weight: 3,
    draw: (dice) => ({
      ...asker(dice),
      wish: dice.pick(['skip', 'end', 'extend']),
      policy: dice.whole(0, 9),
      byMs: dice.whole(2_000, dice.pick([120_000, 900_000])),
    }),
    act(world, details) {
      const { wish, byMs } = details;
      const kind = wish as 'skip' | 'end' | 'extend';
      const { specs } = world.book;
      const { name } = specs[Number(details.policy) % specs.length]!;
      tell(world, details, `${kind} ${name}`, (operations, actor) =>
        operations.override({
          kind,
          policy: name,
          ...(kind === 'extend' ? { byMs: Number(byMs) } : {}),
          actor,
          reason: 'a story',
        }),
      );
    },
  },
  {
    kind: 'take a word back',
    weight: 2,
    draw: (dice) => ({ ...asker(dice), word: dice.whole(0, 9) }),
    act(world, details) {
      const open = world.words.list.filter(({ end }) => end > world.agenda.now);
      const word = open[Number(details.word) % open.length];
      if (word === undefined) return;
      tell(world, details, `forget the ${word.kind} ${word.number}`, (operations, actor) =>
        operations.revoke({ id: word.id, actor, reason: 'a story' }),
      );
    },
  },
];

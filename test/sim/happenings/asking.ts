import { type HappeningKind, PEOPLE, replicaOf, syncOf } from '../happening.ts';

/** Refusals after which nothing can have happened, when there was one attempt. */
const FOR_SURE = ['not-sent', 'missing', 'rejected', 'throttled', 'unauthorized'];

/** What people ask of Curfew itself: the API by hand. */
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
];

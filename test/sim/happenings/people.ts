import { type Dice, diceOf } from '../dice.ts';
import { drawSync } from '../draw.ts';
import { type Details, type HappeningKind, PEOPLE, personOf, syncOf } from '../happening.ts';

const who = (dice: Dice): Details => ({ sync: dice.whole(0, 99), person: dice.pick(PEOPLE) });

/**
 * What people do at the vendor's, without asking Curfew. Nobody edits a sync of which the API has
 * said what is not so, nor pauses it: a resume that did nothing and an edit look like one that
 * worked and a pause, and a pause that did nothing and one of a person like one and an edit.
 */
export const PEOPLE_HAPPENINGS: readonly HappeningKind[] = [
  {
    kind: 'click',
    weight: 5,
    draw: who,
    async act(world, { sync: index, person }) {
      const sync = syncOf(world, index);
      if (sync === undefined) return;
      const active = !sync.active;
      if (!active && sync.isDeceiving) return;
      world.history.say(`${person}`, `${active ? 'activates' : 'pauses'} ${sync.name}`);
      await world.wishes.click(sync, active);
      world.cloud.setActive(sync, active, personOf(person));
      world.disturb(0);
    },
  },
  {
    kind: 'edit',
    weight: 2,
    draw: who,
    act(world, { sync: index, person }) {
      const sync = syncOf(world, index);
      if (sync === undefined || sync.isDeceiving) return;
      world.history.say(`${person}`, `edits ${sync.name}`);
      world.cloud.edit(sync, personOf(person));
    },
  },
  {
    kind: 'rename',
    weight: 2,
    draw: (dice) => ({ ...who(dice), to: dice.pick(['A', 'B', 'C']) }),
    act(world, { sync: index, person, to }) {
      const sync = syncOf(world, index);
      if (sync === undefined || sync.isDeceiving) return;
      const name = `${to}/${sync.name.split('/')[1]}`;
      world.history.say(`${person}`, `renames ${sync.name} to ${name}`);
      world.cloud.rename(sync, name, personOf(person));
      world.disturb(0);
    },
  },
  {
    kind: 'run by hand',
    weight: 1,
    draw: (dice) => ({ ...who(dice), isResync: dice.is(0.3) }),
    act(world, { sync: index, person, isResync }) {
      const sync = syncOf(world, index);
      if (sync === undefined) return;
      const run = world.cloud.start(sync, Boolean(isResync));
      if (run === undefined) return;
      world.history.say(`${person}`, `starts ${isResync ? 'a resync of ' : ''}${sync.name}`);
    },
  },
  {
    kind: 'create',
    weight: 1,
    draw: (dice) => ({ person: dice.pick(PEOPLE), dice: dice.whole(0, 1e9) }),
    act(world, { person, dice }) {
      const seed = drawSync(diceOf(`sync ${dice}`), world.cloud.syncs.length);
      const sync = world.cloud.create(seed, personOf(person));
      world.wishes.begin(sync);
      world.history.say(`${person}`, `creates ${sync.name}${seed.active ? '' : ', inactive'}`);
      world.disturb(0);
    },
  },
  {
    kind: 'delete',
    weight: 1,
    draw: (dice) => ({ ...who(dice), comesBack: dice.is(0.5) }),
    act(world, { sync: index, person, comesBack }) {
      const sync = syncOf(world, index);
      if (sync === undefined) return;
      world.history.say(`${person}`, `deletes ${sync.name}`);
      world.cloud.remove(sync);
      if (!comesBack) return;
      const seed = { ...sync.seed, name: sync.name };
      world.wishes.begin(world.cloud.create(seed, personOf(person)));
      world.history.say(`${person}`, `makes another one of the same name`);
      world.disturb(0);
    },
  },
];

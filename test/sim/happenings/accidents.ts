import { type HappeningKind, replicaOf, syncOf } from '../happening.ts';
import type { Replica } from '../replica.ts';
import { API_FAULTS, type Spell } from '../weather.ts';
import type { World } from '../world.ts';

/** A process that is silent for so long has lost the jobs it was working on. */
const LOCK_MS = 25_000;

function spell(world: World, wanted: Spell): void {
  world.weather.begin(wanted);
  const { kind, probability, forMs, sync } = wanted;
  const where = sync === undefined ? '' : ` for ${world.cloud.find(sync)?.name}`;
  const seconds = Math.round(forMs / 1_000);
  world.history.say('weather', `${kind} ${Math.round(probability * 100)} %${where}, ${seconds} s`);
  world.disturb(forMs + 75_000);
}

function freeze(world: World, { life }: Replica, ms: number): void {
  if (life === undefined) return;
  world.history.say(life.name, `is frozen for ${ms} ms`);
  life.freeze(ms);
  if (ms > LOCK_MS) world.agenda.after(LOCK_MS, () => world.board.loseLocks(life));
  world.disturb(ms + 60_000);
}

/** What goes wrong by itself. */
export const ACCIDENTS: readonly HappeningKind[] = [
  {
    kind: 'kill',
    weight: 4,
    draw: (dice) => ({ replica: dice.whole(0, 9), downMs: dice.whole(500, 180_000) }),
    act(world, { replica, downMs }) {
      replicaOf(world, replica).crash(Number(downMs));
      world.disturb(Number(downMs) + 60_000);
    },
  },
  {
    // Right when something is under way: that is where crashes hurt.
    kind: 'kill at work',
    weight: 4,
    draw: (dice) => ({
      replica: dice.whole(0, 9),
      downMs: dice.whole(500, 120_000),
      sendings: dice.whole(1, 12),
      ms: dice.whole(0, 60),
    }),
    act(world, { replica, downMs, sendings, ms }) {
      world.trap(replicaOf(world, replica), Number(sendings), () => {
        world.agenda.after(Number(ms), () => {
          replicaOf(world, replica).crash(Number(downMs));
          world.disturb(Number(downMs) + 60_000);
        });
      });
    },
  },
  {
    kind: 'freeze',
    weight: 2,
    draw: (dice) => ({ replica: dice.whole(0, 9), ms: dice.whole(500, 150_000) }),
    act: (world, { replica, ms }) => freeze(world, replicaOf(world, replica), Number(ms)),
  },
  {
    kind: 'freeze at work',
    weight: 2,
    draw: (dice) => ({
      replica: dice.whole(0, 9),
      sendings: dice.whole(1, 12),
      ms: dice.whole(500, 150_000),
    }),
    act(world, { replica, sendings, ms }) {
      const frozen = replicaOf(world, replica);
      world.trap(frozen, Number(sendings), () => freeze(world, frozen, Number(ms)));
    },
  },
  {
    kind: 'fault',
    weight: 8,
    draw: (dice) => ({
      fault: dice.pick(API_FAULTS),
      probability: dice.pick([1, 1, 0.5, 0.2]),
      forMs: dice.whole(2_000, 200_000),
      sync: dice.is(0.3) ? dice.whole(0, 99) : -1,
    }),
    act(world, { fault, probability, forMs, sync: index }) {
      const sync = Number(index) < 0 ? undefined : syncOf(world, index)?.key;
      spell(world, {
        kind: fault as Spell['kind'],
        probability: Number(probability),
        forMs: Number(forMs),
        sync,
      });
    },
  },
  {
    kind: 'backend trouble',
    weight: 2,
    draw: (dice) => ({
      trouble: dice.pick(['database-away', 'database-slow', 'queue-away']),
      probability: dice.pick([1, 0.5, 0.2]),
      forMs: dice.whole(1_000, 90_000),
    }),
    act(world, { trouble, probability, forMs }) {
      // Where the database lives in the process, both are there or neither is.
      if (world.story.isEmbedded) return;
      const kind = trouble as Spell['kind'];
      spell(world, { kind, probability: Number(probability), forMs: Number(forMs) });
    },
  },
  {
    kind: 'lose jobs',
    weight: 3,
    draw: (dice) => ({ share: dice.pick([0.3, 1]) }),
    act(world, { share }) {
      const { board, dice, history } = world;
      for (const job of [...board.jobs.values()]) {
        if (job.state !== 'active' && dice.is(Number(share))) board.jobs.delete(job.id);
      }
      history.say('queue', 'loses jobs');
      world.disturb(60_000);
    },
  },
  {
    kind: 'double jobs',
    weight: 3,
    draw: () => ({}),
    act(world) {
      const { board, history } = world;
      for (const job of [...board.jobs.values()]) {
        if (job.state === 'active') board.handBack(job, job.token, 0);
      }
      history.say('queue', 'gives running jobs to others, too');
    },
  },
  {
    kind: 'flush queue',
    weight: 1,
    draw: () => ({}),
    act(world) {
      world.board.flush();
      world.history.say('queue', 'is flushed');
      world.disturb(90_000);
    },
  },
  {
    kind: 'wrong clock',
    weight: 1,
    draw: (dice) => ({
      replica: dice.whole(0, 9),
      offMs: dice.pick([-300_000, -20_000, -1_500, 1_500, 20_000, 300_000]),
      forMs: dice.whole(5_000, 240_000),
    }),
    act(world, { replica, offMs, forMs }) {
      const { life } = replicaOf(world, replica);
      if (life === undefined) return;
      const off = Number(offMs);
      world.clocksWereWrong = true;
      world.history.say(life.name, `has its clock set ${off > 0 ? 'on' : 'back'} by ${off} ms`);
      life.setClock(off);
      world.agenda.after(Number(forMs), () => {
        life.setClock(0);
        world.history.say(life.name, 'has the right time again');
      });
      world.disturb(Number(forMs) + Math.abs(off));
    },
  },
];

import { createHash } from 'node:crypto';
import { BrokenLaw, createWorld } from './create-world.ts';
import type { Engine } from './engine.ts';
import { PEOPLE, personOf } from './happening.ts';
import { act } from './happenings.ts';
import type { Law } from './law.ts';
import { unfinished } from './laws/restoring.ts';
import { LAWS } from './laws.ts';
import { saysNothingAfter } from './oracle.ts';
import type { Story } from './story.ts';
import type { World } from './world.ts';

/** How a story ended. */
export interface Ending {
  /** Undefined when every law held. */
  readonly broken: { readonly law: string; readonly what: string } | undefined;
  readonly history: readonly string[];
  /** Of the history: equal digests, equal histories. */
  readonly digest: string;
}

/** After the last happening all comes to rest within so much: the longest waits that Curfew has. */
const REST_WITHIN_MS = 40 * 60_000;
const LOOK_EVERY_MS = 30_000;
/** What is on its way for longer does not land any more. */
const STRAYS_MS = 90_000;

/** Plays a story on an engine, which it empties first. */
export async function simulate(
  story: Story,
  engine: Engine,
  laws: readonly Law[] = LAWS,
): Promise<Ending> {
  await engine.empty();
  const { world, judge } = createWorld(story, engine, laws);
  let broken: Ending['broken'];
  try {
    await play(world);
    await comeToRest(world);
    await judge();
  } catch (error) {
    if (!(error instanceof BrokenLaw)) throw error;
    const what = error.message.slice(error.law.length + 2);
    broken = { law: error.law, what };
    world.history.say('law', `broken: ${error.message}`);
  }
  const history = world.history.lines();
  const digest = createHash('sha256').update(history.join('\n')).digest('hex').slice(0, 16);
  return { broken, history, digest };
}

async function play(world: World): Promise<void> {
  const { story, agenda, cloud, wishes, replicas, history, dice } = world;
  for (const [index, seed] of story.syncs.entries()) {
    const sync = cloud.create(seed, personOf(PEOPLE[index % PEOPLE.length]));
    wishes.begin(sync);
    history.say('vendor', `has ${sync.key}, ${sync.name}${seed.active ? '' : ', inactive'}`);
  }
  for (const spec of story.policies) history.say('operator', `policy ${JSON.stringify(spec)}`);
  for (const replica of replicas) agenda.after(dice.whole(0, 5_000), replica.start);
  for (const happening of story.happenings) {
    agenda.after(happening.at - story.startsAt, () => act(world, happening));
  }
  await agenda.runUntil(story.startsAt + story.lastsMs);
}

/** Everything works again, nobody does anything any more, and no window is left. */
async function comeToRest(world: World): Promise<void> {
  const { agenda, weather, book, history, replicas } = world;
  history.say('weather', 'is fine from now on');
  weather.clear();
  world.disturb(0);
  if (book.isBroken || !saysNothingAfter({ specs: book.specs, words: [] }, agenda.now)) {
    history.say('operator', 'narrows all policies, so that they are about nothing');
    book.write(book.specs.map((spec) => ({ ...spec, select: 'Z/*' })));
  }
  const until = agenda.now + REST_WITHIN_MS;
  let quietSince: number | undefined;
  while (agenda.now < until) {
    await agenda.runUntil(agenda.now + LOOK_EVERY_MS);
    const isUp = replicas.every(({ isAtWork }) => isAtWork);
    const isDone = isUp && (await unfinished(world)).length === 0;
    quietSince = isDone ? (quietSince ?? agenda.now) : undefined;
    if (quietSince !== undefined && agenda.now - quietSince >= STRAYS_MS) return;
  }
}

// `npm run sim`: plays many stories, or one of them with everything that happened in it.
//
// usage: npm run sim -- --seeds 1000           the seeds 1 to 1000, on all cores
//        npm run sim -- --from 500 --seeds 10  ten seeds from 500 on
//        npm run sim -- --seed 42              one seed, with its history
//        npm run sim -- --seed 42 --whole      the same; one that fails is not cut short
//
// more:  --jobs 1     in this process only
//        --stop       ends with the first seed that fails
//
// Exits with 1 when a law was broken.

import { spawn } from 'node:child_process';
import { availableParallelism } from 'node:os';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { openEngine } from './engine.ts';
import { shrink } from './shrink.ts';
import { simulate } from './simulate.ts';
import { drawStory } from './story.ts';

/** So few seeds are played before further processes would be up. */
const WORTH_A_PROCESS = 50;

/** Twenty thousand seeds take an hour and more: so often it says how far it is. */
const TELL_EVERY_MS = 60_000;

const { values } = parseArgs({
  options: {
    seed: { type: 'string' },
    seeds: { type: 'string', default: '200' },
    from: { type: 'string', default: '1' },
    jobs: { type: 'string', default: String(availableParallelism()) },
    stop: { type: 'boolean', default: false },
    whole: { type: 'boolean', default: false },
  },
});

function say(text: string): void {
  process.stdout.write(`${text}\n`);
}

/** One seed with its history; gives whether every law held. */
async function tell(seed: number): Promise<boolean> {
  const engine = await openEngine();
  const whole = drawStory(seed);
  const first = await simulate(whole, engine);
  const isCut = first.broken !== undefined && !values.whole;
  const { story, ending } = isCut
    ? await shrink(whole, first, engine)
    : { story: whole, ending: first };
  await engine.close();
  const { syncs, policies, happenings, startsAt, ...more } = story;
  say(`seed ${seed}: ${JSON.stringify(more)}`);
  say(`begins at ${new Date(startsAt).toISOString()}\n`);
  say(ending.history.join('\n'));
  if (isCut) say(`\nleft: ${happenings.length} of ${whole.happenings.length} happenings.`);
  say(`digest ${ending.digest}`);
  return ending.broken === undefined;
}

/** Many seeds in this process; says only which fail. */
async function playRange(from: number, count: number): Promise<boolean> {
  const engine = await openEngine();
  let areAllGood = true;
  for (let seed = from; seed < from + count; seed += 1) {
    const { broken } = await simulate(drawStory(seed), engine);
    process.send?.('played');
    if (broken === undefined) continue;
    areAllGood = false;
    say(`seed ${seed}: ${broken.law}: ${broken.what}`);
    if (values.stop) break;
  }
  await engine.close();
  return areAllGood;
}

/** Many seeds, each core its share. */
async function playOnAllCores(from: number, count: number, jobs: number): Promise<boolean> {
  const share = Math.ceil(count / jobs);
  const shares = Array.from({ length: jobs }, (_, index) => {
    const first = from + index * share;
    return { first, seeds: Math.min(share, from + count - first) };
  }).filter(({ seeds }) => seeds > 0);
  let played = 0;
  const teller = setInterval(() => {
    process.stderr.write(`${played} of ${count} seeds so far\n`);
  }, TELL_EVERY_MS);
  const ends = shares.map(({ first, seeds }) => {
    const words = ['--from', `${first}`, '--seeds', `${seeds}`, '--jobs', '1'];
    if (values.stop) words.push('--stop');
    const child = spawn(process.execPath, [fileURLToPath(import.meta.url), ...words], {
      stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
    });
    child.on('message', () => {
      played += 1;
    });
    return new Promise<boolean>((resolve) => child.on('exit', (code) => resolve(code === 0)));
  });
  const areGood = await Promise.all(ends);
  clearInterval(teller);
  return areGood.every((isGood) => isGood);
}

async function main(): Promise<boolean> {
  if (values.seed !== undefined) return tell(Number(values.seed));
  const [from, count, jobs] = [values.from, values.seeds, values.jobs].map(Number) as [
    number,
    number,
    number,
  ];
  const isAlone = jobs === 1 || count < WORTH_A_PROCESS;
  const isGood = isAlone ? await playRange(from, count) : await playOnAllCores(from, count, jobs);
  if (values.jobs !== '1') say(isGood ? `${count} seeds: every law held.` : 'See --seed N.');
  return isGood;
}

process.exitCode = (await main()) ? 0 : 1;

// A storm: the lanes of the script, played side by side until its time is over. When it resolves,
// everything that was harmed is there again.

import { Redis } from 'ioredis';
import type { Server } from '../support/server.ts';
import type { Harmed } from './evidence.ts';
import { sleep } from './pausing.ts';
import type { PolicyFolder } from './policy-folder.ts';
import { type Click, type Harm, type Lane, type Pace, scriptOf, wordsFor } from './script.ts';
import { freezeFamily, killFamily } from './server-family.ts';
import type { Town } from './town.ts';

/** What a storm needs. */
export interface StormOptions {
  readonly town: Town;
  readonly folder: PolicyFolder;
  readonly seed: number;
  /** Tells the storms of one run apart. */
  readonly number: number;
  readonly lanes: readonly Lane[];
  readonly pace: Pace;
  readonly forMs: number;
  /** Told of each act when it is over. */
  readonly onHarmed: (harmed: Harmed) => void;
  /** Told of each act when it begins, people's clicks excepted. */
  readonly say: (line: string) => void;
}

/** Plays a storm to its end. */
export async function playStorm(options: StormOptions): Promise<void> {
  const abort = new AbortController();
  const clock = setTimeout(() => abort.abort(), options.forMs);
  try {
    await Promise.all(options.lanes.map((lane) => playLane(options, lane, abort.signal)));
  } finally {
    clearTimeout(clock);
    abort.abort();
  }
}

async function playLane(options: StormOptions, lane: Lane, abort: AbortSignal): Promise<void> {
  const { seed, number, pace, town, onHarmed, say } = options;
  for (const { gapMs, harm } of scriptOf(seed, number, lane, pace)) {
    await sleep(gapMs, abort);
    if (abort.aborted) break;
    if (harm.kind !== 'click') say(`${lane.padEnd(9)} ${wordsFor(harm)}`);
    const from = Date.now();
    const what = await harmLane(options, lane, harm, abort);
    onHarmed({ who: lane, what, from, to: Date.now() });
  }
  if (lane === 'weather') await town.sandbox.setFaults([]);
}

/** Does one act and undoes it; gives words for it. */
async function harmLane(
  { town, folder }: StormOptions,
  lane: Lane,
  harm: Harm,
  abort: AbortSignal,
): Promise<string> {
  switch (lane) {
    case 'daemon 1':
    case 'daemon 2':
      return harmDaemon(town, lane, harm, abort);
    case 'redis':
    case 'postgres':
      return harmServer(town[lane]!, harm, abort);
    case 'sandbox':
      if (harm.kind === 'freeze') await freezeFamily(town.sandbox.pid, harm.forMs, abort);
      return wordsFor(harm);
    case 'folder':
      return harm.kind === 'edit' ? `${harm.edit} of ${await folder.edit(harm, abort)}` : '';
    case 'people':
      return harm.kind === 'click' ? click(town, harm.action, harm.which) : '';
    default:
      return harmApi(town, harm, abort);
  }
}

async function harmDaemon(town: Town, name: string, harm: Harm, abort: AbortSignal) {
  const daemon = town.daemons.find((each) => each.name === name)!;
  if (harm.kind === 'kill') await daemon.restart('SIGKILL', harm.downMs, abort);
  else if (harm.kind === 'stop') await daemon.restart('SIGTERM', harm.downMs, abort);
  else if (harm.kind === 'freeze') await daemon.freeze(harm.forMs, abort);
  else await daemon.hangUp();
  return wordsFor(harm);
}

async function harmServer(server: Server, harm: Harm, abort: AbortSignal): Promise<string> {
  if (harm.kind === 'freeze') await freezeFamily(server.pid, harm.forMs, abort);
  else if (harm.kind === 'flush') await flush(server.url);
  else if (harm.kind === 'kill' || harm.kind === 'crash') {
    if (harm.kind === 'kill') await killFamily(server.pid);
    else await server.kill();
    await sleep(harm.downMs, abort);
    await server.restart();
  }
  return wordsFor(harm);
}

async function flush(url: string): Promise<void> {
  const redis = new Redis(url);
  await redis.flushall();
  redis.disconnect();
}

async function harmApi({ sandbox }: Town, harm: Harm, abort: AbortSignal): Promise<string> {
  if (harm.kind === 'faults') {
    await sandbox.setFaults(harm.faults);
    await sleep(harm.forMs, abort);
  } else if (harm.kind === 'revoke') {
    await sandbox.setRevoked(true);
    await sleep(harm.forMs, abort);
    await sandbox.setRevoked(false);
  }
  return wordsFor(harm);
}

const PEOPLE = ['Maya Chen', 'Priya Patel', 'Tom Okafor'];

/** People touch one sync in so many, so that most are left to Curfew alone. */
const TOUCHED_ONE_IN = 4;

async function click({ sandbox, before }: Town, action: Click, which: number): Promise<string> {
  const theirs = before.filter((_, index) => index % TOUCHED_ONE_IN === 0);
  const { key, name } = theirs[which % theirs.length]!;
  const [kind, sync] = key.split(':') as [string, string];
  const person = { name: PEOPLE[which % PEOPLE.length]!, sync, kind };
  const team = name.split('/')[0];
  switch (action) {
    case 'rename':
      await sandbox.person({ ...person, action, to: `${otherTeam(which)}/renamed ${which}` });
      break;
    case 'toggle twice':
      await sandbox.person({ ...person, action: 'toggle' });
      await sandbox.person({ ...person, action: 'toggle' });
      break;
    case 'create':
      await sandbox.person({
        ...person,
        action,
        sync: `${team}/created ${which}`,
        active: which % 3 > 0,
      });
      break;
    default:
      await sandbox.person({ ...person, action });
  }
  return `${person.name}: ${action} ${key}`;
}

function otherTeam(which: number): string {
  return ['Finance', 'Sales', 'Marketing', 'Elsewhere'][which % 4]!;
}

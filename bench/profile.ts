import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type CpuProfile, selfTimes } from './cpu-profile.ts';
import { number, printTable } from './figures.ts';
import { startServers } from './pause.ts';
import { runDaemonRound } from './pause-rounds.ts';

const OWNERS_SHOWN = 15;
const FUNCTIONS_SHOWN = 15;

/** What the daemon does, and the packages and rooms that do it. */
const SUBJECTS: Readonly<Record<string, readonly string[]>> = {
  'calling the API': ['undici', 'zod', 'curfew: polytomic'],
  'the queue': ['ioredis', 'bullmq', 'msgpackr', 'denque', 'debug', 'tslib', 'curfew: queue'],
  'the database': ['pg', 'pg-protocol', 'pg-pool', 'pg-types', 'postgres-array', 'curfew: store'],
  'deciding and keeping track': [
    'curfew: daemon',
    'curfew: plan',
    'curfew: policy',
    'curfew: time',
  ],
  'the log': ['pino', 'quick-format-unescaped', 'curfew: cli'],
  waiting: ['(idle)'],
  'collecting garbage': ['(garbage collector)'],
};

/** Where the daemon's CPU time goes from the boundary to the last pause, on Redis + Postgres. */
export async function benchProfile(): Promise<void> {
  console.log('\n## profile: the daemon from the boundary to the last pause\n');
  const servers = await startServers();
  const folder = await mkdtemp(join(tmpdir(), 'curfew-profile-'));
  try {
    const range = { startUs: 0, endUs: 0 };
    const nodeArgs = ['--cpu-prof', `--cpu-prof-dir=${folder}`];
    const round = await runDaemonRound(servers, nodeArgs, (found) => Object.assign(range, found));
    const [file] = await readdir(folder);
    const profile = JSON.parse(await readFile(join(folder, file!), 'utf8')) as CpuProfile;
    const { byOwner, byFunction, totalUs } = selfTimes(profile, range);
    console.log(`${number(round.wallMs)} ms of wall time, ${number(totalUs / 1_000)} ms sampled\n`);
    print('what for', bySubject(byOwner), totalUs, Number.POSITIVE_INFINITY);
    console.log('');
    print('whose code', byOwner, totalUs, OWNERS_SHOWN);
    console.log('');
    print('function', byFunction, totalUs, FUNCTIONS_SHOWN);
  } finally {
    await rm(folder, { recursive: true, force: true });
    await servers.stop();
  }
}

function bySubject(byOwner: ReadonlyMap<string, number>): Map<string, number> {
  const subjects = new Map<string, number>();
  for (const [owner, us] of byOwner) {
    const found = Object.entries(SUBJECTS).find(([, owners]) => owners.includes(owner));
    const subject = found?.[0] ?? 'anything else';
    subjects.set(subject, (subjects.get(subject) ?? 0) + us);
  }
  return subjects;
}

function print(
  what: string,
  times: ReadonlyMap<string, number>,
  totalUs: number,
  count: number,
): void {
  const sorted = [...times].sort((a, b) => b[1] - a[1]).slice(0, count);
  printTable(
    [what, 'ms', '%'],
    sorted.map(([name, us]) => [name, number(us / 1_000), number((us / totalUs) * 100, 1)]),
  );
}

import { startPostgres, startRedis } from '../test/support/servers.ts';
import { median, number, printTable, spread } from './figures.ts';
import { type Place, type Round, runBareRound, runDaemonRound, SYNCS } from './pause-rounds.ts';

const ROUNDS = 3;

/** Both sides of one round on one place. */
interface Pair {
  readonly bare: Round;
  readonly curfew: Round;
}

/**
 * Pauses all syncs at one boundary: the daemon, and a bare worker that only sends the POSTs, on the
 * same servers and on the embedded database.
 */
export async function benchPause(): Promise<void> {
  console.log(`\n## pause: ${number(SYNCS)} syncs at one boundary\n`);
  const servers = await startServers();
  const pairs = { servers: [] as Pair[], embedded: [] as Pair[] };
  try {
    for (let round = 0; round < ROUNDS; round += 1) {
      pairs.servers.push(await runPair(servers));
      pairs.embedded.push(await runPair(undefined));
    }
  } finally {
    await servers.stop();
  }
  printTable(
    [
      'where',
      'who',
      'ms to the last pause',
      'requests',
      'CPU ms',
      'times as long',
      'times the CPU',
    ],
    [
      ...rowsOf('Redis + Postgres', pairs.servers, pairs.servers),
      ...rowsOf('embedded', pairs.embedded, pairs.servers),
    ],
  );
}

/** Redis as docker-compose.yml runs it; Postgres as it comes, so that a commit is on the disk. */
export async function startServers(): Promise<NonNullable<Place> & { stop(): Promise<void> }> {
  const [redis, postgres] = await Promise.all([
    startRedis({ extraArgs: ['--appendonly', 'yes', '--hz', '100'] }),
    startPostgres({ fsync: true }),
  ]);
  return {
    redis,
    postgres,
    stop: async () => void (await Promise.all([redis.stop(), postgres.stop()])),
  };
}

async function runPair(place: Place): Promise<Pair> {
  const bare = await runBareRound(place);
  const curfew = await runDaemonRound(place);
  return { bare, curfew };
}

/** `onRedis` has the bare worker on Redis, which the embedded daemon is compared with, too. */
function rowsOf(where: string, pairs: readonly Pair[], onRedis: readonly Pair[]): string[][] {
  const ratio = (of: (round: Round) => number, others: readonly Pair[]): string =>
    spread(
      pairs.map(({ curfew }, round) => of(curfew) / of(others[round]!.bare)),
      1,
    );
  const wall = (round: Round): number => round.wallMs;
  const isOnRedis = pairs === onRedis;
  const ratios = isOnRedis
    ? ratio(wall, pairs)
    : `${ratio(wall, pairs)}; on Redis ${ratio(wall, onRedis)}`;
  return [
    [where, 'bare worker', ...cellsOf(pairs.map(({ bare }) => bare)), '1', '1'],
    [where, 'curfew', ...cellsOf(pairs.map(({ curfew }) => curfew)), ratios, ratio(cpuOf, pairs)],
  ];
}

function cpuOf({ cpuMs }: Round): number {
  return Object.values(cpuMs).reduce((sum, ms) => sum + ms, 0);
}

function cellsOf(rounds: readonly Round[]): string[] {
  const [first] = rounds;
  const each = Object.keys(first!.cpuMs).map((name) => {
    return `${name} ${number(median(rounds.map(({ cpuMs }) => cpuMs[name] ?? 0)))}`;
  });
  return [
    spread(rounds.map(({ wallMs }) => wallMs)),
    number(first!.requests),
    `${number(median(rounds.map(cpuOf)))} (${each.join(', ')})`,
  ];
}

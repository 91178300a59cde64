import { accessSync, constants, existsSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import type { Config } from '../daemon/config.ts';
import { policyDiskAt, readPolicySet } from '../policy/read-policy-set.ts';
import { createPolytomic } from '../polytomic/client.ts';
import { askOwner } from '../store/folder-lock.ts';
import { connectPostgres } from '../store/postgres.ts';
import { findDaemon } from './asking.ts';
import { checkRedis } from './doctor-redis.ts';
import { configOf, policyPathOf } from './environment.ts';
import { failureOf } from './failure.ts';
import { lengthOf } from './moment.ts';
import { feedReaderOf } from './policy-files.ts';
import type { Surroundings } from './surroundings.ts';

/** What looking at one thing came to. */
export interface Check {
  readonly name: string;
  readonly state: 'ok' | 'warn' | 'fail' | 'unreachable';
  readonly message: string;
  /** What to do about it. */
  readonly advice?: string | undefined;
}

type Finding = Omit<Check, 'name'>;

const API_TIMEOUT_MS = 10_000;
const SKEW_WARN_MS = 5_000;
const SKEW_FAIL_MS = 60_000;

/** Looks at everything that the daemon needs, one thing after the other; changes nothing. */
export async function* examine(surroundings: Surroundings): AsyncGenerator<Check> {
  yield* named('node', runtime(surroundings));
  yield* named('policies', policies(surroundings));
  let config: Config;
  try {
    config = configOf(surroundings);
  } catch (error) {
    const failure = failureOf(error);
    if (failure === undefined) throw error;
    for (const message of failure.message.split('\n')) {
      yield { name: 'configuration', state: 'fail', message };
    }
    return;
  }
  yield { name: 'configuration', state: 'ok', message: 'every variable can be read' };
  yield* api(config, surroundings);
  yield* named('database', config.databaseUrl === undefined ? folder(config.data) : server(config));
  yield* named('queue', queue(config));
  yield* named('daemon', daemon(surroundings));
}

async function* named(name: string, finding: Promise<Finding>): AsyncGenerator<Check> {
  yield { name, ...(await finding) };
}

/** Windows are only as right as the time zone data in Node; governments change zones every year. */
async function runtime({ clock }: Surroundings): Promise<Finding> {
  const tzdata = process.versions.tz ?? '';
  const age = new Date(clock.now()).getUTCFullYear() - Number(tzdata.slice(0, 4));
  const message = `Node ${process.versions.node}, time zone data ${tzdata || 'unknown'}`;
  if (age < 2) return { state: 'ok', message };
  return { state: 'warn', message, advice: 'update Node, which brings newer time zone data' };
}

async function policies(surroundings: Surroundings): Promise<Finding> {
  const path = policyPathOf(surroundings);
  const { set, problems, files } = await readPolicySet(
    policyDiskAt([path]),
    feedReaderOf(surroundings),
    surroundings.clock.now(),
  );
  const advice = `run curfew validate ${path}`;
  if (set === undefined) {
    return { state: 'fail', message: `${problems.length} problems in ${path}`, advice };
  }
  const message = `${set.policies.length} in ${files} ${files === 1 ? 'file' : 'files'} in ${path}`;
  if (problems.length === 0) return { state: 'ok', message };
  return { state: 'warn', message: `${message}, ${problems.length} warnings`, advice };
}

async function* api(config: Config, { clock, version }: Surroundings): AsyncGenerator<Check> {
  const { url, credentials } = config.polytomic;
  const client = createPolytomic({
    baseUrl: url,
    credentials,
    timeoutMs: API_TIMEOUT_MS,
    connections: 1,
    admit: async () => undefined,
    now: () => clock.now(),
    onVersionMismatch: () => undefined,
    userAgent: `curfew-doctor/${version}`,
  });
  try {
    const me = await client.me();
    if (me.kind === 'ok') {
      const { organizationName, organizationId, name } = me.value;
      const where = organizationName ?? organizationId ?? 'an unnamed organization';
      yield { name: 'API', state: 'ok', message: `${url}: ${where}, as ${name ?? 'its key'}` };
      yield* named('clock', skew(client.skewMs()));
    } else if (me.kind === 'unauthorized') {
      const advice = 'check POLYTOMIC_API_KEY, or POLYTOMIC_ORG_ID and POLYTOMIC_ORG_KEY';
      yield { name: 'API', state: 'fail', message: `${url}: ${me.reason}`, advice };
    } else {
      const advice = 'check POLYTOMIC_URL and the network';
      yield { name: 'API', state: 'unreachable', message: `${url}: ${me.reason}`, advice };
    }
  } finally {
    await client.close();
  }
}

async function skew(skewMs: number | undefined): Promise<Finding> {
  if (skewMs === undefined) return { state: 'warn', message: 'the API does not tell its time' };
  const off = Math.abs(skewMs);
  const side = skewMs > 0 ? 'behind' : 'ahead of';
  const message =
    off < SKEW_WARN_MS ? 'agrees with the API' : `${lengthOf(off)} ${side} the clock of the API`;
  if (off < SKEW_WARN_MS) return { state: 'ok', message };
  const advice = 'let NTP set the clock of this machine: windows open and close by it';
  return { state: off < SKEW_FAIL_MS ? 'warn' : 'fail', message, advice };
}

async function folder(data: string): Promise<Finding> {
  const owner = await askOwner(data);
  const path = resolve(data);
  if (owner !== undefined) {
    return { state: 'ok', message: `embedded, open in process ${owner.pid}, in ${path}` };
  }
  let nearest = path;
  while (!existsSync(nearest)) nearest = dirname(nearest);
  try {
    accessSync(nearest, constants.W_OK);
    const when = nearest === path ? '' : ' (made at the first start)';
    return { state: 'ok', message: `embedded, in ${path}${when}` };
  } catch {
    const message = `${nearest} cannot be written to`;
    return { state: 'fail', message, advice: 'change its permissions, or set CURFEW_DATA' };
  }
}

/** Only looks: migrating is for the daemon, or one look would lock older replicas out. */
async function server(config: Config): Promise<Finding> {
  const database = connectPostgres({ url: config.databaseUrl!, applicationName: 'curfew-doctor' });
  try {
    const [row] = await database.query<{ version: string; exists: boolean }>(
      `select current_setting('server_version') as version,
              to_regclass('curfew.migrations') is not null as exists`,
    );
    const state = row?.exists ? 'with the tables of Curfew' : 'empty: the daemon makes its tables';
    return { state: 'ok', message: `Postgres ${row?.version}, ${state}` };
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    return { state: 'unreachable', message: why, advice: 'check DATABASE_URL and the server' };
  } finally {
    await database.close();
  }
}

async function queue({ redisUrl, databaseUrl }: Config): Promise<Finding> {
  if (redisUrl !== undefined) return checkRedis(redisUrl);
  const where = databaseUrl === undefined ? 'the embedded database' : 'Postgres';
  return { state: 'ok', message: `in ${where}; REDIS_URL is not set` };
}

async function daemon(surroundings: Surroundings): Promise<Finding> {
  try {
    const curfew = await findDaemon(surroundings);
    if (curfew === undefined) return { state: 'warn', message: 'none is running' };
    const { health } = await curfew.get<{
      health: { parts: { name: string; isReady: boolean; message?: string }[] };
    }>('/v1/status');
    const sick = health.parts.filter(({ isReady }) => !isReady);
    if (sick.length === 0) return { state: 'ok', message: 'running, every part is ready' };
    const message = sick.map((part) => `${part.name}: ${part.message ?? 'not ready'}`).join('; ');
    return { state: 'warn', message };
  } catch (error) {
    const failure = failureOf(error);
    if (failure === undefined) throw error;
    return { state: failure.exitCode === 3 ? 'unreachable' : 'fail', message: failure.message };
  }
}

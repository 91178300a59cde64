import { createRedisClients } from '../queue/redis.ts';
import { parseRedisUrl } from '../queue/redis-url.ts';
import type { Check } from './doctor-checks.ts';

const COMMAND_MS = 5_000;
/** A scheduler's job is late by up to a tick of Redis. */
const HZ_WANTED = 100;

/** Looks at the settings on which a queue depends: nothing evicted, writes kept, frequent ticks. */
export async function checkRedis(url: string): Promise<Omit<Check, 'name'>> {
  const parsed = parseRedisUrl(url);
  if (!parsed.ok) return { state: 'fail', message: `REDIS_URL cannot be read: ${parsed.problem}` };
  let lastError: string | undefined;
  const clients = createRedisClients(parsed.endpoint, COMMAND_MS, (error) => {
    lastError = error.message;
  });
  try {
    return judge(readInfo(await clients.forQueues.info()));
  } catch (error) {
    const why = lastError ?? (error instanceof Error ? error.message : String(error));
    const advice = 'check REDIS_URL and the server';
    return { state: 'unreachable', message: why || 'no answer', advice };
  } finally {
    clients.end();
  }
}

/** The fields of INFO, which managed servers allow where CONFIG is forbidden. */
function readInfo(text: string): ReadonlyMap<string, string> {
  const lines = text.split(/\r?\n/).filter((line) => line.includes(':'));
  return new Map(
    lines.map((line) => [line.slice(0, line.indexOf(':')), line.slice(line.indexOf(':') + 1)]),
  );
}

function judge(info: ReadonlyMap<string, string>): Omit<Check, 'name'> {
  const message = `Redis ${info.get('redis_version') ?? 'of an unknown version'}`;
  const policy = info.get('maxmemory_policy');
  if (policy !== undefined && policy !== 'noeviction') {
    const advice = 'set maxmemory-policy noeviction: an evicted key is a job that never runs';
    return { state: 'fail', message: `${message}, maxmemory-policy ${policy}`, advice };
  }
  const wishes: string[] = [];
  const hz = Number(info.get('configured_hz') ?? info.get('hz'));
  if (hz < HZ_WANTED) wishes.push(`hz ${HZ_WANTED} (it is ${hz}): windows open on time`);
  if (info.get('aof_enabled') === '0') {
    wishes.push('appendonly yes: a restart costs up to a minute of lateness without');
  }
  if (wishes.length === 0) return { state: 'ok', message: `${message}, noeviction, AOF, hz ${hz}` };
  return { state: 'warn', message, advice: `set ${wishes.join('; ')}` };
}

import { setTimeout as sleep } from 'node:timers/promises';
import { number, printTable } from './figures.ts';
import { startServers } from './pause.ts';
import { usageOf } from './process-usage.ts';
import { startDaemonProcess, startSandboxProcess } from './processes.ts';

const POLICIES = 100;
const SYNCS = 200;
/** From "at work" to the first reading: the start-up's garbage has been collected by then. */
const SETTLE_MS = 30_000;
/** One whole turn of the sweep and two of the upkeep. */
const WATCH_MS = 60_000;
const MIB = 2 ** 20;

/** Memory and CPU of a daemon that has 100 policies and nothing to do. */
export async function benchIdle(): Promise<void> {
  const what = `${POLICIES} policies over ${SYNCS} syncs, none of them open`;
  console.log(`\n## idle: ${what}\n`);
  const servers = await startServers();
  try {
    const { redis, postgres } = servers;
    const env = { REDIS_URL: redis.url, DATABASE_URL: postgres.url };
    const rows = [await measure('Redis + Postgres', env), await measure('embedded', {})];
    printTable(['where', 'MiB resident', 'the most in that minute', 'CPU ms in a minute'], rows);
  } finally {
    await servers.stop();
  }
}

async function measure(where: string, env: Readonly<Record<string, string>>): Promise<string[]> {
  const sandbox = await startSandboxProcess(SYNCS);
  const daemon = await startDaemonProcess({ sandbox, policy: policies(), env });
  try {
    await sleep(SETTLE_MS);
    const before = usageOf(daemon.pid);
    let most = before.residentBytes;
    const until = Date.now() + WATCH_MS;
    while (Date.now() < until) {
      await sleep(1_000);
      most = Math.max(most, usageOf(daemon.pid).residentBytes);
    }
    const after = usageOf(daemon.pid);
    const cpuMs = after.cpuMs - before.cpuMs;
    return [where, number(after.residentBytes / MIB), number(most / MIB), number(cpuMs)];
  } finally {
    await daemon.stop();
    await sandbox.stop();
  }
}

/** Windows of all kinds, of which none is open or opens soon. */
function policies(): string {
  const start = new Date(Date.now() + 8 * 3_600_000);
  const hour = String(start.getUTCHours()).padStart(2, '0');
  const windows = (minute: string) => [
    `daily: ${hour}:${minute} for 2h`,
    `weekly: Mon-Fri ${hour}:${minute} for 90m`,
    `cron: '${Number(minute)} ${Number(hour)} * * *', for: 1h`,
    `weekly: Sun ${hour}:${minute} for 45m`,
  ];
  const texts = Array.from({ length: POLICIES }, (_, index) => {
    const minute = String(index % 60).padStart(2, '0');
    return `  policy-${index}:
    select: { name: '*${index}*' }
    pause: { during: [{ ${windows(minute)[index % 4]} }] }`;
  });
  return `version: 1\ntimezone: UTC\npolicies:\n${texts.join('\n')}\n`;
}

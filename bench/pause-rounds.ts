// One round of `pause`: 2,000 active syncs, a boundary, and the wall time until all are paused, by
// the daemon or by a bare worker.

import { randomBytes } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import { temporaryFolder } from '../test/support/guard.ts';
import type { Launched } from '../test/support/launch.ts';
import type { Server } from '../test/support/server.ts';
import type { BareTask } from './bare-worker.ts';
import { usageOf } from './process-usage.ts';
import {
  type DaemonProcess,
  type SandboxProcess,
  startBenchProgram,
  startDaemonProcess,
  startSandboxProcess,
} from './processes.ts';

export const SYNCS = 2_000;

/** Calls at once; as many as the daemon makes. */
const CONCURRENCY = 50;
/** Well beyond what anybody reaches: the budget is not what is measured. */
const RATE = '10000/s';
/** From loading the policy, or the start of the bare worker, to the boundary. */
const LEAD_MS = 10_000;
const FARAWAY_MS = 86_400_000;
/** So long before it nothing else may be left to do. */
const QUIET_MS = 1_000;
const METER_LEAD_MS = 200;
const PATIENCE_MS = 120_000;
const LOOK_MS = 20;

/** The servers of the run; undefined for the embedded database. */
export type Place = { readonly redis: Server; readonly postgres: Server } | undefined;

/** What came of a round. */
export interface Round {
  /** From the boundary to the last confirmed pause. */
  readonly wallMs: number;
  /** API requests from the boundary on. */
  readonly requests: number;
  /** CPU time from the boundary on, in milliseconds, by process. */
  readonly cpuMs: Readonly<Record<string, number>>;
}

/** A round of the daemon; `nodeArgs` go to its Node. */
export async function runDaemonRound(
  place: Place,
  nodeArgs: readonly string[] = [],
  atBoundary: (range: { readonly startUs: number; readonly endUs: number }) => void = () => {},
): Promise<Round> {
  const { sandbox, paths } = await prepare();
  let daemon: DaemonProcess | undefined;
  try {
    const env = { POLYTOMIC_RATE: RATE, ...(await settingsFor(place)) };
    const faraway = policyAt(wholeSecond(Date.now() + FARAWAY_MS));
    daemon = await startDaemonProcess({ sandbox, policy: faraway, env, nodeArgs });
    const boundary = wholeSecond(Date.now() + LEAD_MS);
    await daemon.replacePolicy(policyAt(boundary));
    if (Date.now() > boundary - QUIET_MS) throw new Error('the policy took too long to load');
    await sleep(boundary - METER_LEAD_MS - Date.now());
    const meter = startMeter(processesOf(place, sandbox, daemon.pid, 'curfew'));
    const startUs = monotonicUs();
    // By the daemon's own log, which is written after the commit.
    const held = await nthLine(daemon, '"type":"hold.held"', paths.length);
    const heldAt = Number(JSON.parse(held).time);
    const cpuMs = meter();
    atBoundary({ startUs, endUs: monotonicUs() });
    const requests = await checkSandbox(sandbox, paths);
    return { wallMs: heldAt - boundary, requests, cpuMs };
  } finally {
    await daemon?.stop();
    await sandbox.stop();
  }
}

/** A round of the bare worker. */
export async function runBareRound(place: Place): Promise<Round> {
  const { sandbox, paths } = await prepare();
  const boundary = wholeSecond(Date.now() + LEAD_MS);
  const folder = await temporaryFolder('bench-bare');
  const { url, key } = sandbox;
  const task: BareTask = {
    ...(place === undefined ? { folder: folder.path } : { redis: place.redis.url }),
    ...{ concurrency: CONCURRENCY, url, key, paths, startAt: boundary },
  };
  const bare = await startBenchProgram('./bare-worker.js', task);
  try {
    await bare.waitForLine(/^ready/);
    await sleep(boundary - METER_LEAD_MS - Date.now());
    const meter = startMeter(processesOf(place, sandbox, bare.pid, 'bare worker'));
    const doneAt = Number((await nthLine(bare, 'done ', 1)).split(' ')[1]);
    const cpuMs = meter();
    const requests = await checkSandbox(sandbox, paths);
    return { wallMs: doneAt - boundary, requests, cpuMs };
  } finally {
    await bare.end('SIGTERM');
    await sandbox.stop();
    await folder.remove();
  }
}

/** A new sandbox whose syncs are all active, and the path that pauses each. */
async function prepare(): Promise<{ sandbox: SandboxProcess; paths: readonly string[] }> {
  const sandbox = await startSandboxProcess(SYNCS);
  const paths = (await syncsOf(sandbox)).map(({ kind, id, active }) => {
    const path = `/api/${kind === 'bulk' ? 'bulk/' : ''}syncs/${id}/activate`;
    return { path, active };
  });
  for (const { path, active } of paths) {
    if (!active) await sandbox.post(path, { active: true });
  }
  await sandbox.forgetRequests();
  return { sandbox, paths: paths.map(({ path }) => path) };
}

interface SandboxSync {
  readonly kind: 'model' | 'bulk';
  readonly id: string;
  readonly active: boolean;
}

async function syncsOf(sandbox: SandboxProcess): Promise<readonly SandboxSync[]> {
  const { syncs } = await sandbox.get<{ syncs: readonly SandboxSync[] }>('/_sandbox/state');
  return syncs;
}

/** Every sync is paused, and by one call. Gives how many requests there were. */
async function checkSandbox(sandbox: SandboxProcess, paths: readonly string[]): Promise<number> {
  const active = (await syncsOf(sandbox)).filter((sync) => sync.active).length;
  if (active > 0) throw new Error(`${active} syncs are still active`);
  const log = (query: string) =>
    sandbox.get<{ requests: { path: string }[]; next: number }>(`/_sandbox/requests?${query}`);
  const { requests } = await log('method=POST');
  const pauses = requests.filter(({ path }) => path.endsWith('/activate'));
  if (pauses.length !== paths.length) throw new Error(`${pauses.length} calls to pause`);
  return (await log('method=GET')).requests.length + requests.length;
}

/** `cancel`, since a bulk sync whose work is left alone is paused only when that has ended. */
function policyAt(boundary: number): string {
  const text = new Date(boundary).toISOString().replace('.000', '');
  return `version: 1
timezone: UTC
policies:
  everything:
    select: { all: true }
    pause: { during: [{ once: ${text}/PT1H }] }
    in_flight: cancel
`;
}

/** Redis and Postgres without anything of an earlier round. */
async function settingsFor(place: Place): Promise<Record<string, string>> {
  if (place === undefined) return {};
  const name = `bench_${randomBytes(6).toString('hex')}`;
  const client = new pg.Client({ connectionString: place.postgres.url });
  await client.connect();
  await client.query(`create database ${name}`);
  await client.end();
  const database = new URL(place.postgres.url);
  database.pathname = `/${name}`;
  // Every round has a Redis database of its own; there are sixteen.
  redisDatabase = (redisDatabase + 1) % 16;
  return { DATABASE_URL: database.href, REDIS_URL: `${place.redis.url}/${redisDatabase}` };
}

let redisDatabase = 0;

/** The line with which a program has said `text` so many times. */
async function nthLine(program: Launched, text: string, count: number): Promise<string> {
  const deadline = Date.now() + PATIENCE_MS;
  let looked = 0;
  let found = 0;
  while (Date.now() < deadline) {
    for (; looked < program.lines.length; looked += 1) {
      const line = program.lines[looked]!;
      if (line.includes(text)) found += 1;
      if (found === count) return line;
    }
    await sleep(LOOK_MS);
  }
  const end = program.lines.slice(-10).join('\n');
  throw new Error(`${text} ${found} times, not ${count}; the last words were:\n${end}`);
}

function processesOf(place: Place, sandbox: SandboxProcess, pid: number, name: string) {
  return {
    [name]: pid,
    sandbox: sandbox.pid,
    ...(place === undefined ? {} : { redis: place.redis.pid, postgres: place.postgres.pid }),
  };
}

/** Counts the CPU time of processes from now until the returned function is called. */
function startMeter(pids: Readonly<Record<string, number>>): () => Record<string, number> {
  const read = () => Object.entries(pids).map(([name, pid]) => [name, usageOf(pid).cpuMs] as const);
  const before = new Map(read());
  return () => Object.fromEntries(read().map(([name, ms]) => [name, ms - before.get(name)!]));
}

/** The clock that V8's profiles are written by. */
function monotonicUs(): number {
  return Number(process.hrtime.bigint() / 1_000n);
}

function wholeSecond(instant: number): number {
  return Math.ceil(instant / 1_000) * 1_000;
}

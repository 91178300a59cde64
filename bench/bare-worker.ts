// What the daemon is measured against: a bare BullMQ worker that sends one POST per job and keeps
// no record of anything. At the agreed instant it adds one job per sync; it says when the last
// POST was answered.
//
// usage: node bare-worker.js <Task as JSON>

import { randomUUID } from 'node:crypto';
import {
  type BackendFactory,
  createPostgresBackend,
  createRedisBackend,
  type IQueueBackend,
  type JobProgress,
  Queue,
  runMigrations,
  Worker,
} from 'bullmq';
import { Redis } from 'ioredis';
import { Pool } from 'undici';
import { openFolder } from '../src/store/embedded.ts';

/** What to do. */
export interface BareTask {
  /** Redis; or the folder of an embedded database. */
  readonly redis?: string;
  readonly folder?: string;
  readonly concurrency: number;
  readonly url: string;
  readonly key: string;
  /** The paths to POST to. */
  readonly paths: readonly string[];
  /** The boundary, epoch milliseconds. */
  readonly startAt: number;
}

type Factory = BackendFactory<IQueueBackend, unknown>;

const task = JSON.parse(process.argv[2] ?? '') as BareTask;
const { connection, factory } = await openBackend();
const api = new Pool(task.url, { connections: task.concurrency, pipelining: 1 });

const queue = new Queue<object, void, string, object, void, string, IQueueBackend, unknown>(
  'bare',
  {
    connection,
    prefix: '{bare}',
    defaultJobOptions: {
      attempts: 8,
      backoff: { type: 'exponential', delay: 500 },
      removeOnComplete: true,
    },
  },
  factory,
);
let left = task.paths.length;
const worker = new Worker<object, void, string, IQueueBackend, JobProgress, unknown>(
  'bare',
  async (job) => {
    const { path } = job.data as { path: string };
    await post(path);
    left -= 1;
    if (left === 0) console.log(`done ${Date.now()}`);
  },
  { connection, prefix: '{bare}', concurrency: task.concurrency },
  factory,
);
queue.on('error', (error) => console.error(error));
worker.on('error', (error) => console.error(error));
await Promise.all([queue.waitUntilReady(), worker.waitUntilReady()]);
console.log('ready');

setTimeout(async () => {
  await queue.addBulk(
    task.paths.map((path, index) => ({
      name: 'pause',
      data: { path },
      opts: { jobId: `pause-${index}` },
    })),
  );
}, task.startAt - Date.now());

async function post(path: string): Promise<void> {
  const { statusCode, body } = await api.request({
    method: 'POST',
    path,
    headers: {
      authorization: `Bearer ${task.key}`,
      'content-type': 'application/json',
      'x-polytomic-version': '2025-09-18',
      'idempotency-key': randomUUID(),
    },
    body: '{"active":false}',
  });
  const text = await body.text();
  if (statusCode !== 200) throw new Error(`${statusCode} ${text}`);
}

async function openBackend(): Promise<{ connection: unknown; factory: Factory }> {
  if (task.redis !== undefined) {
    const connection = new Redis(task.redis, { maxRetriesPerRequest: null });
    return { connection, factory: createRedisBackend as Factory };
  }
  const { sessionPool } = await openFolder(task.folder ?? '', (reason) => {
    throw reason;
  });
  const client = await sessionPool.connect();
  await runMigrations(client as unknown as Parameters<typeof runMigrations>[0]);
  client.release();
  return { connection: sessionPool, factory: createPostgresBackend as Factory };
}

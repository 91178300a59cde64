// @ts-check
// The embedded database in a thread of its own, so that its synchronous WASM never holds up the
// event loop of the daemon; the only importer of PGlite. It takes one message at a time and answers
// each with the rows or the error, and with whether the session is inside a transaction now. Plain
// JavaScript, because a worker thread cannot load TypeScript on every Node that we support.

import { fsyncSync } from 'node:fs';
import { parentPort, workerData } from 'node:worker_threads';
import { PGlite, parse, protocol } from '@electric-sql/pglite';

/**
 * @typedef {{ id: number, text: string, params?: (string | null)[] | undefined }} Statement
 * @typedef {{ id: number, close: true }} Close
 */

const { serialize } = protocol;
const BIGINT = 20;
const TIMESTAMPTZ = 1184;

// Small, since one session needs little; a commit is on the disk when it is acknowledged, because
// the log is written through. Names without a schema are the queue's; ours are all qualified.
const SETTINGS = [
  'fsync=on',
  'wal_sync_method=open_datasync',
  'shared_buffers=8MB',
  'wal_buffers=256kB',
  'work_mem=1MB',
  'min_wal_size=32MB',
  'max_wal_size=64MB',
  'search_path=bullmq',
];
// Nothing in PGlite does this by itself: without checkpoints the log grows for ever, without VACUUM
// the tables do, since a queue deletes all that it ever wrote.
const UPKEEP_MS = 60_000;
const CHECKPOINT_BYTES = 16 * 1024 * 1024;
const VACUUM_EVERY_UPKEEPS = 10;
const LOG_SINCE_CHECKPOINT =
  'select pg_wal_lsn_diff(pg_current_wal_lsn(), redo_lsn)::float8 as bytes' +
  ' from pg_control_checkpoint()';

/** @type {{ folder?: string }} */
const { folder } = workerData;
const port = parentPort;
if (port === null) throw new Error('this file is for a worker thread');

const database = await PGlite.create({
  ...(folder === undefined ? {} : { dataDir: folder }),
  startParams: startParams(),
  parsers: { [BIGINT]: Number, [TIMESTAMPTZ]: fromTimestamp },
});
makeSyncReal(database);
database.onNotification((channel, payload) => port.postMessage({ channel, payload }));

let last = Promise.resolve();
port.on('message', (message) => {
  last = last.then(() => obey(message));
});
let upkeeps = 0;
setInterval(() => {
  last = last.then(upkeep);
}, UPKEEP_MS).unref();
port.postMessage({ ready: true });

function startParams() {
  const withSync = PGlite.defaultStartParams.filter((param) => param !== '-F');
  return [...withSync, ...SETTINGS.flatMap((setting) => ['-c', setting])];
}

/**
 * The file system that PGlite runs on knows no fsync, so a checkpoint would throw log away whose
 * pages are not on the disk yet. With this it is as safe as the real server.
 * @param {PGlite} pglite
 */
function makeSyncReal(pglite) {
  /** @type {any} */
  const { stream_ops: operations } = pglite.Module.NODEFS;
  /** @param {{ nfd?: number }} stream  folders are opened without a descriptor */
  operations.fsync = ({ nfd }) => {
    if (nfd !== undefined) fsyncSync(nfd);
    return 0;
  };
}

/** @param {Statement | Close} message */
async function obey(message) {
  if ('close' in message) {
    await database.close();
    port?.postMessage({ id: message.id, rows: [], inTransaction: false });
    port?.close();
    return;
  }
  const { id, text, params } = message;
  try {
    const rows = params === undefined ? await runScript(text) : await runOne(text, params);
    port?.postMessage({ id, rows, inTransaction: database.isInTransaction() });
  } catch (error) {
    const refusal = refusalOf(error);
    port?.postMessage({ id, error: refusal, inTransaction: database.isInTransaction() });
  }
}

/** @param {string} text */
async function runScript(text) {
  const results = await database.exec(text);
  return rowsOf(results.at(-1));
}

/**
 * As `PGlite.query`, but all of a statement goes into the engine at once and its parameters stay
 * text, as in `pg`: half of the time of a small statement was spent on asking for their types.
 * @param {string} text
 * @param {(string | null)[]} values
 */
async function runOne(text, values) {
  const request = Buffer.concat([
    serialize.parse({ text }),
    serialize.bind({ values }),
    serialize.describe({ type: 'P' }),
    serialize.execute({}),
    serialize.sync(),
  ]);
  const { messages } = await database.execProtocol(request);
  return rowsOf(parse.parseResults(messages, database.parsers)[0]);
}

/** @param {import('@electric-sql/pglite').Results | undefined} result */
function rowsOf(result) {
  // PGlite swallows traps of the engine; what they leave is a statement that never completed.
  if (result?.command === undefined) throw new Error('the engine stopped in the middle');
  return result.rows;
}

/**
 * What can be said of an error across threads. An error that is none of SQL's is one of the engine,
 * which cannot be trusted after it: it ends this thread.
 * @param {any} error
 */
function refusalOf(error) {
  if (typeof error?.severity !== 'string' || error.severity === 'PANIC') throw error;
  const { code, message, detail, constraint } = error;
  return { code, message, detail, constraint };
}

async function upkeep() {
  if (database.closed || database.isInTransaction()) return;
  upkeeps += 1;
  try {
    if (upkeeps % VACUUM_EVERY_UPKEEPS === 0) await database.exec('vacuum (analyze)');
    const [log] = await runScript(LOG_SINCE_CHECKPOINT);
    if (log?.bytes > CHECKPOINT_BYTES) await database.exec('checkpoint');
  } catch (error) {
    // Whatever SQL says about it, the next upkeep is another chance.
    refusalOf(error);
  }
}

/** @param {string} text  in UTC, which is the zone of the session */
function fromTimestamp(text) {
  if (text === 'infinity') return Number.POSITIVE_INFINITY;
  if (text === '-infinity') return Number.NEGATIVE_INFINITY;
  return Date.parse(`${text.slice(0, -3).replace(' ', 'T')}Z`);
}

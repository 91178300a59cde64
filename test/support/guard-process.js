// A process that outlives the one that started it by a moment, to clean up behind it. It reads one
// JSON array per line; when its input ends, its parent is gone (even by SIGKILL, which nobody can
// catch): it ends every process and removes every folder that was left in its care.

import { rmSync } from 'node:fs';
import { createInterface } from 'node:readline';

// A server that has not obeyed its signal by now is stuck and has nothing left to save.
const PATIENCE_MS = 5_000;
const POLL_MS = 20;

/** @type {Map<number, NodeJS.Signals>} */
const processes = new Map();
/** @type {Set<string>} */
const folders = new Set();

for await (const line of createInterface({ input: process.stdin })) {
  take(line);
}
for (const [pid, signal] of processes) {
  send(pid, signal);
}
await waitUntilGone(Date.now() + PATIENCE_MS);
for (const pid of processes.keys()) {
  send(pid, 'SIGKILL');
}
await waitUntilGone(Date.now() + PATIENCE_MS);
for (const folder of folders) {
  rmSync(folder, { recursive: true, force: true });
}

/** @param {string} line */
function take(line) {
  const [word, value, signal] = parse(line);
  if (word === 'process') processes.set(value, signal);
  if (word === 'process-gone') processes.delete(value);
  if (word === 'folder') folders.add(value);
  if (word === 'folder-gone') folders.delete(value);
}

/**
 * The last line may be cut off in the middle when our parent was killed while it wrote.
 * @param {string} line
 */
function parse(line) {
  try {
    return JSON.parse(line);
  } catch {
    return [];
  }
}

/** @param {number} deadline */
async function waitUntilGone(deadline) {
  while (processes.size > 0 && Date.now() < deadline) {
    for (const pid of processes.keys()) {
      if (!send(pid, 0)) processes.delete(pid);
    }
    await new Promise((resolve) => setTimeout(resolve, POLL_MS));
  }
}

/**
 * Says whether the process exists; signal 0 only asks.
 * @param {number} pid
 * @param {NodeJS.Signals | 0} signal
 */
function send(pid, signal) {
  try {
    return process.kill(pid, signal);
  } catch {
    return false;
  }
}

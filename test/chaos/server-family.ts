// Signals for a server with all its children: a Postgres is a process per connection.

import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { endWithUsToo } from '../support/guard.ts';
import { sleep } from './pausing.ts';

/** The process and all its descendants, parents first. */
async function familyOf(pid: number): Promise<number[]> {
  const { stdout } = await promisify(execFile)('ps', ['-A', '-o', 'pid=,ppid=']);
  const rows = stdout
    .trim()
    .split('\n')
    .map((line) => line.trim().split(/\s+/).map(Number) as [number, number]);
  const family = [pid];
  // Grows while it is walked.
  for (const parent of family) {
    for (const [child, itsParent] of rows) if (itsParent === parent) family.push(child);
  }
  return family;
}

/** Ends them all at once. */
export async function killFamily(pid: number): Promise<void> {
  for (const member of await familyOf(pid)) send(member, 'SIGKILL');
}

/** Stops them all for so long. */
export async function freezeFamily(pid: number, forMs: number, abort: AbortSignal): Promise<void> {
  // The parent first: it cannot make children that we do not know of any more.
  send(pid, 'SIGSTOP');
  const family = await familyOf(pid);
  // Who is stopped does not notice that its parent is gone, so these must not be left behind.
  const release = endWithUsToo(family.slice(1));
  for (const member of family) send(member, 'SIGSTOP');
  await sleep(forMs, abort);
  for (const member of family) send(member, 'SIGCONT');
  release();
}

function send(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(pid, signal);
  } catch {
    // It has ended by itself.
  }
}

// Nothing that a test starts may outlive the run, even when the run is killed with SIGKILL. Exit
// handlers cannot promise that, so each test process has a small guard process (guard-process.js)
// that holds the other end of a pipe: when the pipe closes, it ends what we left behind.

import { type ChildProcess, spawn } from 'node:child_process';
import { chown, mkdtemp, rm } from 'node:fs/promises';
import type { Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const GUARD_PROCESS = fileURLToPath(new URL('./guard-process.js', import.meta.url));

let guard: ChildProcess | undefined;

/**
 * From now on `child` ends when this process does, by `signal`, or by SIGKILL if that is ignored.
 * A child whose own children must go too needs a signal that it passes on.
 */
export function endWithUs(child: ChildProcess, signal: NodeJS.Signals = 'SIGKILL'): void {
  const { pid } = child;
  if (pid === undefined) return;
  tellGuard(['process', pid, signal]);
  child.once('exit', () => tellGuard(['process-gone', pid]));
}

/**
 * From now on these end when this process does, by SIGKILL: children of our children that cannot be
 * relied on to follow their parents. Returns the function that takes it back.
 */
export function endWithUsToo(pids: readonly number[]): () => void {
  for (const pid of pids) tellGuard(['process', pid, 'SIGKILL']);
  return () => {
    for (const pid of pids) tellGuard(['process-gone', pid]);
  };
}

/** A folder that is removed by `remove`, or by the guard when this process ends before that. */
export interface TemporaryFolder {
  readonly path: string;
  remove(): Promise<void>;
}

/** Makes an empty folder under the system's temporary folder, owned by `owner` when given. */
export async function temporaryFolder(
  name: string,
  owner?: { readonly uid: number; readonly gid: number },
): Promise<TemporaryFolder> {
  const path = await mkdtemp(join(tmpdir(), `curfew-test-${name}-`));
  tellGuard(['folder', path]);
  if (owner !== undefined) await chown(path, owner.uid, owner.gid);
  return {
    path,
    async remove() {
      await rm(path, { recursive: true, force: true, maxRetries: 5 });
      tellGuard(['folder-gone', path]);
    },
  };
}

function tellGuard(message: readonly unknown[]): void {
  guard ??= startGuard();
  guard.stdin?.write(`${JSON.stringify(message)}\n`);
}

function startGuard(): ChildProcess {
  // Detached: in its own session it does not get the Ctrl-C that ends the run.
  const child = spawn(process.execPath, [GUARD_PROCESS], {
    detached: true,
    stdio: ['pipe', 'ignore', 'inherit'],
  });
  child.unref();
  // A child's stdin pipe is a socket, which the declared type does not tell.
  (child.stdin as unknown as Socket).unref();
  return child;
}

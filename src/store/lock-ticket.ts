import { once } from 'node:events';
import {
  existsSync,
  mkdtempSync,
  readdirSync,
  renameSync,
  rmdirSync,
  rmSync,
  unlinkSync,
} from 'node:fs';
import { connect, createServer, type Server } from 'node:net';
import { basename, join } from 'node:path';
import { type FolderOwner, StoreError } from './failure.ts';
import type { ShortPath } from './short-path.ts';

const TICKET = /^lock-\w+$/;
const SOCKET = 'socket';
const NOT_YET_SHOWN = 'hidden';

// An owner that is too busy to answer is an owner.
const ANSWER_TIMEOUT_MS = 2_000;

/** What a ticket's socket says of its process, in one line of JSON. */
export interface Statement extends FolderOwner {
  readonly state: 'contender' | 'owner';
}

/**
 * What a look at a ticket shows: `gone` has no socket (withdrawn, or not shown yet), `leaving` hung
 * up on us, `silent` is there but cannot be asked.
 */
export type Probe = 'dead' | 'gone' | 'leaving' | 'silent' | Statement;

/**
 * A folder `lock-XXXXXX` with a listening socket in it: the wish to have the folder around it, or,
 * once it says so, the having. folder-lock.ts has the rules.
 */
export interface Ticket {
  readonly name: string;
  /** What its socket answers from now on. */
  say(statement: Statement): void;
  withdraw(): Promise<void>;
}

/** A ticket that all can see; undefined when its folder was swept away before that. */
export async function announce(folder: string, short: ShortPath): Promise<Ticket | undefined> {
  const path = makeTicket(folder);
  const name = basename(path);
  let statement: Statement = { state: 'contender', pid: process.pid, listen: undefined };
  const server = createServer((socket) => {
    socket.on('error', () => undefined);
    socket.end(`${JSON.stringify(statement)}\n`);
  });
  try {
    await listen(server, join(short.path, name, NOT_YET_SHOWN));
    renameSync(join(path, NOT_YET_SHOWN), join(path, SOCKET));
  } catch (cause) {
    const isSwept = codeOf(cause) === 'ENOENT' || !existsSync(path);
    await close(server);
    rmSync(path, { recursive: true, force: true });
    if (isSwept) return undefined;
    throw new StoreError(
      'folder-not-lockable',
      `The data folder ${folder} is on a file system without unix sockets (${codeOf(cause)}), ` +
        'so it cannot be protected from a second process; use a local one.',
      { cause },
    );
  }
  // The lock alone is no reason for the process to stay.
  server.unref();
  return {
    name,
    say(next) {
      statement = next;
    },
    async withdraw() {
      // In this order nobody ever sees a socket of ours that refuses.
      rmSync(path, { recursive: true, force: true });
      await close(server);
    },
  };
}

/**
 * Removes a ticket that shows no socket: its process died early, or is about to show it and then
 * starts over. A socket that is shown stays, whatever happens meanwhile: whoever waits for us and
 * cannot be seen any more would soon be alone in its own eyes only.
 */
export function sweep(path: string): void {
  for (const remove of [() => unlinkSync(join(path, NOT_YET_SHOWN)), () => rmdirSync(path)]) {
    try {
      remove();
    } catch {
      // Not there, or not empty: as it should be.
    }
  }
}

function makeTicket(folder: string): string {
  try {
    return mkdtempSync(join(folder, 'lock-'));
  } catch (cause) {
    throw new StoreError(
      'folder-not-writable',
      `Cannot write into the data folder ${folder} (${codeOf(cause)}).`,
      { cause },
    );
  }
}

/** The names of all tickets in `folder`. */
export function ticketsIn(folder: string): string[] {
  return readdirSync(folder).filter((name) => TICKET.test(name));
}

async function listen(server: Server, path: string): Promise<void> {
  server.listen(path);
  await once(server, 'listening');
}

function close(server: Server): Promise<void> {
  // Also calls back, with an error that says nothing new, when it never listened.
  return new Promise((resolve) => server.close(() => resolve()));
}

/** Looks at a ticket, by the short path of its folder. Doubt counts as life. */
export function ask(folder: ShortPath, name: string): Promise<Probe> {
  return new Promise((resolve) => {
    const socket = connect(join(folder.path, name, SOCKET));
    let text = '';
    socket.setEncoding('utf8');
    socket.setTimeout(ANSWER_TIMEOUT_MS, () => settle('silent'));
    socket.on('data', (chunk: string) => {
      text += chunk;
    });
    socket.on('end', () => settle(parse(text)));
    socket.on('error', (error) => settle(meaningOf(error)));
    function settle(probe: Probe): void {
      socket.destroy();
      resolve(probe);
    }
  });
}

function meaningOf(error: unknown): Probe {
  switch (codeOf(error)) {
    case 'ECONNREFUSED':
      return 'dead';
    case 'ENOENT':
    case 'ENOTDIR':
      return 'gone';
    case 'ECONNRESET':
    case 'EPIPE':
      return 'leaving';
    default:
      return 'silent';
  }
}

function parse(text: string): Probe {
  try {
    return JSON.parse(text) as Statement;
  } catch {
    return 'leaving';
  }
}

function codeOf(error: unknown): string {
  return (error as NodeJS.ErrnoException).code ?? String(error);
}

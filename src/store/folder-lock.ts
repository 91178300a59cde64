// Who opens an embedded folder must be alone in it: two processes on one PGlite folder lose data
// without a word. The lock is a listening unix socket in the folder, which the kernel closes when
// its process dies, however it dies. It is in the folder, not in Linux's abstract namespace, so
// that it also holds between containers that share a volume, and on macOS.
//
// A socket's file outlives its process, and "it is dead, so I replace it" is a race between any two
// that see it. So nothing is ever replaced. Everyone who wants the folder makes a ticket of its own
// (lock-ticket.ts), under a name that is never used twice, and follows the rule of the bakery:
//
//   announce   listen first, then show the socket under its name in one rename: a socket that can
//              be seen and refuses is dead, never young, and may be removed by anybody
//   look       at all tickets that are there then, again and again, until each is dead or gone; if
//              it comes to that, the folder is ours
//   yield      to an owner by giving up; to a contender with a lower name by withdrawing the ticket
//              and starting over with a new one, while the lower one waits for it to go
//
// Two owners cannot be: of two tickets, the one announced later sees the other when it looks, and
// does not go on while that one lives. Somebody always wins: the lowest name never withdraws, and
// nobody waits for a lower one, so nobody waits in a circle.

import { existsSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { type FolderOwner, StoreError } from './failure.ts';
import {
  announce,
  ask,
  type Probe,
  type Statement,
  sweep,
  type Ticket,
  ticketsIn,
} from './lock-ticket.ts';
import { type ShortPath, shortPath } from './short-path.ts';

// A contender is one for milliseconds; only a storm of starts lasts longer than a few looks.
const LOOK_AGAIN_MS = 20;
const LOOKS_MAX = 500;

/** The lock of a folder, while this process has it. */
export interface FolderLock {
  /** Says where our HTTP API listens, to whoever asks. */
  setAddress(listen: string): void;
  /** Gives the folder up; call it when nothing in it is open any more. Harmless when repeated. */
  release(): Promise<void>;
}

/**
 * Locks `folder`, which must exist, until release or death. Rejects with `folder-in-use` when
 * another process (or another lock in this one) has it.
 */
export async function lockFolder(folder: string): Promise<FolderLock> {
  const short = shortPath(folder);
  try {
    for (let look = 0; look < LOOKS_MAX; look += 1) {
      const ticket = await announce(folder, short);
      if (ticket !== undefined) {
        try {
          if ((await contend(folder, short, ticket)) === 'won') return own(folder, ticket);
        } catch (error) {
          await ticket.withdraw();
          throw error;
        }
        await ticket.withdraw();
      }
      await pause(LOOK_AGAIN_MS);
    }
  } finally {
    short.forget();
  }
  throw inUse(folder, undefined);
}

/** What the owner of `folder` says of itself; undefined when nobody has it, or nobody answers. */
export async function askOwner(folder: string): Promise<FolderOwner | undefined> {
  if (!existsSync(folder)) return undefined;
  const short = shortPath(folder);
  try {
    for (const name of ticketsIn(folder)) {
      const probe = await ask(short, name);
      if (typeof probe === 'object' && probe.state === 'owner') return ownerOf(probe);
    }
    return undefined;
  } finally {
    short.forget();
  }
}

/**
 * Waits for each ticket that was there when ours was announced. Those that come later see ours, so
 * they are not looked at: it is they who wait.
 */
async function contend(folder: string, short: ShortPath, ticket: Ticket): Promise<Verdict> {
  const others = ticketsIn(folder).filter((name) => name !== ticket.name);
  for (const name of others) {
    let probe = await ask(short, name);
    for (let look = 0; isUndecided(probe); look += 1) {
      if (typeof probe === 'object' && name < ticket.name) return 'withdraw';
      if (look === LOOKS_MAX) throw inUse(folder, undefined);
      await pause(LOOK_AGAIN_MS);
      probe = await ask(short, name);
    }
    if (probe === 'dead') rmSync(join(folder, name), { recursive: true, force: true });
    if (probe === 'silent') throw inUse(folder, undefined);
    if (typeof probe === 'object') throw inUse(folder, ownerOf(probe));
  }
  return 'won';
}

function isUndecided(probe: Probe): boolean {
  return probe === 'leaving' || (typeof probe === 'object' && probe.state === 'contender');
}

type Verdict = 'won' | 'withdraw';

function own(folder: string, ticket: Ticket): FolderLock {
  ticket.say({ state: 'owner', pid: process.pid, listen: undefined });
  for (const name of ticketsIn(folder)) sweep(join(folder, name));
  let released: Promise<void> | undefined;
  return {
    setAddress: (listen) => ticket.say({ state: 'owner', pid: process.pid, listen }),
    release() {
      released ??= ticket.withdraw();
      return released;
    },
  };
}

function ownerOf({ pid, listen }: Statement): FolderOwner {
  return { pid, listen };
}

function inUse(folder: string, owner: FolderOwner | undefined): StoreError {
  const who = owner === undefined ? 'another process' : `process ${owner.pid}`;
  const where = owner?.listen === undefined ? '' : `, which listens on ${owner.listen}`;
  return new StoreError('folder-in-use', `The data folder ${folder} is in use by ${who}${where}.`, {
    owner,
  });
}

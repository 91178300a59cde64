// The history of the syncs, by whoever changed them: a key, or a person. An answer of the API says
// who changed a sync last and when; an auditor wants to know what happened before, in its order.

import type { Actor, Sync, SyncKind } from './sync.ts';

/** A change to a sync, with what the sync is since. */
export interface Change {
  /** Counts up from 1 and never starts again; the cursor of a reader. */
  readonly seq: number;
  readonly at: number;
  readonly kind: SyncKind;
  readonly id: string;
  readonly name: string;
  readonly active: boolean;
  readonly isDeleted: boolean;
  readonly by: Actor;
}

export interface ChangeLog {
  /** Logs what `sync` is now. */
  add(sync: Sync, by: Actor, at: number): void;
  /** Logs that it is gone. */
  addDeletion(sync: Sync, by: Actor, at: number): void;
  /** Oldest first, after `since`. `lost` fell out of the log unread. */
  read(since: number): { readonly changes: readonly Change[]; readonly lost: number };
}

/** As many changes as the log of requests has requests; about 10 MB. */
const CHANGES_MAX = 50_000;

/** Starts empty: what a sandbox is founded with is its state, not its history. */
export function createChangeLog(): ChangeLog {
  const changes: Change[] = [];
  let last = 0;
  function push({ kind, id, name, active }: Sync, by: Actor, at: number, isDeleted: boolean) {
    last += 1;
    changes.push({ seq: last, at, kind, id, name, active, isDeleted, by });
    if (changes.length > CHANGES_MAX) changes.shift();
  }
  return {
    add: (sync, by, at) => push(sync, by, at, false),
    addDeletion: (sync, by, at) => push(sync, by, at, true),
    read(since) {
      const firstKept = last - changes.length + 1;
      return {
        changes: changes.slice(Math.max(0, since - firstKept + 1)),
        lost: Math.max(0, firstKept - 1 - since),
      };
    },
  };
}

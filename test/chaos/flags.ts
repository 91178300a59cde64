// What became of the `active` flag of each sync, and by whom: read off the sandbox's changes.

import { type Change, type SyncState, US } from './evidence.ts';

/** A change of the flag; a sync that is created gets it, too. */
export interface FlagChange {
  readonly seq: number;
  readonly at: number;
  readonly active: boolean;
  readonly by: string;
  readonly isOurs: boolean;
  readonly isCreation: boolean;
}

/** The history of one sync. */
export interface FlagHistory {
  readonly sync: string;
  readonly name: string;
  /** Before the first change; undefined for a sync that did not exist. */
  readonly before: boolean | undefined;
  readonly flips: readonly FlagChange[];
  readonly isDeleted: boolean;
  /** Whether a person changed the flag, or made or deleted the sync. Renaming it is no touch. */
  readonly isTouched: boolean;
}

/** The histories of all syncs that ever were, changed or not. */
export function flagHistories(
  before: readonly SyncState[],
  changes: readonly Change[],
): ReadonlyMap<string, FlagHistory> {
  const histories = new Map<string, FlagHistory>();
  for (const { key, name, active } of before) {
    const nothing = { flips: [], isDeleted: false, isTouched: false };
    histories.set(key, { sync: key, name, before: active, ...nothing });
  }
  for (const change of changes) {
    histories.set(change.sync, after(histories.get(change.sync), change));
  }
  return histories;
}

function after(history: FlagHistory | undefined, change: Change): FlagHistory {
  const { seq, at, active, by, isDeleted, sync, name } = change;
  const isOurs = by === US;
  const isCreation = history === undefined;
  const past = history ?? { sync, name, before: undefined, flips: [], isTouched: true };
  const flag = past.flips.at(-1)?.active ?? past.before;
  const isFlip = !isDeleted && flag !== active;
  const flip = { seq, at, active, by, isOurs, isCreation };
  return {
    ...past,
    flips: isFlip ? [...past.flips, flip] : past.flips,
    isDeleted,
    isTouched: past.isTouched || isDeleted || (isFlip && !isOurs),
  };
}

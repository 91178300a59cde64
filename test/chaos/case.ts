// The evidence, sorted by what the invariants ask of it.

import type { ApiRequest, Evidence, Harmed } from './evidence.ts';
import { type FlagHistory, flagHistories } from './flags.ts';
import { type HoldStory, holdStories, holdsBySync } from './holds.ts';

export interface Case extends Evidence {
  readonly flags: ReadonlyMap<string, FlagHistory>;
  /** The flags in the end; syncs that are gone are missing. */
  readonly final: ReadonlyMap<string, boolean>;
  readonly holds: ReadonlyMap<string, HoldStory>;
  readonly holdsOf: ReadonlyMap<string, readonly HoldStory[]>;
  /** Our requests that ask for a change, in the order of their arrival. */
  readonly writes: readonly ApiRequest[];
  /** Which hold a key was minted for. */
  readonly holdOfKey: ReadonlyMap<string, string>;
}

/** Something that must not be. */
export interface Violation {
  /** One sentence. */
  readonly says: string;
  readonly sync?: string | undefined;
  /** Around when to look. */
  readonly at?: number | undefined;
}

/** One promise: finds everything that breaks it. */
export type Invariant = (one: Case) => Violation[];

/** Prepares the evidence. */
export function caseOf(evidence: Evidence): Case {
  const { before, after, changes, requests, entries } = evidence;
  const holds = holdStories(entries);
  return {
    ...evidence,
    flags: flagHistories(before, changes),
    final: new Map(after.map(({ key, active }) => [key, active])),
    holds,
    holdsOf: holdsBySync(holds),
    writes: requests.filter(({ method }) => method === 'POST'),
    holdOfKey: new Map(
      entries.flatMap(({ key, hold }) => (key === null || hold === null ? [] : [[key, hold]])),
    ),
  };
}

/** A read and what is done about it lie this close together while no daemon is stopped. */
const AT_ONCE_MS = 2_000;

/** Whether a daemon may have taken a read from before `then` for true at `now`. */
export function mayHaveOverlooked({ harm }: Case, then: number, now: number): boolean {
  const frozen = harm
    .filter((each) => isFreezeOfDaemon(each) && each.from <= now && each.to >= then)
    .reduce((sum, { from, to }) => sum + (to - from), 0);
  return now - then <= AT_ONCE_MS + frozen;
}

function isFreezeOfDaemon({ who, what }: Harmed): boolean {
  return /^(daemon|postgres|sandbox)/.test(who) && /SIGSTOP|SIGKILL|at once/.test(what);
}

import type { AlertKind } from '../plan/alert.ts';
import type { Breach } from '../plan/breach.ts';
import { createChainCheck } from '../plan/chain-check.ts';
import { type Prunable, prunedEntry } from '../plan/pruning.ts';
import { SEAL_ENTRIES_MAX } from '../plan/seal.ts';
import type { Store } from '../store/store.ts';
import type { Clock } from './clock.ts';
import type { Recorder } from './recorder.ts';

/** How often to look for entries that are older than the retention. */
export const PRUNE_EVERY_MS = 600_000;

/** Entries go a day's worth at a time, or there would be an entry about it every hour. */
const SLACK_MS = 86_400_000;

// Who stops the daemon waits for a turn that is under way; what is left over has time.
const TIMES_MAX = 5;

// Who appends has to wait while entries are removed: that many take a moment, a million would not.
const ENTRIES_MAX = 10_000;

const DUTY_MS = 60_000;

/** Lets go of entries that are older than the journal is to be kept. */
export interface Pruner {
  /** Why nothing is pruned any more, in one sentence; undefined while all is well. */
  readonly message: string | undefined;
  prune(): Promise<void>;
}

export interface PrunerParts {
  readonly store: Store;
  readonly recorder: Recorder;
  readonly clock: Clock;
  readonly owner: string;
  /** Undefined: entries are kept for ever. */
  readonly retentionMs: number | undefined;
}

/** Makes a pruner. */
export function createPruner(parts: PrunerParts): Pruner {
  const { store, recorder, clock, owner, retentionMs } = parts;
  let message: string | undefined;

  /** What is wrong with entries that are to go: afterwards nobody could tell any more. */
  async function flawIn({ fromSeal, throughSeal }: Prunable): Promise<Breach | undefined> {
    const after = fromSeal === 1 ? undefined : await store.seal(fromSeal - 1);
    const check = createChainCheck({ after });
    for (let number = fromSeal - 1; number < throughSeal; ) {
      const links = await store.linksAfter(number, SEAL_ENTRIES_MAX);
      for (const link of links) {
        number = link.seal.header.number;
        if (number <= throughSeal) check.take(link);
      }
      if (links.length === 0) break;
    }
    return check.verdict().breaches[0];
  }

  async function refuse(flaw: Breach): Promise<void> {
    message =
      `The journal does not fit its seals: ${flaw.message}. None of it is pruned until the daemon` +
      ' is started anew; curfew audit verify says what is wrong.';
    const detail = {
      alert: 'journal-damaged' satisfies AlertKind,
      breach: flaw.code,
      seq: flaw.seq,
    };
    await recorder.append([
      { at: clock.now(), type: 'alert.raised', actor: 'curfew', reason: message, detail },
    ]);
  }

  /** Answers whether there may be more. */
  async function pruneSome(range: Prunable, keptMs: number): Promise<boolean> {
    if (!(await store.claimDuty('pruning', owner, DUTY_MS))) return false;
    const flaw = await flawIn(range);
    if (flaw !== undefined) {
      await refuse(flaw);
      return false;
    }
    const entry = prunedEntry(range, keptMs, clock.now());
    if (!(await store.prune(range, entry))) return false;
    recorder.announce([entry]);
    return true;
  }

  return {
    get message() {
      return message;
    },
    async prune() {
      if (retentionMs === undefined || message !== undefined) return;
      const olderThan = clock.now() - retentionMs;
      let range = await store.prunable(olderThan, ENTRIES_MAX);
      if (range === undefined || range.since > olderThan - SLACK_MS) return;
      for (let times = 0; range !== undefined && times < TIMES_MAX; times += 1) {
        if (!(await pruneSome(range, retentionMs))) return;
        range = await store.prunable(olderThan, ENTRIES_MAX);
      }
    },
  };
}

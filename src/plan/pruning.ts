import { formatDuration } from '../time/duration.ts';
import type { Instant } from '../time/interval.ts';
import type { Breach } from './breach.ts';
import type { Entry } from './entry.ts';
import type { EntryDocument, Link, Seal } from './seal.ts';

/** The oldest entries that are still there and may go: whole seals, from the first on. */
export interface Prunable {
  readonly fromSeal: number;
  readonly throughSeal: number;
  readonly throughSeq: number;
  readonly entries: number;
  /** When the first of these seals was made. */
  readonly since: Instant;
}

/** The entry that says what was pruned and why; it lands with the removal or not at all. */
export function prunedEntry(range: Prunable, retentionMs: number, at: Instant): Entry {
  const { throughSeal, throughSeq, entries } = range;
  return {
    at,
    type: 'journal.pruned',
    actor: 'curfew',
    reason:
      `The entries up to number ${throughSeq} were removed, ${entries} in all, as the journal is ` +
      `kept for ${formatDuration(retentionMs)}; their seals, up to seal ${throughSeal}, stay.`,
    detail: { throughSeal, throughSeq, entries, retentionMs },
  };
}

/** What a journal says of its own pruning. */
export interface Pruned {
  readonly throughSeal: number;
  readonly throughSeq: number;
  readonly retentionMs: number;
  readonly at: string;
  /** The entry that says so. */
  readonly seq: number;
}

function readPruned({ type, seq, at, detail }: EntryDocument): Pruned | undefined {
  if (type !== 'journal.pruned') return undefined;
  const { throughSeal, throughSeq, retentionMs } = (detail ?? {}) as Partial<Pruned>;
  const numbers = [throughSeal, throughSeq, retentionMs];
  if (!numbers.every((number) => typeof number === 'number')) return undefined;
  return { throughSeal: throughSeal!, throughSeq: throughSeq!, retentionMs: retentionMs!, at, seq };
}

/** Looks for seals whose entries are gone, and for the entry that accounts for them. */
export interface PruningCheck {
  /** Whether all under this seal, and under those before it, is gone: pruned, or so it seems. */
  isGone(link: Link): boolean;
  read(entry: EntryDocument): void;
  /** What was pruned, if something was. */
  pruned(): Pruned | undefined;
  /** What is gone and unaccounted for. */
  breaches(): readonly Breach[];
}

/** Begins at the first seal of a chain. */
export function createPruningCheck(): PruningCheck {
  let first: Seal | undefined;
  let last: Seal | undefined;
  let hasSeenEntries = false;
  let newest: Pruned | undefined;
  return {
    isGone({ seal, list, entries }) {
      // Removal begins at the beginning: a hole further on is none of pruning's.
      hasSeenEntries ||= list !== undefined || entries.length > 0;
      if (hasSeenEntries) return false;
      first ??= seal;
      last = seal;
      return true;
    },
    read(entry) {
      newest = readPruned(entry) ?? newest;
    },
    pruned: () => (last === undefined ? undefined : newest),
    breaches() {
      if (first === undefined || last === undefined) return [];
      // An entry that is newer than what was read of the old ones may speak of more of them.
      if ((newest?.throughSeal ?? 0) >= last.header.number) return [];
      const { firstSeq } = first.header;
      const { number, lastSeq } = last.header;
      const message = `entries ${firstSeq} to ${lastSeq} are gone and no entry accounts for it`;
      return [{ code: 'entry-removed', seq: firstSeq, seal: number, message }];
    },
  };
}

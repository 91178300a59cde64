// Whether a journal and its seals fit, looked at once from the first seal to the last and never
// held in memory as a whole. It knows nothing of databases: links come from a store, from a running
// daemon or from a file that somebody was given.

import type { Breach } from './breach.ts';
import { checkEntries } from './link-check.ts';
import { createPruningCheck, type Pruned } from './pruning.ts';
import { type EntryDocument, type Link, SEAL_FORMAT, type Seal } from './seal.ts';
import {
  checkSeal,
  createKeptCheck,
  createSignatureCheck,
  type KeptSeal,
  type Signatures,
} from './seal-check.ts';
import type { SealKey } from './seal-key.ts';

export interface ChainCheckOptions {
  readonly keys?: readonly SealKey[] | undefined;
  readonly kept?: readonly KeptSeal[] | undefined;
  /** The seal that is known to be good, when the check does not begin with the first. */
  readonly after?: Seal | undefined;
}

/** What a check came to. */
export interface ChainVerdict {
  readonly ok: boolean;
  /** In the order of the chain; the first hundred. */
  readonly breaches: readonly Breach[];
  readonly breachCount: number;
  readonly seals: number;
  /** Entries that were compared with their seals. */
  readonly entries: number;
  /** When the first and the last of them were written. */
  readonly from: string | undefined;
  readonly to: string | undefined;
  readonly last: Seal | undefined;
  /** Entries that no seal covers yet: they are as good as the database is. */
  readonly unsealed: { readonly count: number; readonly since: string | undefined };
  readonly pruned: Pruned | undefined;
  readonly signatures: Signatures;
  /** How many kept seals were found in the chain as they were kept. */
  readonly kept: number;
}

/** A check under way: `take` each link in order, `takeUnsealed` what follows the last seal. */
export interface ChainCheck {
  take(link: Link): void;
  takeUnsealed(entry: EntryDocument): void;
  verdict(): ChainVerdict;
}

// A chain that is broken once may be broken a million times; nobody reads on.
const BREACHES_MAX = 100;

/** Begins a check at the first seal, or after one that is known to be good. */
export function createChainCheck(options: ChainCheckOptions = {}): ChainCheck {
  const signing = createSignatureCheck(options.keys ?? []);
  const keeping = createKeptCheck(options.kept ?? []);
  const pruning = createPruningCheck();
  const breaches: Breach[] = [];
  let breachCount = 0;
  let last = options.after;
  let seals = 0;
  let entries = 0;
  let from: string | undefined;
  let to: string | undefined;
  let unsealed = 0;
  let firstUnsealed: EntryDocument | undefined;

  function note(found: readonly Breach[]): void {
    breachCount += found.length;
    breaches.push(...found.slice(0, Math.max(0, BREACHES_MAX - breaches.length)));
  }

  function takeEntries(link: Link): void {
    note(checkEntries(link));
    entries += link.entries.length;
    from ??= link.entries[0]?.at;
    to = link.entries.at(-1)?.at ?? to;
    for (const entry of link.entries) pruning.read(entry);
  }

  function takeUnsealed(entry: EntryDocument): void {
    unsealed += 1;
    firstUnsealed ??= entry;
    pruning.read(entry);
    const end = last?.header.lastSeq ?? entry.seq - 1;
    if (entry.seq > end) return;
    const message = `entry ${entry.seq} was added before the last seal, which ends at ${end}`;
    note([{ code: 'entry-added', seq: entry.seq, message }]);
  }

  function nothingSealed(): readonly Breach[] {
    if (seals > 0 || firstUnsealed === undefined) return [];
    const { seq } = firstUnsealed;
    return [{ code: 'nothing-sealed', seq, message: 'there are entries, but no seal at all' }];
  }

  return {
    take(link) {
      const { seal } = link;
      seals += 1;
      note([...checkSeal(seal, last), ...signing.take(seal), ...keeping.take(seal)]);
      last = seal;
      if (options.after === undefined && pruning.isGone(link)) return;
      // How another format hashes entries, nobody knows here.
      if (seal.header.format === SEAL_FORMAT) takeEntries(link);
    },
    takeUnsealed,
    verdict() {
      const before = pruning.breaches();
      const behind = [...signing.breaches(last), ...keeping.breaches(last), ...nothingSealed()];
      const all = [...before, ...breaches, ...behind];
      const total = before.length + breachCount + behind.length;
      return {
        ok: total === 0,
        breaches: all.slice(0, BREACHES_MAX),
        breachCount: total,
        seals,
        entries,
        from,
        to,
        last,
        unsealed: { count: unsealed, since: firstUnsealed?.at },
        pruned: pruning.pruned(),
        signatures: signing.signatures(),
        kept: keeping.found(),
      };
    },
  };
}

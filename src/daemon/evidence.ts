import { entryLine, sealLine } from '../plan/evidence.ts';
import type { JournalQuery, Store } from '../store/store.ts';

/** What somebody wants to have in writing. */
export interface EvidenceQuestion {
  /** The entries that match; `limit` has no effect. */
  readonly query: JournalQuery;
  /** All of the journal with its seals, so that it can be checked; the query has to be empty. */
  readonly withSeals: boolean;
}

/** A few hundred kilobytes at a time, however long the journal is. */
const ENTRIES_AT_ONCE = 1_000;

type EvidenceStore = Pick<Store, 'linksAfter' | 'entriesAfter' | 'unsealed'>;

/** The journal as lines (src/plan/evidence.ts), many in each chunk, read as they are asked for. */
export function evidenceOf(
  store: EvidenceStore,
  { query, withSeals }: EvidenceQuestion,
): AsyncGenerator<string> {
  return withSeals ? sealedLines(store) : entryLines(store, query);
}

async function* entryLines(store: EvidenceStore, query: JournalQuery): AsyncGenerator<string> {
  let { afterSeq } = query;
  for (;;) {
    const entries = await store.entriesAfter({ ...query, afterSeq }, ENTRIES_AT_ONCE);
    const last = entries.at(-1);
    if (last === undefined) return;
    yield chunkOf(entries.map(({ entry, seal }) => entryLine(entry, seal)));
    afterSeq = last.entry.seq;
  }
}

async function* sealedLines(store: EvidenceStore): AsyncGenerator<string> {
  let number = 0;
  for (;;) {
    const links = await store.linksAfter(number, ENTRIES_AT_ONCE);
    for (const link of links) {
      const { header } = link.seal;
      number = header.number;
      yield chunkOf([sealLine(link), ...link.entries.map((entry) => entryLine(entry, number))]);
    }
    if (links.length > 0) continue;
    const { last, entries } = await store.unsealed(ENTRIES_AT_ONCE);
    // A seal that was made since the last look comes first.
    if ((last?.header.number ?? 0) > number) continue;
    if (entries.length > 0) yield chunkOf(entries.map((entry) => entryLine(entry, null)));
    if (entries.length === ENTRIES_AT_ONCE) yield* unsealedLines(store, entries.at(-1)!.seq);
    return;
  }
}

/** What is sealed meanwhile was not when this began. */
async function* unsealedLines(store: EvidenceStore, after: number): AsyncGenerator<string> {
  for (let afterSeq = after; ; ) {
    const entries = await store.entriesAfter({ afterSeq }, ENTRIES_AT_ONCE);
    const last = entries.at(-1);
    if (last === undefined) return;
    yield chunkOf(entries.map(({ entry }) => entryLine(entry, null)));
    afterSeq = last.entry.seq;
  }
}

function chunkOf(lines: readonly string[]): string {
  return lines.map((line) => `${line}\n`).join('');
}

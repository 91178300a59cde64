// Entries and seals as evidence: what functions of 0003-seals.sql give, as the documents that are
// hashed (src/plan/seal.ts). Nothing may get lost here, not even what Curfew would never write.

import type { EntryDocument, Seal } from '../plan/seal.ts';
import { parseExactly } from './exact-json.ts';

/** An entry as `curfew.entry_row` gives it: a cell for each column of the journal. */
export type Cells = readonly [
  seq: number,
  at: string,
  type: string,
  actor: string,
  reason: string,
  policy: string | null,
  sync: string | null,
  syncName: string | null,
  hold: string | null,
  start: string | null,
  end: string | null,
  before: string | null,
  after: string | null,
  key: string | null,
  latenessMs: number | null,
  detail: readonly [unknown] | null,
];

/** The entries in a text of `curfew.entries_between`. */
export function documentsOf(text: string): readonly EntryDocument[] {
  return (parseExactly(text) as readonly Cells[]).map(documentOf);
}

/** An entry as it is hashed: what is null is left out. */
export function documentOf(cells: Cells): EntryDocument {
  const [seq, at, type, actor, reason, policy, sync, syncName, hold, start, end, ...rest] = cells;
  const [before, after, key, latenessMs, detail] = rest;
  const occurrence = present({ start: start && timeText(start), end: end && timeText(end) });
  return {
    seq,
    at: timeText(at),
    type,
    actor,
    reason,
    ...present({ policy, sync, syncName, hold, before, after, key, latenessMs }),
    ...(start === null && end === null ? {} : { occurrence }),
    ...(detail === null ? {} : { detail: detail[0] }),
  };
}

/** The fields that are not null. */
function present<T extends object>(fields: T): { [K in keyof T]?: Exclude<T[K], null> } {
  const entries = Object.entries(fields).filter(([, value]) => value !== null);
  return Object.fromEntries(entries) as { [K in keyof T]?: Exclude<T[K], null> };
}

/** A time of UTC as JSON functions of Postgres print it, as documents have it. */
function timeText(text: string): string {
  const parts = /^(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d)(?:\.(\d{1,6}))?$/.exec(text);
  // Infinite, or of a year that nobody means: it is evidence as it is.
  if (parts === null) return text;
  const [, seconds, fraction = ''] = parts;
  return `${seconds}.${fraction.padEnd(fraction.length > 3 ? 6 : 3, '0')}Z`;
}

/** The seal in a `curfew.seal_row`. */
export function sealFromRow({ header, hash, signature }: Seal): Seal {
  return { header: { ...header, madeAt: timeText(header.madeAt) }, hash, signature };
}

/** A seal as a row of `curfew.seals`. */
export function sealToRow({ header, hash, signature }: Seal) {
  const { format, number, previous, entries } = header;
  return {
    format,
    number,
    previous,
    entries,
    hash,
    signature,
    first_seq: header.firstSeq,
    last_seq: header.lastSeq,
    entry_count: header.count,
    made_at: header.madeAt,
    key_id: header.keyId,
  };
}

// A seal is a hash over a run of journal entries and over the seal before it, so that whoever keeps
// one seal can tell whether anything up to it was changed, removed, added or put in another order
// (docs/audit.md, docs/decisions/0025). What is hashed is RFC 8785 JSON, never what a database
// happens to print: an entry as its `EntryDocument`, a seal as its `SealHeader`.

import { hash } from 'node:crypto';
import { canonicalJson, sha256 } from '../policy/canonical.ts';
import type { Instant } from '../time/interval.ts';
import type { SealSigner } from './seal-key.ts';

/**
 * An entry of the journal as seals and exports see it: every column, with all its digits. Columns
 * that are null are absent. Times are RFC 3339 in UTC, of three digits after the second, or six
 * where the database has microseconds; `infinity` and `-infinity` stand for themselves.
 */
export interface EntryDocument {
  readonly seq: number;
  readonly at: string;
  readonly type: string;
  readonly actor: string;
  readonly reason: string;
  readonly policy?: string;
  readonly sync?: string;
  readonly syncName?: string;
  readonly hold?: string;
  readonly occurrence?: { readonly start?: string; readonly end?: string };
  readonly before?: string;
  readonly after?: string;
  readonly key?: string;
  readonly latenessMs?: number;
  readonly detail?: unknown;
}

/** How this program makes seals. Whatever changes about the bytes is a new format. */
export const SEAL_FORMAT = 'curfew-seal-1';

/** Entries under one seal at most: so many are looked at in one piece, whoever added how many. */
export const SEAL_ENTRIES_MAX = 1_000;

/** Exactly what the hash of a seal is over, and its signature. */
export interface SealHeader {
  readonly format: string;
  /** 1, 2, 3, …; a number that is missing is a seal that was removed. */
  readonly number: number;
  /** The hash of the seal before it; null for the first. */
  readonly previous: string | null;
  readonly firstSeq: number;
  readonly lastSeq: number;
  /** Numbers of entries have gaps, so this is not `lastSeq - firstSeq + 1`. */
  readonly count: number;
  /** The hash of the list of its entries (`listOf`). */
  readonly entries: string;
  readonly madeAt: string;
  /** Which key signed it; null when it is not signed. */
  readonly keyId: string | null;
}

export interface Seal {
  readonly header: SealHeader;
  /** SHA-256 of the header, in lower-case hex, as all hashes here. */
  readonly hash: string;
  /** Ed25519 over the same bytes, in base64. */
  readonly signature: string | null;
}

/** A seal with what it is about. */
export interface Link {
  readonly seal: Seal;
  /** The list that its `entries` is the hash of; gone once the entries were pruned. */
  readonly list: Uint8Array | undefined;
  /** What the journal has between the seal before it and its `lastSeq`, in order. */
  readonly entries: readonly EntryDocument[];
}

/** `812:9f86d0…`: number and hash, all that has to be kept of a seal to know it again. */
export function sealMark({ header, hash }: Seal): string {
  return `${header.number}:${hash}`;
}

/** The text that a seal's hash and signature are over. */
export function headerText(header: SealHeader): string {
  return canonicalJson(header);
}

const SEQ_BYTES = 8;
const HASH_BYTES = 32;
const ITEM_BYTES = SEQ_BYTES + HASH_BYTES;

/**
 * The list of entries, 40 bytes for each: its number (64 bits, big-endian), then SHA-256 of its
 * document. It is kept beside the seal so that of a thousand entries the changed one can be named.
 */
export function listOf(entries: readonly EntryDocument[]): Uint8Array {
  const list = Buffer.alloc(entries.length * ITEM_BYTES);
  for (const [index, entry] of entries.entries()) {
    const start = index * ITEM_BYTES;
    list.writeBigInt64BE(BigInt(entry.seq), start);
    hash('sha256', canonicalJson(entry), 'buffer').copy(list, start + SEQ_BYTES);
  }
  return list;
}

/** The hash of a list, as it stands in a header. */
export function listHash(list: Uint8Array): string {
  return hash('sha256', list, 'hex');
}

/** An entry in a list. */
export interface ListItem {
  readonly seq: number;
  readonly hash: Buffer;
}

/** The entries in a list; undefined when it is none. */
export function itemsOf(list: Uint8Array): readonly ListItem[] | undefined {
  if (list.length % ITEM_BYTES !== 0) return undefined;
  const bytes = Buffer.from(list.buffer, list.byteOffset, list.length);
  return Array.from({ length: list.length / ITEM_BYTES }, (_, index) => {
    const start = index * ITEM_BYTES;
    return {
      seq: Number(bytes.readBigInt64BE(start)),
      hash: bytes.subarray(start + SEQ_BYTES, start + ITEM_BYTES),
    };
  });
}

/** Seals entries: those after `previous`, in order, all there are or `SEAL_ENTRIES_MAX` of them. */
export function makeSeal(
  previous: Seal | undefined,
  entries: readonly EntryDocument[],
  madeAt: Instant,
  signer: SealSigner | undefined,
): { readonly seal: Seal; readonly list: Uint8Array } {
  const list = listOf(entries);
  const header: SealHeader = {
    format: SEAL_FORMAT,
    number: (previous?.header.number ?? 0) + 1,
    previous: previous?.hash ?? null,
    firstSeq: entries[0]!.seq,
    lastSeq: entries.at(-1)!.seq,
    count: entries.length,
    entries: listHash(list),
    madeAt: new Date(madeAt).toISOString(),
    keyId: signer?.keyId ?? null,
  };
  const text = headerText(header);
  const seal = { header, hash: sha256(text), signature: signer?.sign(text) ?? null };
  return { seal, list };
}

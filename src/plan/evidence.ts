// A journal with its seals as lines of JSON: what an auditor is given, and what a command gets from
// a running daemon. A line is an entry, which has a `seq`, or a seal, which has a `mark`; the
// entries under a seal come right after it. All text is canonical (RFC 8785), so the hash of an
// entry is that of its line without `seal`, and the hash of a seal that of its field `seal`.

import { canonicalJson } from '../policy/canonical.ts';
import type { ChainCheck } from './chain-check.ts';
import { type EntryDocument, type Link, type Seal, type SealHeader, sealMark } from './seal.ts';

/** An entry as a line, with the number of its seal; null when no seal covers it yet. */
export function entryLine(entry: EntryDocument, seal: number | null): string {
  return canonicalJson({ ...entry, seal });
}

/** A seal as it is shown everywhere: `mark` is its number and hash, `seal` what they are over. */
export interface SealDocument {
  readonly mark: string;
  readonly seal: SealHeader;
  readonly signature: string | null;
}

/** A seal as a document. */
export function sealDocument(seal: Seal): SealDocument {
  return { mark: sealMark(seal), seal: seal.header, signature: seal.signature };
}

/** A seal as a line, with the list of its entries in hex where that is still there. */
export function sealLine({ seal, list }: Pick<Link, 'seal' | 'list'>): string {
  const hex = list === undefined ? undefined : Buffer.from(list).toString('hex');
  return canonicalJson({ ...sealDocument(seal), list: hex });
}

/** Reads lines into a check. */
export interface EvidenceReader {
  /** Says what is wrong with a line that is neither an entry nor a seal. */
  take(line: string): string | undefined;
  /** After the last line. */
  end(): void;
}

// So many entries beyond those that were sealed are worth naming.
const ADDED_MAX = 100;

/** Makes a reader that hands what it reads to `check`. */
export function createEvidenceReader(check: ChainCheck): EvidenceReader {
  let open: (Pick<Link, 'seal' | 'list'> & { readonly entries: EntryDocument[] }) | undefined;

  function end(): void {
    if (open !== undefined) check.take(open);
    open = undefined;
  }

  function takeEntry({ seal, ...entry }: EntryDocument & { seal?: unknown }): string | undefined {
    if (seal === null) {
      end();
      check.takeUnsealed(entry);
      return undefined;
    }
    if (open === undefined) return `entry ${entry.seq} comes before any seal`;
    const { number, count } = open.seal.header;
    if (seal !== number) return `entry ${entry.seq} is not of seal ${number}, after which it comes`;
    if (open.entries.length < count + ADDED_MAX) open.entries.push(entry);
    return undefined;
  }

  return {
    take(line) {
      const value = parse(line);
      if (isEntry(value)) return takeEntry(value);
      const seal = sealOf(value);
      if (seal === undefined) return 'neither an entry nor a seal';
      end();
      open = { seal, list: listIn(value), entries: [] };
      return undefined;
    },
    end,
  };
}

function parse(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    return undefined;
  }
}

/** The entry that a line of an export is, with or without seals; undefined when it is another. */
export function entryIn(line: string): EntryDocument | undefined {
  const value = parse(line);
  return isEntry(value) ? value : undefined;
}

function isEntry(value: unknown): value is EntryDocument & { seal?: unknown } {
  return (
    typeof value === 'object' && value !== null && Number.isSafeInteger(Reflect.get(value, 'seq'))
  );
}

const MARK = /^([1-9]\d*):([0-9a-f]{64})$/;

/** The seal that a document shows; undefined when it shows none. */
export function sealOf(value: unknown): Seal | undefined {
  if (typeof value !== 'object' || value === null) return undefined;
  const { mark, seal: header, signature = null } = value as Partial<SealDocument>;
  const [, number, hash = ''] = MARK.exec(String(mark)) ?? [];
  if (typeof header !== 'object' || header === null) return undefined;
  const { firstSeq, lastSeq, count } = header;
  const isWhole =
    String(header.number) === number &&
    [firstSeq, lastSeq, count].every(Number.isSafeInteger) &&
    (signature === null || typeof signature === 'string');
  return isWhole ? { header, hash, signature } : undefined;
}

function listIn(value: unknown): Uint8Array | undefined {
  const list: unknown = Reflect.get(value as object, 'list');
  return typeof list === 'string' ? Buffer.from(list, 'hex') : undefined;
}

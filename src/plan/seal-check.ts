import { sha256 } from '../policy/canonical.ts';
import type { Breach, BreachCode } from './breach.ts';
import { headerText, SEAL_FORMAT, type Seal } from './seal.ts';
import type { SealKey } from './seal-key.ts';

/** Compares a seal with itself and with the seal before it. */
export function checkSeal(seal: Seal, before: Seal | undefined): readonly Breach[] {
  const { format, number, previous } = seal.header;
  const expected = (before?.header.number ?? 0) + 1;
  // Where a seal is missing, what it vouched for begins right after the seal before.
  const seq = Math.min(seal.header.firstSeq, (before?.header.lastSeq ?? Infinity) + 1);
  if (number !== expected) {
    return [
      breach('seal-order', seal, seq, `seal ${number} stands where seal ${expected} belongs`),
    ];
  }
  if (format !== SEAL_FORMAT) {
    const what = `seal ${number} has the format ${format}, which this version cannot check`;
    return [breach('seal-format', seal, seq, what)];
  }
  if (sha256(headerText(seal.header)) !== seal.hash) {
    return [breach('seal-changed', seal, seq, `seal ${number} was changed after it was made`)];
  }
  if (previous !== (before?.hash ?? null)) {
    // One of the two was made anew, and what it is about is in doubt: the earlier one's as well.
    const doubtful = before?.header.firstSeq ?? seq;
    const what = `seal ${number} was made on top of another seal ${number - 1} than the one here`;
    return [breach('seal-unlinked', seal, doubtful, what)];
  }
  return [];
}

/** What is known of the signatures of a chain. */
export interface Signatures {
  readonly count: number;
  /** The first that is signed; what is before it is vouched for from then on only. */
  readonly first: Seal | undefined;
  readonly keyIds: readonly string[];
  /** Whether they were checked, which takes a public key. */
  readonly isChecked: boolean;
}

/** Checks the signatures of a chain, one seal after the other. */
export interface SignatureCheck {
  take(seal: Seal): readonly Breach[];
  /** What can only be said at the end. */
  breaches(last: Seal | undefined): readonly Breach[];
  signatures(): Signatures;
}

/** With keys each seal has to be signed by one of them, from the first that is signed on. */
export function createSignatureCheck(keys: readonly SealKey[]): SignatureCheck {
  const keyIds = new Set<string>();
  let count = 0;
  let first: Seal | undefined;

  function lookAt(seal: Seal): [code: BreachCode, what: string] | undefined {
    const { keyId } = seal.header;
    if (seal.signature === null) {
      if (keyId !== null) return ['signature-missing', `has lost its signature by key ${keyId}`];
      if (keys.length === 0 || first === undefined) return undefined;
      return ['signature-missing', 'is not signed, though seals before it are'];
    }
    if (keyId === null) return ['signature-bad', 'is signed, but says that it is not'];
    if (keys.length === 0) return undefined;
    const key = keys.find((known) => known.keyId === keyId);
    if (key === undefined)
      return ['key-unknown', `is signed with key ${keyId}, which was not given`];
    if (key.accepts(headerText(seal.header), seal.signature)) return undefined;
    return ['signature-bad', `has a signature that is not by key ${keyId}`];
  }

  return {
    take(seal) {
      const fault = lookAt(seal);
      if (seal.signature !== null) {
        count += 1;
        first ??= seal;
        keyIds.add(seal.header.keyId ?? '');
      }
      if (fault === undefined) return [];
      const { number, firstSeq } = seal.header;
      return [breach(fault[0], seal, firstSeq, `seal ${number} ${fault[1]}`)];
    },
    breaches(last) {
      if (keys.length === 0 || last === undefined || count > 0) return [];
      return [breach('signature-missing', last, last.header.firstSeq, 'no seal is signed')];
    },
    signatures: () => ({ count, first, keyIds: [...keyIds], isChecked: keys.length > 0 }),
  };
}

/** A seal that somebody keeps where nobody who can write the database can reach it. */
export interface KeptSeal {
  readonly number: number;
  readonly hash: string;
}

/** Looks for kept seals in a chain. */
export interface KeptCheck {
  take(seal: Seal): readonly Breach[];
  breaches(last: Seal | undefined): readonly Breach[];
  /** How many were found as they were kept. */
  found(): number;
}

/** Two kept seals of one number cannot both be right, and one of them is a breach. */
export function createKeptCheck(kept: readonly KeptSeal[]): KeptCheck {
  const byNumber = new Map<number, Set<string>>();
  for (const { number, hash } of kept) {
    byNumber.set(number, (byNumber.get(number) ?? new Set()).add(hash));
  }
  let found = 0;
  return {
    take(seal) {
      const hashes = [...(byNumber.get(seal.header.number) ?? [])];
      const others = hashes.filter((hash) => hash !== seal.hash);
      found += hashes.length - others.length;
      const { number, firstSeq } = seal.header;
      return others.map((hash) => {
        const what = `seal ${number} is not the one that was kept, which was ${hash}`;
        return breach('kept-differs', seal, firstSeq, what);
      });
    },
    breaches(last) {
      const newest = Math.max(0, ...byNumber.keys());
      const end = last?.header.number ?? 0;
      if (newest <= end) return [];
      const message = `the chain ends with seal ${end}, but seal ${newest} was kept`;
      return [
        { code: 'kept-missing', seq: (last?.header.lastSeq ?? 0) + 1, seal: newest, message },
      ];
    },
    found: () => found,
  };
}

function breach(code: BreachCode, { header }: Seal, seq: number, message: string): Breach {
  return { code, seq, seal: header.number, message };
}

/**
 * Every way in which a journal and its seals can fail to fit, and what it means. A closed list:
 * docs/audit.md tells it to auditors.
 */
export const BREACHES = {
  'entry-changed': 'an entry is not what it was when it was sealed',
  'entry-removed': 'an entry that was sealed is gone, and nothing says that it was pruned',
  'entry-added': 'an entry lies among sealed ones and was not there when they were sealed',
  'list-changed': 'the list of hashes that a seal was made over is gone or another one',
  'seal-order': 'a seal is missing, or stands where another one belongs',
  'seal-changed': 'a seal is not what its own hash says',
  'seal-unlinked': 'a seal was made on top of another seal than the one before it',
  'seal-format': 'a seal of a format that this version does not know',
  'signature-missing': 'a seal that should be signed is not',
  'signature-bad': 'a signature does not fit the seal',
  'key-unknown': 'a seal is signed with a key that was not given',
  'kept-differs': 'a seal that was kept elsewhere is not the one in the chain',
  'kept-missing': 'the chain ends before a seal that was kept elsewhere',
  'nothing-sealed': 'there are entries and no seals',
} as const;

export type BreachCode = keyof typeof BREACHES;

/** A place where a journal and its seals do not fit. */
export interface Breach {
  readonly code: BreachCode;
  /** The first entry that is bad, or that nothing vouches for any more. */
  readonly seq: number;
  /** The seal that tells; absent where there is none. */
  readonly seal?: number | undefined;
  /** One sentence. */
  readonly message: string;
}

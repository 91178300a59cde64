// A whole set from disk and network: policy files, the calendars that they refer to, and what all
// of them come to together.

import { stat } from 'node:fs/promises';
import type { Instant } from '../time/interval.ts';
import { sha256 } from './canonical.ts';
import { type IcsText, type IcsTexts, icsBytesMax } from './ics-texts.ts';
import { compilePolicies } from './load-policies.ts';
import { type IcsReference, parsePolicies } from './parse-policies.ts';
import type { PolicySet, PolicySource } from './policy.ts';
import type { Problem } from './problem.ts';
import { readPolicyFiles } from './read-policy-files.ts';
import { attempt, failureOf, readTextFile } from './read-text-file.ts';

/** Gives the texts of calendars that are fetched; injected, since this room is on no network. */
export type FeedReader = (feeds: readonly IcsReference[]) => Promise<IcsTexts>;

/** The place where people keep policies. What cannot be read is said, never thrown. */
export interface PolicyDisk {
  /** The policy files. */
  read(): Promise<{
    readonly sources: readonly PolicySource[];
    readonly problems: readonly Problem[];
  }>;
  /** The text of a calendar that one of them names. */
  readCalendar(path: string): Promise<IcsText>;
}

/** The files in folders, or single files. */
export function policyDiskAt(paths: readonly string[]): PolicyDisk {
  return { read: () => readPolicyFiles(paths), readCalendar: readIcsFile };
}

/** What reading a set gave. */
export interface ReadPolicySet {
  /** There exactly when no problem is an error. */
  readonly set: PolicySet | undefined;
  readonly problems: readonly Problem[];
  /** How many policy files were read. */
  readonly files: number;
  /** The calendars that the files refer to. */
  readonly references: readonly IcsReference[];
  readonly fingerprint: Fingerprint;
}

/** Changes with everything that a set is read from. */
export interface Fingerprint {
  /** What lies on the disk, problems included. */
  readonly files: string;
  /** What comes from the network. */
  readonly feeds: string;
}

/** Reads and loads all policies as one set. */
export async function readPolicySet(
  disk: PolicyDisk,
  readFeeds: FeedReader,
  now: Instant,
): Promise<ReadPolicySet> {
  const read = await disk.read();
  const parsed = parsePolicies(read.sources);
  const { references } = parsed;
  const feeds = await readFeeds(references.filter(({ kind }) => kind === 'url'));
  const local = await readIcsFiles(disk, references);
  const hashes = new Map([...feeds].map(([name, found]) => [name, hashOf(found)]));
  const seen = { fingerprint: fingerprintOf(read, local, hashes), references };
  const files = read.sources.length;
  // Nothing to read is told already; "no policy in any file" would only repeat it.
  if (files === 0) return { set: undefined, problems: read.problems, files, ...seen };
  const loaded = compilePolicies(parsed, new Map([...local, ...feeds]), { now });
  const problems = [...read.problems, ...loaded.problems];
  const isBad = problems.some(({ severity }) => severity === 'error');
  return { set: isBad ? undefined : loaded.set, problems, files, ...seen };
}

/**
 * What `readPolicySet` would give as fingerprint, without loading anything. `references` are those
 * that it gave when it was last asked: if they have changed, so has a file that holds them. Of
 * feeds the SHA-256 of their texts is given, where there is one.
 */
export async function fingerprintPolicySet(
  disk: PolicyDisk,
  references: readonly IcsReference[],
  feedHashes: ReadonlyMap<string, string | undefined>,
): Promise<Fingerprint> {
  const read = await disk.read();
  return fingerprintOf(read, await readIcsFiles(disk, references), feedHashes);
}

function fingerprintOf(
  { sources, problems }: Awaited<ReturnType<PolicyDisk['read']>>,
  local: IcsTexts,
  feedHashes: ReadonlyMap<string, string | undefined>,
): Fingerprint {
  const hashes = [...feedHashes].filter(([, hash]) => hash !== undefined).sort();
  const digest = (value: unknown) => sha256(JSON.stringify(value));
  return { files: digest([sources, problems, [...local]]), feeds: digest(hashes) };
}

function hashOf(found: IcsText): string | undefined {
  return 'text' in found ? sha256(found.text) : undefined;
}

async function readIcsFiles(
  disk: PolicyDisk,
  references: readonly IcsReference[],
): Promise<IcsTexts> {
  const texts = new Map<string, IcsText>();
  for (const { name, kind } of references) {
    if (kind === 'path') texts.set(name, await disk.readCalendar(name));
  }
  return texts;
}

async function readIcsFile(path: string): Promise<IcsText> {
  const is = await attempt(() => stat(path));
  const read =
    'failure' in is ? failureOf(is.failure) : await readTextFile(path, is.value, icsBytesMax);
  if ('text' in read) return read;
  const { message, hint } = read;
  return { fault: `${path}: ${message}`, hint };
}

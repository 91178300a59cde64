// Journals with seals to check: the entries of a fleet's night, numbered with gaps as a database
// does, and sealed a few at a time.

import fc from 'fast-check';
import {
  type ChainCheckOptions,
  type ChainVerdict,
  createChainCheck,
} from '../../src/plan/chain-check.ts';
import { type EntryDocument, type Link, makeSeal, type Seal } from '../../src/plan/seal.ts';
import type { SealSigner } from '../../src/plan/seal-key.ts';
import { canonicalJson } from '../../src/policy/canonical.ts';

export const MADE_AT = Date.UTC(2026, 5, 7, 6);

/** An entry that differs from all others. */
export function documentOf(seq: number, changes: Partial<EntryDocument> = {}): EntryDocument {
  return {
    seq,
    at: new Date(MADE_AT + seq).toISOString(),
    type: 'hold.held',
    actor: 'curfew',
    reason: `reason ${seq}`,
    sync: 'model:1',
    detail: { status: 200, list: [seq] },
    ...changes,
  };
}

/** Seals entries in groups of these sizes; what is left over is not sealed. */
export function chainOf(
  entries: readonly EntryDocument[],
  sizes: readonly number[],
  signer?: SealSigner,
): Link[] {
  const links: Link[] = [];
  let start = 0;
  for (const size of sizes) {
    const group = entries.slice(start, start + size);
    if (group.length === 0) break;
    links.push(nextLink(links.at(-1)?.seal, group, signer));
    start += size;
  }
  return links;
}

/** One more link. */
export function nextLink(
  previous: Seal | undefined,
  entries: readonly EntryDocument[],
  signer?: SealSigner,
): Link {
  const madeAt = MADE_AT + 5_000 * (previous?.header.number ?? 0);
  return { ...makeSeal(previous, entries, madeAt, signer), entries };
}

/** What a check says of links and of entries that no seal covers. */
export function verdictOn(
  links: readonly Link[],
  options: ChainCheckOptions = {},
  unsealed: readonly EntryDocument[] = [],
): ChainVerdict {
  const check = createChainCheck(options);
  for (const link of links) check.take(link);
  for (const entry of unsealed) check.takeUnsealed(entry);
  return check.verdict();
}

/** The codes of the breaches, with the numbers of the entries that they name. */
export function named({ breaches }: ChainVerdict): string[] {
  return breaches.map(({ code, seq }) => `${code} ${seq}`);
}

const optional = fc.option(fc.string({ unit: 'binary' }), { nil: undefined });
const time = fc.date({ noInvalidDate: true }).map((date) => date.toISOString());

/** Any entry but its number: what is undefined is left out, as null columns are. */
const anyContent = fc
  .record({
    at: time,
    type: fc.string(),
    actor: fc.string(),
    reason: fc.string({ unit: 'grapheme' }),
    policy: optional,
    sync: optional,
    syncName: optional,
    hold: optional,
    occurrence: fc.option(fc.record({ start: time, end: fc.constantFrom('infinity', 'x') }), {
      nil: undefined,
    }),
    before: optional,
    after: optional,
    key: optional,
    latenessMs: fc.option(fc.integer(), { nil: undefined }),
    detail: fc.option(fc.jsonValue(), { nil: undefined }),
  })
  .map((content) => JSON.parse(canonicalJson(content)) as Omit<EntryDocument, 'seq'>);

/** Some entries with numbers that rise and have gaps. */
export const anyEntries = fc
  .array(fc.tuple(fc.integer({ min: 1, max: 5 }), anyContent), { minLength: 2, maxLength: 24 })
  .map((list) => {
    let seq = 0;
    return list.map(([step, content]): EntryDocument => {
      seq += step;
      return { ...content, seq };
    });
  });

/** How entries are divided among seals: each size is at least one, together enough for all. */
export const anySizes = fc.array(fc.integer({ min: 1, max: 6 }), {
  minLength: 24,
  maxLength: 24,
});

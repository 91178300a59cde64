import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { createChainCheck } from '../../src/plan/chain-check.ts';
import {
  createEvidenceReader,
  entryLine,
  sealDocument,
  sealLine,
  sealOf,
} from '../../src/plan/evidence.ts';
import type { EntryDocument, Link } from '../../src/plan/seal.ts';
import { sha256 } from '../../src/policy/canonical.ts';
import { propertyRuns } from '../time/property-runs.ts';
import { anyEntries, anySizes, chainOf, documentOf, named, verdictOn } from './chain.ts';

const ENTRIES = [1, 2, 4, 5].map((seq) => documentOf(seq));
const CHAIN = chainOf(ENTRIES, [2, 2]);

function linesOf(links: readonly Link[], unsealed: readonly EntryDocument[] = []): string[] {
  const sealed = links.flatMap((link) => [
    sealLine(link),
    ...link.entries.map((entry) => entryLine(entry, link.seal.header.number)),
  ]);
  return [...sealed, ...unsealed.map((entry) => entryLine(entry, null))];
}

/** What the lines come to, and what was said about them. */
function read(lines: readonly string[]) {
  const check = createChainCheck();
  const reader = createEvidenceReader(check);
  const faults = lines.map((line) => reader.take(line)).filter((fault) => fault !== undefined);
  reader.end();
  return { faults, verdict: check.verdict() };
}

describe('a journal as lines', () => {
  test('comes to the same as the journal itself', () => {
    fc.assert(
      fc.property(anyEntries, anySizes, (entries, sizes) => {
        const links = chainOf(entries.slice(1), sizes);
        const tail = [{ ...entries[0]!, seq: 1_000 }];
        const lines = linesOf(links, tail);
        expect(lines.join('')).not.toContain('\n');
        expect(read(lines)).toEqual({ faults: [], verdict: verdictOn(links, {}, tail) });
      }),
      { numRuns: propertyRuns },
    );
  });

  test('holds, seal for seal, what its hashes are over', () => {
    const [seal, entry] = linesOf(CHAIN) as [string, string];
    const text = /"seal":(\{.*\}),"signature":null\}$/.exec(seal)![1]!;
    expect(JSON.parse(seal).mark).toBe(`1:${sha256(text)}`);
    const hash = sha256(entry.replace(',"seal":1', ''));
    expect(JSON.parse(seal).list.slice(16, 80)).toBe(hash);
  });

  test('keeps the seals of what was pruned', () => {
    const lines = linesOf([{ seal: CHAIN[0]!.seal, list: undefined, entries: [] }, CHAIN[1]!]);
    expect(named(read(lines).verdict)).toEqual(['entry-removed 1']);
  });

  test.each<[string, (lines: string[]) => string[], number]>([
    ['a reason is changed', (lines) => lines.with(2, lines[2]!.replace('reason 2', 'x')), 2],
    ['two lines change places', ([a, b, c, ...rest]) => [a!, c!, b!, ...rest], 1],
    ['a line is left out', (lines) => lines.toSpliced(4, 1), 4],
    ['a line is put twice', (lines) => lines.toSpliced(4, 0, lines[4]!), 4],
    ['an entry claims to be unsealed', (lines) => lines.with(5, unsealed(lines[5]!)), 5],
  ])('shows when %s', (_, change, seq) => {
    const { faults, verdict } = read(change(linesOf(CHAIN)));
    expect(faults).toEqual([]);
    expect(verdict.breaches[0]?.seq).toBe(seq);
  });

  test.each([
    ['no JSON', '{', 'neither an entry nor a seal'],
    ['another document', '{"a":1}', 'neither an entry nor a seal'],
    ['a seal with another number', linesOf(CHAIN)[0]!.replace('"1:', '"2:'), 'neither'],
    ['an entry of another seal', entryLine(documentOf(9), 3), 'entry 9 is not of seal 2'],
  ])('says so where a line is %s', (_, line, sentence) => {
    expect(read([...linesOf(CHAIN), line]).faults).toEqual([expect.stringContaining(sentence)]);
  });

  test('without its seals proves nothing, and says so', () => {
    const lines = linesOf(CHAIN).filter((line) => !line.includes('"mark"'));
    expect(read(lines).faults[0]).toBe('entry 1 comes before any seal');
  });

  test('does not grow in memory with what somebody put under a seal', () => {
    const many = Array.from({ length: 500 }, (_, index) => documentOf(5, { reason: `${index}` }));
    const { verdict } = read([...linesOf(CHAIN), ...many.map((entry) => entryLine(entry, 2))]);
    expect(verdict.breachCount).toBe(100);
  });
});

function unsealed(line: string): string {
  return line.replace('"seal":2', '"seal":null');
}

describe('a seal as a document', () => {
  test('is read back, and nothing else is taken for one', () => {
    const { seal } = CHAIN[0]!;
    const document = sealDocument(seal);
    expect(sealOf(JSON.parse(JSON.stringify(document)))).toEqual(seal);
    for (const other of [
      undefined,
      null,
      'seal',
      { ...document, mark: '1' },
      { ...document, mark: `01:${seal.hash}` },
      { ...document, seal: null },
      { ...document, seal: { ...seal.header, lastSeq: '2' } },
      { ...document, signature: 7 },
    ]) {
      expect(sealOf(other)).toBeUndefined();
    }
  });
});

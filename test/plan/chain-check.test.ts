import { generateKeyPairSync } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { BREACHES } from '../../src/plan/breach.ts';
import { prunedEntry } from '../../src/plan/pruning.ts';
import type { EntryDocument, Link, SealHeader } from '../../src/plan/seal.ts';
import { readSealKey, readSigner } from '../../src/plan/seal-key.ts';
import { canonicalJson } from '../../src/policy/canonical.ts';
import { propertyRuns } from '../time/property-runs.ts';
import {
  anyEntries,
  anySizes,
  chainOf,
  documentOf,
  MADE_AT,
  named,
  nextLink,
  verdictOn,
} from './chain.ts';

const TEN = [1, 2, 4, 5, 6, 9, 10, 11, 12, 13].map((seq) => documentOf(seq));
/** Seals over 1–4, 5–9, 10–12 and 13. */
const CHAIN = chainOf(TEN, [3, 3, 3, 1]);

/** The chain with one link replaced. */
function withLink(index: number, changes: Partial<Link>): Link[] {
  return CHAIN.map((link, at) => (at === index ? { ...link, ...changes } : link));
}

function withHeader(index: number, changes: Partial<SealHeader>): Link[] {
  const { seal } = CHAIN[index]!;
  return withLink(index, { seal: { ...seal, header: { ...seal.header, ...changes } } });
}

function newKey() {
  const { publicKey, privateKey } = generateKeyPairSync('ed25519', {
    publicKeyEncoding: { type: 'spki', format: 'pem' },
    privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
  });
  return { signer: readSigner(privateKey)!, key: readSealKey(publicKey)! };
}

describe('a journal that fits its seals', () => {
  test('is whole, whatever is in it and however it was divided', () => {
    fc.assert(
      fc.property(anyEntries, anySizes, fc.nat({ max: 5 }), (entries, sizes, tail) => {
        const sealed = entries.slice(0, entries.length - Math.min(tail, entries.length - 1));
        const links = chainOf(sealed, sizes);
        const unsealed = entries.slice(sealed.length);
        const kept = links.map(({ seal }) => ({ number: seal.header.number, hash: seal.hash }));
        const verdict = verdictOn(links, { kept }, unsealed);
        expect(verdict).toMatchObject({
          ok: true,
          breaches: [],
          entries: sealed.length,
          seals: links.length,
          kept: links.length,
          unsealed: { count: unsealed.length, since: unsealed[0]?.at },
        });
      }),
      { numRuns: propertyRuns },
    );
  });

  test('is told by its extent, and may be checked from the middle on', () => {
    const verdict = verdictOn(CHAIN);
    expect(verdict).toMatchObject({ from: TEN[0]!.at, to: TEN[9]!.at, last: CHAIN[3]!.seal });
    expect(verdictOn(CHAIN.slice(2), { after: CHAIN[1]!.seal })).toMatchObject({
      ok: true,
      seals: 2,
      entries: 4,
    });
    expect(named(verdictOn(CHAIN.slice(2)))).toEqual(['seal-order 10']);
  });

  test('is one without entries, but not one without seals', () => {
    expect(verdictOn([]).ok).toBe(true);
    expect(named(verdictOn([], {}, TEN.slice(1)))).toEqual(['nothing-sealed 2']);
  });
});

/** One thing done to a journal behind our back, and the entry that it is first about. */
interface Deed {
  readonly links: readonly Link[];
  readonly seq: number;
}

/** What anybody with access to the tables may do to entries, without touching the seals. */
const deeds: Readonly<Record<string, (links: readonly Link[], pick: number) => Deed>> = {
  changed(links, pick) {
    const [link, at] = place(links, pick);
    const entry = link.entries[at]!;
    return edit(links, link, entry.seq, [{ ...entry, reason: `${entry.reason}.` }]);
  },
  removed(links, pick) {
    const [link, at] = place(links, pick);
    return edit(links, link, link.entries[at]!.seq, []);
  },
  added(links, pick) {
    const [link, at] = place(links, pick);
    const entry = link.entries[at]!;
    // With a number that a gap left free; nothing is added where there is none.
    const seq = entry.seq - 1;
    const isTaken = links.some(({ entries }) => entries.some((other) => other.seq === seq));
    if (isTaken || seq < 1) return { links, seq };
    return { ...edit(links, link, entry.seq, [documentOf(seq), entry]), seq };
  },
  swapped(links, pick) {
    const all = links.flatMap(({ entries }) => entries);
    const [one, other] = [all[pick % all.length]!, all[(pick + 1) % all.length]!];
    const swap = (entry: EntryDocument): EntryDocument => {
      if (entry.seq === one.seq) return { ...other, seq: one.seq };
      return entry.seq === other.seq ? { ...one, seq: other.seq } : entry;
    };
    const swapped = links.map((link) => ({ ...link, entries: link.entries.map(swap) }));
    return { links: swapped, seq: Math.min(one.seq, other.seq) };
  },
};

function place(links: readonly Link[], pick: number): [link: Link, at: number] {
  const link = links[pick % links.length]!;
  return [link, pick % link.entries.length];
}

function edit(
  links: readonly Link[],
  link: Link,
  seq: number,
  instead: readonly EntryDocument[],
): Deed {
  const entries = link.entries.flatMap((entry) => (entry.seq === seq ? instead : [entry]));
  return { links: links.map((other) => (other === link ? { ...link, entries } : other)), seq };
}

describe('whatever is done to an entry after it was sealed', () => {
  test.each(Object.keys(deeds))('is found, and the first bad entry is named: %s', (what) => {
    fc.assert(
      fc.property(anyEntries, anySizes, fc.nat(), (entries, sizes, pick) => {
        const links = chainOf(entries, sizes);
        const deed = deeds[what]!(links, pick);
        const same = canonicalJson(deed.links.map((link) => link.entries));
        fc.pre(same !== canonicalJson(links.map((link) => link.entries)));
        const { ok, breaches } = verdictOn(deed.links);
        expect(ok).toBe(false);
        expect(breaches[0]!.seq).toBe(deed.seq);
      }),
      { numRuns: propertyRuns },
    );
  });

  test('in any field of any depth is a change', () => {
    fc.assert(
      fc.property(anyEntries, anySizes, fc.nat(), fc.nat(), (entries, sizes, pick, field) => {
        const links = chainOf(entries, sizes);
        const [link, at] = place(links, pick);
        const entry = link.entries[at]!;
        const names = Object.keys(entry).filter((name) => name !== 'seq');
        const name = names[field % names.length]!;
        const changed = { ...entry, [name]: [Reflect.get(entry, name)] };
        const without = { ...entry };
        Reflect.deleteProperty(without, name);
        for (const instead of [changed, without]) {
          const deed = edit(links, link, entry.seq, [instead]);
          expect(named(verdictOn(deed.links))).toEqual([`entry-changed ${entry.seq}`]);
        }
      }),
      { numRuns: propertyRuns },
    );
  });

  test('is told by name and by place', () => {
    const [, second] = CHAIN;
    const entries = [second!.entries[0]!, documentOf(8), documentOf(9, { reason: 'nothing' })];
    const verdict = verdictOn(withLink(1, { entries }));
    expect(named(verdict)).toEqual(['entry-removed 6', 'entry-added 8', 'entry-changed 9']);
    const seal = '(seal 2, made at 2026-06-07T06:00:05.000Z)';
    expect(verdict.breaches.map(({ message }) => message)).toEqual([
      `entry 6 was removed after it was sealed ${seal}`,
      `entry 8 was added after its neighbours were sealed ${seal}`,
      `entry 9 was changed after it was sealed ${seal}`,
    ]);
  });

  test('is counted to the end, and listed up to a hundred', () => {
    const many = Array.from({ length: 300 }, (_, index) => documentOf(index + 1));
    const [link] = chainOf(many, [300]);
    const verdict = verdictOn([
      { ...link!, entries: many.map((one) => ({ ...one, actor: 'me' })) },
    ]);
    expect([verdict.breachCount, verdict.breaches.length]).toEqual([300, 100]);
  });

  test('is found behind the last seal, too, where a number was taken before', () => {
    expect(named(verdictOn(CHAIN, {}, [documentOf(8), documentOf(14)]))).toEqual(['entry-added 8']);
  });
});

describe('whatever is done to a seal', () => {
  test.each<[keyof SealHeader, SealHeader[keyof SealHeader]]>([
    ['firstSeq', 4],
    ['lastSeq', 10],
    ['count', 2],
    ['entries', CHAIN[0]!.seal.header.entries],
    ['madeAt', '2026-06-07T06:00:05.001Z'],
    ['previous', CHAIN[2]!.seal.hash],
    ['keyId', '0123456789abcdef'],
  ])('is found in its %s', (name, value) => {
    const verdict = verdictOn(withHeader(1, { [name]: value }));
    expect(verdict.breaches[0]).toMatchObject({ code: 'seal-changed', seq: expect.any(Number) });
    expect(verdict.breaches[0]!.seq).toBeGreaterThanOrEqual(4);
    expect(verdict.breaches[0]!.seq).toBeLessThanOrEqual(5);
  });

  test('is found in its hash', () => {
    const { seal } = CHAIN[1]!;
    const verdict = verdictOn(withLink(1, { seal: { ...seal, hash: CHAIN[0]!.seal.hash } }));
    expect(named(verdict)).toEqual(['seal-changed 5', 'seal-unlinked 5']);
  });

  test('is found when it is removed, or stands elsewhere', () => {
    expect(named(verdictOn(CHAIN.filter((_, index) => index !== 1)))[0]).toBe('seal-order 5');
    expect(named(verdictOn(CHAIN.slice(1)))[0]).toBe('seal-order 5');
    const [first, second, third] = CHAIN;
    expect(named(verdictOn([first!, third!, second!]))[0]).toBe('seal-order 5');
    expect(named(verdictOn([first!, first!]))[0]).toBe('seal-order 1');
  });

  test('is found when it was made anew, by the seal after it', () => {
    const forged = nextLink(CHAIN[0]!.seal, [documentOf(5), documentOf(6), documentOf(8)]);
    expect(named(verdictOn(withLink(1, forged)))).toEqual(['seal-unlinked 5']);
  });

  test('is found in its list, and that its entries are intact', () => {
    const list = Uint8Array.from(CHAIN[1]!.list!, (byte, at) => (at === 7 ? byte ^ 1 : byte));
    for (const changes of [{ list }, { list: undefined }, { list: list.subarray(3) }]) {
      const verdict = verdictOn(withLink(1, changes));
      expect(named(verdict)).toEqual(['list-changed 5']);
      expect(verdict.breaches[0]!.message).toContain('its entries are intact');
    }
  });

  test('is found when the list was changed together with an entry', () => {
    const changed = [documentOf(5), documentOf(6, { actor: 'me' }), documentOf(9)];
    const { list } = nextLink(CHAIN[0]!.seal, changed);
    for (const lists of [{ list }, { list: undefined }]) {
      const verdict = verdictOn(withLink(1, { entries: changed, ...lists }));
      expect(named(verdict)).toEqual(['list-changed 5']);
      expect(verdict.breaches[0]!.message).toContain('entries 5 to 9: not what was sealed');
    }
  });

  test('of a format to come is no guess', () => {
    const verdict = verdictOn(withHeader(3, { format: 'curfew-seal-2' }));
    expect(named(verdict)).toEqual(['seal-format 13']);
  });
});

describe('seals that were kept', () => {
  const keep = (link: Link) => ({ number: link.seal.header.number, hash: link.seal.hash });

  test('show that the end was cut off, and from where on', () => {
    const kept = CHAIN.map(keep);
    const verdict = verdictOn(CHAIN.slice(0, 2), { kept });
    expect(named(verdict)).toEqual(['kept-missing 10']);
    expect(verdict.breaches[0]!.message).toContain('ends with seal 2, but seal 4 was kept');
    expect(named(verdictOn([], { kept }))).toEqual(['kept-missing 1']);
    expect(verdict.kept).toBe(2);
  });

  test('show that all of it was written anew', () => {
    const forged = chainOf(
      TEN.map((entry) => ({ ...entry, actor: 'me' })),
      [3, 3, 3, 1],
    );
    expect(verdictOn(forged).ok).toBe(true);
    expect(named(verdictOn(forged, { kept: [keep(CHAIN[2]!)] }))).toEqual(['kept-differs 10']);
  });

  test('that contradict each other are never both right', () => {
    const kept = [keep(CHAIN[0]!), { number: 1, hash: CHAIN[1]!.seal.hash }, keep(CHAIN[0]!)];
    expect(named(verdictOn(CHAIN, { kept }))).toEqual(['kept-differs 1']);
  });
});

describe('signatures', () => {
  const [ours, theirs] = [newKey(), newKey()];
  const signed = chainOf(TEN, [3, 3, 3, 1], ours.signer);

  test('by a key that was given are good', () => {
    const verdict = verdictOn(signed, { keys: [theirs.key, ours.key] });
    expect(verdict).toMatchObject({
      ok: true,
      signatures: { count: 4, first: signed[0]!.seal, keyIds: [ours.key.keyId], isChecked: true },
    });
    expect(verdictOn(signed).signatures.isChecked).toBe(false);
  });

  test('may begin later, and the key may change', () => {
    const [first, second] = CHAIN;
    const third = nextLink(second!.seal, CHAIN[2]!.entries, ours.signer);
    const fourth = nextLink(third.seal, CHAIN[3]!.entries, theirs.signer);
    const links = [first!, second!, third, fourth];
    const verdict = verdictOn(links, { keys: [ours.key, theirs.key] });
    expect(verdict).toMatchObject({ ok: true, signatures: { count: 2, first: third.seal } });
    expect(named(verdictOn(links, { keys: [ours.key] }))).toEqual(['key-unknown 13']);
  });

  test('cannot be made without the key: all written anew is found', () => {
    const entries = TEN.map((entry) => ({ ...entry, actor: 'me' }));
    const keys = [ours.key];
    expect(named(verdictOn(chainOf(entries, [3, 7]), { keys }))).toEqual(['signature-missing 5']);
    const pretended = chainOf(entries, [3, 7], { ...theirs.signer, keyId: ours.key.keyId });
    expect(named(verdictOn(pretended, { keys }))).toEqual(['signature-bad 1', 'signature-bad 5']);
  });

  test('do not end where they have begun', () => {
    const unsigned = nextLink(signed[2]!.seal, signed[3]!.entries);
    const links = [...signed.slice(0, 3), unsigned];
    expect(named(verdictOn(links, { keys: [ours.key] }))).toEqual(['signature-missing 13']);
    expect(verdictOn(links).ok).toBe(true);
  });

  test('that were taken off, or put on, are found without any key', () => {
    const { seal } = signed[1]!;
    const off = { ...signed[1]!, seal: { ...seal, signature: null } };
    expect(named(verdictOn([signed[0]!, off]))).toEqual(['signature-missing 5']);
    const on = withLink(1, { seal: { ...CHAIN[1]!.seal, signature: seal.signature } });
    expect(named(verdictOn(on))).toEqual(['signature-bad 5']);
  });
});

describe('entries that were pruned', () => {
  const bare = (link: Link): Link => ({ ...link, list: undefined, entries: [] });
  const range = { fromSeal: 1, throughSeal: 2, throughSeq: 9, entries: 6, since: MADE_AT };
  const { at, occurrence, ...words } = prunedEntry(range, 400 * 86_400_000, MADE_AT);
  const record = documentOf(14, { ...words, at: '2026-07-01T00:00:00.000Z' } as EntryDocument);
  const links = [bare(CHAIN[0]!), bare(CHAIN[1]!), ...CHAIN.slice(2)];

  test('are accounted for by the entry that says so, and their seals still hold', () => {
    const pruned = { throughSeal: 2, throughSeq: 9, retentionMs: 400 * 86_400_000, at: record.at };
    for (const verdict of [
      verdictOn([...links, nextLink(CHAIN[3]!.seal, [record])]),
      verdictOn(links, {}, [record]),
    ]) {
      expect(verdict).toMatchObject({ ok: true, pruned: { ...pruned, seq: 14 } });
    }
    expect(verdictOn(CHAIN, {}, [record]).pruned).toBeUndefined();
    expect(record.reason).toBe(
      'The entries up to number 9 were removed, 6 in all, as the journal is kept for 400d; ' +
        'their seals, up to seal 2, stay.',
    );
  });

  test('without such an entry, or beyond what it says, were removed', () => {
    expect(named(verdictOn(links))).toEqual(['entry-removed 1']);
    const less = { ...record, detail: { ...(record.detail as object), throughSeal: 1 } };
    expect(named(verdictOn(links, {}, [less]))).toEqual(['entry-removed 1']);
    const vague = { ...record, detail: { throughSeal: '2' } };
    expect(named(verdictOn(links, {}, [vague]))).toEqual(['entry-removed 1']);
  });

  test('are the first ones: a hole further on is none of pruning', () => {
    const hole = [CHAIN[0]!, bare(CHAIN[1]!), ...CHAIN.slice(2)];
    expect(named(verdictOn(hole, {}, [record]))).toEqual(['entry-removed 5']);
  });

  test('do not come back', () => {
    const back = [{ ...bare(CHAIN[0]!), entries: [documentOf(1)] }, ...links.slice(1)];
    expect(verdictOn(back, {}, [record]).ok).toBe(false);
  });

  test('leave seals that are still compared with each other', () => {
    const { seal } = CHAIN[0]!;
    const header = { ...seal.header, madeAt: '2026-06-07T06:00:00.001Z' };
    const changed = [{ ...bare(CHAIN[0]!), seal: { ...seal, header } }, ...links.slice(1)];
    expect(named(verdictOn(changed, {}, [record]))).toEqual(['seal-changed 1']);
  });
});

test('every breach is provoked by some test here, and told to auditors', async () => {
  const tests = await readFile(new URL(import.meta.url), 'utf8');
  const manual = await readFile(new URL('../../docs/audit.md', import.meta.url), 'utf8');
  const told = [...manual.matchAll(/^\| `([a-z-]+)` \|/gm)].map(([, code]) => code);
  expect(told).toEqual(Object.keys(BREACHES));
  for (const code of told) expect(tests).toContain(`${code} `);
});

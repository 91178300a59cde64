import type { Breach, BreachCode } from './breach.ts';
import { itemsOf, type Link, type ListItem, listHash, listOf, type Seal } from './seal.ts';

/** Compares the entries under a seal with what was sealed; the first bad one comes first. */
export function checkEntries({ seal, list, entries }: Link): readonly Breach[] {
  const { header } = seal;
  const actual = listOf(entries);
  if (listHash(actual) === header.entries) {
    if (list !== undefined && Buffer.compare(actual, list) === 0) return [];
    const what = 'the list of its hashes was removed or changed; its entries are intact';
    return [breach('list-changed', seal, header.firstSeq, what)];
  }
  const isListGood = list !== undefined && listHash(list) === header.entries;
  const expected = isListGood ? itemsOf(list) : undefined;
  if (expected === undefined) return [somewhere(seal, entries.length === 0)];
  return compare(seal, expected, itemsOf(actual)!);
}

/** Without the list nobody can tell which entry it is. */
function somewhere(seal: Seal, isEmpty: boolean): Breach {
  const { firstSeq, lastSeq } = seal.header;
  const range = firstSeq === lastSeq ? `entry ${firstSeq}` : `entries ${firstSeq} to ${lastSeq}`;
  if (isEmpty)
    return breach('entry-removed', seal, firstSeq, `${range}: all that was sealed is gone`);
  const why = 'and the list of hashes that would tell which is none of this seal';
  return breach('list-changed', seal, firstSeq, `${range}: not what was sealed, ${why}`);
}

/** Walks both lists, which are in the order of their numbers. */
function compare(
  seal: Seal,
  expected: readonly ListItem[],
  found: readonly ListItem[],
): readonly Breach[] {
  const breaches: Breach[] = [];
  const say = (code: BreachCode, seq: number, did: string) =>
    breaches.push(breach(code, seal, seq, `entry ${seq} was ${did}`));
  let next = 0;
  for (const { seq, hash } of expected) {
    for (; next < found.length && found[next]!.seq < seq; next += 1) {
      say('entry-added', found[next]!.seq, ADDED);
    }
    const twin = found[next]?.seq === seq ? found[next] : undefined;
    if (twin === undefined) say('entry-removed', seq, 'removed after it was sealed');
    else if (!twin.hash.equals(hash)) say('entry-changed', seq, 'changed after it was sealed');
    if (twin !== undefined) next += 1;
  }
  for (const { seq } of found.slice(next)) say('entry-added', seq, ADDED);
  return breaches;
}

const ADDED = 'added after its neighbours were sealed';

function breach(code: BreachCode, seal: Seal, seq: number, what: string): Breach {
  const { number, madeAt } = seal.header;
  return { code, seq, seal: number, message: `${what} (seal ${number}, made at ${madeAt})` };
}

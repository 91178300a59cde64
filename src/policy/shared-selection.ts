// Which policies may select the same sync, as far as selectors alone can tell. What an author wrote
// proves some pairs apart (other names, other kinds, another destination); of all others the answer
// is "maybe". Names are looked up by what they begin with, so that a team's policies are compared
// with those of the team, and not with all.

import { compileGlob, type Glob } from './glob.ts';
import type { Policy } from './policy.ts';
import { compareText } from './problem-log.ts';
import type { ConnectionPattern, Matcher, Pattern } from './selector.ts';

/** Finds the policies of a set that may share a sync with another one. */
export interface SharingIndex {
  /** In no particular order; each at most once. */
  sharing(policy: Policy): Iterable<Policy>;
}

interface Entry {
  readonly policy: Policy;
  readonly matcher: Matcher;
}

/** Indexes policies by the beginnings of the names that they select. */
export function createSharingIndex(policies: readonly Policy[]): SharingIndex {
  const byPrefix = new Map<string, Entry[]>();
  for (const policy of policies) {
    for (const { matcher } of policy.select) {
      for (const prefix of namePrefixes(matcher)) {
        const entries = byPrefix.get(prefix);
        if (entries === undefined) byPrefix.set(prefix, [{ policy, matcher }]);
        else entries.push({ policy, matcher });
      }
    }
  }
  const sorted = [...byPrefix.keys()].sort(compareText);

  /** Entries with a beginning that goes on from `prefix`, or that `prefix` goes on from. */
  function* near(prefix: string): Iterable<Entry> {
    for (let length = 0; length < prefix.length; length++) {
      yield* byPrefix.get(prefix.slice(0, length)) ?? [];
    }
    for (let at = firstFrom(sorted, prefix); sorted[at]?.startsWith(prefix); at++) {
      yield* byPrefix.get(sorted[at]!)!;
    }
  }

  return {
    sharing(policy) {
      const found = new Set<Policy>();
      for (const { matcher } of policy.select) {
        for (const prefix of namePrefixes(matcher)) {
          for (const entry of near(prefix)) {
            if (found.has(entry.policy) || !mayShare(matcher, entry.matcher)) continue;
            found.add(entry.policy);
          }
        }
      }
      return found;
    },
  };
}

/** What the names that a matcher selects begin with, in one spelling. */
export function namePrefixes({ name }: Matcher): Iterable<string> {
  return name === undefined ? [''] : new Set(name.flatMap(({ glob }) => glob.prefixes()));
}

/** The index of the first text that is not before `text`. */
function firstFrom(sorted: readonly string[], text: string): number {
  let low = 0;
  let high = sorted.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (compareText(sorted[middle]!, text) < 0) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** Whether some sync may be matched by both. */
function mayShare(a: Matcher, b: Matcher): boolean {
  return (
    (a.kind === undefined ||
      b.kind === undefined ||
      a.kind.some((kind) => b.kind?.includes(kind))) &&
    mayMeet(a.name, b.name) &&
    mayMeet(a.object, b.object) &&
    mayMeet(a.mode, b.mode) &&
    mayMeet(a.frequency, b.frequency) &&
    mayBeSameId(a.id, b.id) &&
    mayBeSameConnection(a.destination, b.destination)
  );
}

function mayMeet(a: readonly Pattern[] | undefined, b: readonly Pattern[] | undefined): boolean {
  if (a === undefined || b === undefined) return true;
  return a.some(({ glob }) => b.some((other) => glob.meets(other.glob)));
}

/** `model:x`; a glob may mean it without a colon of its own. */
const kindWithId = compileGlob('{model,bulk}:*') as Glob;

/** A pattern may mean the id alone or the kind with it; only of two of one sort it is known. */
function mayBeSameId(
  a: readonly Pattern[] | undefined,
  b: readonly Pattern[] | undefined,
): boolean {
  return mayMeet(a, b) || [...(a ?? []), ...(b ?? [])].some(({ glob }) => glob.meets(kindWithId));
}

/** A sync has one destination; its name, its id and its type are different questions about it. */
function mayBeSameConnection(
  a: readonly ConnectionPattern[] | undefined,
  b: readonly ConnectionPattern[] | undefined,
): boolean {
  if (a === undefined || b === undefined) return true;
  return a.some((one) =>
    b.some((other) => {
      if (one.asks !== other.asks || one.glob.meets(other.glob)) return true;
      if (one.asks === 'type') return false;
      return (mayMeanId(one) && !isId(other)) || (mayMeanId(other) && !isId(one));
    }),
  );
}

const hex = (digits: number) => '[0-9a-f]'.repeat(digits);
const uuid = compileGlob([8, 4, 4, 4, 12].map(hex).join('-')) as Glob;

/** Ids are UUIDs, which most patterns for names do not match. */
function mayMeanId({ glob }: ConnectionPattern): boolean {
  return glob.meets(uuid);
}

function isId({ text }: ConnectionPattern): boolean {
  return uuid.matches(text);
}

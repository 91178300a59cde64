// Selectors that come from elsewhere than a policy file: people write them on the command line and
// into requests when they override policies. They mean what they mean in a file, and what is wrong
// with them is told in the same words.

import type { Cursor } from './cursor.ts';
import { compareText } from './problem-log.ts';
import { readShape } from './read-shape.ts';
import { selectorSchema } from './schema.ts';
import { type Matcher, selectsSync } from './selector.ts';
import type { Sync } from './sync.ts';
import type { Tree } from './yaml-tree.ts';

/** A matcher as it is written: fields with a text, or a list of texts, each. */
export type MatcherSource = Readonly<Record<string, string | true | readonly string[]>>;

/** What a policy has below `select`, as plain JSON. */
export type SelectorSource = MatcherSource | readonly MatcherSource[];

/** A selector that was read. */
export interface Selector {
  readonly source: SelectorSource;
  selects(sync: Sync): boolean;
}

/** Reads what stands below `select` in a policy, or says all that is wrong with it. */
export function readSelector(
  source: unknown,
): { readonly value: Selector } | { readonly faults: readonly string[] } {
  const faults: string[] = [];
  const cursor: Cursor = {
    tree: treeOf(source, 0),
    path: ['select'],
    keyOffset: 0,
    text: '',
    report: ({ message, hint }) => faults.push(hint ? `${message} (${hint})` : message),
    placeOf: () => ({ file: '', line: 1, column: 1 }),
  };
  const matchers: readonly Matcher[] | undefined = readShape(selectorSchema, cursor);
  if (matchers === undefined) return { faults };
  const selects = (sync: Sync) => selectsSync(matchers, [], sync);
  return { value: { source: source as SelectorSource, selects } };
}

/** A list of matchers of lists of texts; deeper down nothing can be right any more. */
const DEPTH_MAX = 4;

function treeOf(value: unknown, depth: number): Tree {
  const place = { offset: 0, end: 0, size: 1 };
  if (typeof value !== 'object' || value === null || depth > DEPTH_MAX) {
    const isScalar = ['string', 'number', 'boolean'].includes(typeof value);
    return { kind: 'scalar', ...place, value: isScalar ? (value as string) : null };
  }
  if (Array.isArray(value)) {
    return { kind: 'list', ...place, items: value.map((item) => treeOf(item, depth + 1)) };
  }
  const fields = Object.entries(value).map(
    ([key, field]) => [key, { keyOffset: 0, value: treeOf(field, depth + 1) }] as const,
  );
  return { kind: 'map', ...place, fields: new Map(fields) };
}

/** A selector in one line for people: `name=Finance/*, connection=type:snowflake`. */
export function describeSelector(source: SelectorSource): string {
  const matchers = Array.isArray(source) ? (source as readonly MatcherSource[]) : [source];
  return matchers.map((matcher) => describeMatcher(matcher as MatcherSource)).join(' or ');
}

function describeMatcher(matcher: MatcherSource): string {
  const { all, ...fields } = matcher;
  const words = Object.entries(fields)
    .sort(([a], [b]) => compareText(a, b))
    .map(([field, value]) => `${field}=${Array.isArray(value) ? value.join('|') : value}`);
  return words.length === 0 && all ? 'every sync' : words.join(' and ');
}

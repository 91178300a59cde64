// Puts the transitions that were found into a test file, and leaves every other character of it as
// it is: comments, blank lines and layout are somebody's work. The library tells where in the text
// each value stands; the text around it is never printed anew.

import { isMap, isScalar, isSeq, type Pair, parseDocument, type YAMLMap, type YAMLSeq } from 'yaml';
import type { TreePath } from './yaml-tree.ts';

/** New transitions for one expectation. */
export interface Rewrite {
  /** Of the expectation, from the root of the file. */
  readonly path: TreePath;
  /** How many there are, or each as a line of YAML: `{ at: …, state: paused }`. */
  readonly transitions: number | readonly string[];
}

/** A stretch of the text and what takes its place. */
interface Splice {
  readonly start: number;
  readonly end: number;
  readonly text: string;
}

/** Gives the text with the transitions of each rewrite; only expectations that have some change. */
export function rewriteTransitions(text: string, rewrites: readonly Rewrite[]): string {
  const mark = text.startsWith('\ufeff') ? 1 : 0;
  const body = text.slice(mark);
  const document = parseDocument(body);
  const splices = rewrites.flatMap(({ path, transitions }) => {
    const parent = document.getIn(path, true);
    return isMap(parent) ? (spliceOf(body, parent, transitions) ?? []) : [];
  });
  const ordered = splices.sort((a, b) => b.start - a.start);
  const rewritten = ordered.reduce(
    (whole, { start, end, text: fresh }) => whole.slice(0, start) + fresh + whole.slice(end),
    body,
  );
  return text.slice(0, mark) + rewritten;
}

function spliceOf(
  text: string,
  parent: YAMLMap,
  transitions: Rewrite['transitions'],
): Splice | undefined {
  const pair = parent.items.find(({ key }) => isScalar(key) && key.value === 'transitions');
  const value = pair && rangeOf(pair.value);
  if (pair === undefined || value === undefined) return undefined;
  const isBlock = isSeq(pair.value) && pair.value.flow !== true;
  if (typeof transitions === 'number') return { ...value, text: String(transitions) };
  if (isBlock) return blockSplice(text, pair, pair.value as YAMLSeq, transitions);
  if (parent.flow === true || transitions.length === 0) {
    return { ...value, text: `[${transitions.join(', ')}]` };
  }
  const lines = transitions.map((transition) => lineOf(text, pair, transition));
  return { start: keyEnd(text, pair), end: value.end, text: lines.join('') };
}

/** One transition a line; a line that stays keeps the comments above and behind it. */
function blockSplice(
  text: string,
  pair: Pair,
  list: YAMLSeq,
  transitions: readonly string[],
): Splice {
  const start = keyEnd(text, pair);
  const headEnd = lineEndAt(text, start);
  const end = lineEndAt(text, rangeOf(list.items.at(-1))?.end ?? headEnd);
  const head = text.slice(start, headEnd);
  if (transitions.length === 0) return { start, end, text: ` []${head}` };
  const known = linesOf(text, list, headEnd);
  const lines = transitions.map(
    (transition) => known.get(normal(transition)) ?? lineOf(text, pair, transition),
  );
  return { start: headEnd, end, text: lines.join('') };
}

/** A transition on a line of its own, two columns to the right of its key. */
function lineOf(text: string, { key }: Pair, transition: string): string {
  const keyStart = rangeOf(key)!.start;
  const column = keyStart - (text.lastIndexOf('\n', keyStart) + 1);
  const lineEnd = text.includes('\r\n') ? '\r\n' : '\n';
  return `${lineEnd}${' '.repeat(column + 2)}- ${transition}`;
}

/** Behind the colon. */
function keyEnd(text: string, { key }: Pair): number {
  return text.indexOf(':', rangeOf(key)!.end) + 1;
}

/** The text of each entry by what it says, from the end of the line before it to its own. */
function linesOf(text: string, list: YAMLSeq, from: number): Map<string, string> {
  const lines = new Map<string, string>();
  let start = from;
  for (const item of list.items) {
    const range = rangeOf(item);
    if (range === undefined) return lines;
    const end = lineEndAt(text, range.end);
    lines.set(normal(text.slice(range.start, range.end)), text.slice(start, end));
    start = end;
  }
  return lines;
}

/** Before the line break, behind a comment that stands there. */
function lineEndAt(text: string, offset: number): number {
  const end = text.slice(offset).search(/\r?\n|$/);
  return offset + end;
}

/** One spelling for entries that differ in spaces only. */
function normal(entry: string): string {
  return entry.replace(/\s+/g, '');
}

function rangeOf(node: unknown): Omit<Splice, 'text'> | undefined {
  const range = (node as { range?: readonly [number, number, number] | null } | null)?.range;
  return range ? { start: range[0], end: range[1] } : undefined;
}

// The rules of the house (test/tidy.test.ts) look at the files that git knows or would take, and at
// the syntax trees of those that hold code. This file reads them and says where a finding is.

import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseAst } from 'vitest/node';

/** A node of the syntax tree (ESTree with TypeScript), with the fields that some rule reads. */
export interface Node {
  readonly type: string;
  readonly start: number;
  readonly end: number;
  readonly name?: string;
  readonly value?: unknown;
  readonly kind?: string;
  readonly operator?: string;
  readonly declare?: boolean;
  readonly id?: Node | null;
  readonly init?: Node | null;
  readonly key?: Node;
  readonly left?: Node;
  readonly right?: Node;
  readonly callee?: Node;
  readonly object?: Node;
  readonly property?: Node;
  readonly expression?: Node;
  readonly source?: Node | null;
  readonly local?: Node;
  readonly imported?: Node;
  readonly exported?: Node | null;
  readonly qualifier?: Node | null;
  readonly declaration?: Node | null;
  readonly arguments?: readonly Node[];
  readonly params?: readonly Node[];
  readonly specifiers?: readonly Node[];
  readonly declarations?: readonly Node[];
  readonly properties?: readonly Node[];
  readonly elements?: readonly (Node | null)[];
}

/** A file of the repository. */
export interface Source {
  /** From the root of the repository, with slashes. */
  readonly path: string;
  readonly text: string;
  readonly lines: readonly string[];
  /** All nodes of the syntax tree, parents before their children; none when it is no code. */
  readonly nodes: readonly Node[];
}

/** A rule that a file breaks. */
export interface Finding {
  readonly path: string;
  /** From 1. */
  readonly line: number;
  readonly rule: string;
  /** What to do instead. */
  readonly advice: string;
}

/** Looks at all files at once and says what is wrong with them. */
export type Rule = (sources: readonly Source[]) => Finding[];

const CODE = /\.[cm]?[jt]s$/;
const TEXT = /(\.(c|m)?[jt]s|\.sql|\.sh|\.md|\.ya?ml|\.json|\.css|\.html|\.expected|\/run)$/;

/** A file as the rules see it; throws when its code cannot be parsed. */
export function sourceOf(path: string, text: string): Source {
  const isCode = CODE.test(path);
  try {
    const nodes = isCode ? [...nodesOf(parseAst(text, { lang: 'ts' }, path))] : [];
    return { path, text, lines: text.replace(/\n$/, '').split('\n'), nodes };
  } catch (cause) {
    throw new Error(`${path} cannot be parsed`, { cause });
  }
}

/** Every text file below `root` that is tracked, or new and not ignored. */
export function readSources(root: string): Source[] {
  const list = ['ls-files', '-z', '--cached', '--others', '--exclude-standard'];
  const paths = execFileSync('git', list, { cwd: root, encoding: 'utf8' }).split('\0');
  return [...new Set(paths)]
    .filter((path) => TEXT.test(path) && existsSync(join(root, path)))
    .sort()
    .map((path) => sourceOf(path, readFileSync(join(root, path), 'utf8')));
}

/** The line, from 1, that holds the character at `offset`. */
export function lineAt(source: Source, offset: number): number {
  return source.text.slice(0, offset).split('\n').length;
}

/** A finding at `node`. */
export function findingAt(source: Source, node: Node, rule: string, advice: string): Finding {
  return { path: source.path, line: lineAt(source, node.start), rule, advice };
}

/** Every node of a tree, parents before their children. */
export function* nodesOf(node: Node): Generator<Node> {
  yield node;
  for (const child of childrenOf(node)) yield* nodesOf(child);
}

/** The nodes right below `node`, in the order of the text. */
export function childrenOf(node: Node): Node[] {
  return Object.values(node).flat().filter(isNode);
}

/** Whether something found in a tree is a node of it. */
export function isNode(value: unknown): value is Node {
  return typeof value === 'object' && value !== null && 'type' in value && 'start' in value;
}

/** The room of a file in `src` (or of a test that mirrors it), if it is in one. */
export function roomOf(path: string): string | undefined {
  return /^(?:src|test)\/([^/]+)\//.exec(path)?.[1];
}

/** Whether the node is the member `object.property`, for one of `properties`. */
export function isMember(node: Node, object: string, properties: readonly string[]): boolean {
  return (
    node.type === 'MemberExpression' &&
    node.object?.type === 'Identifier' &&
    node.object.name === object &&
    properties.includes(node.property?.name ?? String(node.property?.value))
  );
}

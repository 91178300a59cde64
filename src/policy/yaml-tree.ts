import type { Alias, Document, YAMLMap, YAMLSeq } from 'yaml';
import { isAlias, isMap, isScalar, isSeq, Scalar } from 'yaml';
import type { Report } from './problem-log.ts';

/**
 * A YAML document with aliases and merge keys resolved, every part still knowing where it was
 * written. An alias shares the tree of its anchor: a few lines of aliases of aliases stay a few
 * nodes, and `size` says what they would be when written out.
 */
export type Tree = ScalarTree | ListTree | MapTree;

/** Text, a number, a boolean or null. */
export interface ScalarTree {
  readonly kind: 'scalar';
  /** Of the first character as written, quote or block header included. */
  readonly offset: number;
  /** Behind the last character as written; equal to `offset` when nothing was written. */
  readonly end: number;
  readonly size: number;
  readonly value: string | number | boolean | null;
}

/** A sequence. */
export interface ListTree {
  readonly kind: 'list';
  readonly offset: number;
  readonly size: number;
  readonly items: readonly Tree[];
}

/** A mapping; all keys are text. */
export interface MapTree {
  readonly kind: 'map';
  readonly offset: number;
  readonly size: number;
  readonly fields: ReadonlyMap<string, Field>;
}

/** One key of a mapping with its value. */
export interface Field {
  readonly keyOffset: number;
  readonly value: Tree;
}

/** Names of fields and indices of lists, from the root down. */
export type TreePath = readonly (string | number)[];

/** Aliases may write out to this many values in one file: far more than people write by hand. */
const aliasedSizeMax = 100_000;

interface Conversion {
  readonly report: Report;
  /** By name; undefined while the anchored node is still being read. */
  readonly anchors: Map<string, Tree | undefined>;
  aliasedSize: number;
  path: TreePath;
  isBroken: boolean;
}

/**
 * Turns a parsed document into a tree and reports bad keys, aliases and merges. Undefined when an
 * alias leads nowhere or too far: what the author wrote is not known then.
 */
export function treeOfDocument(document: Document.Parsed, report: Report): Tree | undefined {
  const anchors = new Map();
  const conversion = { report, anchors, aliasedSize: 0, path: [], isBroken: false };
  const tree = convert(conversion, document.contents, 0);
  return conversion.isBroken ? undefined : tree;
}

/** The path as people write it: `policies.a.pause.during[0]`. */
export function pathText(path: TreePath): string {
  return path
    .map((part) => (typeof part === 'number' ? `[${part}]` : `.${part}`))
    .join('')
    .replace(/^\./, '');
}

/** The plain value of a tree; below so many lists and mappings everything is null. */
export function valueOfTree(tree: Tree, levels = Infinity): unknown {
  if (tree.kind === 'scalar') return tree.value;
  if (levels === 0) return null;
  if (tree.kind === 'list') return tree.items.map((item) => valueOfTree(item, levels - 1));
  // No key is `__proto__`: `readKey` refuses it.
  const value: Record<string, unknown> = {};
  for (const [key, field] of tree.fields) value[key] = valueOfTree(field.value, levels - 1);
  return value;
}

function convert(conversion: Conversion, node: unknown, offset: number): Tree {
  if (isAlias(node)) return followAlias(conversion, node);
  if (!isMap(node) && !isSeq(node) && !isScalar(node)) return nothing(offset);
  const anchor = node.anchor;
  if (anchor !== undefined) conversion.anchors.set(anchor, undefined);
  const tree = isMap(node)
    ? convertMap(conversion, node)
    : isSeq(node)
      ? convertList(conversion, node)
      : convertScalar(node);
  if (anchor !== undefined) conversion.anchors.set(anchor, tree);
  return tree;
}

function followAlias(conversion: Conversion, alias: Alias): Tree {
  const { anchors, report } = conversion;
  const offset = alias.range?.[0] ?? 0;
  const path = pathText(conversion.path);
  const name = alias.source;
  const target = anchors.get(name);
  if (target === undefined) {
    const message = anchors.has(name)
      ? `*${name} stands inside its own anchor`
      : `*${name} has no anchor &${name} before it`;
    const hint = `a text that begins with \`*\` wants quotes: "*${name}"`;
    report({ code: 'yaml-alias', offset, path, message, hint });
    conversion.isBroken = true;
    return nothing(offset);
  }
  const isFirst = conversion.aliasedSize <= aliasedSizeMax;
  conversion.aliasedSize += target.size;
  if (conversion.aliasedSize <= aliasedSizeMax) return target;
  if (isFirst) {
    const message = `the aliases of this file write out to more than ${aliasedSizeMax} values`;
    report({ code: 'yaml-too-large', offset, path, message });
  }
  conversion.isBroken = true;
  return nothing(offset);
}

function convertScalar(node: Scalar): ScalarTree {
  const [offset, end] = node.range ?? [0, 0];
  return { kind: 'scalar', offset, end, size: 1, value: node.value as ScalarTree['value'] };
}

function convertList(conversion: Conversion, node: YAMLSeq): ListTree {
  const offset = node.range?.[0] ?? 0;
  const path = conversion.path;
  const items = node.items.map((item, index) => {
    conversion.path = [...path, index];
    return convert(conversion, item, offset);
  });
  conversion.path = path;
  return { kind: 'list', offset, size: 1 + sum(items), items };
}

function convertMap(conversion: Conversion, node: YAMLMap): MapTree {
  const offset = node.range?.[0] ?? 0;
  const path = conversion.path;
  const fields = new Map<string, Field>();
  const merged: Field[] = [];
  for (const pair of node.items) {
    const keyTree = convert(conversion, pair.key, offset);
    const key = readKey(conversion, keyTree);
    if (key === undefined) continue;
    conversion.path = [...path, key];
    const value = convert(conversion, pair.value, endOf(keyTree));
    conversion.path = path;
    const keyOffset = keyTree.offset;
    if (isMergeKey(pair.key)) merged.push({ keyOffset, value });
    else if (fields.has(key)) reportTwice(conversion, key, keyOffset);
    else fields.set(key, { keyOffset, value });
  }
  for (const merge of merged) mergeInto(conversion, fields, merge);
  const size = 1 + sum([...fields.values()].map((field) => field.value));
  return { kind: 'map', offset, size, fields };
}

function reportTwice(conversion: Conversion, key: string, offset: number): void {
  const path = pathText([...conversion.path, key]);
  const message = `\`${key}\` stands twice in one mapping`;
  conversion.report({ code: 'key-duplicate', offset, path, message });
}

function readKey(conversion: Conversion, key: Tree): string | undefined {
  const value = key.kind === 'scalar' ? key.value : undefined;
  if (typeof value === 'string' && value !== '__proto__') return value;
  const path = pathText(conversion.path);
  const message =
    value === '__proto__' ? '`__proto__` may not be a key' : 'a key must be plain text';
  const isBare = typeof value === 'number' || typeof value === 'boolean';
  const hint = isBare ? `put it in quotes: "${value}"` : undefined;
  conversion.report({ code: 'key-invalid', offset: key.offset, path, message, hint });
  return undefined;
}

function isMergeKey(key: unknown): boolean {
  return isScalar(key) && key.value === '<<' && key.type === Scalar.PLAIN;
}

/** Keys of the mapping itself win, then those of earlier sources (yaml.org/type/merge.html). */
function mergeInto(conversion: Conversion, fields: Map<string, Field>, merge: Field): void {
  const sources = merge.value.kind === 'list' ? merge.value.items : [merge.value];
  for (const source of sources) {
    if (source.kind !== 'map') {
      const path = pathText([...conversion.path, '<<']);
      const message = '`<<` wants a mapping, an alias of one, or a list of such';
      conversion.report({ code: 'yaml-merge', offset: merge.keyOffset, path, message });
      return;
    }
    for (const [key, field] of source.fields) if (!fields.has(key)) fields.set(key, field);
  }
}

function nothing(offset: number): ScalarTree {
  return { kind: 'scalar', offset, end: offset, size: 1, value: null };
}

function endOf(tree: Tree): number {
  return tree.kind === 'scalar' ? tree.end : tree.offset;
}

function sum(trees: readonly Tree[]): number {
  return trees.reduce((total, tree) => total + tree.size, 0);
}

import type { Place } from './policy.ts';
import type { Fault, Report } from './problem-log.ts';
import { offsetInScalar } from './source-text.ts';
import { pathText, type Tree, type TreePath } from './yaml-tree.ts';

/** A place in one file's tree, and how to report what is wrong there. */
export interface Cursor {
  readonly tree: Tree;
  readonly path: TreePath;
  /** Of the key this value belongs to; of the value itself for list entries and the root. */
  readonly keyOffset: number;
  /** The text of the whole file. */
  readonly text: string;
  readonly report: Report;
  /** File, line and column of an offset. */
  readonly placeOf: (offset: number) => Place;
}

/** The field or list entry below a cursor; undefined when there is none. */
export function descend(cursor: Cursor, part: string | number): Cursor | undefined {
  const { tree } = cursor;
  if (tree.kind === 'list' && typeof part === 'number') {
    const item = tree.items[part];
    return item && below(cursor, part, item, item.offset);
  }
  const field = tree.kind === 'map' ? tree.fields.get(String(part)) : undefined;
  return field && below(cursor, part, field.value, field.keyOffset);
}

function below(
  { path, text, report, placeOf }: Cursor,
  part: string | number,
  tree: Tree,
  keyOffset: number,
): Cursor {
  return { tree, path: [...path, part], keyOffset, text, report, placeOf };
}

/** The fields below a cursor, in the order of the file. */
export function fieldsOf(cursor: Cursor): [string, Cursor][] {
  if (cursor.tree.kind !== 'map') return [];
  return [...cursor.tree.fields.keys()].map((key) => [key, descend(cursor, key)!]);
}

/** Where the value of a cursor was written, or its key where no value was. */
export function valueOffset(cursor: Cursor): number {
  const { tree, keyOffset } = cursor;
  return tree.kind === 'scalar' && tree.offset === tree.end ? keyOffset : tree.offset;
}

/** Where one character of a text value was written. */
export function characterOffset(cursor: Cursor, index: number): number {
  const { tree, text } = cursor;
  if (tree.kind !== 'scalar' || typeof tree.value !== 'string') return valueOffset(cursor);
  return offsetInScalar(text.slice(tree.offset, tree.end), tree.value, index, tree.offset);
}

/** Reports something about a cursor; without an `offset`, at its value. */
export function reportAt(
  cursor: Cursor,
  fault: Omit<Fault, 'offset' | 'path'>,
  offset: number = valueOffset(cursor),
): void {
  cursor.report({ ...fault, offset, path: pathText(cursor.path) });
}

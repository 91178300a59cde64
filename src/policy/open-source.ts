import type { Cursor } from './cursor.ts';
import type { Place, PolicySource } from './policy.ts';
import type { ProblemLog, Report } from './problem-log.ts';
import { createLineMap } from './source-text.ts';
import { parseYaml } from './yaml-document.ts';
import { treeOfDocument } from './yaml-tree.ts';

/**
 * Parses one file and gives a cursor at its root; what is reported below it gets the file's places.
 * Undefined when the text is no usable YAML, which the log says then.
 */
export function openSource(
  { file, text: whole }: PolicySource,
  log: ProblemLog,
): Cursor | undefined {
  const hasMark = whole.startsWith('\ufeff');
  const text = hasMark ? whole.slice(1) : whole;
  const lineColumn = createLineMap(text);
  const report: Report = ({ offset, ...fault }) =>
    log.add({ ...fault, file, ...lineColumn(offset) });
  if (hasMark) {
    const message = 'the file begins with a byte order mark';
    const hint = 'save it as UTF-8 without one';
    report({ code: 'byte-order-mark', offset: 0, path: '', message, hint });
  }
  const document = parseYaml(text, report);
  const tree = document && treeOfDocument(document, report);
  if (tree === undefined) return undefined;
  const placeOf = (offset: number): Place => ({ file, ...lineColumn(offset) });
  return { tree, path: [], keyOffset: 0, text, report, placeOf };
}

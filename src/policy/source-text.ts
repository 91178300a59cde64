// From offsets in a file's text to the lines and columns that people and editors count.

/** Line and column, both from 1; columns count UTF-16 code units, as editors do. */
export interface LineColumn {
  readonly line: number;
  readonly column: number;
}

/** Creates the lookup from an offset of `text` to its line and column. */
export function createLineMap(text: string): (offset: number) => LineColumn {
  const lineStarts = [0];
  for (let i = text.indexOf('\n'); i >= 0; i = text.indexOf('\n', i + 1)) lineStarts.push(i + 1);
  return (offset) => {
    let low = 0;
    let high = lineStarts.length - 1;
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if (lineStarts[middle]! <= offset) low = middle;
      else high = middle - 1;
    }
    return { line: low + 1, column: offset - lineStarts[low]! + 1 };
  };
}

/**
 * Where the character `index` of a YAML scalar's value stands in the file. `source` is the scalar
 * as written, quotes or block header included, and `start` its offset. Plain, quoted, folded and
 * block scalars are followed character by character; where an escape hides one, the scalar's start
 * is given instead.
 */
export function offsetInScalar(
  source: string,
  value: string,
  index: number,
  start: number,
): number {
  let at = contentStart(source);
  for (let i = 0; i < value.length && i <= index; i++) {
    const wanted = value[i]!;
    const isSpace = wanted === ' ' || wanted === '\n';
    // A line break and the indentation after it are one space, or one line break, of the value.
    if (!isSpace) while (at < source.length && /\s/.test(source[at]!)) at++;
    if (source[at] === '\\' && wanted !== '\\') at++;
    if (source[at] !== wanted && !(isSpace && /\s/.test(source[at] ?? ''))) return start;
    if (i === index) return start + at;
    at += source.startsWith("''", at) && source[0] === "'" ? 2 : 1;
  }
  const isQuoted = source[0] === '"' || source[0] === "'";
  return Math.min(start + at, start + source.length - (isQuoted ? 1 : 0));
}

function contentStart(source: string): number {
  if (source[0] === '"' || source[0] === "'") return 1;
  if (source[0] !== '|' && source[0] !== '>') return 0;
  const headerEnd = source.indexOf('\n');
  return headerEnd < 0 ? source.length : headerEnd + 1;
}

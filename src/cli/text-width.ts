import { stripVTControlCharacters } from 'node:util';

const segmenter = new Intl.Segmenter('en', { granularity: 'grapheme' });

// East Asian Wide and Fullwidth blocks, coarsely (Unicode TR11), and pictures in emoji style. Where
// terminals themselves disagree a column may be off; nothing is ever cut in the middle of a letter.
const WIDE_BLOCKS = [
  '\u1100-\u115f\u2e80-\u303e\u3041-\ua4cf\ua960-\ua97c\uac00-\ud7a3\uf900-\ufaff',
  '\ufe30-\ufe6f\uff01-\uff60\uffe0-\uffe6\u{1f300}-\u{1faff}\u{20000}-\u{3fffd}',
].join('');
const WIDE = new RegExp(`^[${WIDE_BLOCKS}]|\\p{Emoji_Presentation}|\\ufe0f`, 'u');
const INVISIBLE = /^(\p{Mark}|\p{Cf}|\p{Cc})+$/u;

function letterWidth(letter: string): number {
  if (INVISIBLE.test(letter)) return 0;
  return WIDE.test(letter) ? 2 : 1;
}

/** How many columns a text takes in a terminal; colours take none. */
export function widthOf(text: string): number {
  if (/^[\x20-\x7e]*$/.test(text)) return text.length;
  let width = 0;
  for (const { segment } of segmenter.segment(stripVTControlCharacters(text))) {
    width += letterWidth(segment);
  }
  return width;
}

/** The first of several wordings that has room in `columns`; the last, when none has. */
export function fitting(columns: number, wordings: readonly [string, ...string[]]): string {
  return wordings.find((wording) => widthOf(wording) <= columns) ?? wordings.at(-1)!;
}

/** Cuts an uncoloured text to `columns`, with an ellipsis where something is missing. */
export function cut(text: string, columns: number): string {
  return widthOf(text) <= columns ? text : `${headOf(text, columns - 1)}…`;
}

/** As many whole letters as fit into `columns`. */
function headOf(text: string, columns: number): string {
  let width = 0;
  let head = '';
  for (const { segment } of segmenter.segment(text)) {
    width += letterWidth(segment);
    if (width > columns) break;
    head += segment;
  }
  return head;
}

/** Breaks an uncoloured text into lines of at most `columns` (2 at least), at spaces if it can. */
export function wrap(text: string, columns: number): string[] {
  const most = Math.max(columns, 2);
  const lines: string[] = [];
  let line = '';
  for (const word of text.split(/ +/)) {
    const longer = line === '' ? word : `${line} ${word}`;
    if (widthOf(longer) <= most) {
      line = longer;
      continue;
    }
    if (line !== '') lines.push(line);
    line = word;
    while (widthOf(line) > most) {
      const head = headOf(line, most);
      lines.push(head);
      line = line.slice(head.length);
    }
  }
  return [...lines, line];
}

/**
 * Text from elsewhere (names, answers of servers), made safe for a terminal: no escape sequence can
 * hide in it, and no line break can forge a line.
 */
export function plain(text: string): string {
  return stripVTControlCharacters(text).replace(
    /[\p{Cc}\u2028\u2029\u202a-\u202e\u2066-\u2069]+/gu,
    ' ',
  );
}

/** `1 file`, `2 files`. */
export function count(number: number, one: string, many = `${one}s`): string {
  return `${number} ${number === 1 ? one : many}`;
}

// Globs for selectors: `*`, `?`, `[ab]`, `[a-z]`, `[!ab]`, `{a,b}`, and `\` before a character that
// is meant as itself. Case-insensitive. A pattern becomes a few flat alternatives, each matched by
// walking over the text and going back at most to the last `*`: no pattern can make matching slow,
// which a regular expression could not promise.

/** A compiled pattern. */
export interface Glob {
  matches(text: string): boolean;
  /** Whether some text may match both; true where that is not known. */
  meets(other: Glob): boolean;
  /** What texts that match begin with, one for each way to match; in one spelling. */
  prefixes(): readonly string[];
  /** The ways to read it, which mean nothing to others. */
  alternatives(): readonly Alternative[];
}

/** Why a pattern cannot be read; `index` is the character of the pattern that is to blame. */
export interface GlobFault {
  readonly index: number;
  readonly message: string;
}

/** Longer than any name that a sync or connection can have. */
export const globLengthMax = 500;

/** `{a,b}{c,d}` are four alternatives; more than this is a mistake, or an attack. */
const alternativesMax = 100;

/** A character as itself, any run of characters, or one character that the function accepts. */
type Part = string | typeof anyRun | ((character: string) => boolean);
const anyRun = Symbol('*');

/** One way to read the pattern. */
export type Alternative = readonly Part[];

interface Reading {
  readonly characters: readonly string[];
  at: number;
}

/** Compiles a pattern, or says where it cannot be read. */
export function compileGlob(pattern: string): Glob | GlobFault {
  const reading: Reading = { characters: [...foldText(pattern)], at: 0 };
  const alternatives = readAlternatives(reading, false);
  if (isGlobFault(alternatives)) {
    const before = reading.characters.slice(0, alternatives.index);
    return { ...alternatives, index: before.join('').length };
  }
  return {
    matches(text) {
      const characters = charactersOf(text);
      return alternatives.some((alternative) => matchesParts(alternative, characters));
    },
    meets(other) {
      const others = other.alternatives();
      return others.some((b) => alternatives.some((a) => meetParts(a, b)));
    },
    prefixes: () => alternatives.map(prefixOf),
    alternatives: () => alternatives,
  };
}

/** A pattern that matches this text and no other. */
export function literalPattern(text: string): string {
  return text.replace(/[*?[{\\]/g, '\\$&');
}

/** At a boundary thousands of patterns are asked about the same name, one after the other. */
let lastText = '';
let lastCharacters: readonly string[] = [];

function charactersOf(text: string): readonly string[] {
  if (text !== lastText) {
    lastCharacters = [...foldText(text)];
    lastText = text;
  }
  return lastCharacters;
}

function prefixOf(parts: Alternative): string {
  const end = parts.findIndex((part) => typeof part !== 'string');
  return parts.slice(0, end < 0 ? parts.length : end).join('');
}

/** Whether compiling gave a fault. */
export function isGlobFault(result: object): result is GlobFault {
  return 'message' in result;
}

/** One form for texts that read the same; `toLowerCase` knows no locale. */
export function foldText(text: string): string {
  return text.normalize('NFC').toLowerCase();
}

/** Reads up to the end, or inside of braces up to `,` or `}`. */
function readAlternatives(reading: Reading, inBraces: boolean): Alternative[] | GlobFault {
  let alternatives: Part[][] = [[]];
  for (; reading.at < reading.characters.length; reading.at++) {
    const character = reading.characters[reading.at]!;
    if (inBraces && (character === ',' || character === '}')) break;
    if (!'*?[{\\'.includes(character)) {
      for (const alternative of alternatives) alternative.push(character);
      continue;
    }
    const start = reading.at;
    const endings = character === '{' ? readBraces(reading) : readPart(reading, character);
    if (isGlobFault(endings)) return endings;
    if (alternatives.length * endings.length > alternativesMax) {
      return { index: start, message: `more than ${alternativesMax} alternatives` };
    }
    alternatives = alternatives.flatMap((head) => endings.map((tail) => [...head, ...tail]));
  }
  return alternatives;
}

/** Leaves `at` on the closing brace. */
function readBraces(reading: Reading): Alternative[] | GlobFault {
  const open = reading.at;
  const alternatives: Alternative[] = [];
  do {
    reading.at++;
    const inside = readAlternatives(reading, true);
    if (isGlobFault(inside)) return inside;
    alternatives.push(...inside);
  } while (reading.characters[reading.at] === ',');
  if (reading.characters[reading.at] === '}') return alternatives;
  return { index: open, message: 'this `{` is never closed' };
}

/** Leaves `at` on the last character of the part. */
function readPart(reading: Reading, character: string): Alternative[] | GlobFault {
  if (character === '*') return [[anyRun]];
  if (character === '?') return [[() => true]];
  if (character === '[') return readSet(reading);
  if (character !== '\\') return [[character]];
  const escaped = reading.characters[++reading.at];
  if (escaped !== undefined) return [[escaped]];
  return { index: reading.at - 1, message: 'nothing follows the `\\`' };
}

function readSet(reading: Reading): Alternative[] | GlobFault {
  const open = reading.at;
  const close = reading.characters.indexOf(']', open + 1);
  if (close < 0) return { index: open, message: 'this `[` is never closed' };
  const inside = reading.characters.slice(open + 1, close);
  const isNegated = inside[0] === '!';
  if (isNegated) inside.shift();
  if (inside.length === 0) return { index: open, message: 'nothing stands between `[` and `]`' };
  const ranges: [string, string][] = [];
  for (let i = 0; i < inside.length; i++) {
    const isRange = inside[i + 1] === '-' && inside[i + 2] !== undefined;
    ranges.push([inside[i]!, isRange ? inside[i + 2]! : inside[i]!]);
    if (isRange) i += 2;
  }
  reading.at = close;
  const isInside = (other: string) => ranges.some(([low, high]) => low <= other && other <= high);
  return [[(other) => isInside(other) !== isNegated]];
}

function matchesParts(parts: Alternative, text: readonly string[]): boolean {
  let part = 0;
  let at = 0;
  // Where the last `*` stands, and up to where it has eaten so far.
  let runPart = -1;
  let runEnd = 0;
  while (at < text.length) {
    const wanted = parts[part];
    if (wanted === anyRun) {
      runPart = part++;
      runEnd = at;
    } else if (wanted !== undefined && accepts(wanted, text[at]!)) {
      part++;
      at++;
    } else if (runPart >= 0) {
      part = runPart + 1;
      at = ++runEnd;
    } else {
      return false;
    }
  }
  while (parts[part] === anyRun) part++;
  return part === parts.length;
}

/** Whether a text exists that both match: walks over all pairs of places in the two patterns. */
function meetParts(a: Alternative, b: Alternative): boolean {
  // `row[j]`: whether the first `i` parts of `a` and the first `j` of `b` can match one text.
  let row = b.map(() => false);
  row.unshift(true);
  for (let j = 0; j < b.length && b[j] === anyRun; j++) row[j + 1] = true;
  for (const part of a) {
    const next = [part === anyRun && row[0]!];
    for (let j = 0; j < b.length; j++) {
      const other = b[j]!;
      if (part === anyRun || other === anyRun) next.push(next[j]! || row[j + 1]! || row[j]!);
      else next.push(row[j]! && canBeOne(part, other));
    }
    row = next;
  }
  return row.at(-1)!;
}

/** Whether one character is taken by both; of two sets that is not known, and assumed. */
function canBeOne(a: Exclude<Part, typeof anyRun>, b: Exclude<Part, typeof anyRun>): boolean {
  if (typeof a === 'string') return accepts(b, a);
  return typeof b === 'string' ? a(b) : true;
}

function accepts(part: Exclude<Part, typeof anyRun>, character: string): boolean {
  return typeof part === 'string' ? part === character : part(character);
}

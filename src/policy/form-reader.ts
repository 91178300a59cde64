// The texts of the short forms as tokens, and a reader that goes along them. It remembers the first
// fault, with the very character it is about: those after it are its echo.

import type { ProblemCode } from './problem-codes.ts';
import type { TextFault, TextResult } from './text-fault.ts';

/** `22:00` is a time, `2nd` and `1d` are counted, `15` is a number. */
type TokenKind = 'word' | 'time' | 'counted' | 'number' | 'sign' | 'end';

/** One token of a text. */
export interface Token {
  readonly kind: TokenKind;
  readonly text: string;
  /** Where it stands in the text. */
  readonly index: number;
}

/** Something that is allowed and has a consequence which people may not expect. */
export interface TextNote {
  readonly index: number;
  readonly message: string;
  readonly hint: string;
}

/** Where somebody is who reads a text, and what was found so far. */
export interface Reader {
  readonly text: string;
  readonly tokens: readonly Token[];
  readonly notes: TextNote[];
  at: number;
  fault: TextFault | undefined;
}

const lexeme = /\s*(?:(\p{L}+)|(\d+(?::\d*)+)|(\d+\p{L}+)|(\d+)|(\S))/uy;
const kinds = ['word', 'time', 'counted', 'number', 'sign'] as const;

/** A reader at the beginning of a text. */
export function createReader(text: string): Reader {
  const tokens: Token[] = [];
  lexeme.lastIndex = 0;
  for (let match = lexeme.exec(text); match !== null; match = lexeme.exec(text)) {
    const [whole, ...groups] = match;
    const place = groups.findIndex((group) => group !== undefined);
    const written = groups[place] ?? '';
    const index = match.index + whole.length - written.length;
    tokens.push({ kind: kinds[place] ?? 'sign', text: written, index });
  }
  tokens.push({ kind: 'end', text: '', index: text.trimEnd().length });
  return { text, tokens, notes: [], at: 0, fault: undefined };
}

/** The value that was read when the text is at its end and nothing was wrong. */
export function finish<T>(reader: Reader, value: T): TextResult<T> {
  const token = peek(reader);
  if (token.kind !== 'end') {
    failAt(reader, token, 'window-syntax', `nothing is wanted after the end, yet ${show(token)}`);
  }
  return reader.fault === undefined ? { value } : { fault: reader.fault };
}

/** The next token, or one further on. */
export function peek(reader: Reader, ahead = 0): Token {
  return reader.tokens[Math.min(reader.at + ahead, reader.tokens.length - 1)]!;
}

/** Takes the next token; the end stays where it is. */
export function next(reader: Reader): Token {
  const token = peek(reader);
  if (token.kind !== 'end') reader.at++;
  return token;
}

/** Takes a sign if it is the next token. */
export function takeSign(reader: Reader, sign: string): boolean {
  if (peek(reader).text !== sign) return false;
  reader.at++;
  return true;
}

/** Whether a token is this word, in any case. */
export function isWord(token: Token, word: string): boolean {
  return token.kind === 'word' && token.text.toLowerCase() === word;
}

/** A token as it is called in messages. */
export function show(token: Token): string {
  return token.kind === 'end' ? 'the end' : `\`${token.text}\``;
}

/** Remembers a fault at a token, unless there was one before. */
export function failAt(
  reader: Reader,
  token: Token,
  code: ProblemCode,
  message: string,
  hint?: string,
): void {
  const isLongDash = token.text === '–' || token.text === '—';
  reader.fault ??= {
    code,
    index: token.index,
    message,
    hint: isLongDash ? 'write `-`' : hint,
  };
}

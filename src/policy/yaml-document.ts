import type { Document, YAMLError } from 'yaml';
import { Composer, CST, Lexer, Parser } from 'yaml';
import type { ProblemCode } from './problem-codes.ts';
import type { Fault, Report } from './problem-log.ts';

/** Deeper than any policy file needs; the composer of `yaml` recurses, and a deep file kills V8. */
const depthMax = 60;
/** Each costs the composer an error object when misused; honest files have a handful. */
const decorationsMax = 2_000;
/** Stray text and further documents each cost an error object too. */
const partsMax = 100;
/** What follows the first syntax errors is mostly their echo. */
const syntaxErrorsMax = 20;

const options = {
  version: '1.2',
  schema: 'core',
  // Merge keys, aliases and unique keys are looked after in yaml-tree.ts: the library's own checks
  // take time quadratic in the size of the file.
  merge: false,
  uniqueKeys: false,
  resolveKnownTags: false,
  logLevel: 'error',
} as const;

/**
 * Parses one YAML 1.2 document, core schema. Reports what is wrong and gives undefined when the
 * text is no usable document. Hostile text costs bounded time and memory.
 */
export function parseYaml(text: string, report: Report): Document.Parsed | undefined {
  const control = controlCharacter.exec(text);
  if (control !== null) {
    const code = control[0].codePointAt(0)!.toString(16).padStart(4, '0');
    report(fault('yaml-syntax', control.index, `the character U+${code} may not stand in a file`));
    return undefined;
  }
  const tokens = tokenize(text, report);
  if (tokens === undefined) return undefined;
  const documents = new Composer(options).compose(tokens, true, text.length);
  const [document, second] = documents;
  if (document === undefined) return undefined;
  if (second !== undefined) {
    const offset = text.lastIndexOf('---', second.range[0]);
    const hint = 'write one file for each';
    report({ ...fault('yaml-documents', offset, 'a file holds one YAML document'), hint });
    return undefined;
  }
  const errors = [...document.errors, ...document.warnings].slice(0, syntaxErrorsMax);
  for (const error of errors) reportYamlError(error, text, report);
  return errors.length > 0 ? undefined : document;
}

// biome-ignore lint/suspicious/noControlCharactersInRegex: these are what is looked for
const controlCharacter = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f]|\p{Surrogate}/u;

/** The syntax tokens of the text, or undefined when it goes beyond a limit. */
function tokenize(text: string, report: Report): CST.Token[] | undefined {
  const parser = new Parser();
  const tokens: CST.Token[] = [];
  const seen: Seen = { depth: 0, decorations: 0, parts: 0 };
  for (const lexeme of new Lexer().lex(text)) {
    seen.depth = parser.stack.length;
    // Files have many lexemes, and few of them are of these kinds.
    const isRare = rareFirst.includes(lexeme[0] ?? '');
    if (isRare || seen.depth > depthMax || seen.parts > partsMax) {
      const kind = CST.tokenType(lexeme);
      if (kind === 'anchor' || kind === 'alias' || kind === 'tag') seen.decorations++;
      const limit = limitBroken(kind, seen);
      if (limit !== undefined) {
        report({ ...limit, offset: parser.offset, path: '' });
        return undefined;
      }
    }
    for (const token of parser.next(lexeme)) {
      tokens.push(token);
      if (token.type !== 'comment' && token.type !== 'newline') seen.parts++;
    }
  }
  tokens.push(...parser.end());
  return tokens;
}

/** What anchors, aliases, tags and directives begin with. */
const rareFirst = '&*!%';

/** What counts against the limits while a text is read. */
interface Seen {
  depth: number;
  decorations: number;
  /** On the outermost level, where an honest file has a single document. */
  parts: number;
}

function limitBroken(
  kind: CST.TokenType | null,
  { depth, decorations, parts }: Seen,
): Pick<Fault, 'code' | 'message' | 'hint'> | undefined {
  if (kind === 'directive-line') {
    const message = 'YAML directives are not read; this format is YAML 1.2';
    return { code: 'yaml-directive', message, hint: 'leave the line out' };
  }
  if (depth > depthMax) {
    return { code: 'yaml-too-large', message: `nested more than ${depthMax} levels deep` };
  }
  if (decorations > decorationsMax) {
    const message = `more than ${decorationsMax} anchors, aliases and tags in one file`;
    return { code: 'yaml-too-large', message };
  }
  return parts > partsMax ? { code: 'yaml-syntax', message: 'this is not YAML' } : undefined;
}

function reportYamlError(error: YAMLError, text: string, report: Report): void {
  const offset = Math.min(error.pos[0], text.length);
  const message = firstLine(error.message);
  if (error.code === 'TAB_AS_INDENT' || (text[offset] === '\t' && error.name !== 'YAMLWarning')) {
    const sentence = 'a tab where YAML wants spaces';
    report({ ...fault('yaml-tab', offset, sentence), hint: 'indent with spaces' });
  } else if (error.code === 'TAG_RESOLVE_FAILED') {
    report({ ...fault('yaml-tag', offset, message), hint: 'leave the tag out' });
  } else if (error.code === 'BAD_ALIAS') {
    const hint = 'a text that begins with `*` wants quotes';
    report({ ...fault('yaml-alias', offset, message), hint });
  } else {
    report(fault('yaml-syntax', offset, message));
  }
}

function firstLine(message: string): string {
  const line = message.split('\n', 1)[0]!;
  return line.charAt(0).toLowerCase() + line.slice(1);
}

function fault(code: ProblemCode, offset: number, message: string) {
  return { code, offset, message, path: '' };
}

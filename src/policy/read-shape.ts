// From zod's issues to problems: the place of the key for unknown fields, of the value for wrong
// values, of the very character for texts with a grammar; a sentence, and what was probably meant.

import type { z } from 'zod';
import { type Cursor, characterOffset, descend, reportAt, valueOffset } from './cursor.ts';
import type { Fault } from './problem-log.ts';
import type { LeafFault } from './schema-leaf.ts';
import { closestHint } from './suggest.ts';
import { valueOfTree } from './yaml-tree.ts';

type Issue = z.core.$ZodIssue;

/** A fault about a cursor; without `offset` it is at the cursor's value. */
interface Finding extends Omit<Fault, 'offset' | 'path'> {
  readonly at: Cursor;
  readonly offset?: number;
}

/**
 * Reads a value by a schema; reports every fault and gives undefined when there is one. `levels` is
 * how many lists and mappings within each other the schema looks into; what is deeper may be big.
 */
export function readShape<T>(schema: z.ZodType<T>, cursor: Cursor, levels?: number): T | undefined {
  const result = schema.safeParse(valueOfTree(cursor.tree, levels));
  if (result.success) return result.data;
  for (const issue of result.error.issues) {
    for (const { at, offset = valueOffset(at), ...fault } of findingsOf(issue, cursor)) {
      reportAt(at, fault, offset);
    }
  }
  return undefined;
}

function findingsOf(issue: Issue, start: Cursor): Finding[] {
  let at = start;
  for (const part of issue.path) {
    const below = descend(at, typeof part === 'symbol' ? String(part) : part);
    if (below === undefined) return [missing(at, String(part), issue.message)];
    at = below;
  }
  switch (issue.code) {
    case 'unrecognized_keys':
      return issue.keys.map((key) => unknownField(at, key, issue.message.split(' ')));
    case 'invalid_union':
      return wrongBranch(issue, at);
    case 'custom':
      return [wrongText(at, issue.message, issue.params as LeafFault)];
    case 'invalid_type':
      return [wrongType(at, issue.message)];
    case 'invalid_value':
      return [wrongWord(at, issue.values)];
    case 'too_small':
    case 'too_big':
      return [beyondLimit(at, issue)];
    case 'invalid_key':
      return [wrongName(at)];
    default: {
      const message = `${subject(at)} holds characters that it may not`;
      return [{ at, code: 'text-invalid', message }];
    }
  }
}

function missing(at: Cursor, field: string, wanted: string): Finding {
  const hint = wanted.startsWith('Invalid') ? undefined : `it wants ${wanted}`;
  const message = `\`${field}\` is missing`;
  return { at, offset: at.keyOffset, code: 'field-missing', message, hint };
}

function unknownField(parent: Cursor, key: string, known: readonly string[]): Finding {
  const at = descend(parent, key) ?? parent;
  const hint = closestHint(key, known) ?? `known here: ${known.join(', ')}`;
  const message = `unknown field \`${key}\``;
  return { at, offset: at.keyOffset, code: 'field-unknown', message, hint };
}

/**
 * Unions here are "one, or a list of them" and "a word, or a mapping": the branch that was meant is
 * the one whose complaint is not about the value as a whole.
 */
function wrongBranch(issue: z.core.$ZodIssueInvalidUnion, at: Cursor): Finding[] {
  const isOfAnotherKind = ({ code, path }: Issue) =>
    path.length === 0 && (code === 'invalid_type' || code === 'invalid_value');
  const branches = issue.errors;
  const meant = branches.find((branch) => !branch.some(isOfAnotherKind)) ?? branches[0] ?? [];
  return meant.flatMap((inner) => findingsOf(inner, at));
}

function wrongText(at: Cursor, message: string, { code, index, hint }: LeafFault): Finding {
  return { at, offset: characterOffset(at, index), code, message, hint };
}

function wrongName(at: Cursor): Finding {
  const message = `\`${at.path.at(-1)}\` is no name: letters, digits, \`-\`, \`_\` and \`.\``;
  return { at, offset: at.keyOffset, code: 'name-invalid', message };
}

function wrongType(at: Cursor, wanted: string): Finding {
  const code = 'type-wrong';
  if (isNothing(at)) {
    return { at, code, message: `${subject(at)} is empty`, hint: `it wants ${wanted}` };
  }
  const message = `${subject(at)} must be ${wanted}, not ${kindOf(at)}`;
  return { at, code, message, hint: typeHint(at, wanted) };
}

function typeHint({ tree }: Cursor, wanted: string): string | undefined {
  if (wanted.startsWith('a list') && tree.kind === 'map') return 'begin each entry with `- `';
  if (tree.kind !== 'scalar') {
    return wanted === 'text' ? 'a text that begins with `{` or `[` wants quotes' : undefined;
  }
  if (wanted === 'true or false' && typeof tree.value === 'string') {
    const word = tree.value.toLowerCase();
    if (['yes', 'on', 'y'].includes(word)) return 'write `true`';
    if (['no', 'off', 'n'].includes(word)) return 'write `false`';
  }
  if (wanted.startsWith('a length of time')) return 'write it with a unit';
  return wanted === 'text' ? `put it in quotes: "${tree.value}"` : undefined;
}

function wrongWord(at: Cursor, values: readonly unknown[]): Finding {
  const allowed = values.map(String);
  if (isNothing(at)) return wrongType(at, allowed.map((word) => `\`${word}\``).join(' or '));
  const written = at.tree.kind === 'scalar' ? String(at.tree.value) : kindOf(at);
  if (at.path.at(-1) === 'version') {
    const message = `version ${written} of the format is not known`;
    const hint = `write \`version: ${allowed.join(' or ')}\``;
    return { at, code: 'version-unsupported', message, hint };
  }
  const message = `${subject(at)} cannot be \`${written}\``;
  const hint = closestHint(written, allowed) ?? `allowed: ${allowed.join(', ')}`;
  return { at, code: 'value-unknown', message, hint };
}

function beyondLimit(
  at: Cursor,
  issue: z.core.$ZodIssueTooBig | z.core.$ZodIssueTooSmall,
): Finding {
  const isText = issue.origin === 'string';
  const isList = issue.origin === 'array';
  const [bound, limit] =
    issue.code === 'too_small' ? ['least', issue.minimum] : ['most', issue.maximum];
  if (issue.code === 'too_small' && (isText || isList)) {
    const code = isText ? 'text-invalid' : 'list-empty';
    return { at, code, message: `${subject(at)} is empty` };
  }
  const unit = isText ? ' characters' : isList ? ' entries' : '';
  const message = `${subject(at)} may be at ${bound} ${limit}${unit}`;
  return { at, code: 'value-out-of-range', message };
}

function isNothing({ tree }: Cursor): boolean {
  return tree.kind === 'scalar' && tree.value === null;
}

function kindOf({ tree }: Cursor): string {
  if (tree.kind === 'list') return 'a list';
  if (tree.kind === 'map') return 'a mapping';
  return typeof tree.value === 'string' ? 'text' : `\`${tree.value}\``;
}

/** What a sentence about a cursor begins with. */
function subject({ path }: Cursor): string {
  const part = path.at(-1);
  if (part === undefined) return 'the file';
  return typeof part === 'number' ? 'this entry' : `\`${part}\``;
}

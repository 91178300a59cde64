// The leaves of the schema: text, and text that has a grammar of its own. An `error` of a schema is
// always the noun phrase of what is wanted there; read-shape.ts makes the sentence around it.

import { z } from 'zod';
import type { TextFault, TextResult } from './text-fault.ts';
import { readZone } from './value-text.ts';

/** What a leaf's issue carries to read-shape.ts. */
export type LeafFault = Omit<TextFault, 'message'>;

/** A mapping with exactly these fields. Its unknown-field issues list the fields that it knows. */
export function mapping<S extends z.core.$ZodLooseShape>(wanted: string, shape: S) {
  const known = Object.keys(shape).join(' ');
  return z.strictObject(shape, {
    error: (issue) => (issue.code === 'unrecognized_keys' ? known : wanted),
  });
}

/** Text for people: not empty, no control characters, at most `lengthMax` UTF-16 code units. */
export function sentence(lengthMax: number) {
  return z.string({ error: 'text' }).min(1).max(lengthMax).regex(printable);
}

// Neither a database nor a terminal should have to cope with the others.
// biome-ignore lint/suspicious/noControlCharactersInRegex: these are what is excluded
const printable = /^[^\u0000-\u0008\u000b-\u001f\u007f-\u009f\ud800-\udfff]*$/u;

/** The name of a policy, a calendar, a label, a channel. */
export const name = z
  .string({ error: 'text' })
  .regex(/^[A-Za-z0-9][A-Za-z0-9._-]{0,99}$/)
  .describe('Letters, digits, `-`, `_` and `.`; at most 100.');

/** Text that `read` turns into a value or a fault at one of its characters. */
export function leaf<T>(wanted: string, read: (text: string) => TextResult<T>) {
  return z.string({ error: wanted }).transform((text, context): T => {
    const result = read(text);
    if ('value' in result) return result.value;
    const { message, ...params } = result.fault;
    context.issues.push({ code: 'custom', message, params, input: text });
    return z.NEVER;
  });
}

/** One or a list of them; always a list afterwards. */
export function oneOrMore<S extends z.ZodType>(wanted: string, schema: S) {
  return z
    .union([schema, z.array(schema).min(1)], { error: wanted })
    .transform((value): z.output<S>[] => (Array.isArray(value) ? value : [value]));
}

/** A time zone's name. */
export const zoneSchema = leaf('a time zone such as `America/New_York`', readZone).describe(
  'An IANA region/city name, exact in spelling, or UTC.',
);

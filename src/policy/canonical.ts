import { createHash } from 'node:crypto';
import { compareText } from './problem-log.ts';

/**
 * JSON of which there is one text only, so that equal meaning is equal text: RFC 8785 (JCS), for
 * which most languages have a library. Fields that are undefined and functions are left out.
 */
export function canonicalJson(value: unknown): string {
  return textOf(value) ?? 'null';
}

function textOf(value: unknown): string | undefined {
  // Strings and numbers are as JavaScript writes them; the RFC says so.
  if (typeof value !== 'object' || value === null) return JSON.stringify(value);
  if (Array.isArray(value)) return `[${value.map((item) => textOf(item) ?? 'null').join()}]`;
  const fields: string[] = [];
  for (const name of Object.keys(value).sort(compareText)) {
    const text = textOf((value as Readonly<Record<string, unknown>>)[name]);
    if (text !== undefined) fields.push(`${JSON.stringify(name)}:${text}`);
  }
  return `{${fields.join()}}`;
}

/** SHA-256 in lower-case hex. */
export function sha256(text: string): string {
  return createHash('sha256').update(text, 'utf8').digest('hex');
}

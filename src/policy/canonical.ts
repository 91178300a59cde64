import { hash } from 'node:crypto';

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
  if (Array.isArray(value) && value.every(isNumber)) return JSON.stringify(value);
  if (Array.isArray(value)) return `[${value.map((item) => textOf(item) ?? 'null').join()}]`;
  const fields: string[] = [];
  for (const name of Object.keys(value).sort()) {
    const text = textOf((value as Readonly<Record<string, unknown>>)[name]);
    if (text !== undefined) fields.push(`${JSON.stringify(name)}:${text}`);
  }
  return `{${fields.join()}}`;
}

/** Schedules are made of long lists of numbers. */
function isNumber(value: unknown): boolean {
  return typeof value === 'number';
}

/** SHA-256 in lower-case hex. */
export function sha256(text: string): string {
  return hash('sha256', text, 'hex');
}

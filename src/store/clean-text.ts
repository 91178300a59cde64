// Postgres refuses two things that JavaScript strings may hold: NUL, and half of a surrogate pair.
// Both reach us in names, reasons and answers of the API, so they are cleaned on the way in; a
// journal entry with a mended letter is worth more than none.

const NUL = '\0';
const LONE_SURROGATE = /\p{Surrogate}/gu;
const REPLACEMENT = '\ufffd';

// In JSON text both can only appear as escapes: whole pairs are written as they are. A backslash
// that is itself escaped is matched first, so that `\\u0000`, which is harmless, stays.
const ESCAPE = /\\(\\|u0000|ud[89a-f][0-9a-f]{2})/g;

/** `text` without NUL, and with the replacement character for halves of surrogate pairs. */
export function cleanText(text: string): string {
  return text.replace(LONE_SURROGATE, REPLACEMENT).replaceAll(NUL, '');
}

/** `value` as JSON that `jsonb` accepts; strings and names in it are cleaned like `cleanText`. */
export function cleanJson(value: unknown): string {
  return JSON.stringify(value).replace(ESCAPE, (found, what: string) => {
    if (what === '\\') return found;
    return what === 'u0000' ? '' : REPLACEMENT;
  });
}

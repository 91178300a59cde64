/** One sentence for people and the journal; longer ones help nobody. */
const REASON_LENGTH_MAX = 500;

/** Makes foreign text fit for a reason: see `createReason`. */
export type Reason = (text: string) => string;

/**
 * Builds the sanitiser of reasons: no secret, no control characters or lone surrogates (Postgres
 * refuses a NUL, JSON a half character), white space collapsed, at most 500 characters. Secrets
 * go first: cutting could leave a part of one behind that no longer matches.
 */
export function createReason(secrets: readonly string[]): Reason {
  const hidden = [...new Set(secrets.flatMap(spellings))].filter((secret) => secret !== '');
  return (text) => {
    const safe = hidden.reduce((rest, secret) => rest.replaceAll(secret, '[secret]'), text);
    const line = plain(safe).replace(/\s+/g, ' ').trim();
    if (line.length <= REASON_LENGTH_MAX) return line;
    return `${line.slice(0, REASON_LENGTH_MAX - 1).replace(/\p{Cs}$/u, '')}…`;
  };
}

/** The text without control characters and lone surrogates, each replaced by a space. */
export function plain(text: string): string {
  return text.replace(/[\p{Cc}\p{Cs}]/gu, ' ');
}

/** How a server may echo a secret: as it is, in a URL, in JSON. */
function spellings(secret: string): string[] {
  return [secret, encodeURIComponent(secret), JSON.stringify(secret).slice(1, -1)];
}

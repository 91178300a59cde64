import { type Logger, pino } from 'pino';
import { maskUrl } from './config.ts';
import type { LogLevel } from './config-values.ts';

export type { Logger } from 'pino';

export interface LogOptions {
  readonly level: LogLevel;
  /** Texts that must never appear; see `secretsOf`. */
  readonly secrets: readonly string[];
  /** Gets whole lines, with their line breaks. */
  readonly write: (line: string) => void;
  /** How a record looks; JSON lines when not given. */
  readonly render?: ((record: LogRecord) => string) | undefined;
}

/** One line of the log, taken apart. */
export interface LogRecord {
  readonly level: number;
  /** Epoch milliseconds. */
  readonly time: number;
  readonly msg?: string | undefined;
  readonly [field: string]: unknown;
}

/**
 * The log of a process. Secrets are taken out of the finished line, wherever they hid: in a
 * message, a nested error, a URL or a header, under whatever name.
 */
export function createLog({ level, secrets, write, render }: LogOptions): Logger {
  const redact = createRedaction(secrets);
  const stream = {
    write(line: string) {
      const safe = redact(line);
      write(render === undefined ? safe : `${render(JSON.parse(safe) as LogRecord)}\n`);
    },
  };
  return pino({ level, base: null, timestamp: pino.stdTimeFunctions.epochTime }, stream);
}

// A shorter "secret" would mask half of every line.
const SECRET_LENGTH_MIN = 4;

/** Masks the given secrets, passwords in URLs and credentials of `Authorization` headers. */
function createRedaction(secrets: readonly string[]): (text: string) => string {
  const spellings = secrets
    .filter((secret) => secret.length >= SECRET_LENGTH_MIN)
    // In a line of JSON a quote or backslash of the secret is escaped.
    .flatMap((secret) => [secret, JSON.stringify(secret).slice(1, -1)])
    // The longest first, or one that holds another would leave its rest behind.
    .sort((a, b) => b.length - a.length);
  return (text) => {
    let safe = text;
    for (const spelling of spellings) safe = safe.replaceAll(spelling, '***');
    return maskUrl(safe).replace(/\b(Bearer|Basic) [\w.~+/=-]+/g, '$1 ***');
  };
}

// Each function here reads the text of one kind of environment variable and gives its value, or the
// rest of a sentence that begins with the variable's name. None of them repeats what it was given:
// it may be a secret.

import { readSigner } from '../plan/seal-key.ts';
import { parseRedisUrl } from '../queue/redis-url.ts';
import { parseDuration } from '../time/duration.ts';

/** What a token may do: viewers read, operators also act on syncs, admins also reload. */
export type Role = 'viewer' | 'operator' | 'admin';

/** One entry of `CURFEW_TOKENS`; its name is the actor in the journal. */
export interface Token {
  readonly name: string;
  readonly role: Role;
  readonly secret: string;
}

/** Where the HTTP API listens. */
export interface HostPort {
  readonly host: string;
  readonly port: number;
}

export const LOG_LEVELS = ['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent'] as const;
export type LogLevel = (typeof LOG_LEVELS)[number];

/** A value, or the sentence that says why it is none. */
export type Parsed<T> = { readonly value: T } | { readonly wrong: string };

/** The variables that hold the key, in words. */
export const KEY_VARIABLES = 'POLYTOMIC_API_KEY, or POLYTOMIC_ORG_ID and POLYTOMIC_ORG_KEY';

/** Anything that is not empty. */
export const text = (raw: string): Parsed<string> => ({ value: raw });

/** A key travels in a header: visible ASCII, in one piece. */
export function headerText(raw: string): Parsed<string> {
  if (/^[\x21-\x7e]+$/.test(raw)) return { value: raw };
  return { wrong: 'holds a space, a line break or a character that no key has' };
}

/** An organization id goes before the colon of Basic authentication. */
export function organization(raw: string): Parsed<string> {
  if (/^[\x21-\x39\x3b-\x7e]+$/.test(raw)) return { value: raw };
  return { wrong: 'is no organization id (a UUID)' };
}

/** A base URL, without a trailing slash. */
export function httpUrl(raw: string): Parsed<string> {
  const url = URL.canParse(raw) ? new URL(raw) : undefined;
  if (url === undefined || !/^https?:$/.test(url.protocol)) {
    return { wrong: 'is no http or https URL, such as https://app.polytomic.com' };
  }
  if (url.username !== '' || url.password !== '') {
    return { wrong: `holds a user or password; the key goes into ${KEY_VARIABLES}` };
  }
  if (url.search !== '' || url.hash !== '') return { wrong: 'must end before any ? or #' };
  return { value: url.href.replace(/\/+$/, '') };
}

/** A connection string of libpq. */
export function databaseUrl(raw: string): Parsed<string> {
  if (/^postgres(ql)?:\/\//.test(raw) && URL.canParse(raw)) return { value: raw };
  return { wrong: 'is no postgres:// URL; leave it unset for the embedded database' };
}

/** One server, Sentinel or Cluster, as the queue reads it. */
export function redisUrl(raw: string): Parsed<string> {
  const parsed = parseRedisUrl(raw);
  if (parsed.ok) return { value: raw };
  return {
    wrong: `cannot be read: ${parsed.problem}; leave it unset to keep jobs in the database`,
  };
}

/** `host:port`; an IPv6 address stands in brackets. */
export function hostPort(raw: string): Parsed<HostPort> {
  const match = /^(?:\[([0-9a-f:.]+)\]|([a-z0-9.-]+)):(\d{1,5})$/i.exec(raw);
  const port = Number(match?.[3]);
  if (match === null || port > 65_535) return { wrong: 'is no host:port, such as 127.0.0.1:4280' };
  return { value: { host: (match[1] ?? match[2])!.toLowerCase(), port } };
}

const UNIT_MS: Readonly<Record<string, number>> = { s: 1_000, m: 60_000, h: 3_600_000 };

/** `10/s`, `600/m` or `1000/h`, as calls per second. */
export function rate(raw: string): Parsed<number> {
  const match = /^(\d+(?:\.\d+)?)\/([smh])$/.exec(raw);
  const perSecond = (Number(match?.[1]) * 1_000) / (UNIT_MS[match?.[2] ?? ''] ?? Number.NaN);
  if (perSecond > 0 && perSecond <= 10_000) return { value: perSecond };
  return { wrong: 'is no rate such as 10/s or 600/m' };
}

const SWEEP_MS_MIN = 1_000;
const SWEEP_MS_MAX = 86_400_000;

/** How often every sync is compared, in milliseconds. */
export function sweep(raw: string): Parsed<number> {
  const length = parseDuration(raw);
  const ms = 'value' in length ? length.value : 0;
  if (ms >= SWEEP_MS_MIN && ms <= SWEEP_MS_MAX) return { value: ms };
  return { wrong: 'is no length of time between 1s and 24h, such as 60s' };
}

/** A number of syncs; 0 pauses nothing. */
export function pauses(raw: string): Parsed<number> {
  if (/^\d{1,6}$/.test(raw)) return { value: Number(raw) };
  return { wrong: 'is no number of syncs, such as 500; leave it unset for no cap' };
}

// A typing error such as 5m must not cost a journal.
const RETENTION_MS_MIN = 86_400_000;

/** How long entries of the journal are kept, in milliseconds. */
export function retention(raw: string): Parsed<number> {
  const length = parseDuration(raw);
  const ms = 'value' in length ? length.value : 0;
  if (ms >= RETENTION_MS_MIN) return { value: ms };
  return { wrong: 'is no length of time of 1d or more, such as 400d; leave it unset to keep all' };
}

/** An Ed25519 private key in PEM. */
export function sealKey(raw: string): Parsed<string> {
  if (readSigner(raw) !== undefined) return { value: raw };
  return {
    wrong:
      'holds no Ed25519 private key in PEM without a passphrase; ' +
      'openssl genpkey -algorithm ed25519 makes one',
  };
}

/** A level of pino. */
export function logLevel(raw: string): Parsed<LogLevel> {
  const level = LOG_LEVELS.find((known) => known === raw.toLowerCase());
  return level === undefined ? { wrong: `is none of ${LOG_LEVELS.join(', ')}` } : { value: level };
}

/** `allow` or `refuse`. */
export function permission(raw: string): Parsed<boolean> {
  const word = raw.toLowerCase();
  if (word === 'allow' || word === 'refuse') return { value: word === 'allow' };
  return { wrong: 'is neither allow nor refuse' };
}

// Shorter ones can be guessed over a network; `openssl rand -hex 24` makes a good one.
const SECRET_LENGTH_MIN = 16;

/** `name:role:secret` entries, separated by commas or white space. */
export function tokens(raw: string): Parsed<readonly Token[]> {
  const entries: Token[] = [];
  for (const [index, entry] of raw
    .split(/[\s,]+/)
    .filter(Boolean)
    .entries()) {
    const place = `entry ${index + 1}`;
    const [, name = '', role = '', secret = ''] = /^([^:]*):([^:]*):(.*)$/.exec(entry) ?? [];
    if (!/^[\w.@-]{1,64}$/.test(name)) return { wrong: `${place} is no name:role:secret` };
    if (role !== 'viewer' && role !== 'operator' && role !== 'admin') {
      return { wrong: `${place} (${name}) has a role other than viewer, operator and admin` };
    }
    if (secret.length < SECRET_LENGTH_MIN || !/^[\x21-\x7e]+$/.test(secret)) {
      return {
        wrong: `${place} (${name}) needs a secret of ${SECRET_LENGTH_MIN} plain characters or more`,
      };
    }
    if (entries.some((other) => other.name === name)) {
      return { wrong: `${place} repeats the name ${name}` };
    }
    entries.push({ name, role, secret });
  }
  return entries.length === 0 ? { wrong: 'holds no name:role:secret entry' } : { value: entries };
}

import { join } from 'node:path';
import { readSigner } from '../plan/seal-key.ts';
import type { Credentials } from '../polytomic/caller.ts';
import { formatDuration } from '../time/duration.ts';
import type { HostPort, LogLevel, Parsed, Token } from './config-values.ts';
import * as values from './config-values.ts';

/** How to find and enter a running daemon; needs no credentials of the vendor's API. */
export interface Reach {
  readonly listen: HostPort;
  readonly tokens: readonly Token[];
  /** The folder of the embedded database; undefined when a server is used instead. */
  readonly dataFolder: string | undefined;
  readonly databaseUrl: string | undefined;
}

/** The whole configuration: parsed once, checked, frozen. */
export interface Config {
  readonly polytomic: {
    /** Without a trailing slash. */
    readonly url: string;
    readonly credentials: Credentials;
    /** Calls per second, shared by all replicas. */
    readonly ratePerSecond: number;
  };
  /** A folder or a file. */
  readonly policies: string;
  readonly data: string;
  /** `postgres://…`; undefined means the embedded database. */
  readonly databaseUrl: string | undefined;
  /** `redis://…` and its relatives; undefined means that the database holds the queue too. */
  readonly redisUrl: string | undefined;
  readonly listen: HostPort;
  readonly tokens: readonly Token[];
  readonly sweepMs: number;
  /** The most syncs that all replicas together may pause within an hour; undefined: no cap. */
  readonly pausesPerHour: number | undefined;
  /** How long entries of the journal are kept, in milliseconds; undefined means for ever. */
  readonly retentionMs: number | undefined;
  /** The private key in PEM that seals are signed with; undefined means that they are not. */
  readonly sealKey: string | undefined;
  readonly logLevel: LogLevel;
  /** Whether calendars may be fetched over plain http and from private addresses. */
  readonly privateCalendars: boolean;
}

/** What a command needs to fetch calendars. */
export interface FeedSettings {
  /** Where copies are kept between commands. */
  readonly folder: string;
  readonly allowsPrivate: boolean;
}

/** Environment variables, as `process.env` has them. An empty one counts as unset. */
export type Environment = Readonly<Record<string, string | undefined>>;

/** What is wrong with one variable, in one sentence that never repeats a secret. */
export interface ConfigProblem {
  readonly variable: string;
  readonly message: string;
}

export type ConfigResult =
  | { readonly config: Config }
  | { readonly problems: readonly ConfigProblem[] };

/**
 * Reads the configuration from environment variables; a secret may also come from the file that
 * `NAME_FILE` names, which `readFile` (text, throws) reads. All problems come at once.
 */
export function parseConfig(env: Environment, readFile: (path: string) => string): ConfigResult {
  const problems: ConfigProblem[] = [];
  const read = createReader(env, readFile, problems);
  const config: Config = {
    polytomic: {
      url: read('POLYTOMIC_URL', values.httpUrl, 'https://app.polytomic.com'),
      credentials: readCredentials(read, problems),
      ratePerSecond: read('POLYTOMIC_RATE', values.rate, 10),
    },
    policies: read('CURFEW_POLICIES', values.text, './policies'),
    data: read('CURFEW_DATA', values.text, './data'),
    databaseUrl: read('DATABASE_URL', values.databaseUrl, undefined),
    redisUrl: read('REDIS_URL', values.redisUrl, undefined),
    ...readEntrance(read),
    sweepMs: read('CURFEW_SWEEP', values.sweep, 60_000),
    pausesPerHour: read('CURFEW_PAUSES_PER_HOUR', values.pauses, undefined),
    retentionMs: read('CURFEW_JOURNAL_RETENTION', values.retention, undefined),
    sealKey: read('CURFEW_SEAL_KEY', values.sealKey, undefined),
    logLevel: read('CURFEW_LOG_LEVEL', values.logLevel, 'info'),
    privateCalendars: read('CURFEW_PRIVATE_CALENDARS', values.permission, false),
  };
  const isSure = !problems.some(({ variable }) => /^CURFEW_(LISTEN|TOKENS)/.test(variable));
  if (isSure && config.tokens.length === 0 && !isLoopback(config.listen.host)) {
    const { host } = config.listen;
    const message = `must hold name:role:secret entries to listen beyond this machine (${host})`;
    problems.push({ variable: 'CURFEW_TOKENS', message });
  }
  return problems.length > 0 ? { problems } : { config: deepFreeze(config) };
}

/** The part of the configuration with which a command finds a running daemon. */
export function parseReach(
  env: Environment,
  readFile: (path: string) => string,
): { readonly reach: Reach } | { readonly problems: readonly ConfigProblem[] } {
  const problems: ConfigProblem[] = [];
  const read = createReader(env, readFile, problems);
  const databaseUrl = read('DATABASE_URL', values.databaseUrl, undefined);
  const data = read('CURFEW_DATA', values.text, './data');
  const dataFolder = databaseUrl === undefined ? data : undefined;
  const reach: Reach = { ...readEntrance(read), dataFolder, databaseUrl };
  return problems.length > 0 ? { problems } : { reach: deepFreeze(reach) };
}

/** The part of the configuration that commands without a daemon need to fetch calendars. */
export function parseFeedSettings(
  env: Environment,
): { readonly settings: FeedSettings } | { readonly problems: readonly ConfigProblem[] } {
  const problems: ConfigProblem[] = [];
  const read = createReader(env, () => '', problems);
  const settings: FeedSettings = {
    folder: join(read('CURFEW_DATA', values.text, './data'), 'calendars'),
    allowsPrivate: read('CURFEW_PRIVATE_CALENDARS', values.permission, false),
  };
  return problems.length > 0 ? { problems } : { settings };
}

/** Every secret of a configuration, so that a log can keep them out. */
export function secretsOf(config: Config): readonly string[] {
  const { credentials } = config.polytomic;
  const urls = [config.databaseUrl, config.redisUrl].filter((url) => url !== undefined);
  const passwords = urls.flatMap((url) => /:\/\/[^/@\s]*?:([^/@\s]+)@/.exec(url)?.[1] ?? []);
  return [
    credentials.key,
    ...(credentials.kind === 'basic' ? [basicAuthorization(credentials)] : []),
    ...config.tokens.map((token) => token.secret),
    ...passwords,
    ...passwords.map(decoded),
    ...keyLines(config.sealKey ?? ''),
  ];
}

/** What is secret in a key in PEM: every line but the first and the last. */
function keyLines(pem: string): readonly string[] {
  return pem.split(/\s*\n\s*/).filter((line) => /^[\w+/=]+$/.test(line));
}

function basicAuthorization(credentials: Extract<Credentials, { kind: 'basic' }>): string {
  return Buffer.from(`${credentials.organizationId}:${credentials.key}`).toString('base64');
}

/** The configuration as people may see it: secrets and the passwords in URLs are masked. */
export function describeConfig(config: Config): Readonly<Record<string, string>> {
  const { credentials } = config.polytomic;
  const tokens = config.tokens.map((token) => `${token.name}:${token.role}:***`).join(',');
  return {
    POLYTOMIC_URL: config.polytomic.url,
    ...(credentials.kind === 'bearer'
      ? { POLYTOMIC_API_KEY: '***' }
      : { POLYTOMIC_ORG_ID: credentials.organizationId, POLYTOMIC_ORG_KEY: '***' }),
    POLYTOMIC_RATE: `${config.polytomic.ratePerSecond}/s`,
    CURFEW_POLICIES: config.policies,
    CURFEW_DATA: config.data,
    DATABASE_URL: config.databaseUrl === undefined ? 'embedded' : maskUrl(config.databaseUrl),
    REDIS_URL: config.redisUrl === undefined ? 'the database' : maskUrl(config.redisUrl),
    CURFEW_LISTEN: formatHostPort(config.listen),
    CURFEW_TOKENS: tokens === '' ? 'none' : tokens,
    CURFEW_SWEEP: `${config.sweepMs / 1000}s`,
    CURFEW_PAUSES_PER_HOUR: `${config.pausesPerHour ?? 'no cap'}`,
    CURFEW_JOURNAL_RETENTION:
      config.retentionMs === undefined ? 'for ever' : formatDuration(config.retentionMs),
    CURFEW_SEAL_KEY:
      config.sealKey === undefined ? 'none' : `Ed25519 ${readSigner(config.sealKey)?.keyId}`,
    CURFEW_LOG_LEVEL: config.logLevel,
    CURFEW_PRIVATE_CALENDARS: config.privateCalendars ? 'allow' : 'refuse',
  };
}

/** Replaces the passwords of all URLs in a text. */
export function maskUrl(text: string): string {
  return text.replace(/(:\/\/[^/@\s:]*):[^/@\s]+@/g, '$1:***@');
}

/** `host:port`, with brackets around an IPv6 address. */
export function formatHostPort({ host, port }: HostPort): string {
  return host.includes(':') ? `[${host}]:${port}` : `${host}:${port}`;
}

/** Whether a host name or address can only be reached from this machine. */
export function isLoopback(host: string): boolean {
  return host === 'localhost' || host === '::1' || /^127\.\d+\.\d+\.\d+$/.test(host);
}

type Read = <T>(variable: string, parse: (text: string) => Parsed<T>, fallback: T) => T;

const SECRET_VARIABLES = new Set([
  'POLYTOMIC_API_KEY',
  'POLYTOMIC_ORG_KEY',
  'DATABASE_URL',
  'REDIS_URL',
  'CURFEW_TOKENS',
  'CURFEW_SEAL_KEY',
]);

function createReader(
  env: Environment,
  readFile: (path: string) => string,
  problems: ConfigProblem[],
): Read {
  const rawOf = (variable: string): string | undefined => {
    const direct = env[variable]?.trim() || undefined;
    const fileVariable = `${variable}_FILE`;
    const path = SECRET_VARIABLES.has(variable) ? env[fileVariable]?.trim() : undefined;
    if (path === undefined || path === '') return direct;
    if (direct !== undefined) {
      problems.push({ variable, message: `is set, and so is ${fileVariable}: keep one of them` });
      return undefined;
    }
    try {
      const content = readFile(path).trim();
      if (content !== '') return content;
      problems.push({ variable: fileVariable, message: `names an empty file: ${path}` });
    } catch {
      problems.push({
        variable: fileVariable,
        message: `names a file that cannot be read: ${path}`,
      });
    }
    return undefined;
  };
  return (variable, parse, fallback) => {
    const raw = rawOf(variable);
    if (raw === undefined) return fallback;
    const parsed = parse(raw);
    if ('value' in parsed) return parsed.value;
    problems.push({ variable, message: parsed.wrong });
    return fallback;
  };
}

function readEntrance(read: Read): Pick<Reach, 'listen' | 'tokens'> {
  return {
    listen: read('CURFEW_LISTEN', values.hostPort, { host: '127.0.0.1', port: 4280 }),
    tokens: read('CURFEW_TOKENS', values.tokens, []),
  };
}

function readCredentials(read: Read, problems: ConfigProblem[]): Credentials {
  const before = problems.length;
  const user = read('POLYTOMIC_API_KEY', values.headerText, '');
  const organizationId = read('POLYTOMIC_ORG_ID', values.organization, '');
  const key = read('POLYTOMIC_ORG_KEY', values.headerText, '');
  const none: Credentials = { kind: 'bearer', key: '' };
  if (problems.length > before) return none;
  const fail = (variable: string, message: string) => {
    problems.push({ variable, message });
    return none;
  };
  if (user !== '' && (organizationId !== '' || key !== '')) {
    return fail('POLYTOMIC_API_KEY', `is not the only key: set ${values.KEY_VARIABLES}, not both`);
  }
  if (user !== '') return { kind: 'bearer', key: user };
  if (organizationId === '' && key === '') {
    return fail('POLYTOMIC_API_KEY', `is not set: Curfew needs a key (${values.KEY_VARIABLES})`);
  }
  if (key === '') return fail('POLYTOMIC_ORG_KEY', 'is missing beside POLYTOMIC_ORG_ID');
  if (organizationId === '') {
    return fail('POLYTOMIC_ORG_ID', 'is missing beside POLYTOMIC_ORG_KEY');
  }
  return { kind: 'basic', organizationId, key };
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

function deepFreeze<T>(value: T): T {
  if (typeof value === 'object' && value !== null) Object.values(value).forEach(deepFreeze);
  return Object.freeze(value);
}

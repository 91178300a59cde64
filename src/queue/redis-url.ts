// Reads `REDIS_URL` in all of its forms. It knows nothing of a client library, so that a bad url is
// told before anything is started. `AUTH` stands for `[[user]:password@]`.
//
//   redis://AUTHhost[:port][/db]                                  one server
//   redis+sentinel://AUTHhost[:port],host[:port]/master[/db]      Sentinel
//   redis+cluster://AUTHhost[:port],host[:port]                   Cluster
//
// `rediss` in place of `redis` means TLS on every connection; `?cacert=`, `?cert=` and `?key=` name
// PEM files for it. `sentinel://` and `cluster://` are short for the forms without TLS. The
// sentinels' own credentials are `?sentinelUsername=` and `?sentinelPassword=`. What is no letter
// or digit in a user name, a password or a master's name is percent-encoded.

/** Where one server listens. */
export interface RedisAddress {
  readonly host: string;
  readonly port: number;
}

/** Files in PEM form; all may be left out where the system trusts the server. */
export interface RedisTls {
  readonly cacert?: string | undefined;
  readonly cert?: string | undefined;
  readonly key?: string | undefined;
}

interface RedisAccess {
  readonly username: string | undefined;
  readonly password: string | undefined;
  readonly tls: RedisTls | undefined;
}

/** A Redis to connect to, in one of the three ways it can be run. */
export type RedisEndpoint = RedisAccess &
  (
    | { readonly kind: 'single'; readonly address: RedisAddress; readonly db: number }
    | {
        readonly kind: 'sentinel';
        readonly sentinels: readonly RedisAddress[];
        readonly master: string;
        readonly db: number;
        readonly sentinelUsername: string | undefined;
        readonly sentinelPassword: string | undefined;
      }
    | { readonly kind: 'cluster'; readonly nodes: readonly RedisAddress[] }
  );

/** The endpoint, or one sentence on what is wrong; it never repeats a secret. */
export type ParsedRedisUrl =
  | { readonly ok: true; readonly endpoint: RedisEndpoint }
  | { readonly ok: false; readonly problem: string };

const SCHEMES = {
  redis: { kind: 'single', tls: false },
  rediss: { kind: 'single', tls: true },
  'redis+sentinel': { kind: 'sentinel', tls: false },
  'rediss+sentinel': { kind: 'sentinel', tls: true },
  'redis+cluster': { kind: 'cluster', tls: false },
  'rediss+cluster': { kind: 'cluster', tls: true },
  sentinel: { kind: 'sentinel', tls: false },
  cluster: { kind: 'cluster', tls: false },
} as const;

const TLS_PARAMETERS = ['cacert', 'cert', 'key'];
const SENTINEL_PARAMETERS = ['sentinelUsername', 'sentinelPassword'];
const REDIS_PORT = 6379;
const SENTINEL_PORT = 26379;

/** Thrown inside of this file only. */
class UrlProblem extends Error {}

/** Reads a Redis url; see the head of this file for its forms. */
export function parseRedisUrl(url: string): ParsedRedisUrl {
  try {
    return { ok: true, endpoint: parse(url) };
  } catch (error) {
    if (error instanceof UrlProblem) return { ok: false, problem: error.message };
    throw error;
  }
}

function parse(url: string): RedisEndpoint {
  const match = /^([a-z+]+):\/\/([^/?#]*)(?:\/([^?#]*))?(?:\?([^#]*))?$/i.exec(url.trim());
  if (match === null) throw new UrlProblem('not a url of the form redis://host:port');
  const [, schemeText, authority = '', path = '', query = ''] = match;
  const scheme = schemeOf(schemeText!.toLowerCase());
  const at = authority.lastIndexOf('@');
  const parameters = parseQuery(query, [
    ...(scheme.tls ? TLS_PARAMETERS : []),
    ...(scheme.kind === 'sentinel' ? SENTINEL_PARAMETERS : []),
  ]);
  const { cacert, cert, key, sentinelUsername, sentinelPassword } = parameters;
  if ((cert === undefined) !== (key === undefined)) {
    throw new UrlProblem('`cert` and `key` belong together');
  }
  const access = {
    ...parseCredentials(at < 0 ? undefined : authority.slice(0, at)),
    tls: scheme.tls ? { cacert, cert, key } : undefined,
  };
  const hosts = authority.slice(at + 1);
  const steps = path.split('/').filter((step) => step !== '');
  if (scheme.kind === 'single') {
    const [address, ...more] = parseAddresses(hosts, REDIS_PORT);
    if (more.length > 0) throw new UrlProblem('several hosts need redis+sentinel or redis+cluster');
    return { kind: 'single', address: address!, db: parseDatabase(steps), ...access };
  }
  if (scheme.kind === 'cluster') {
    if (parseDatabase(steps) !== 0) throw new UrlProblem('a cluster has only the database 0');
    return { kind: 'cluster', nodes: parseAddresses(hosts, REDIS_PORT), ...access };
  }
  const [master, ...rest] = steps;
  if (master === undefined) throw new UrlProblem("the master's name is missing after the hosts");
  const sentinels = parseAddresses(hosts, SENTINEL_PORT);
  const names = { master: decode(master), sentinelUsername, sentinelPassword };
  return { kind: 'sentinel', sentinels, db: parseDatabase(rest), ...names, ...access };
}

function schemeOf(text: string): (typeof SCHEMES)[keyof typeof SCHEMES] {
  if (Object.hasOwn(SCHEMES, text)) return SCHEMES[text as keyof typeof SCHEMES];
  throw new UrlProblem(`unknown scheme; one of ${Object.keys(SCHEMES).join(', ')} is expected`);
}

function parseCredentials(text: string | undefined): Omit<RedisAccess, 'tls'> {
  if (text === undefined) return { username: undefined, password: undefined };
  const colon = text.indexOf(':');
  if (colon < 0) {
    throw new UrlProblem('a user name needs a password; a password alone is written :password@');
  }
  const username = decode(text.slice(0, colon));
  const password = decode(text.slice(colon + 1));
  return { username: username || undefined, password: password || undefined };
}

function parseAddresses(text: string, defaultPort: number): RedisAddress[] {
  return text.split(',').map((part) => {
    const match = /^(?:\[([^\]]+)\]|([^:[\]]+))(?::(\d{1,5}))?$/.exec(part.trim());
    const host = match?.[1] ?? match?.[2];
    const port = Number(match?.[3] ?? defaultPort);
    if (host === undefined || port === 0 || port > 65_535) {
      throw new UrlProblem('a host and port could not be read (is the password percent-encoded?)');
    }
    return { host, port };
  });
}

function parseDatabase(steps: readonly string[]): number {
  const [db = '0', ...more] = steps;
  if (more.length > 0 || !/^\d{1,6}$/.test(db)) {
    throw new UrlProblem('the path must end in the number of a database, or be empty');
  }
  return Number(db);
}

function parseQuery(query: string, known: readonly string[]): Record<string, string | undefined> {
  const parameters: Record<string, string> = {};
  for (const [name, value] of new URLSearchParams(query)) {
    if (!known.includes(name)) {
      // What is no plain word may be the rest of a password that holds a question mark.
      const shown = /^[a-z]+$/i.test(name) && !query.includes('@') ? ` \`${name}\`` : '';
      const hint = known.length > 0 ? `; known here: ${known.join(', ')}` : '';
      throw new UrlProblem(`unknown parameter${shown}${hint}`);
    }
    parameters[name] = value;
  }
  return parameters;
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    throw new UrlProblem('a percent sign must start an escape like %25');
  }
}

import { formatHostPort, type Reach } from '../daemon/config.ts';
import type { HostPort, Role, Token } from '../daemon/config-values.ts';
import { askOwner } from '../store/folder-lock.ts';
import type { RefusalBody } from '../web/refusal.ts';
import { configOf, logOf, reachOf } from './environment.ts';
import { Failure } from './failure.ts';
import type { Surroundings } from './surroundings.ts';

/**
 * Somebody who answers the questions of the HTTP API: a running daemon, or this process itself
 * after it opened the store. Both answer with the same documents.
 */
export interface Curfew {
  /** Whether a daemon answers. */
  readonly isDaemon: boolean;
  get<Answer>(path: string, query?: Query): Promise<Answer>;
  post<Answer>(path: string, body: object): Promise<Answer>;
  close(): Promise<void>;
}

/** A daemon that runs; what is long comes in pieces. */
export interface RunningCurfew extends Curfew {
  /** The text of an answer, as it comes in; rejects when it breaks off. */
  stream(path: string, query?: Query): AsyncIterable<string>;
}

export type Query = Readonly<Record<string, string | number | undefined>>;

/** Asks the daemon when one runs, else this process; closes whatever was opened for it. */
export async function withCurfew<T>(
  surroundings: Surroundings,
  work: (curfew: Curfew) => Promise<T>,
): Promise<T> {
  const curfew = (await findDaemon(surroundings)) ?? (await openCurfew(surroundings));
  try {
    return await work(curfew);
  } finally {
    await curfew.close();
  }
}

const LIVENESS_TIMEOUT_MS = 3_000;
// The daemon tries a call by hand for about half a minute before it answers.
const ANSWER_TIMEOUT_MS = 120_000;

/** The running daemon, found by whoever has the data folder, or else by `CURFEW_LISTEN`. */
export async function findDaemon(surroundings: Surroundings): Promise<RunningCurfew | undefined> {
  const reach = reachOf(surroundings);
  const owner = reach.dataFolder === undefined ? undefined : await askOwner(reach.dataFolder);
  const address = owner?.listen ?? formatHostPort(reachable(reach.listen));
  const url = `http://${address}`;
  if (await isCurfew(url)) return daemonAt(url, secretOf(reach));
  if (owner === undefined) return undefined;
  const who = `Curfew (process ${owner.pid}) has ${reach.dataFolder} open`;
  throw new Failure(3, `${who} but does not answer on ${address}`);
}

/** Where to connect for an address that means "all of this machine's". */
export function reachable({ host, port }: HostPort): HostPort {
  if (host === '0.0.0.0') return { host: '127.0.0.1', port };
  return host === '::' ? { host: '::1', port } : { host, port };
}

/** Whether it is Curfew that answers there. */
export async function isCurfew(url: string): Promise<boolean> {
  try {
    const signal = AbortSignal.timeout(LIVENESS_TIMEOUT_MS);
    const answer = await fetch(`${url}/livez`, { signal, redirect: 'error' });
    return ((await answer.json()) as { name?: unknown } | null)?.name === 'curfew';
  } catch {
    return false;
  }
}

const RANKS: readonly Role[] = ['admin', 'operator', 'viewer'];

/** The token that may do most. */
function secretOf({ tokens }: Reach): string | undefined {
  const rank = ({ role }: Token) => RANKS.indexOf(role);
  return [...tokens].sort((a, b) => rank(a) - rank(b))[0]?.secret;
}

function daemonAt(url: string, secret: string | undefined): RunningCurfew {
  const authorization = secret === undefined ? {} : { authorization: `Bearer ${secret}` };
  const ask = async <Answer>(path: string, init: RequestInit): Promise<Answer> => {
    const headers = { ...authorization, ...init.headers };
    const signal = AbortSignal.timeout(ANSWER_TIMEOUT_MS);
    let status: number;
    let body: unknown;
    try {
      const answer = await fetch(url + path, { ...init, headers, signal, redirect: 'error' });
      status = answer.status;
      body = await answer.json();
    } catch (error) {
      throw silent(error);
    }
    return answerOf(status, body);
  };
  const silent = (cause: unknown) =>
    new Failure(3, `Curfew at ${url} does not answer any more`, { cause });
  async function* stream(path: string, query?: Query): AsyncGenerator<string> {
    const silence = new AbortController();
    let timer: NodeJS.Timeout | undefined;
    const wait = () => {
      clearTimeout(timer);
      timer = setTimeout(() => silence.abort(), ANSWER_TIMEOUT_MS);
    };
    try {
      wait();
      const init = { headers: authorization, signal: silence.signal, redirect: 'error' } as const;
      const answer = await fetch(url + pathOf(path, query), init);
      if (!answer.ok) answerOf(answer.status, await answer.json());
      for await (const chunk of answer.body!.pipeThrough(new TextDecoderStream())) {
        // Whoever reads may take as long as they like.
        clearTimeout(timer);
        yield chunk;
        wait();
      }
    } catch (error) {
      throw error instanceof Failure ? error : silent(error);
    } finally {
      clearTimeout(timer);
    }
  }
  return {
    isDaemon: true,
    stream,
    get: (path, query) => ask(pathOf(path, query), { method: 'GET' }),
    post: (path, body) =>
      ask(path, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify(body),
      }),
    close: async () => undefined,
  };
}

/** Opens store and API in this process and asks them through the very same HTTP API. */
async function openCurfew(surroundings: Surroundings): Promise<Curfew> {
  const { clock, chance, version, env } = surroundings;
  // A database and a web server are much to load for commands that never get here.
  const { openTools } = await import('../daemon/compose.ts');
  const { createWeb } = await import('../web/web.ts');
  const config = configOf(surroundings);
  // What a daemon logs as it goes would be noise around one answer.
  const log = logOf(surroundings, config, env.CURFEW_LOG_LEVEL ? config.logLevel : 'warn');
  const { operations, close } = await openTools({ config, clock, chance, log, version });
  const web = createWeb({ operations, tokens: [], version, log });
  const ask = async <Answer>(method: 'GET' | 'POST', url: string, body?: object) => {
    const answer = await web.ask({ method, url, body });
    return answerOf<Answer>(answer.status, answer.body);
  };
  return {
    isDaemon: false,
    get: (path, query) => ask('GET', pathOf(path, query)),
    post: (path, body) => ask('POST', path, body),
    async close() {
      await web.close();
      await close();
    },
  };
}

function pathOf(path: string, query: Query = {}): string {
  const params = new URLSearchParams();
  for (const [name, value] of Object.entries(query)) {
    if (value !== undefined) params.set(name, String(value));
  }
  return params.size === 0 ? path : `${path}?${params}`;
}

const UNREACHABLE = new Set(['not-sent', 'unknown', 'server-error']);

/** The answer of a success; a failure with its exit code otherwise. */
function answerOf<Answer>(status: number, body: unknown): Answer {
  if (status < 400) return body as Answer;
  const { error, result } = body as Partial<RefusalBody>;
  const { outcome } = (result ?? {}) as { outcome?: string };
  const isAway = error?.code === 'unavailable' || UNREACHABLE.has(outcome ?? '');
  throw new Failure(isAway ? 3 : 1, error?.message ?? `Curfew answered ${status}`, { result });
}

import Fastify, {
  type FastifyBaseLogger,
  type FastifyError,
  type FastifyInstance,
  type FastifyReply,
  LogController,
} from 'fastify';
import { formatHostPort } from '../daemon/config.ts';
import type { HostPort, Token } from '../daemon/config-values.ts';
import { NotReadyError, ObservingError } from '../daemon/create-operations.ts';
import type { Logger } from '../daemon/log.ts';
import type { Operations } from '../daemon/operations.ts';
import { isUnreachable } from '../store/database.ts';
import { createAccess } from './access.ts';
import { ListenError } from './listen-error.ts';
import { Refusal, type RefusalCode } from './refusal.ts';
import { addRoutes } from './routes.ts';

export interface WebOptions {
  readonly operations: Operations;
  readonly tokens: readonly Token[];
  readonly version: string;
  readonly log: Logger;
}

/** A request that needs no socket, and its answer. */
export interface DirectRequest {
  readonly method: 'GET' | 'POST';
  readonly url: string;
  readonly body?: object | undefined;
  readonly headers?: Readonly<Record<string, string>> | undefined;
}

export interface Web {
  /**
   * Starts to answer and gives the address, which tells the port where 0 was asked for. Rejects
   * with a `ListenError` when that cannot be had.
   */
  listen(at: HostPort): Promise<{ readonly url: string; readonly port: number }>;
  /** Asks without a socket: for commands that opened the store themselves, and tests. */
  ask(request: DirectRequest): Promise<{ readonly status: number; readonly body: unknown }>;
  /** Ends open connections too. Harmless when called again. */
  close(): Promise<void>;
}

// A request is a few hundred bytes: the longest field is a person's reason.
const BODY_BYTES_MAX = 16 * 1024;
const HEADER_BYTES_MAX = 16 * 1024;
const REQUEST_MS_MAX = 10_000;
// A call by hand is retried for a while before it is answered; this is beyond that.
const IDLE_MS_MAX = 180_000;
const SYNC_NAME_LENGTH_MAX = 2_000;
const CONNECTIONS_MAX = 500;

/** Builds the HTTP API; nothing is opened before `listen`. */
export function createWeb({ operations, tokens, version, log }: WebOptions): Web {
  const access = createAccess(tokens);
  const app: FastifyInstance = Fastify({
    loggerInstance: log as FastifyBaseLogger,
    logController: new LogController({ disableRequestLogging: true }),
    bodyLimit: BODY_BYTES_MAX,
    requestTimeout: REQUEST_MS_MAX,
    connectionTimeout: IDLE_MS_MAX,
    forceCloseConnections: true,
    routerOptions: { maxParamLength: SYNC_NAME_LENGTH_MAX },
    http: { maxHeaderSize: HEADER_BYTES_MAX },
    frameworkErrors(error, _request, reply) {
      const refusal = refusalOf(error);
      const answer = reply as unknown as FastifyReply;
      answer.code(refusal.statusCode).send(refusal.body);
    },
  });
  app.server.maxConnections = CONNECTIONS_MAX;
  // A form or plain text can be posted by any web page; JSON needs our consent (CORS), never given.
  app.removeContentTypeParser('text/plain');
  app.addHook('onRequest', async ({ headers, method }) => {
    access.checkHost(headers);
    const isJson = /^application\/json\s*(;|$)/i.test(headers['content-type'] ?? '');
    if (method !== 'POST' || isJson) return;
    throw new Refusal('body-not-json', 'Send Content-Type: application/json.');
  });
  app.addHook('onResponse', async ({ method, url }, { statusCode }) => {
    const level = method === 'POST' || statusCode >= 500 ? 'info' : 'debug';
    log[level]({ method, url, status: statusCode }, 'answered');
  });
  addErrors(app, log);
  addHealth(app, { operations, version, access });
  addRoutes(app, operations, access);

  return {
    async listen(at) {
      try {
        const listenTextResolver = (address: string) => `The HTTP API listens on ${address}`;
        await app.listen({ ...at, listenTextResolver });
      } catch (error) {
        throw listenError(at, error);
      }
      const { port } = app.server.address() as { port: number };
      return { url: `http://${formatHostPort({ host: at.host, port })}`, port };
    },
    async ask({ method, url, body, headers = {} }) {
      const payload = method === 'POST' ? { payload: body ?? {} } : {};
      const answer = await app.inject({ method, url, headers, ...payload });
      return { status: answer.statusCode, body: JSON.parse(answer.body) as unknown };
    },
    async close() {
      await app.close();
    },
  };
}

function addHealth(
  app: FastifyInstance,
  {
    operations,
    version,
    access,
  }: Pick<WebOptions, 'operations' | 'version'> & {
    access: ReturnType<typeof createAccess>;
  },
): void {
  app.get('/livez', async () => ({ name: 'curfew', version, isAlive: true }));
  app.get('/readyz', async (request, reply) => {
    const { isReady, parts } = await operations.health();
    reply.code(isReady ? 200 : 503);
    if (access.isKnown(request.headers)) return { isReady, parts };
    // Whose probes come without a token learns which part, but no host names.
    return { isReady, parts: parts.map((part) => ({ name: part.name, isReady: part.isReady })) };
  });
}

function addErrors(app: FastifyInstance, log: Logger): void {
  app.setNotFoundHandler(async ({ method, url }, reply) => {
    const refusal = new Refusal('route-unknown', `There is no ${method} ${url.split('?')[0]}.`);
    return reply.code(refusal.statusCode).send(refusal.body);
  });
  app.setErrorHandler<FastifyError | Refusal>(async (error, _request, reply) => {
    const refusal = error instanceof Refusal ? error : refusalOf(error);
    if (refusal.code === 'internal') log.error({ err: error }, 'a request failed');
    return reply.code(refusal.statusCode).send(refusal.body);
  });
}

/** What the framework refuses by itself, in our words. */
const FRAMEWORK_CODES: Readonly<Record<string, RefusalCode>> = {
  FST_ERR_CTP_BODY_TOO_LARGE: 'body-too-large',
  FST_ERR_CTP_INVALID_MEDIA_TYPE: 'body-not-json',
  FST_ERR_CTP_INVALID_JSON_BODY: 'body-invalid',
};

function refusalOf(error: FastifyError): Refusal {
  const code = FRAMEWORK_CODES[error.code];
  if (code !== undefined) return new Refusal(code, error.message);
  if (error instanceof NotReadyError) return new Refusal('unavailable', error.message);
  if (error instanceof ObservingError) return new Refusal('observing', error.message);
  if (isUnreachable(error)) {
    return new Refusal('unavailable', 'The database cannot be reached at the moment.');
  }
  const { statusCode = 500 } = error;
  if (statusCode >= 400 && statusCode < 500) return new Refusal('request-invalid', error.message);
  return new Refusal('internal', 'Something failed inside Curfew; its log says what.');
}

function listenError(at: HostPort, error: unknown): ListenError {
  const where = formatHostPort(at);
  const { code } = error as NodeJS.ErrnoException;
  if (code === 'EADDRINUSE') {
    return new ListenError('port-in-use', `${where} is in use by another program`, error);
  }
  const why = code === 'EACCES' ? 'it is not allowed' : `it cannot be had (${code ?? error})`;
  return new ListenError('address-refused', `Curfew cannot listen on ${where}: ${why}`, error);
}

// The only importer of undici. It puts one request on the wire and says what came back, with one
// fact that no error code gives: whether the request was sent.

import type { IncomingHttpHeaders } from 'node:http';
import { type Dispatcher, Pool } from 'undici';

/** Header values by name in lower case; of a repeated header, the first. */
type Headers = Readonly<Record<string, string | undefined>>;

/** One request; header names in lower case. */
export interface WireRequest {
  readonly method: 'GET' | 'POST';
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string | undefined;
}

/**
 * What came back: an answer, perhaps with its body cut short (`trouble` says why), or silence.
 * `sent: false` is certain: not a byte of the request left, or ever will.
 */
export type Reply =
  | {
      readonly kind: 'answer';
      readonly status: number;
      readonly headers: Headers;
      readonly body: string;
      readonly trouble?: string | undefined;
    }
  | { readonly kind: 'silence'; readonly sent: boolean; readonly trouble: string };

interface WireOptions {
  /** Scheme, host and port. */
  readonly origin: string;
  readonly connections: number;
  /** One deadline over waiting for a socket, connecting, headers and body. */
  readonly timeoutMs: number;
  readonly bodyLimitBytes: number;
}

interface Wire {
  send(request: WireRequest): Promise<Reply>;
  /** Ends what is under way: silence for those who still wait. */
  close(): Promise<void>;
}

/** A refusal gives us one sentence; a page of HTML beyond this would only be thrown away. */
const REFUSAL_LIMIT_BYTES = 64 * 1024;

/** Builds a pool of keep-alive connections to one server. Proxy variables mean nothing to it. */
export function createWire(options: WireOptions): Wire {
  const pool = new Pool(options.origin, {
    connections: options.connections,
    pipelining: 1,
    // undici's own timers restart with every byte, so a server that drips never meets them; our
    // deadline covers the whole attempt. Its connect timer frees the slot of a dead connect.
    headersTimeout: 0,
    bodyTimeout: 0,
    connect: { timeout: options.timeoutMs },
  });
  return {
    send: (request) => send(pool, request, options),
    close: () => pool.destroy(),
  };
}

/**
 * `pool.request` hides when a request leaves and lets an abort wait in the queue for a socket.
 * The handler below it is told `onRequestStart` right before the first byte is written: whatever
 * fails earlier (DNS, connect, TLS, a keep-alive socket found closed, the deadline in the queue)
 * was not sent, and whatever fails later may have arrived.
 */
function send(pool: Pool, request: WireRequest, options: WireOptions): Promise<Reply> {
  return new Promise((resolve, reject) => {
    let controller: Dispatcher.DispatchController | undefined;
    let head: { readonly status: number; readonly headers: Headers } | undefined;
    let given: string | undefined;
    let size = 0;
    const chunks: Buffer[] = [];

    const settle = (trouble?: string): void => {
      clearTimeout(timer);
      resolve(
        head === undefined
          ? { kind: 'silence', sent: controller !== undefined, trouble: trouble ?? 'no answer' }
          : { kind: 'answer', ...head, body: decode(chunks), trouble },
      );
    };
    const giveUp = (trouble: string): void => {
      given = trouble;
      settle(trouble);
      controller?.abort(new Error(trouble));
    };
    const late = `no whole answer within ${options.timeoutMs} ms`;
    const timer = setTimeout(giveUp, options.timeoutMs, late);

    const handler: Dispatcher.DispatchHandler = {
      onRequestStart(started) {
        if (given !== undefined) started.abort(new Error(given));
        else controller = started;
      },
      onResponseStart(_, status, headers) {
        if (status >= 200) head = { status, headers: firstValues(headers) };
      },
      onResponseData(_, chunk) {
        size += chunk.length;
        const limit = isSuccess(head?.status) ? options.bodyLimitBytes : REFUSAL_LIMIT_BYTES;
        if (size > limit) giveUp(`the body exceeds ${limit} bytes`);
        else chunks.push(chunk);
      },
      onResponseEnd: () => settle(),
      onResponseError(_, error) {
        // A request that undici finds malformed is a bug of ours, not an outcome.
        if (codeOf(error) === 'UND_ERR_INVALID_ARG') reject(error);
        settle(troubleOf(error));
      },
    };
    pool.dispatch({ ...request, body: request.body ?? null }, handler);
  });
}

function firstValues(headers: IncomingHttpHeaders): Headers {
  return Object.fromEntries(
    Object.entries(headers).map(([name, value]) => [name, Array.isArray(value) ? value[0] : value]),
  );
}

function isSuccess(status: number | undefined): boolean {
  return status !== undefined && status >= 200 && status < 300;
}

function decode(chunks: readonly Buffer[]): string {
  return new TextDecoder().decode(Buffer.concat(chunks));
}

function codeOf(error: Error): string | undefined {
  return 'code' in error && typeof error.code === 'string' ? error.code : undefined;
}

/**
 * What an error of the wire says, with its code. A host with several addresses fails with an
 * AggregateError, whose own message is empty.
 */
export function troubleOf(error: Error): string {
  const inner: unknown = error instanceof AggregateError ? error.errors[0] : undefined;
  const message = error.message || (inner instanceof Error ? inner.message : error.name);
  const code = codeOf(error);
  return code === undefined || message.includes(code) ? message : `${message} (${code})`;
}

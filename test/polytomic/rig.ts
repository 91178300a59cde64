// What the client's tests stand on: servers that answer by hand, and a client that looks at them.

import { once } from 'node:events';
import { createServer as createHttpServer, type IncomingMessage } from 'node:http';
import { type AddressInfo, createServer, type Server, type Socket } from 'node:net';
import { onTestFinished } from 'vitest';
import type { PolytomicOptions } from '../../src/polytomic/caller.ts';
import { createPolytomic } from '../../src/polytomic/client.ts';
import type { Polytomic } from '../../src/polytomic/polytomic.ts';

/** Must never come back in an outcome, whatever the server does with it. */
export const SECRET = 'marker-5ecret/"x"';
export const VERSION = '2025-09-18';
export const ID = '0ecd09c1-b901-4d27-9053-f0367c427254';
export const OTHER_ID = '7d4a7e2c-1111-4222-8333-123456789abc';
export const KEY = 'cf1-0123456789';

/** A client with room for slow machines; it is closed when the test ends. */
export function clientOf(baseUrl: string, options: Partial<PolytomicOptions> = {}): Polytomic {
  const client = createPolytomic({
    baseUrl,
    credentials: { kind: 'bearer', key: SECRET },
    timeoutMs: 10_000,
    connections: 4,
    admit: async () => {},
    now: () => Date.now(),
    onVersionMismatch: () => {},
    userAgent: 'curfew-test',
    ...options,
  });
  onTestFinished(() => client.close());
  return client;
}

export interface Seen {
  readonly method: string;
  readonly url: string;
  readonly headers: IncomingMessage['headers'];
  readonly body: string;
}

export interface Canned {
  readonly status?: number;
  readonly headers?: Readonly<Record<string, string | string[]>>;
  /** A string goes as it is, anything else as JSON. */
  readonly body?: unknown;
}

export interface Answering {
  readonly url: string;
  readonly seen: Seen[];
}

/** An HTTP server that answers what `answer` says; its requests are in `seen`. */
export async function answering(answer: (seen: Seen) => Canned): Promise<Answering> {
  const seen: Seen[] = [];
  const server = createHttpServer(async (request, response) => {
    let body = '';
    for await (const chunk of request) body += chunk;
    const { method = '', url = '', headers } = request;
    const one = { method, url, headers, body };
    seen.push(one);
    const canned = answer(one);
    response.writeHead(canned.status ?? 200, {
      'x-polytomic-version': VERSION,
      ...canned.headers,
    });
    response.end(typeof canned.body === 'string' ? canned.body : JSON.stringify(canned.body));
  });
  return { url: `http://127.0.0.1:${await listen(server)}`, seen };
}

export interface RawRequest {
  /** Head and body as they came. */
  readonly text: string;
  /** How many requests this socket had before. */
  readonly earlier: number;
}

/** A TCP server that reads whole HTTP requests and lets `act` do to the socket what it likes. */
export async function raw(act: (socket: Socket, request: RawRequest) => void): Promise<string> {
  const server = createServer((socket) => {
    let buffer = '';
    let earlier = 0;
    socket.setEncoding('latin1').on('error', () => {});
    socket.on('data', (chunk) => {
      buffer += chunk;
      const head = buffer.indexOf('\r\n\r\n') + 4;
      const length = Number(/content-length: (\d+)/i.exec(buffer)?.[1] ?? 0);
      if (head < 4 || buffer.length < head + length) return;
      const text = buffer.slice(0, head + length);
      buffer = buffer.slice(head + length);
      act(socket, { text, earlier });
      earlier += 1;
    });
  });
  return `http://127.0.0.1:${await listen(server)}`;
}

/** A TCP server that is handed each connection before anything is read from it. */
export async function accepting(
  scheme: 'http' | 'https',
  accept: (socket: Socket) => void,
): Promise<string> {
  const server = createServer((socket) => accept(socket.on('error', () => {})));
  return `${scheme}://127.0.0.1:${await listen(server)}`;
}

/** An address where nobody listens. */
export async function refusing(): Promise<string> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return `http://127.0.0.1:${port}`;
}

/** A whole response as bytes on the wire. */
export function response(status: string, body: string, headers: readonly string[] = []): string {
  const length = `content-length: ${Buffer.byteLength(body)}`;
  return [`HTTP/1.1 ${status}`, length, ...headers, '', body].join('\r\n');
}

async function listen(server: Server): Promise<number> {
  const sockets = new Set<Socket>();
  server.on('connection', (socket: Socket) => {
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket));
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => {
    for (const socket of sockets) socket.destroy();
    server.close();
  });
  return (server.address() as AddressInfo).port;
}

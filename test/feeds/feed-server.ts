// A server of calendars that does what a test wants next, and remembers what it was asked.

import { createServer, type IncomingHttpHeaders, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** What the server was asked for. */
export interface SeenRequest {
  readonly path: string;
  readonly headers: IncomingHttpHeaders;
}

export interface FeedServer {
  readonly port: number;
  /** The URL of a path, at the address of this machine. */
  url(path?: string): string;
  readonly seen: readonly SeenRequest[];
  /** What comes next: a calendar with an ETag of its own, or anything else. */
  answer: Answer;
  /** Stops listening and drops all connections; `start` comes back at the same port. */
  stop(): Promise<void>;
  start(): Promise<void>;
}

export type Answer = (request: SeenRequest, response: ServerResponse) => void;

/** Starts a server that knows nothing yet. */
export async function startFeedServer(): Promise<FeedServer> {
  const seen: SeenRequest[] = [];
  let port = 0;
  const server = createServer((request, response) => {
    const asked = { path: request.url ?? '', headers: request.headers };
    seen.push(asked);
    handle.answer(asked, response);
  });
  const handle: FeedServer = {
    get port() {
      return port;
    },
    url: (path = '/feed.ics') => `http://127.0.0.1:${port}${path}`,
    seen,
    answer: plain(404, 'nothing here'),
    stop: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
    start: () =>
      new Promise((resolve) => {
        server.listen(port, '127.0.0.1', () => {
          port = (server.address() as AddressInfo).port;
          resolve();
        });
      }),
  };
  await handle.start();
  return handle;
}

/** Answers with a status and a text. */
export function plain(status: number, text: string, headers: Record<string, string> = {}): Answer {
  return (_, response) => {
    response.writeHead(status, { 'content-type': 'text/calendar', ...headers }).end(text);
  };
}

/** Answers with a text under an ETag, and with 304 who has it already. */
export function tagged(etag: string, text: string): Answer {
  return ({ headers }, response) => {
    if (headers['if-none-match'] === etag) response.writeHead(304).end();
    else response.writeHead(200, { etag }).end(text);
  };
}

/** A calendar with an event of an hour at each of these instants. */
export function calendarOf(...starts: readonly number[]): string {
  const utc = (at: number) => new Date(at).toISOString().replace(/[-:]|\.000/g, '');
  const events = starts.map(
    (start) =>
      `BEGIN:VEVENT\r\nUID:${start}@test\r\nDTSTAMP:20260101T000000Z\r\nDTSTART:${utc(start)}\r\n` +
      'DURATION:PT1H\r\nSUMMARY:Maintenance\r\nEND:VEVENT\r\n',
  );
  return `BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:test\r\n${events.join('')}END:VCALENDAR\r\n`;
}

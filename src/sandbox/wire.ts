// How answers leave: whole, or broken in the ways that clients must survive.

import type { FastifyReply } from 'fastify';
import type { Outcome } from './idempotency.ts';

/** The version that this stand-in speaks; every answer names it. */
export const API_VERSION = '2025-09-18';

const JSON_TYPE = 'application/json; charset=utf-8';

/** Sends a whole answer. `at` is the sandbox's time, for the `Date` header. */
export function send(reply: FastifyReply, outcome: Outcome, at: number): void {
  reply.code(outcome.status).headers(headersAt(at));
  if (outcome.text === undefined) reply.send();
  else reply.type(JSON_TYPE).send(outcome.text);
}

/** Sends what a gateway's error page looks like. */
export function sendPage(reply: FastifyReply, status: number, at: number): void {
  const title = `${status} ${status === 502 ? 'Bad Gateway' : 'Gateway'}`;
  reply
    .code(status)
    .header('date', dateText(at))
    .type('text/html')
    .send(`<html><head><title>${title}</title></head><body><h1>${title}</h1></body></html>\n`);
}

/** Resets the connection in place of an answer. */
export function cut(reply: FastifyReply): void {
  reply.hijack();
  reply.raw.socket?.resetAndDestroy();
}

/**
 * Sends the headers and the first half of the body; then nothing for ever, or the connection's end.
 * Content-Length promises the whole body; an empty one is promised a byte that never comes.
 */
export function sendHalf(
  reply: FastifyReply,
  { status, text = '' }: Outcome,
  at: number,
  then: 'stall' | 'truncate',
): void {
  const body = Buffer.from(text);
  reply.hijack();
  reply.raw.writeHead(status, {
    ...headersAt(at),
    'content-type': JSON_TYPE,
    'content-length': Math.max(1, body.length),
  });
  reply.raw.flushHeaders();
  reply.raw.write(body.subarray(0, body.length / 2), () => {
    if (then === 'truncate') reply.raw.socket?.end();
  });
}

function headersAt(at: number): Record<string, string> {
  return { 'x-polytomic-version': API_VERSION, date: dateText(at) };
}

let dateSecond = Number.NaN;
let dateHeader = '';

/** Formatting a date costs more than the rest of an answer, so each second is formatted once. */
function dateText(at: number): string {
  const second = Math.floor(at / 1_000);
  if (second !== dateSecond) {
    dateSecond = second;
    dateHeader = new Date(at).toUTCString();
  }
  return dateHeader;
}

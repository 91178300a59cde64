// What an endpoint gives: an answer that is ready to be sent, and apart from it the change that it
// stands for. So a fault can lose either of the two, as the real network and server can.

import type { Caller } from './caller.ts';
import type { World } from './world.ts';

/** One request, authenticated and parsed. */
export interface Call {
  readonly world: World;
  readonly now: number;
  readonly caller: Caller;
  readonly params: Readonly<Record<string, string>>;
  readonly query: Query;
  /** Parsed JSON; undefined when there was no body. */
  readonly body: unknown;
}

export type Query = Readonly<Record<string, string | readonly string[] | undefined>>;

export interface Answer {
  readonly status: number;
  /** Undefined sends no body at all. */
  readonly body: unknown;
  /** Makes the change and says whether anything changed. */
  readonly effect?: (() => boolean) | undefined;
}

/** One operation of the API. `handle` must not change the world: that is what `effect` is for. */
export interface Endpoint {
  readonly method: 'GET' | 'POST' | 'PUT' | 'DELETE';
  readonly url: string;
  readonly handle: (call: Call) => Answer;
}

/** 200 with the API's usual envelope. */
export function ok(data: unknown, effect?: () => boolean): Answer {
  return { status: 200, body: { data }, effect };
}

/** An `ApiError`: `key` values are ours, the API documents none. */
export function refusal(
  status: number,
  key: string,
  message: string,
  metadata: Readonly<Record<string, unknown>> = {},
): Answer {
  return { status, body: { key, message, metadata, status } };
}

/** 404. */
export function notFound(what: string): Answer {
  return refusal(404, 'not_found', `${what} not found`);
}

/** 400. */
export function badRequest(message: string, metadata?: Readonly<Record<string, unknown>>): Answer {
  return refusal(400, 'bad_request', message, metadata);
}

/** Whether a lookup ended in an answer instead of a thing. */
export function isAnswer(thing: object): thing is Answer {
  return 'status' in thing && 'body' in thing;
}

// What clients asked and what came of it, for tests and demonstrations to look at.

import { routePattern } from './route-pattern.ts';

/** One API request. Admin requests are not logged. */
export interface LoggedRequest {
  /** Counts up from 1 and never starts again; the cursor of a reader. */
  readonly seq: number;
  readonly at: number;
  readonly method: string;
  readonly path: string;
  readonly query: string;
  readonly body: string | undefined;
  readonly idempotencyKey: string | undefined;
  /** Undefined until, and unless, the caller is known. */
  caller: string | undefined;
  /** `broken`: the connection was cut before a whole answer. */
  state: 'pending' | 'answered' | 'broken';
  /** Undefined while pending, and when nothing was sent at all. */
  status: number | undefined;
  effect: 'none' | 'changed' | 'replayed';
  fault: string | undefined;
}

export type Arrival = Pick<
  LoggedRequest,
  'at' | 'method' | 'path' | 'query' | 'body' | 'idempotencyKey'
>;

export interface LogFilter {
  readonly since?: number | undefined;
  readonly limit?: number | undefined;
  readonly method?: string | undefined;
  /** A pattern of `routePattern`. */
  readonly path?: string | undefined;
  readonly key?: string | undefined;
  readonly caller?: string | undefined;
  readonly status?: number | undefined;
  readonly effect?: LoggedRequest['effect'] | undefined;
}

export interface RequestLog {
  /** Logs a request as it arrives; its fate is filled in later. */
  open(arrival: Arrival): LoggedRequest;
  /** Oldest first. `next` is the `since` of the next read; `lost` fell out of the log unread. */
  read(filter: LogFilter): {
    readonly requests: readonly LoggedRequest[];
    readonly next: number;
    readonly lost: number;
  };
  clear(): void;
}

/** A maintenance window over a few thousand syncs with all their reads; about 50 MB at worst. */
const REQUESTS_MAX = 50_000;
/** Longer bodies are configurations, of which nobody asks more than the beginning. */
const BODY_MAX_CHARS = 2_000;

/** Starts empty. */
export function createRequestLog(): RequestLog {
  // A ring: request `seq` lives at `seq % REQUESTS_MAX`.
  let ring: LoggedRequest[] = [];
  let last = 0;
  let firstKept = 1;
  let cleared = 0;
  return {
    open(arrival) {
      last += 1;
      firstKept = Math.max(firstKept, last - REQUESTS_MAX + 1);
      const request: LoggedRequest = {
        seq: last,
        at: arrival.at,
        method: arrival.method,
        path: arrival.path,
        query: arrival.query,
        body: arrival.body?.slice(0, BODY_MAX_CHARS),
        idempotencyKey: arrival.idempotencyKey,
        caller: undefined,
        state: 'pending',
        status: undefined,
        effect: 'none',
        fault: undefined,
      };
      ring[last % REQUESTS_MAX] = request;
      return request;
    },
    read(filter) {
      const { since = 0, limit = REQUESTS_MAX } = filter;
      const matches = matcherOf(filter);
      const requests: LoggedRequest[] = [];
      let next = Math.max(since, firstKept - 1);
      while (next < last && requests.length < limit) {
        next += 1;
        const request = ring[next % REQUESTS_MAX];
        if (request !== undefined && matches(request)) requests.push(request);
      }
      return { requests, next, lost: Math.max(0, firstKept - 1 - Math.max(since, cleared)) };
    },
    clear() {
      ring = [];
      firstKept = last + 1;
      cleared = last;
    },
  };
}

function matcherOf(filter: LogFilter): (request: LoggedRequest) => boolean {
  const { method, key, caller, status, effect } = filter;
  const isOnPath = filter.path === undefined ? undefined : routePattern(filter.path);
  return (request) =>
    (method === undefined || request.method === method) &&
    (isOnPath === undefined || isOnPath(request.path)) &&
    (key === undefined || request.idempotencyKey === key) &&
    (caller === undefined || request.caller === caller) &&
    (status === undefined || request.status === status) &&
    (effect === undefined || request.effect === effect);
}

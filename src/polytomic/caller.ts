import type { z } from 'zod';
import type { Outcome } from '../plan/outcome.ts';
import type { Instant } from '../time/interval.ts';
import { classify, parseHttpDate } from './classify.ts';
import { createReason } from './reason.ts';
import { createWire, type Reply, type WireRequest } from './wire.ts';

/** A user's key, or an organization's (sent as Basic). */
export type Credentials =
  | { readonly kind: 'bearer'; readonly key: string }
  | { readonly kind: 'basic'; readonly organizationId: string; readonly key: string };

export interface PolytomicOptions {
  /** Where the API is: `https://app.polytomic.com`, or the address of an own installation. */
  readonly baseUrl: string;
  readonly credentials: Credentials;
  /** One deadline per request over connecting, headers and body; it starts after `admit`. */
  readonly timeoutMs: number;
  /** The largest body that is read; default 16 MiB. */
  readonly bodyLimitBytes?: number | undefined;
  /** How many sockets are open at most. */
  readonly connections: number;
  /**
   * The rate budget, asked before each read; who writes asks it by `Polytomic.admit`. Resolves when
   * a request may leave, or at once with for how long none may. Rejections are passed on: nothing
   * was sent.
   */
  readonly admit: () => Promise<number | undefined>;
  /** Told of every 429, with the delay that it asks for, before the caller gets it. */
  readonly onThrottled?: ((retryAfterMs: number | undefined) => Promise<void>) | undefined;
  readonly now: () => Instant;
  /** Told when an answer names another API version than the one asked for. */
  readonly onVersionMismatch: (served: string) => void;
  /** What this client calls itself. */
  readonly userAgent: string;
}

/** The API version asked for: its model list has pages, and the reference describes it. */
const API_VERSION = '2025-09-18';

/**
 * The largest answers are lists that come without pages (models with all their fields, at about
 * 200 bytes a field): room for 80,000 fields, and little enough to hold one per connection.
 */
const BODY_LIMIT_BYTES = 16 * 1024 * 1024;

/** A write; `key` is its `Idempotency-Key`, `body` its JSON. */
interface Write {
  readonly key: string;
  readonly body?: unknown;
}

export interface Caller {
  /** One request, one attempt: GET, or POST where there is a write. */
  call<T>(shape: z.ZodType<T>, path: string, write?: Write): Promise<Outcome<T>>;
  /** Makes a text of the server fit to be shown and kept. */
  reason(text: string): string;
  skewMs(): number | undefined;
  close(): Promise<void>;
}

/** Builds what every endpoint shares: headers, budget, one attempt, its class, its shape. */
export function createCaller(options: PolytomicOptions): Caller {
  const { credentials, admit, now, onVersionMismatch } = options;
  const base = parseBaseUrl(options.baseUrl);
  const { authorization, secrets } = authorize(credentials);
  const reason = createReason(secrets);
  const wire = createWire({
    origin: base.origin,
    connections: options.connections,
    timeoutMs: options.timeoutMs,
    bodyLimitBytes: options.bodyLimitBytes ?? BODY_LIMIT_BYTES,
  });
  let skewMs: number | undefined;

  function request(path: string, write: Write | undefined): WireRequest {
    const body = write?.body === undefined ? undefined : JSON.stringify(write.body);
    return {
      method: write === undefined ? 'GET' : 'POST',
      path: base.path + path,
      headers: {
        accept: 'application/json',
        authorization,
        'user-agent': options.userAgent,
        'x-polytomic-version': API_VERSION,
        ...(write && { 'idempotency-key': checkKey(write.key) }),
        ...(body && { 'content-type': 'application/json' }),
      },
      body,
    };
  }

  function observe(reply: Reply): void {
    if (reply.kind !== 'answer') return;
    const date = parseHttpDate(reply.headers.date);
    if (date !== undefined) skewMs = date - now();
    // A gateway that answers in the API's stead echoes no version; only another one is news.
    const served = reply.headers['x-polytomic-version'];
    if (served !== undefined && served !== API_VERSION) onVersionMismatch(reason(served));
  }

  return {
    async call(shape, path, write) {
      const prepared = request(path, write);
      const quietMs = write === undefined ? await admit() : undefined;
      if (quietMs !== undefined) return notNow(quietMs);
      const reply = await wire.send(prepared);
      observe(reply);
      const outcome = classify(reply, reason, now());
      if (outcome.kind === 'throttled') await options.onThrottled?.(outcome.retryAfterMs);
      if (outcome.kind !== 'ok') return outcome;
      const parsed = shape.safeParse(outcome.value);
      if (parsed.success) return { kind: 'ok', value: parsed.data };
      return { kind: 'unknown', reason: reason(`unexpected answer: ${describe(parsed.error)}`) };
    },
    reason,
    skewMs: () => skewMs,
    close: () => wire.close(),
  };
}

function parseBaseUrl(text: string): { origin: string; path: string } {
  const url = new URL(text);
  if (!/^https?:$/.test(url.protocol)) throw new TypeError(`not an HTTP address: ${url.protocol}`);
  return { origin: url.origin, path: url.pathname.replace(/\/+$/, '') };
}

/** Basic is `organization id : key`, as the vendor's own Terraform provider sends it. */
function authorize(credentials: Credentials): { authorization: string; secrets: string[] } {
  const { kind, key } = credentials;
  if (kind === 'bearer') {
    // Said here and without the key, rather than by the HTTP library in the middle of a call.
    if (!/^[!-~]+$/.test(key)) throw new TypeError('the API key cannot be sent in a header');
    return { authorization: `Bearer ${key}`, secrets: [key] };
  }
  const pair = Buffer.from(`${credentials.organizationId}:${key}`).toString('base64');
  return { authorization: `Basic ${pair}`, secrets: [key, pair] };
}

/** What the API would say, which has asked for quiet. */
function notNow(quietMs: number): Outcome<never> {
  const reason = 'not sent: the API has asked for quiet';
  return { kind: 'throttled', status: 429, reason, retryAfterMs: quietMs };
}

/** The documented alphabet and length; a key that breaks them is a bug of the caller. */
function checkKey(key: string): string {
  if (!/^[\w-]{8,255}$/.test(key)) throw new RangeError('not an idempotency key');
  return key;
}

/** Where the first misfit is and what was expected; zod never quotes the value itself. */
function describe(error: z.ZodError): string {
  const issue = error.issues[0];
  return issue === undefined ? 'no detail' : `${issue.path.join('.')}: ${issue.message}`;
}

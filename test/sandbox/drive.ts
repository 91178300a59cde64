// Drives a sandbox over real HTTP, on a clock that only the test moves.

import { onTestFinished } from 'vitest';
import { createAdjustableClock } from '../../src/sandbox/clock.ts';
import { createSandbox, type SandboxOptions } from '../../src/sandbox/sandbox.ts';

/** A Monday morning. */
export const MONDAY = Date.parse('2026-03-02T10:00:00Z');

export interface Reply {
  readonly status: number;
  readonly headers: Headers;
  // biome-ignore lint/suspicious/noExplicitAny: answers are looked into as a reader would
  readonly body: any;
}

export interface Request {
  readonly key?: string;
  readonly authorization?: string | null;
  readonly headers?: Record<string, string>;
}

export interface Driven {
  readonly url: string;
  readonly orgId: string;
  advance(ms: number): void;
  call(method: string, path: string, body?: unknown, request?: Request): Promise<Reply>;
  get(path: string): Promise<Reply>;
  post(path: string, body?: unknown, request?: Request): Promise<Reply>;
  /** An admin request. */
  admin(method: string, path: string, body?: unknown): Promise<Reply>;
  /** The path of the sync of this name. */
  pathOf(name: string): Promise<string>;
  close(): Promise<void>;
}

/** Starts a sandbox that ends with the test. */
export async function drive(options: SandboxOptions = {}): Promise<Driven> {
  const clock = createAdjustableClock({ now: () => MONDAY });
  const sandbox = createSandbox({ clock, cancelLateRate: 0, ...options });
  onTestFinished(() => sandbox.close());
  const { url } = await sandbox.listen({ host: '127.0.0.1', port: 0 });
  const call: Driven['call'] = async (method, path, body, request = {}) => {
    const { authorization = 'Bearer sandbox-api-key' } = request;
    const response = await fetch(url + path, {
      method,
      headers: {
        ...(authorization === null ? {} : { authorization }),
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
        ...(request.key === undefined ? {} : { 'idempotency-key': request.key }),
        ...request.headers,
      },
      ...(body === undefined
        ? {}
        : { body: typeof body === 'string' ? body : JSON.stringify(body) }),
    });
    return {
      status: response.status,
      headers: response.headers,
      body: parse(await response.text()),
    };
  };
  const admin: Driven['admin'] = (method, path, body) =>
    call(method, `/_sandbox${path}`, body, { authorization: null });
  return {
    url,
    orgId: sandbox.about().organization.id,
    advance: (ms) => clock.advance(ms),
    call,
    get: (path) => call('GET', path),
    post: (path, body, request) => call('POST', path, body, request),
    admin,
    async pathOf(name) {
      const { body } = await admin('GET', '/state');
      const sync = body.syncs.find((each: { name: string }) => each.name === name);
      return `/api/${sync.kind === 'bulk' ? 'bulk/' : ''}syncs/${sync.id}`;
    },
    close: () => sandbox.close(),
  };
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

export const MINUTE = 60_000;
export const HOUR = 60 * MINUTE;
export const DAY = 24 * HOUR;

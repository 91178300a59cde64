// The embedded session in the clothes of a `pg` pool, for BullMQ's Postgres backend. There is one
// session however many clients are checked out: a client that only listens holds nobody up, since
// it has the session just while a statement of its own runs. The room `queue` declares the same
// shape for itself; rooms of one floor do not know each other.

import { EventEmitter } from 'node:events';
import { cleanText } from './clean-text.ts';
import type { Engine } from './engine.ts';
import type { SessionUser } from './shared-session.ts';

/** What a statement gives here: the part of a `pg` result that BullMQ reads. */
export interface SessionResult {
  rows: unknown[];
}

/** A client of the pool. Emits `notification` with `{ channel, payload }`. */
class SessionClient extends EventEmitter {
  readonly #user: SessionUser;
  readonly #forget: (client: SessionClient) => void;

  constructor(user: SessionUser, forget: (client: SessionClient) => void) {
    super();
    // One listener per blocked worker is what BullMQ means to have.
    this.setMaxListeners(0);
    this.#user = user;
    this.#forget = forget;
  }

  async query(text: string, params?: readonly unknown[]): Promise<SessionResult> {
    return { rows: [...(await this.#user.query(text, params?.map(toText)))] };
  }

  /** Gives the client back; a transaction that it left open is rolled back. */
  release(_destroy?: boolean): void {
    this.#forget(this);
    void this.#user.release().catch(() => undefined);
  }
}

/** The pool; what it lends ends with `end`, the session itself does not. */
export class SessionPool extends EventEmitter {
  /** BullMQ caps its waits on a connection that could die unnoticed; this one cannot. */
  readonly options = { keepAlive: true };
  readonly #users: () => SessionUser;
  readonly #clients = new Set<SessionClient>();
  #isEnded = false;

  constructor(engine: Engine, users: () => SessionUser) {
    super();
    this.setMaxListeners(0);
    this.#users = users;
    engine.onNotification((channel, payload) => {
      for (const client of this.#clients) client.emit('notification', { channel, payload });
    });
  }

  async query(text: string, params?: readonly unknown[]): Promise<SessionResult> {
    const client = await this.connect();
    try {
      return await client.query(text, params);
    } finally {
      client.release();
    }
  }

  async connect(): Promise<SessionClient> {
    // The words of `pg`: BullMQ knows a pool that was ended by them.
    if (this.#isEnded) throw new Error('Cannot use a pool after calling end on the pool');
    const client = new SessionClient(this.#users(), (gone) => this.#clients.delete(gone));
    this.#clients.add(client);
    return client;
  }

  async end(): Promise<void> {
    this.#isEnded = true;
    for (const client of this.#clients) client.release();
  }
}

/** A parameter as `pg` would send it: text, with arrays as array literals and objects as JSON. */
function toText(value: unknown): string | null {
  if (value === null || value === undefined) return null;
  if (typeof value === 'string') return cleanText(value);
  if (Array.isArray(value)) return toArrayLiteral(value);
  if (value instanceof Date) return value.toISOString();
  return typeof value === 'object' ? JSON.stringify(value) : String(value);
}

/** `{"a","b",NULL}`; every element is quoted, which all types accept. */
export function toArrayLiteral(values: readonly unknown[]): string {
  const elements = values.map((value) => {
    if (Array.isArray(value)) return toArrayLiteral(value);
    const text = toText(value);
    return text === null ? 'NULL' : `"${text.replace(/[\\"]/g, '\\$&')}"`;
  });
  return `{${elements.join(',')}}`;
}

import { QueueClosedError } from './queue.ts';
import type { Session } from './session.ts';

/** A session that is opened on demand, once, and closed for good. */
export interface SessionHolder {
  /** The open session; undefined before `open` and when `close` has ended it. */
  current(): Session | undefined;
  /** Whether `close` was called. */
  readonly isClosing: boolean;
  /** May be called again after it rejected; a `QueueClosedError` after `close`. */
  open(): Promise<void>;
  /** Idempotent; gives up an `open` that is under way. */
  close(graceMs: number): Promise<void>;
}

/** Holds what `connect` gives, which stops trying when its signal is aborted. */
export function holdSession(connect: (signal: AbortSignal) => Promise<Session>): SessionHolder {
  const closed = new AbortController();
  let session: Session | undefined;
  let opening: Promise<void> | undefined;
  let closing: Promise<void> | undefined;

  async function open(): Promise<void> {
    session ??= await connect(closed.signal);
  }

  async function close(graceMs: number): Promise<void> {
    closed.abort(new QueueClosedError('the queue was closed'));
    await opening?.catch(() => undefined);
    await session?.end(graceMs);
    session = undefined;
  }

  return {
    current: () => session,
    get isClosing() {
      return closed.signal.aborted;
    },
    async open() {
      closed.signal.throwIfAborted();
      opening ??= open().finally(() => {
        opening = undefined;
      });
      await opening;
    },
    close(graceMs) {
      closing ??= close(graceMs);
      return closing;
    },
  };
}

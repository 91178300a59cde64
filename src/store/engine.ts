import { Worker } from 'node:worker_threads';
import { CONNECTION_FAILURE, DatabaseError } from './database.ts';

const WORKER = new URL('./pglite-worker.js', import.meta.url);

/** What the engine answered to one statement. */
export interface Reply {
  /** The rows, or why there are none. */
  readonly rows: readonly unknown[] | DatabaseError;
  /** Whether the session is inside a transaction (a failed one too) after the statement. */
  readonly inTransaction: boolean;
}

/** The embedded database as its thread shows it: one session, one statement after the other. */
export interface Engine {
  /** Without parameters `text` may hold several statements. Never rejects. */
  run(text: string, params?: readonly (string | null)[]): Promise<Reply>;
  /** Called with what NOTIFY says, on any channel that the session listens to. */
  onNotification(listener: (channel: string, payload: string) => void): void;
  /** Finishes what was sent before and shuts down in an orderly way. Harmless after a crash. */
  close(): Promise<void>;
}

type Answer =
  | { readonly ready: true }
  | { readonly channel: string; readonly payload: string }
  | { readonly id: number; readonly inTransaction: boolean; readonly rows: unknown[] }
  | { readonly id: number; readonly inTransaction: boolean; readonly error: Refusal };

interface Refusal {
  readonly code: string;
  readonly message: string;
  readonly detail?: string;
  readonly constraint?: string;
}

/**
 * Starts the engine on `folder`, or in memory; rejects when it does not come up. `onCrash` is
 * called once when the engine ends without having been asked to; all statements fail from then on.
 */
export async function startEngine(
  folder: string | undefined,
  onCrash: (reason: DatabaseError) => void,
): Promise<Engine> {
  const worker = new Worker(WORKER, { workerData: { folder }, name: 'curfew-database' });
  const waiting = new Map<number, (reply: Reply) => void>();
  const listeners: ((channel: string, payload: string) => void)[] = [];
  let settleStart: (failure?: DatabaseError) => void = () => undefined;
  const started = new Promise<void>((resolve, reject) => {
    settleStart = (failure) => (failure === undefined ? resolve() : reject(failure));
  });
  const exited = new Promise((resolve) => worker.once('exit', resolve));
  let lastId = 0;
  let state: 'starting' | 'running' | 'closing' | DatabaseError = 'starting';

  function end(cause: unknown): void {
    if (state instanceof DatabaseError) return;
    const before = state;
    const why = cause instanceof Error ? `: ${cause.message}` : '';
    state = new DatabaseError(CONNECTION_FAILURE, `the embedded database has stopped${why}`, {
      cause,
    });
    for (const resolve of waiting.values()) resolve({ rows: state, inTransaction: false });
    waiting.clear();
    if (before === 'starting') settleStart(state);
    if (before === 'running') onCrash(state);
  }

  worker.on('message', (answer: Answer) => {
    if ('ready' in answer) {
      state = 'running';
      settleStart();
    } else if ('channel' in answer) {
      for (const listener of listeners) listener(answer.channel, answer.payload);
    } else {
      waiting.get(answer.id)?.(replyOf(answer));
      waiting.delete(answer.id);
    }
  });
  worker.on('error', end);
  worker.on('exit', () => end(undefined));
  await started;

  function send(message: object): Promise<Reply> {
    if (state instanceof DatabaseError) {
      return Promise.resolve({ rows: state, inTransaction: false });
    }
    lastId += 1;
    const id = lastId;
    return new Promise((resolve) => {
      waiting.set(id, resolve);
      worker.postMessage({ ...message, id });
    });
  }

  return {
    run: (text, params) => send({ text, params }),
    onNotification: (listener) => listeners.push(listener),
    async close() {
      if (state === 'running') {
        state = 'closing';
        await send({ close: true });
      }
      await worker.terminate();
      await exited;
    },
  };
}

function replyOf(answer: Extract<Answer, { id: number }>): Reply {
  const { inTransaction } = answer;
  if ('rows' in answer) return { rows: answer.rows, inTransaction };
  const { code, message, detail, constraint } = answer.error;
  return { rows: new DatabaseError(code, message, { detail, constraint }), inTransaction };
}

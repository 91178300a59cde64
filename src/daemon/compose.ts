import type { Logger } from 'pino';
import type { Entry } from '../plan/entry.ts';
import { settledWithin } from '../queue/deadline.ts';
import { createOperations } from './create-operations.ts';
import type { DaemonOptions } from './daemon-options.ts';
import { type HealthWatch, watchHealth } from './health-watch.ts';
import { realTimers, sleep } from './loop.ts';
import type { Operations, Waiting } from './operations.ts';
import { connectParts, type Parts } from './parts.ts';
import type { EntryListener } from './recorder.ts';
import type { Running } from './running.ts';
import { type Runtime, startRuntime } from './runtime.ts';

/** How long a stop waits for a start that is under way to notice. */
const START_GIVEN_UP_MS = 10_000;

/** The daemon: may be started once, stopped any number of times, and made anew in one process. */
export interface Daemon {
  /** Resolves when it does its work; rejects with a `StartError` when it cannot. */
  start(): Promise<void>;
  /** Finishes or hands back running jobs; bounded in time, idempotent, safe before `start`. */
  stop(): Promise<void>;
  /** Answers `health` at any time, the rest once started. */
  readonly operations: Operations;
  /** Entries as they land in the journal. Returns the function that stops listening. */
  listen(listener: EntryListener): () => void;
}

/** A started set of parts without a queue, for one command. */
export interface Tools {
  readonly operations: Operations;
  close(): Promise<void>;
}

/** Builds a daemon; connects to nothing yet. */
export function createDaemon(options: DaemonOptions): Daemon {
  const stopping = new AbortController();
  const listeners = new Set<EntryListener>();
  let starting: Promise<void> | undefined;
  let stopped: Promise<void> | undefined;
  let runtime: Runtime | undefined;
  let running: Running | undefined;
  let waitingFor: Waiting | undefined;
  let watch: HealthWatch | undefined;
  const operations = createOperations({
    ...options,
    startedAt: options.clock.now(),
    sleep: (ms) => sleep(realTimers, ms),
    running: () => running,
    waitingFor: () => waitingFor,
  });

  function onWaiting(waiting: Waiting): void {
    if (waiting.message !== waitingFor?.message) options.log.warn(waiting.message);
    waitingFor = waiting;
    options.onWaiting?.(waiting);
  }

  async function start(): Promise<void> {
    const parts = await connectParts(options, onWaiting, stopping.signal);
    parts.recorder.listen((entry) => {
      logEntry(options.log, entry);
      for (const listener of listeners) listener(entry);
    });
    try {
      const onTrouble = (): void => watch?.suspect();
      runtime = await startRuntime(parts, options, { onWaiting, onTrouble }, stopping.signal);
    } catch (error) {
      await parts.close();
      throw error;
    }
    // Nobody who gave up waiting for a start that hung would stop what came of it.
    if (stopping.signal.aborted) return runtime.stop();
    running = { ...parts, queue: runtime.queue, reload: runtime.reload };
    waitingFor = undefined;
    watch = watchHealth(parts.timers, operations.health, options.log, runtime.recover);
  }

  return {
    start() {
      starting ??= start();
      return starting;
    },
    stop() {
      stopped ??= (async () => {
        stopping.abort();
        watch?.stop();
        await settledWithin(START_GIVEN_UP_MS, starting ?? Promise.resolve());
        if (running !== undefined) await runtime?.stop();
      })();
      return stopped;
    },
    operations,
    listen(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
}

/** Opens the store and the API for one command, when no daemon is there to ask. */
export async function openTools(options: DaemonOptions): Promise<Tools> {
  const never = new AbortController();
  const parts: Parts = await connectParts(options, undefined, never.signal);
  const { keeper } = parts;
  await keeper.peek();
  const reload = async () => ({ ok: false, message: 'No daemon is running.' });
  const running: Running = { ...parts, queue: undefined, reload };
  return {
    operations: createOperations({
      ...options,
      startedAt: options.clock.now(),
      sleep: (ms) => sleep(realTimers, ms),
      running: () => running,
      waitingFor: () => undefined,
    }),
    close: parts.close,
  };
}

function logEntry(log: Logger, entry: Entry): void {
  const { type, reason, policy, sync, syncName, key, latenessMs } = entry;
  const fields = { type, policy, sync, syncName, key, latenessMs };
  if (type === 'alert.raised' || type === 'policies.refused') log.warn(fields, reason);
  else log.info(fields, reason);
}

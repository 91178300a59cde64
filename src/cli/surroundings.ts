// The room `cli` turns arguments into questions, and answers into text and exit codes. It is the
// only room that knows the process it runs in; what it needs of that is in `Surroundings`.

import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { hostname, userInfo } from 'node:os';
import { parseEnv } from 'node:util';
import type { Chance, Clock } from '../daemon/clock.ts';
import type { Environment } from '../daemon/config.ts';
import { realChance, realClock } from './clock.ts';

/** Where text goes. */
export interface Output {
  write(text: string): void;
  /** Resolves when what was written has gone on, so that more of it does not pile up here. */
  drained(): Promise<void>;
  /** Whether a person looks at it directly. */
  readonly isTerminal: boolean;
  /** Columns of the terminal; a fixed width in files and pipes. */
  readonly columns: number;
}

export interface Surroundings {
  readonly env: Environment;
  readonly stdout: Output;
  readonly stderr: Output;
  readonly clock: Clock;
  readonly chance: Chance;
  readonly version: string;
  /** Aborted by the first SIGINT or SIGTERM; a second one ends the process at once. */
  readonly stop: AbortSignal;
  /** Calls `listener` at each SIGHUP from now on. */
  onHangUp(listener: () => void): void;
  /** Who sits here: `login@host`. */
  person(): string;
}

/** Text in files and pipes is laid out for this many columns. */
const COLUMNS_WITHOUT_TERMINAL = 120;
const COLUMNS_MIN = 40;

/** The surroundings of this process; variables of a `.env` file fill what the environment lacks. */
export function surroundingsOfProcess(): Surroundings {
  const stop = new AbortController();
  return {
    env: { ...readDotEnv('.env'), ...process.env },
    stdout: outputOf(process.stdout),
    stderr: outputOf(process.stderr),
    clock: realClock,
    chance: realChance,
    version: ownVersion(),
    get stop() {
      listenForStop(stop);
      return stop.signal;
    },
    onHangUp: (listener) => process.on('SIGHUP', listener),
    person: () => `${process.env.USER || loginName()}@${hostname()}`,
  };
}

function outputOf(stream: NodeJS.WriteStream): Output {
  // Who closes our pipe has seen enough (`curfew journal | head`): that is no failure.
  stream.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code === 'EPIPE') process.exit(0);
    throw error;
  });
  return {
    write: (text) => void stream.write(text),
    async drained() {
      if (stream.writableNeedDrain) await once(stream, 'drain');
    },
    isTerminal: stream.isTTY === true,
    get columns() {
      const columns = stream.isTTY ? stream.columns || COLUMNS_WITHOUT_TERMINAL : undefined;
      return Math.max(columns ?? COLUMNS_WITHOUT_TERMINAL, COLUMNS_MIN);
    },
  };
}

// Only commands that stop gracefully ask for `stop`; all others simply end by the signal.
let isListening = false;

function listenForStop(stop: AbortController): void {
  if (isListening) return;
  isListening = true;
  for (const [signal, number] of [['SIGINT', 2] as const, ['SIGTERM', 15] as const]) {
    process.on(signal, () => {
      // By the convention of shells, 128 and the signal's number.
      if (stop.signal.aborted) process.exit(128 + number);
      stop.abort();
    });
  }
}

function readDotEnv(path: string): Environment {
  let text: string;
  try {
    text = readFileSync(path, 'utf8');
  } catch {
    return {};
  }
  return parseEnv(text) as Environment;
}

function loginName(): string {
  try {
    return userInfo().username;
  } catch {
    // A container may run under a number that has no name.
    return `uid ${process.getuid?.() ?? 'unknown'}`;
  }
}

function ownVersion(): string {
  const file = new URL('../../package.json', import.meta.url);
  return (JSON.parse(readFileSync(file, 'utf8')) as { version: string }).version;
}

/** Resolves when the signal is aborted. */
export function aborted(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) return resolve();
    signal.addEventListener('abort', () => resolve(), { once: true });
  });
}

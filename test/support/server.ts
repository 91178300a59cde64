import type { TemporaryFolder } from './guard.ts';
import type { Launched } from './launch.ts';
import { freePort, LOOPBACK } from './ports.ts';

/** A real server process on a loopback port, with its data in a temporary folder. */
export interface Server {
  readonly url: string;
  readonly host: string;
  readonly port: number;
  /** Of the process that runs now; a restart changes it. */
  readonly pid: number;
  /** What it wrote so far, since its last start. */
  readonly lines: readonly string[];
  /** See `Launched.waitForLine`; `from` is an index into `lines`. */
  waitForLine(pattern: RegExp, from?: number): Promise<string>;
  /** Ends it without a chance to save anything; port and data stay for `restart`. */
  kill(): Promise<void>;
  /** Starts it again on the same port and data, in an orderly way when it still runs. */
  restart(): Promise<void>;
  /** Ends it in an orderly way and removes its data. Harmless when called again. */
  stop(): Promise<void>;
}

/** How one kind of server is run. */
export interface ServerKind {
  readonly folder: TemporaryFolder;
  /** Starts the process and resolves when it is ready. */
  start(port: number): Promise<Launched>;
  url(port: number): string;
  readonly stopSignal: NodeJS.Signals;
  readonly killSignal: NodeJS.Signals;
  /** Where its cluster bus listens, above its port. */
  readonly busOffset?: number;
}

const PORT_TAKEN = /address already in use/i;
const ATTEMPTS_MAX = 5;

/** Starts a server on a free port, or on `fixedPort`. */
export async function runServer(kind: ServerKind, fixedPort?: number): Promise<Server> {
  let { port, launched } = await startOnFreePort(kind, fixedPort);
  return {
    url: kind.url(port),
    host: LOOPBACK,
    port,
    get pid() {
      return launched.pid;
    },
    get lines() {
      return launched.lines;
    },
    waitForLine: (pattern, from) => launched.waitForLine(pattern, from),
    kill: () => launched.end(kind.killSignal),
    async restart() {
      await launched.end(kind.stopSignal);
      launched = await kind.start(port);
    },
    async stop() {
      await launched.end(kind.stopSignal);
      await kind.folder.remove();
    },
  };
}

async function startOnFreePort(kind: ServerKind, fixedPort: number | undefined) {
  for (let attempt = 1; ; attempt += 1) {
    const port = fixedPort ?? (await freePort(kind.busOffset));
    try {
      return { port, launched: await kind.start(port) };
    } catch (error) {
      // Somebody was quicker between our look at the port and the server's.
      const canRetry = fixedPort === undefined && attempt < ATTEMPTS_MAX;
      if (!canRetry || !PORT_TAKEN.test(String(error))) {
        await kind.folder.remove();
        throw error;
      }
    }
  }
}

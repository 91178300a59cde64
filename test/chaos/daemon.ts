// One replica of the daemon, as a service manager runs it: started again whenever it ends.

import { once } from 'node:events';
import { type Launched, launch } from '../support/launch.ts';
import type { Death, LogLine } from './evidence.ts';
import { sleep } from './pausing.ts';

export interface KeptDaemon {
  readonly name: string;
  readonly url: string;
  readonly deaths: readonly Death[];
  readonly log: readonly LogLine[];
  /** Ends it by `signal` and starts it again after `downMs`. */
  restart(signal: 'SIGKILL' | 'SIGTERM', downMs: number, abort: AbortSignal): Promise<void>;
  /** Stops it as a debugger does, for so long. */
  freeze(forMs: number, abort: AbortSignal): Promise<void>;
  /** Has it load its policies again, as a service manager does: not while it starts. */
  hangUp(): Promise<void>;
  /** Whether `/readyz` says that every part is there. */
  isReady(): Promise<boolean>;
  /** Ends it for good, in an orderly way; harmless when called again. */
  retire(): Promise<void>;
  /** Ends it for good, at once. */
  kill(): Promise<void>;
}

/** How to start one. */
export interface DaemonOptions {
  readonly name: string;
  readonly program: string;
  readonly cwd: string;
  readonly env: Readonly<Record<string, string | undefined>>;
}

/** A service manager's pause, so that what cannot start does not spin. */
const RESTART_AFTER_MS = 1_000;

/** An orderly end takes 20 s at most; what takes this long hangs, and is killed. */
const HANG_MS = 60_000;

/** `/readyz` looks at each part for three seconds at most. */
const ANSWER_LIMIT_MS = 10_000;

const LAST_LINES = 8;

/** Starts it and keeps it running. */
export async function keepDaemon(options: DaemonOptions): Promise<KeptDaemon> {
  const { name, program, cwd, env } = options;
  const deaths: Death[] = [];
  const log: LogLine[] = [];
  let meant: { readonly at: number; readonly signal: 'SIGKILL' | 'SIGTERM' } | undefined;
  let isRetired = false;
  let turn: Promise<unknown> = Promise.resolve();
  let current = await start();

  /** Nobody ends or starts it while somebody else does. */
  function inTurn(work: () => Promise<void>): Promise<void> {
    const mine = turn.then(work);
    turn = mine.catch(() => undefined);
    return mine;
  }

  async function start(): Promise<Launched> {
    meant = undefined;
    const launched = await launch(process.execPath, [program, 'run'], { cwd, env });
    // `close` comes when its last words have been read, too.
    launched.child.once('close', () => bury(launched));
    return launched;
  }

  function bury({ child, lines }: Launched): void {
    const at = Date.now();
    for (const text of lines) log.push({ daemon: name, text });
    deaths.push({
      daemon: name,
      at,
      isMeant: meant !== undefined,
      asked: meant?.signal,
      exitCode: child.exitCode,
      signal: child.signalCode,
      tookMs: at - (meant?.at ?? at),
      lastLines: lines.slice(-LAST_LINES),
    });
    if (meant === undefined && !isRetired) void inTurn(resurrect);
  }

  async function resurrect(): Promise<void> {
    await sleep(RESTART_AFTER_MS);
    if (!isRetired && hasEnded(current)) current = await start();
  }

  async function end(signal: 'SIGKILL' | 'SIGTERM'): Promise<void> {
    if (hasEnded(current)) return;
    meant = { at: Date.now(), signal };
    const { child } = current;
    const closed = once(child, 'close');
    const hanging = setTimeout(() => child.kill('SIGKILL'), HANG_MS);
    child.kill(signal);
    await closed;
    clearTimeout(hanging);
  }

  async function isReady(): Promise<boolean> {
    const signal = AbortSignal.timeout(ANSWER_LIMIT_MS);
    const answer = await fetch(`http://${env.CURFEW_LISTEN}/readyz`, { signal });
    await answer.text();
    return answer.ok;
  }

  return {
    name,
    url: `http://${env.CURFEW_LISTEN}`,
    deaths,
    log,
    restart: (signal, downMs, abort) =>
      inTurn(async () => {
        await end(signal);
        await sleep(downMs, abort);
        current = await start();
      }),
    async freeze(forMs, abort) {
      const { child } = current;
      child.kill('SIGSTOP');
      await sleep(forMs, abort);
      child.kill('SIGCONT');
    },
    async hangUp() {
      if (await isReady().catch(() => false)) current.child.kill('SIGHUP');
    },
    isReady,
    async retire() {
      isRetired = true;
      await inTurn(() => end('SIGTERM'));
    },
    async kill() {
      isRetired = true;
      await inTurn(() => end('SIGKILL'));
    },
  };
}

function hasEnded({ child }: Launched): boolean {
  return child.exitCode !== null || child.signalCode !== null;
}

// Starts a program for a test and waits for what it says, never for a guessed time.

import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { endWithUs } from './guard.ts';

// Only a hang takes this long: it is there so that the log ends up in the failure message.
const LINE_TIMEOUT_MS = 60_000;
const LOG_LINES_SHOWN = 40;

/** What a program is started with, apart from its name and arguments. */
export interface LaunchOptions {
  readonly cwd?: string;
  readonly env?: NodeJS.ProcessEnv;
  /** Run as this user; only root may ask for it. */
  readonly uid?: number | undefined;
  readonly gid?: number | undefined;
  /** How the guard ends it when this process is gone; SIGKILL when not said. */
  readonly lastSignal?: NodeJS.Signals;
}

/** A program that was started by `launch`. */
export interface Launched {
  readonly pid: number;
  readonly child: ChildProcess;
  /** Every line that it wrote so far, on stdout and stderr alike. */
  readonly lines: readonly string[];
  /**
   * The first line, already written or yet to come, that matches `pattern`; lines before `from`
   * (an index into `lines`) are passed over. Rejects, with the log, when the program ends first.
   */
  waitForLine(pattern: RegExp, from?: number): Promise<string>;
  /** Sends `signal` unless it has ended, and resolves when it has. */
  end(signal: NodeJS.Signals): Promise<void>;
}

/** Starts `command`; the process ends with this one at the latest. */
export async function launch(
  command: string,
  args: readonly string[],
  options: LaunchOptions = {},
): Promise<Launched> {
  const { lastSignal, uid, gid, ...rest } = options;
  const child = spawn(command, args, {
    ...rest,
    ...(uid === undefined ? {} : { uid }),
    ...(gid === undefined ? {} : { gid }),
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  endWithUs(child, lastSignal);
  const log = followLog(child);
  await once(child, 'spawn');
  return {
    pid: child.pid!,
    child,
    lines: log.lines,
    async waitForLine(pattern, from = 0) {
      const line = await log.find(pattern, from);
      if (line !== undefined) return line;
      const end = log.lines.slice(-LOG_LINES_SHOWN).join('\n');
      throw new Error(`${command} did not say ${pattern}; its last words were:\n${end}`);
    },
    async end(signal) {
      if (hasEnded(child)) return;
      const ended = once(child, 'exit');
      child.kill(signal);
      await ended;
    },
  };
}

function hasEnded(child: ChildProcess): boolean {
  return child.exitCode !== null || child.signalCode !== null;
}

/** Collects both outputs line by line and lets others wait for a line. */
function followLog(child: ChildProcess) {
  const lines: string[] = [];
  const listeners = new Set<() => void>();
  let isOver = false;
  const tell = () => {
    for (const listener of listeners) listener();
  };
  for (const stream of [child.stdout!, child.stderr!]) {
    createInterface({ input: stream }).on('line', (line) => {
      lines.push(line);
      tell();
    });
  }
  // `close`, not `exit`: by then both outputs have been read to their ends.
  child.once('close', () => {
    isOver = true;
    tell();
  });
  return {
    lines,
    find(pattern: RegExp, from: number): Promise<string | undefined> {
      return new Promise((resolve) => {
        let next = from;
        const settle = (line: string | undefined) => {
          clearTimeout(timer);
          listeners.delete(look);
          resolve(line);
        };
        const look = () => {
          for (; next < lines.length; next += 1) {
            if (pattern.test(lines[next]!)) return settle(lines[next]);
          }
          if (isOver) settle(undefined);
        };
        const timer = setTimeout(() => settle(undefined), LINE_TIMEOUT_MS);
        listeners.add(look);
        look();
      });
    },
  };
}

// A whole Curfew for one test: policy files in a folder of its own, a real database and queue, and
// the daemon itself in this process. Waiting is for entries in the journal and for requests at the
// sandbox, never for time.

import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import pino from 'pino';
import { realChance, realClock } from '../../src/cli/clock.ts';
import { createDaemon, type Daemon } from '../../src/daemon/compose.ts';
import { type Config, parseConfig } from '../../src/daemon/config.ts';
import type { DaemonOptions } from '../../src/daemon/daemon-options.ts';
import type { Entry, EntryType } from '../../src/plan/entry.ts';
import { readyFolder } from '../store/folders.ts';
import { temporaryFolder } from '../support/guard.ts';
import { KEY } from '../support/sandbox.ts';

/**
 * Policy text with one window; instants are epoch milliseconds, whole seconds. It cancels what
 * runs: else a bulk sync that happens to run would be paused only after its run, minutes later.
 */
export function oncePolicy(
  name: string,
  select: string,
  window: { readonly start: number; readonly end: number },
  more = '',
): string {
  const text = (at: number): string => new Date(at).toISOString().replace('.000', '');
  return `version: 1
timezone: UTC
policies:
  ${name}:
    select: ${select}
    in_flight: cancel
    pause:
      during:
        - once: ${text(window.start)}/${text(window.end)}
${more}`;
}

/** The next whole second at least `ms` from now. */
export function soon(ms: number): number {
  return Math.ceil((Date.now() + ms) / 1_000) * 1_000;
}

export interface Home {
  readonly policies: string;
  readonly data: string;
  write(file: string, text: string): Promise<void>;
  remove(): Promise<void>;
}

/**
 * A folder for policies, and one with an embedded database that was made beforehand, which takes a
 * while: who brings a server may do without.
 */
export async function makeHome({ isEmbedded = true } = {}): Promise<Home> {
  const folder = await temporaryFolder('daemon');
  const policies = join(folder.path, 'policies');
  await mkdir(policies);
  return {
    policies,
    data: isEmbedded ? await readyFolder() : join(folder.path, 'data'),
    write: (file, text) => writeFile(join(policies, file), text),
    remove: () => folder.remove(),
  };
}

/** The environment with which a daemon finds its parts. */
export function environment(
  home: Home,
  sandboxUrl: string,
  more: Record<string, string | undefined> = {},
): Record<string, string | undefined> {
  return {
    POLYTOMIC_API_KEY: KEY,
    POLYTOMIC_URL: sandboxUrl,
    POLYTOMIC_RATE: '1000/s',
    CURFEW_POLICIES: home.policies,
    CURFEW_DATA: home.data,
    CURFEW_SWEEP: '2s',
    ...more,
  };
}

export function configOf(env: Record<string, string | undefined>): Config {
  const parsed = parseConfig(env, () => '');
  if ('problems' in parsed) throw new Error(JSON.stringify(parsed.problems));
  return parsed.config;
}

/** A daemon in this process whose journal can be waited on. */
export interface Rig {
  readonly daemon: Daemon;
  readonly entries: readonly Entry[];
  /** What it has warned of, or worse, in its log. */
  readonly warnings: readonly string[];
  /** The first entry, past or to come, of this type that `accept` takes. */
  entry(type: EntryType, accept?: (entry: Entry) => boolean): Promise<Entry>;
  /** Resolves when `count` entries of this type are there. */
  count(type: EntryType, count: number): Promise<void>;
}

/** A log that gives its warnings away; shown as well with `CURFEW_TEST_LOG`. */
function logTo(onWarning: (message: string) => void): DaemonOptions['log'] {
  const shown = process.env.CURFEW_TEST_LOG;
  const write = (line: string): void => {
    const { level, msg } = JSON.parse(line) as { level: number; msg: string };
    if (level >= pino.levels.values.warn!) onWarning(msg);
    if (shown !== undefined) process.stderr.write(line);
  };
  return pino({ level: shown ?? 'warn' }, { write });
}

/** What a daemon, or a command without one, is made of. */
export function optionsOf(
  env: Record<string, string | undefined>,
  clock = realClock,
): DaemonOptions {
  return {
    config: configOf(env),
    clock,
    chance: realChance,
    log: logTo(() => undefined),
    version: '0.0.0-test',
  };
}

/** Makes a daemon; start it yourself. */
export function makeRig(env: Record<string, string | undefined>, clock = realClock): Rig {
  const warnings: string[] = [];
  const log = logTo((message) => warnings.push(message));
  const daemon = createDaemon({ ...optionsOf(env, clock), log });
  const entries: Entry[] = [];
  const waiting = new Set<() => void>();
  daemon.listen((entry) => {
    entries.push(entry);
    for (const look of waiting) look();
  });
  function until<T>(find: () => T | undefined): Promise<T> {
    return new Promise((resolve) => {
      const look = (): void => {
        const found = find();
        if (found === undefined) return;
        waiting.delete(look);
        resolve(found);
      };
      waiting.add(look);
      look();
    });
  }
  return {
    daemon,
    entries,
    warnings,
    entry: (type, accept = () => true) =>
      until(() => entries.find((entry) => entry.type === type && accept(entry))),
    count: async (type, count) => {
      await until(() => entries.filter((entry) => entry.type === type)[count - 1]);
    },
  };
}

// Everything that a run is about, each thing a process: sandbox, servers, daemons, and the folder
// with the policies.

import { once } from 'node:events';
import { join } from 'node:path';
import { temporaryFolder } from '../support/guard.ts';
import { launch } from '../support/launch.ts';
import { freePort, LOOPBACK } from '../support/ports.ts';
import type { Server } from '../support/server.ts';
import { startPostgres, startRedis } from '../support/servers.ts';
import { type KeptDaemon, keepDaemon } from './daemon.ts';
import type { SyncState } from './evidence.ts';
import { openSandbox, SANDBOX_KEY, type SandboxDesk } from './sandbox-desk.ts';

/** What a town is built from. */
export interface TownOptions {
  /** `dist/cli/main.js`. */
  readonly program: string;
  readonly seed: number;
  readonly syncs: number;
  /** Two replicas on Redis and Postgres, or one that has everything embedded. */
  readonly engine: 'servers' | 'embedded';
}

export interface Town {
  readonly sandbox: SandboxDesk;
  /** How the syncs were before anybody came. */
  readonly before: readonly SyncState[];
  readonly redis: Server | undefined;
  readonly postgres: Server | undefined;
  /** Where the embedded database is. */
  readonly data: string;
  /** The folder of the policies, empty. */
  readonly policies: string;
  /** None before `openFor`. */
  readonly daemons: readonly KeptDaemon[];
  /** Starts the daemons. */
  openFor(replicas: number): Promise<void>;
  /** Runs the program as somebody does who works on the machine of the first daemon. */
  run(...words: string[]): Promise<Ended>;
  /** Ends all processes and removes all files. */
  leave(): Promise<void>;
}

/** How a program ended that was run once, and what it said. */
export interface Ended {
  readonly exitCode: number | null;
  readonly text: string;
}

/** Starts everything but the daemons. */
export async function buildTown(options: TownOptions): Promise<Town> {
  const undo: (() => Promise<unknown>)[] = [];
  const leave = async () => {
    for (const step of undo.splice(0).reverse()) await step();
  };
  try {
    const policies = await temporaryFolder('chaos-policies');
    const home = await temporaryFolder('chaos-home');
    undo.push(policies.remove, home.remove);
    const { program, seed, syncs } = options;
    const sandbox = await openSandbox({ program, env: bareEnvironment(), seed, syncs });
    undo.push(() => sandbox.close());
    const { redis, postgres } = await startServers(options.engine, undo);
    const data = join(home.path, 'data');
    const daemons: KeptDaemon[] = [];
    let first: string | undefined;
    const env = {
      ...bareEnvironment(),
      POLYTOMIC_URL: sandbox.url,
      POLYTOMIC_API_KEY: SANDBOX_KEY,
      POLYTOMIC_RATE: '500/s',
      CURFEW_POLICIES: policies.path,
      CURFEW_DATA: data,
      CURFEW_SWEEP: '2s',
      CURFEW_LOG_LEVEL: 'warn',
      ...(redis === undefined ? {} : { REDIS_URL: redis.url }),
      ...(postgres === undefined ? {} : { DATABASE_URL: postgres.url }),
    };
    return {
      sandbox,
      before: await sandbox.syncs(),
      redis,
      postgres,
      data,
      policies: policies.path,
      daemons,
      async openFor(replicas) {
        for (let number = 1; number <= replicas; number += 1) {
          const listen = `${LOOPBACK}:${await freePort()}`;
          first ??= listen;
          const daemon = await keepDaemon({
            name: `daemon ${number}`,
            program,
            // Not where a developer's `.env` is.
            cwd: home.path,
            env: { ...env, CURFEW_LISTEN: listen },
          });
          undo.push(daemon.kill);
          daemons.push(daemon);
        }
      },
      async run(...words) {
        const { child, lines } = await launch(process.execPath, [program, ...words], {
          cwd: home.path,
          env: { ...env, CURFEW_LISTEN: first },
        });
        await once(child, 'close');
        return { exitCode: child.exitCode, text: lines.join('\n') };
      },
      leave,
    };
  } catch (error) {
    await leave();
    throw error;
  }
}

/** Redis as docker-compose.yml runs it: what it has accepted survives a kill. */
async function startServers(engine: TownOptions['engine'], undo: (() => Promise<unknown>)[]) {
  if (engine === 'embedded') return { redis: undefined, postgres: undefined };
  const redis = await startRedis({ extraArgs: ['--appendonly', 'yes', '--hz', '100'] });
  undo.push(() => redis.stop());
  const postgres = await startPostgres();
  undo.push(() => postgres.stop());
  return { redis, postgres };
}

/** A developer's own settings must not reach the daemons. */
function bareEnvironment(): Readonly<Record<string, string | undefined>> {
  return { PATH: process.env.PATH, HOME: process.env.HOME, TZ: 'UTC' };
}

// Where the server programs are on this machine, and as whom PostgreSQL may run.

import { execFileSync } from 'node:child_process';
import { accessSync, constants, readdirSync } from 'node:fs';
import { delimiter, join } from 'node:path';

// Debian keeps one folder per PostgreSQL version and puts none of them in the PATH.
const DEBIAN_POSTGRES = '/usr/lib/postgresql';

/** The folders of the PostgreSQL versions that Debian has installed, newest first. */
function debianPostgresFolders(): string[] {
  try {
    return readdirSync(DEBIAN_POSTGRES)
      .sort((a, b) => Number(b) - Number(a))
      .map((version) => join(DEBIAN_POSTGRES, version, 'bin'));
  } catch {
    return [];
  }
}

/** The path of the program, or undefined when this machine has none. */
function findProgram(name: string): string | undefined {
  const folders = [...(process.env.PATH ?? '').split(delimiter), ...debianPostgresFolders()];
  return folders.map((folder) => join(folder, name)).find(isExecutable);
}

/** The path of the program; throws where it is missing, since the caller should have asked. */
export function programPath(name: string): string {
  const path = findProgram(name);
  if (path === undefined) throw new Error(`${name} is not installed; \`npm test\` can install it`);
  return path;
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

/** Which servers can be started here; a missing one is named in `missing`. */
export interface AvailableServers {
  readonly redis: boolean;
  readonly postgres: boolean;
  readonly missing: readonly string[];
}

/** Looks for the programs that `startRedis` and `startPostgres` need. */
export function availableServers(): AvailableServers {
  const redis = findProgram('redis-server') !== undefined;
  const postgres = findProgram('postgres') !== undefined && findProgram('initdb') !== undefined;
  const missing = [...(redis ? [] : ['redis-server']), ...(postgres ? [] : ['postgresql'])];
  return { redis, postgres, missing };
}

/** PostgreSQL refuses to run as root, so root lends it another user; undefined: run as we are. */
export function postgresUser(): { readonly uid: number; readonly gid: number } | undefined {
  if (process.getuid?.() !== 0) return undefined;
  const user = ['postgres', 'nobody'].find((name) => idOf('-u', name) !== undefined);
  if (user === undefined) throw new Error('PostgreSQL needs a user that is not root: none found');
  return { uid: idOf('-u', user)!, gid: idOf('-g', user)! };
}

function idOf(flag: '-u' | '-g', user: string): number | undefined {
  try {
    return Number(execFileSync('id', [flag, user], { stdio: ['ignore', 'pipe', 'ignore'] }));
  } catch {
    return undefined;
  }
}

// Runs once before all tests: builds `dist`, from which some tests start the whole program, and
// starts one Redis and one PostgreSQL for everybody (database.ts). Where these are missing, the
// suites on them are skipped, loudly; with CURFEW_TEST_ENGINES=required that is a failure.

import type { TestProject } from 'vitest/node';
import { buildOnce } from './build.ts';
import { availableServers } from './programs.ts';
import { startPostgres, startRedis } from './servers.ts';

declare module 'vitest' {
  export interface ProvidedContext {
    redisUrl: string | undefined;
    postgresUrl: string | undefined;
  }
}

export async function setup(project: TestProject): Promise<() => Promise<void>> {
  const available = availableServers();
  if (available.missing.length > 0) refuseOrWarn(available.missing);
  buildOnce();
  const [redis, postgres] = await Promise.all([
    available.redis ? startRedis() : undefined,
    available.postgres ? startPostgres() : undefined,
  ]);
  project.provide('redisUrl', redis?.url);
  project.provide('postgresUrl', postgres?.url);
  return async () => {
    await Promise.all([redis?.stop(), postgres?.stop()]);
  };
}

function refuseOrWarn(missing: readonly string[]): void {
  const text = `${missing.join(' and ')} not found: every suite on ${missing.join(' or ')}`;
  if (process.env.CURFEW_TEST_ENGINES === 'required') {
    throw new Error(`${text} would be skipped, and CURFEW_TEST_ENGINES=required forbids it`);
  }
  const bar = '!'.repeat(100);
  process.stderr.write(
    `${bar}\n!! ${text} IS SKIPPED. Install it, or run \`npm test\` as root.\n${bar}\n`,
  );
}

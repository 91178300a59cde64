// The Redis and the PostgreSQL that all tests of a run share (started by global-setup.ts), and a
// clean place in them for each test. A test that stops, flushes or restarts one starts its own.

import { randomBytes } from 'node:crypto';
import pg from 'pg';
import { inject } from 'vitest';

/** `redis://…` of the shared Redis; undefined where redis-server is not installed. */
export function sharedRedisUrl(): string | undefined {
  return inject('redisUrl');
}

/** `postgres://…` of the shared PostgreSQL; undefined where it is not installed. */
export function sharedPostgresUrl(): string | undefined {
  return inject('postgresUrl');
}

/** A prefix for the keys of one test in the shared Redis; never given twice. */
export function freshRedisPrefix(): string {
  return `test-${randomBytes(6).toString('hex')}`;
}

/** A database that belongs to one test. */
export interface FreshDatabase {
  readonly url: string;
  readonly name: string;
  /** Removes it, and throws out whoever is still connected. */
  drop(): Promise<void>;
}

/** Creates an empty database on the shared PostgreSQL; throws where there is none. */
export async function freshDatabase(): Promise<FreshDatabase> {
  const server = sharedPostgresUrl();
  if (server === undefined) throw new Error('no PostgreSQL here: skip this suite (describeOn)');
  const name = `test_${randomBytes(6).toString('hex')}`;
  await command(server, `CREATE DATABASE ${name}`);
  const url = new URL(server);
  url.pathname = `/${name}`;
  return {
    url: url.href,
    name,
    drop: () => command(server, `DROP DATABASE IF EXISTS ${name} WITH (FORCE)`),
  };
}

async function command(url: string, sql: string): Promise<void> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    await client.query(sql);
  } finally {
    await client.end();
  }
}

/** What a conformance suite can run on, by the words that its title ends in. */
export const ENGINES = {
  redis: 'Redis',
  'redis-tls': 'Redis over TLS',
  'redis-sentinel': 'Redis Sentinel',
  'redis-cluster': 'Redis Cluster',
  postgres: 'Postgres',
  pglite: 'PGlite',
} as const;

/** One of the engines. */
export type Engine = keyof typeof ENGINES;

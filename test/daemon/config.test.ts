import { describe, expect, it } from 'vitest';
import {
  type Config,
  describeConfig,
  type Environment,
  parseConfig,
  parseReach,
  secretsOf,
} from '../../src/daemon/config.ts';

const KEY = { POLYTOMIC_API_KEY: 'pt_live_0123456789' };

// The one of test/plan/seal-key.test.ts.
const SEAL_KEY = `-----BEGIN PRIVATE KEY-----
MC4CAQAwBQYDK2VwBCIEIDu5wD8zTWwpqjIRJdkQRoSZSpSeZSJILBiRPhqXz7tb
-----END PRIVATE KEY-----
`;

const noFiles = (path: string): string => {
  throw new Error(`ENOENT: ${path}`);
};

function accepted(env: Environment, readFile = noFiles): Config {
  const result = parseConfig(env, readFile);
  if ('problems' in result) throw new Error(JSON.stringify(result.problems));
  return result.config;
}

function refused(env: Environment, readFile = noFiles): string[] {
  const result = parseConfig(env, readFile);
  if ('config' in result) throw new Error('accepted');
  return result.problems.map(({ variable, message }) => `${variable} ${message}`);
}

describe('the configuration', () => {
  it('needs nothing but a key', () => {
    expect(accepted(KEY)).toEqual({
      polytomic: {
        url: 'https://app.polytomic.com',
        credentials: { kind: 'bearer', key: 'pt_live_0123456789' },
        ratePerSecond: 10,
      },
      policies: './policies',
      data: './data',
      databaseUrl: undefined,
      redisUrl: undefined,
      listen: { host: '127.0.0.1', port: 4280 },
      tokens: [],
      sweepMs: 60_000,
      retentionMs: undefined,
      sealKey: undefined,
      logLevel: 'info',
      privateCalendars: false,
    });
  });

  it('takes empty variables, as compose files pass them, for unset ones', () => {
    expect(accepted({ ...KEY, DATABASE_URL: '', POLYTOMIC_ORG_ID: ' ' }).databaseUrl).toBe(
      undefined,
    );
  });

  it('is frozen to its depths', () => {
    const config = accepted({ ...KEY, CURFEW_TOKENS: 'ann:admin:0123456789abcdef' });
    expect(Object.isFrozen(config.polytomic.credentials)).toBe(true);
    expect(Object.isFrozen(config.tokens[0])).toBe(true);
  });

  it.each<[string, Environment, Partial<Config>]>([
    ['an address', { CURFEW_LISTEN: 'localhost:0' }, { listen: { host: 'localhost', port: 0 } }],
    ['an IPv6 address', { CURFEW_LISTEN: '[::1]:80' }, { listen: { host: '::1', port: 80 } }],
    ['a cap on pauses', { CURFEW_PAUSES_PER_HOUR: '500' }, { pausesPerHour: 500 }],
    ['a cap that pauses nothing', { CURFEW_PAUSES_PER_HOUR: '0' }, { pausesPerHour: 0 }],
    ['a sweep in minutes', { CURFEW_SWEEP: '5m' }, { sweepMs: 300_000 }],
    ['a retention in days', { CURFEW_JOURNAL_RETENTION: '400d' }, { retentionMs: 34_560_000_000 }],
    ['a level in capitals', { CURFEW_LOG_LEVEL: 'DEBUG' }, { logLevel: 'debug' }],
    ['Postgres', { DATABASE_URL: 'postgres://a:b@h/d' }, { databaseUrl: 'postgres://a:b@h/d' }],
    ['a permission', { CURFEW_PRIVATE_CALENDARS: 'Allow' }, { privateCalendars: true }],
    ['Redis with TLS', { REDIS_URL: 'rediss://h:6380' }, { redisUrl: 'rediss://h:6380' }],
  ])('reads %s', (_, env, expected) => {
    expect(accepted({ ...KEY, ...env })).toMatchObject(expected);
  });

  it.each([
    ['10/s', 10],
    ['600/m', 10],
    ['0.5/s', 0.5],
    ['3600/h', 1],
  ])('reads the rate %s', (text, perSecond) => {
    expect(accepted({ ...KEY, POLYTOMIC_RATE: text }).polytomic.ratePerSecond).toBe(perSecond);
  });

  it('reads an organization key, and a base URL without its trailing slash', () => {
    const env = {
      POLYTOMIC_ORG_ID: '248df4b7-aa70-47b8-a036-33ac447e668d',
      POLYTOMIC_ORG_KEY: 'secret-key',
      POLYTOMIC_URL: 'http://sandbox:4281/base/',
    };
    expect(accepted(env).polytomic).toMatchObject({
      url: 'http://sandbox:4281/base',
      credentials: {
        kind: 'basic',
        organizationId: '248df4b7-aa70-47b8-a036-33ac447e668d',
        key: 'secret-key',
      },
    });
  });

  it('reads the key for seals from a file, and says which one it is', () => {
    const config = accepted({ ...KEY, CURFEW_SEAL_KEY_FILE: '/run/seal.pem' }, () => SEAL_KEY);
    expect(config.sealKey).toBe(SEAL_KEY.trim());
    expect(describeConfig(config)).toMatchObject({
      CURFEW_SEAL_KEY: 'Ed25519 73a1debdccdc55ba',
      CURFEW_JOURNAL_RETENTION: 'for ever',
    });
    expect(secretsOf(config)).toContain(SEAL_KEY.split('\n')[1]);
  });

  it('reads secrets from the files that NAME_FILE variables name', () => {
    const files: Record<string, string> = {
      '/run/key': 'pt_from_file\n',
      '/run/tokens': 'ann:admin:0123456789abcdef\nbob:viewer:fedcba9876543210\n',
    };
    const config = accepted(
      { POLYTOMIC_API_KEY_FILE: '/run/key', CURFEW_TOKENS_FILE: '/run/tokens' },
      (path) => files[path]!,
    );
    expect(config.polytomic.credentials.key).toBe('pt_from_file');
    expect(config.tokens.map((token) => `${token.name} ${token.role}`)).toEqual([
      'ann admin',
      'bob viewer',
    ]);
  });
});

describe('what is wrong with a configuration', () => {
  it('says in one sentence which variables hold the key when there is none', () => {
    expect(refused({})).toEqual([
      'POLYTOMIC_API_KEY is not set: Curfew needs a key ' +
        '(POLYTOMIC_API_KEY, or POLYTOMIC_ORG_ID and POLYTOMIC_ORG_KEY)',
    ]);
  });

  it.each<[string, Environment, string]>([
    ['both keys', { POLYTOMIC_ORG_ID: 'x', POLYTOMIC_ORG_KEY: 'y' }, 'POLYTOMIC_API_KEY is not'],
    ['a key in two lines', { POLYTOMIC_API_KEY: 'a\nb' }, 'POLYTOMIC_API_KEY holds a space'],
    ['a URL without a scheme', { POLYTOMIC_URL: 'app.polytomic.com' }, 'POLYTOMIC_URL is no http'],
    ['a URL with a password', { POLYTOMIC_URL: 'https://a:b@h' }, 'POLYTOMIC_URL holds a user'],
    ['a URL with a query', { POLYTOMIC_URL: 'https://h/?a=1' }, 'POLYTOMIC_URL must end'],
    ['a rate of nothing', { POLYTOMIC_RATE: '0/s' }, 'POLYTOMIC_RATE is no rate'],
    ['a rate without a unit', { POLYTOMIC_RATE: '10' }, 'POLYTOMIC_RATE is no rate'],
    ['another database', { DATABASE_URL: 'mysql://h/d' }, 'DATABASE_URL is no postgres://'],
    ['another queue', { REDIS_URL: 'amqp://h' }, 'REDIS_URL cannot be read'],
    ['a port alone', { CURFEW_LISTEN: '4280' }, 'CURFEW_LISTEN is no host:port'],
    ['a port that is too high', { CURFEW_LISTEN: 'h:65536' }, 'CURFEW_LISTEN is no host:port'],
    ['a cap in words', { CURFEW_PAUSES_PER_HOUR: 'few' }, 'CURFEW_PAUSES_PER_HOUR is no number'],
    ['a sweep without a unit', { CURFEW_SWEEP: '60' }, 'CURFEW_SWEEP is no length of time'],
    ['a sweep of no time', { CURFEW_SWEEP: '0s' }, 'CURFEW_SWEEP is no length of time'],
    [
      'a vague permission',
      { CURFEW_PRIVATE_CALENDARS: 'yes' },
      'CURFEW_PRIVATE_CALENDARS is neither',
    ],
    ['an unknown level', { CURFEW_LOG_LEVEL: 'loud' }, 'CURFEW_LOG_LEVEL is none of trace,'],
    [
      'a retention that is a slip',
      { CURFEW_JOURNAL_RETENTION: '5m' },
      'CURFEW_JOURNAL_RETENTION is',
    ],
    [
      'a retention of no length',
      { CURFEW_JOURNAL_RETENTION: 'ever' },
      'CURFEW_JOURNAL_RETENTION is',
    ],
    [
      'a key for seals that is none',
      { CURFEW_SEAL_KEY: 'hush' },
      'CURFEW_SEAL_KEY holds no Ed25519',
    ],
    ['an open door', { CURFEW_LISTEN: '0.0.0.0:80' }, 'CURFEW_TOKENS must hold name:role:secret'],
    ['a token without a role', { CURFEW_TOKENS: 'ann' }, 'CURFEW_TOKENS entry 1 is no name:role'],
    ['an unknown role', { CURFEW_TOKENS: 'ann:root:0123456789abcdef' }, 'CURFEW_TOKENS entry 1 (a'],
    ['a short secret', { CURFEW_TOKENS: 'ann:admin:short' }, 'CURFEW_TOKENS entry 1 (ann) needs'],
  ])('names the variable of %s', (_, env, sentence) => {
    expect(refused({ ...KEY, ...env })).toEqual([expect.stringContaining(sentence)]);
  });

  it('refuses two tokens of one name', () => {
    const tokens = 'ann:admin:0123456789abcdef,ann:viewer:fedcba9876543210';
    expect(refused({ ...KEY, CURFEW_TOKENS: tokens })).toEqual([
      'CURFEW_TOKENS entry 2 repeats the name ann',
    ]);
  });

  it('refuses a secret that is given twice, in a file that is empty, or in none', () => {
    expect(refused({ ...KEY, POLYTOMIC_API_KEY_FILE: '/x' })[0]).toContain('keep one of them');
    expect(refused({ POLYTOMIC_API_KEY_FILE: '/x' }, () => ' \n')[0]).toBe(
      'POLYTOMIC_API_KEY_FILE names an empty file: /x',
    );
    expect(refused({ POLYTOMIC_API_KEY_FILE: '/x' })[0]).toBe(
      'POLYTOMIC_API_KEY_FILE names a file that cannot be read: /x',
    );
  });

  it('comes all at once, and never repeats a secret', () => {
    const problems = refused({
      POLYTOMIC_API_KEY: 'hush hush',
      CURFEW_TOKENS: 'hush',
      DATABASE_URL: 'hush://u:hush@h',
      CURFEW_SWEEP: 'soon',
    });
    expect(problems).toHaveLength(4);
    expect(problems.join()).not.toContain('hush');
  });
});

describe('what a configuration tells about itself', () => {
  const config = accepted({
    POLYTOMIC_ORG_ID: 'org',
    POLYTOMIC_ORG_KEY: 'swordfish-key',
    DATABASE_URL: 'postgres://me:swordfish%21@db/curfew',
    REDIS_URL: 'redis://:swordfish2@redis:6379',
    CURFEW_TOKENS: 'ann:admin:swordfish-swordfish',
  });

  it('masks every secret', () => {
    const text = JSON.stringify(describeConfig(config));
    expect(text).not.toContain('swordfish');
    expect(text).toContain('postgres://me:***@db/curfew');
    expect(text).toContain('redis://:***@redis:6379');
    expect(text).toContain('ann:admin:***');
  });

  it('lists the secrets for the log, as they are sent too', () => {
    expect(secretsOf(config)).toEqual([
      'swordfish-key',
      Buffer.from('org:swordfish-key').toString('base64'),
      'swordfish-swordfish',
      'swordfish%21',
      'swordfish2',
      'swordfish!',
      'swordfish2',
    ]);
  });
});

describe('how a command finds the daemon', () => {
  it('needs no key', () => {
    expect(parseReach({ CURFEW_DATA: '/var/curfew' }, noFiles)).toEqual({
      reach: {
        listen: { host: '127.0.0.1', port: 4280 },
        tokens: [],
        dataFolder: '/var/curfew',
      },
    });
  });

  it('looks for no folder where a database server is used', () => {
    expect(parseReach({ DATABASE_URL: 'postgres://h/d' }, noFiles)).toMatchObject({
      reach: { dataFolder: undefined, databaseUrl: 'postgres://h/d' },
    });
  });
});

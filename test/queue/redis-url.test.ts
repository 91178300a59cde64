import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseRedisUrl } from '../../src/queue/redis-url.ts';

const NO_ACCESS = { username: undefined, password: undefined, tls: undefined };
const NO_FILES = { cacert: undefined, cert: undefined, key: undefined };

function endpoint(url: string) {
  const parsed = parseRedisUrl(url);
  if (!parsed.ok) throw new Error(parsed.problem);
  return parsed.endpoint;
}

function problem(url: string): string {
  const parsed = parseRedisUrl(url);
  return parsed.ok ? 'none' : parsed.problem;
}

describe('parseRedisUrl', () => {
  it('reads one server, with what is left out at its default', () => {
    const address = { host: 'localhost', port: 6379 };
    expect(endpoint('redis://localhost')).toEqual({ kind: 'single', address, db: 0, ...NO_ACCESS });
    expect(endpoint(' REDIS://localhost/ ')).toMatchObject({ address, db: 0 });
  });

  it('reads port, database, user and password', () => {
    expect(endpoint('rediss://me:p%40ss%2F%3A@redis.example.com:6380/3')).toEqual({
      kind: 'single',
      address: { host: 'redis.example.com', port: 6380 },
      db: 3,
      username: 'me',
      password: 'p@ss/:',
      tls: NO_FILES,
    });
    expect(endpoint('redis://:secret@h')).toMatchObject({
      username: undefined,
      password: 'secret',
    });
    expect(endpoint('redis://[::1]:7000')).toMatchObject({ address: { host: '::1', port: 7000 } });
  });

  it('reads the files of TLS', () => {
    const url = 'rediss://h?cacert=/etc/ca.pem&cert=/etc/c.pem&key=/etc/k.pem';
    const tls = { cacert: '/etc/ca.pem', cert: '/etc/c.pem', key: '/etc/k.pem' };
    expect(endpoint(url).tls).toEqual(tls);
  });

  it('reads Sentinel: several hosts, the name of the master, both kinds of credentials', () => {
    const url =
      'redis+sentinel://u:p@a,b:1,[::2]/my%20master/2?sentinelPassword=s&sentinelUsername=x';
    expect(endpoint(url)).toEqual({
      kind: 'sentinel',
      sentinels: [
        { host: 'a', port: 26379 },
        { host: 'b', port: 1 },
        { host: '::2', port: 26379 },
      ],
      master: 'my master',
      db: 2,
      sentinelUsername: 'x',
      sentinelPassword: 's',
      username: 'u',
      password: 'p',
      tls: undefined,
    });
    expect(endpoint('sentinel://a/m')).toMatchObject({ kind: 'sentinel', db: 0 });
    expect(endpoint('rediss+sentinel://a/m')).toMatchObject({ tls: NO_FILES });
  });

  it('reads Cluster', () => {
    const nodes = [
      { host: 'a', port: 7000 },
      { host: 'b', port: 6379 },
    ];
    expect(endpoint('redis+cluster://:p@a:7000,b')).toEqual({
      kind: 'cluster',
      nodes,
      ...NO_ACCESS,
      password: 'p',
    });
    expect(endpoint('cluster://a:7000,b/0')).toMatchObject({ kind: 'cluster', nodes });
  });

  it.each([
    ['localhost:6379', /not a url/],
    ['http://h', /unknown scheme/],
    ['toString://h', /unknown scheme/],
    ['redis://', /host and port/],
    ['redis://h:0', /host and port/],
    ['redis://h:65536', /host and port/],
    ['redis://a:b:c', /host and port/],
    ['redis://user@h', /needs a password/],
    ['redis://:50%@h', /percent sign/],
    ['redis://h/db', /number of a database/],
    ['redis://h/1/2', /number of a database/],
    ['redis://a,b', /several hosts/],
    ['redis+cluster://a/1', /only the database 0/],
    ['redis+sentinel://a', /master's name/],
    ['redis://h?cacert=x', /unknown parameter `cacert`/],
    ['rediss://h?ca=x', /unknown parameter `ca`; known here: cacert, cert, key/],
    ['rediss://h?cert=x', /belong together/],
  ])('refuses %s', (url, message) => {
    expect(problem(url)).toMatch(message);
  });

  it('never throws, and never repeats a password', () => {
    const secret = 's3cr3t-w0rd';
    const scheme = fc.constantFrom('redis', 'rediss', 'redis+sentinel', 'redis+cluster', 'x', '');
    fc.assert(
      fc.property(scheme, fc.string(), fc.string(), (name, before, after) => {
        expect(problem(`${name}://${before}:${secret}@${after}`)).not.toContain(secret);
      }),
    );
  });
});

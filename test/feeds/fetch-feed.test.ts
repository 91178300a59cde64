import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { createServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { type Fetching, fetchFeed, type Resolve } from '../../src/feeds/fetch-feed.ts';
import type { FeedAnswer } from '../../src/plan/feed.ts';
import { createCertificate } from '../support/certificate.ts';
import { temporaryFolder } from '../support/guard.ts';
import { calendarOf, type FeedServer, plain, startFeedServer, tagged } from './feed-server.ts';

const text = calendarOf(Date.UTC(2026, 2, 1, 2));
const allowed: Fetching = { allowsPrivate: true, userAgent: 'curfew/test' };
const careful: Fetching = { ...allowed, allowsPrivate: false };

let server: FeedServer;
beforeAll(async () => {
  server = await startFeedServer();
});
afterAll(() => server.stop());
afterEach(() => {
  server.answer = plain(404, '');
});

const failure = (why: string): FeedAnswer => ({ kind: 'failed', why });

/** A resolver that gives these addresses for every name. */
const resolveTo =
  (...addresses: string[]): Resolve =>
  (_, __, callback) =>
    callback(
      null,
      addresses.map((address) => ({ address, family: address.includes(':') ? 6 : 4 })),
    );

describe('fetching a feed', () => {
  it('gives its text and what the server calls it', async () => {
    const date = 'Sun, 01 Mar 2026 00:00:00 GMT';
    server.answer = plain(200, text, { etag: '"one"', 'last-modified': date });
    expect(await fetchFeed({ url: server.url() }, allowed)).toEqual({
      kind: 'text',
      text,
      etag: '"one"',
      lastModified: date,
    });
    expect(server.seen.at(-1)).toMatchObject({
      path: '/feed.ics',
      headers: { 'user-agent': 'curfew/test', 'accept-encoding': 'identity' },
    });
  });

  it('sends no fragment, by which one feed can be named anew', async () => {
    server.answer = plain(200, text);
    await fetchFeed({ url: server.url('/feed.ics?a=b#2') }, allowed);
    expect(server.seen.at(-1)?.path).toBe('/feed.ics?a=b');
  });

  it('is cheap when nothing has changed', async () => {
    server.answer = tagged('"one"', text);
    const known = { url: server.url(), etag: '"one"', lastModified: 'yesterday' };
    expect(await fetchFeed(known, allowed)).toEqual({ kind: 'same' });
    expect(server.seen.at(-1)?.headers).toMatchObject({
      'if-none-match': '"one"',
      'if-modified-since': 'yesterday',
    });
    expect(await fetchFeed({ ...known, etag: '"two"' }, allowed)).toMatchObject({ kind: 'text' });
  });

  it.each([
    ['304 to who has nothing', plain(304, ''), 'has answered 304'],
    ['404', plain(404, 'gone'), 'has answered 404'],
    ['500', plain(500, 'oh'), 'has answered 500'],
    ['a redirect without a place', plain(302, ''), 'has answered 302'],
    ['a redirect to no URL', plain(302, '', { location: 'http://[' }), 'redirects to nowhere'],
    [
      'a compressed answer',
      plain(200, text, { 'content-encoding': 'gzip' }),
      'has answered with the encoding gzip, which nobody asked for',
    ],
    [
      'another scheme',
      plain(302, '', { location: 'file:///etc/passwd' }),
      'leads to file:, which is not allowed',
    ],
  ])('fails on %s', async (_, answer, why) => {
    server.answer = answer;
    expect(await fetchFeed({ url: server.url() }, allowed)).toEqual(failure(why));
  });

  it('fails on bytes that are no text', async () => {
    server.answer = (_, response) => response.end(Buffer.from([0x42, 0xff, 0xfe, 0x00]));
    const why = 'has answered with something else than UTF-8 text';
    expect(await fetchFeed({ url: server.url() }, allowed)).toEqual(failure(why));
  });

  it('reads no more than 5 MiB of a body without an end, and hangs up', async () => {
    let sent = 0;
    const hungUp = new Promise<void>((resolve) => {
      server.answer = (_, response) => {
        const chunk = Buffer.alloc(64 * 1024, 'x');
        const more = () => {
          sent += chunk.length;
          while (response.write(chunk)) sent += chunk.length;
        };
        response.on('drain', more).on('close', resolve);
        more();
      };
    });
    expect(await fetchFeed({ url: server.url() }, allowed)).toEqual(
      failure('is larger than 5 MiB'),
    );
    await hungUp;
    expect(sent).toBeLessThan(64 * 1024 * 1024);
  });

  it('fails on a connection that breaks off, and on nobody listening', async () => {
    server.answer = (_, response) => response.destroy();
    const broken = 'has broken the connection off';
    expect(await fetchFeed({ url: server.url() }, allowed)).toEqual(failure(broken));
    server.answer = (_, response) => {
      response.writeHead(200, { 'content-length': 1000 });
      response.write('BEGIN:VCALENDAR', () => response.destroy());
    };
    expect(await fetchFeed({ url: server.url() }, allowed)).toEqual(failure(broken));
    const other = await startFeedServer();
    const url = other.url();
    await other.stop();
    expect(await fetchFeed({ url }, allowed)).toEqual(
      failure('is on a host that accepts no connection'),
    );
  });

  it('waits no longer than its deadline for a server that says nothing more', async () => {
    const hasty = { ...allowed, deadlineMs: 250 };
    server.answer = (_, response) => void response.writeHead(200).write('BEGIN:');
    const late = failure('has not answered within 0.25 seconds');
    expect(await fetchFeed({ url: server.url() }, hasty)).toEqual(late);
    server.answer = () => undefined;
    expect(await fetchFeed({ url: server.url() }, hasty)).toEqual(late);
  });

  it('trusts no certificate that nobody vouches for', async () => {
    const folder = await temporaryFolder('feeds');
    const { keyFile, ca } = await createCertificate(folder.path);
    const options = { key: readFileSync(keyFile), cert: ca };
    const secure = createServer(options, (_, response) => response.end(text));
    await once(secure.listen(0, '127.0.0.1'), 'listening');
    const url = `https://127.0.0.1:${(secure.address() as AddressInfo).port}/`;
    const why = 'has a certificate that is not trusted';
    expect(await fetchFeed({ url }, allowed)).toEqual(failure(why));
    secure.close();
    await folder.remove();
  });

  it('fails on a name that nobody knows', async () => {
    const resolve: Resolve = (_, __, callback) =>
      callback(Object.assign(new Error('no'), { code: 'ENOTFOUND' }), []);
    expect(await fetchFeed({ url: 'https://nowhere.example/' }, { ...careful, resolve })).toEqual(
      failure('is on a host that nobody knows'),
    );
  });
});

describe('redirects', () => {
  it('are followed three times, from wherever they lead', async () => {
    server.answer = ({ path }, response) => {
      const left = Number(path.slice(1));
      if (left === 0) response.end(text);
      else response.writeHead(302, { location: `./${left - 1}` }).end();
    };
    expect(await fetchFeed({ url: server.url('/3') }, allowed)).toMatchObject({ kind: 'text' });
    expect(await fetchFeed({ url: server.url('/4') }, allowed)).toEqual(
      failure('redirects too often'),
    );
  });
});

describe('an operator who has not allowed private calendars', () => {
  const before = () => server.seen.length;
  const refused = failure('leads to an address that is not public, which is not allowed');

  it('has none over plain http', async () => {
    const count = before();
    expect(await fetchFeed({ url: server.url() }, careful)).toEqual(
      failure('leads to plain http, which is not allowed'),
    );
    expect(server.seen).toHaveLength(count);
  });

  it.each([
    'https://127.0.0.1/',
    'https://[::1]/',
    'https://0x7f.1/',
    'https://2130706433/',
    'https://169.254.169.254/latest/meta-data/',
    'https://[::ffff:10.0.0.1]/',
  ])('has none from %s', async (url) => {
    expect(await fetchFeed({ url }, careful)).toEqual(refused);
  });

  it('has none from a name for this machine', async () => {
    expect(await fetchFeed({ url: `https://localhost:${server.port}/` }, careful)).toEqual(refused);
  });

  it('has none from a name of which any address is private', async () => {
    const resolve = resolveTo('93.184.215.14', '10.0.0.1');
    const url = 'https://calendar.example/';
    expect(await fetchFeed({ url }, { ...careful, resolve })).toEqual(refused);
  });

  it('is not fooled by a name that is private only when it is connected to', async () => {
    let asked = 0;
    const resolve: Resolve = (host, options, callback) => {
      asked += 1;
      // Public whenever somebody merely checks; there is no second look that would differ.
      resolveTo(asked === 1 ? '127.0.0.1' : '93.184.215.14')(host, options, callback);
    };
    const url = `https://calendar.example:${server.port}/`;
    expect(await fetchFeed({ url }, { ...careful, resolve })).toEqual(refused);
    expect(asked).toBe(1);
  });

  it('may allow them: the name is looked up and connected to', async () => {
    server.answer = plain(200, text);
    const resolve = resolveTo('127.0.0.1');
    const url = `http://calendar.example:${server.port}/feed.ics`;
    expect(await fetchFeed({ url }, { ...allowed, resolve })).toMatchObject({ kind: 'text' });
    expect(server.seen.at(-1)?.headers.host).toBe(`calendar.example:${server.port}`);
  });
});

import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { readFeedsThroughCache } from '../../src/feeds/read-feeds.ts';
import { type TemporaryFolder, temporaryFolder } from '../support/guard.ts';
import { calendarOf, type FeedServer, plain, startFeedServer, tagged } from './feed-server.ts';

const hour = 3_600_000;
const start = Date.UTC(2026, 2, 1);
const text = calendarOf(start + 24 * hour, start + 48 * hour);

let server: FeedServer;
let folder: TemporaryFolder;
let now: number;
beforeEach(async () => {
  server = await startFeedServer();
  folder = await temporaryFolder('feeds');
  now = start;
});
afterEach(async () => {
  await server.stop();
  await folder.remove();
});

/** What a command sees that reads the calendars at these paths of the server. */
async function read(...paths: string[]) {
  const references = (paths.length > 0 ? paths : ['/feed.ics']).map((path, index) => ({
    name: server.url(path),
    kind: 'url' as const,
    calendar: `c${index}`,
  }));
  const texts = await readFeedsThroughCache(references, {
    folder: join(folder.path, 'calendars'),
    now: () => now,
    fetching: { allowsPrivate: true, userAgent: 'curfew/test' },
  });
  return references.map(({ name }) => texts.get(name));
}

describe('feeds that a command reads', () => {
  it('are fetched once in an hour, and then asked whether they have changed', async () => {
    server.answer = tagged('"one"', text);
    expect(await read()).toEqual([{ text }]);
    now += hour - 1;
    expect(await read()).toEqual([{ text }]);
    expect(server.seen).toHaveLength(1);
    now += 1;
    expect(await read()).toEqual([{ text }]);
    expect(server.seen.map(({ headers }) => headers['if-none-match'])).toEqual([
      undefined,
      '"one"',
    ]);
  });

  it('count as they last were while they cannot be had, and say so', async () => {
    server.answer = plain(200, text);
    await read();
    await server.stop();
    now += hour;
    const stale =
      'this calendar is on a host that accepts no connection; ' +
      'the copy of 2026-03-01T00:00:00Z counts';
    expect(await read()).toEqual([{ text, stale }]);
    await server.start();
    now += hour;
    expect(await read()).toEqual([{ text }]);
  });

  it('are a fault when they never were there', async () => {
    server.answer = plain(404, '');
    expect(await read()).toEqual([{ fault: 'this calendar has answered 404' }]);
  });

  it('are many, each once and in order', async () => {
    server.answer = ({ path }, response) => response.end(text.replace('test', path));
    const paths = Array.from({ length: 9 }, (_, index) => `/${index}.ics`);
    const found = await read(...paths);
    expect(found).toEqual(paths.map((path) => ({ text: text.replace('test', path) })));
    expect(server.seen).toHaveLength(9);
  });

  it('are fetched anew when a copy was cut short or made for another feed', async () => {
    server.answer = plain(200, text);
    await read();
    const cache = join(folder.path, 'calendars');
    const [name, ...others] = await readdir(cache);
    expect(others).toEqual([]);
    const path = join(cache, name!);
    const copy = await readFile(path, 'utf8');
    for (const broken of [copy.slice(0, 50), copy.replace('Maintenance', 'Mischief'), '{}', '']) {
      const count = server.seen.length;
      await writeFile(path, broken);
      expect(await read()).toEqual([{ text }]);
      expect(server.seen).toHaveLength(count + 1);
    }
  });

  it('are read all the same where no copy can be kept', async () => {
    server.answer = plain(200, text);
    await mkdir(folder.path, { recursive: true });
    await writeFile(join(folder.path, 'calendars'), 'this is no folder');
    expect(await read()).toEqual([{ text }]);
    expect(await read()).toEqual([{ text }]);
    expect(server.seen).toHaveLength(2);
  });
});

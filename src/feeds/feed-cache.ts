// Copies of feeds on disk, for commands that have no database: one file each, replaced whole.

import { mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import type { Feed } from '../plan/feed.ts';
import { sha256 } from '../policy/canonical.ts';

const instant = z.number();
const feedShape = z.object({
  url: z.string(),
  text: z.string(),
  hash: z.string(),
  etag: z.string().optional(),
  lastModified: z.string().optional(),
  fetchedAt: instant,
  checkedAt: instant,
  failing: z
    .object({
      failure: z.enum(['unreachable', 'unreadable', 'shrunk']),
      since: instant,
      why: z.string(),
    })
    .optional(),
});

/** The copy of a feed in a folder; undefined when there is none that is whole. */
export async function readCached(folder: string, url: string): Promise<Feed | undefined> {
  try {
    const found = feedShape.safeParse(JSON.parse(await readFile(pathOf(folder, url), 'utf8')));
    const feed = found.data;
    return feed?.url === url && feed.hash === sha256(feed.text) ? feed : undefined;
  } catch {
    return undefined;
  }
}

/** Keeps a copy if it can: a folder that cannot be written to costs a request, nothing else. */
export async function writeCached(folder: string, feed: Feed): Promise<void> {
  const path = pathOf(folder, feed.url);
  const draft = `${path}.${process.pid}.draft`;
  try {
    await mkdir(folder, { recursive: true, mode: 0o700 });
    await writeFile(draft, JSON.stringify(feed), { mode: 0o600 });
    await rename(draft, path);
  } catch {
    await rm(draft, { force: true }).catch(() => undefined);
  }
}

function pathOf(folder: string, url: string): string {
  return join(folder, `${sha256(url)}.json`);
}

import { type Feed, judgeFeed, nextCheckAt } from '../plan/feed.ts';
import type { IcsText, IcsTexts } from '../policy/ics-texts.ts';
import type { IcsReference } from '../policy/parse-policies.ts';
import { formatUtc } from '../time/instant.ts';
import type { Instant } from '../time/interval.ts';
import { readCached, writeCached } from './feed-cache.ts';
import { type Fetching, fetchFeed } from './fetch-feed.ts';

/** As many at once as nobody minds. */
const AT_ONCE = 4;

/** Does some work for each item, a few at a time. */
export async function forEachFeed<T>(
  items: readonly T[],
  work: (item: T) => Promise<void>,
): Promise<void> {
  const left = [...items];
  const workers = Array.from({ length: AT_ONCE }, async () => {
    for (let item = left.shift(); item !== undefined; item = left.shift()) await work(item);
  });
  await Promise.all(workers);
}

/** The text of a feed as a calendar is made from it. */
export function textOfFeed({ text, failing, fetchedAt }: Feed): IcsText {
  if (failing === undefined) return { text };
  const seconds = Math.floor(fetchedAt / 1000) * 1000;
  return { text, stale: `this calendar ${failing.why}; the copy of ${formatUtc(seconds)} counts` };
}

/** What is said where a feed without any copy is referred to. */
export function faultOfFeed(why: string): IcsText {
  return { fault: `this calendar ${why}` };
}

/** Gives the texts of feeds, from a folder while they are young, else from the network. */
export async function readFeedsThroughCache(
  references: readonly IcsReference[],
  parts: { readonly folder: string; readonly now: () => Instant; readonly fetching: Fetching },
): Promise<IcsTexts> {
  const { folder, now, fetching } = parts;
  const texts = new Map<string, IcsText>();
  await forEachFeed(references, async ({ name: url }) => {
    const known = await readCached(folder, url);
    if (known !== undefined && now() >= known.checkedAt && now() < nextCheckAt(known)) {
      texts.set(url, textOfFeed(known));
      return;
    }
    const answer = await fetchFeed({ ...known, url }, fetching);
    const judged = judgeFeed(url, known, answer, now());
    if (judged.feed === undefined) texts.set(url, faultOfFeed(judged.why));
    else {
      await writeCached(folder, judged.feed);
      texts.set(url, textOfFeed(judged.feed));
    }
  });
  // In the order of the references, whichever came first.
  return new Map(references.map(({ name }) => [name, texts.get(name)!]));
}

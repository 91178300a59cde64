import { type Fetching, fetchFeed } from '../feeds/fetch-feed.ts';
import { faultOfFeed, forEachFeed, textOfFeed } from '../feeds/read-feeds.ts';
import {
  calendarOfAlarm,
  type Feed,
  feedAlarms,
  feedChange,
  judgeFeed,
  nextCheckAt,
} from '../plan/feed.ts';
import type { IcsText } from '../policy/ics-texts.ts';
import type { IcsReference } from '../policy/parse-policies.ts';
import type { FeedReader } from '../policy/read-policy-set.ts';
import type { FeedState, Store } from '../store/store.ts';
import type { Instant } from '../time/interval.ts';
import type { Alarms } from './alarms.ts';
import type { Clock } from './clock.ts';
import type { Recorder } from './recorder.ts';

/** After so long a feed that has never been had is tried again. */
const FIRST_RETRY_MS = 60_000;

/**
 * Looks after calendars that are fetched. Their copies are in the database: whoever looks at a feed
 * writes what came of it there, and every replica loads its set from there, so that an answer that
 * only one of them got never makes them disagree.
 */
export interface FeedKeeper {
  /** The copies that count; a feed that was never had is fetched now. */
  readonly read: FeedReader;
  /** The SHA-256 of the copies that count. */
  hashes(feeds: readonly IcsReference[]): Promise<ReadonlyMap<string, string>>;
  /** Looks at the feeds whose time has come, or at all; answers whether a copy has changed. */
  refresh(feeds: readonly IcsReference[], which: 'due' | 'all'): Promise<boolean>;
  /** Clears what was raised about calendars that the set in force does not have any more. */
  forgetOthers(feeds: readonly IcsReference[]): Promise<void>;
  /** When `refresh` has something to do, as far as this process knows. */
  dueAt(feeds: readonly IcsReference[]): Instant;
}

/** Makes a keeper; it does nothing by itself. */
export function createFeedKeeper(parts: {
  store: Store;
  recorder: Recorder;
  alarms: Alarms;
  clock: Clock;
  fetching: Fetching;
}): FeedKeeper {
  const { store, recorder, alarms, clock, fetching } = parts;
  /** Looks that came to nothing are not in the database. */
  const dueAt = new Map<string, Instant>();

  /** Looks at one feed and writes what came of it. */
  async function look({ name: url, calendar }: IcsReference): Promise<LookResult> {
    const known = await store.feed(url);
    const answer = await fetchFeed({ ...known, url }, fetching);
    const now = clock.now();
    const judged = judgeFeed(url, known, answer, now);
    if (judged.feed === undefined) {
      dueAt.set(url, now + FIRST_RETRY_MS);
      return { text: faultOfFeed(judged.why), hasChanged: false };
    }
    const news = feedChange(calendar, known, judged.feed, now);
    const isOurs = await store.saveFeed(judged.feed, known, news);
    if (isOurs) {
      recorder.announce(news);
      await tell(calendar, judged.feed);
    }
    // Somebody was quicker: what they wrote counts, for them and for us.
    const feed = isOurs ? judged.feed : ((await store.feed(url)) ?? judged.feed);
    dueAt.set(url, nextCheckAt(feed));
    return { text: textOfFeed(feed), hasChanged: feed.hash !== known?.hash };
  }

  /** How it stands in the database: another replica may have looked in the meantime. */
  async function stateOf(feeds: readonly IcsReference[]): Promise<readonly FeedState[]> {
    const states = await store.feedStates(feeds.map(({ name }) => name));
    for (const state of states) dueAt.set(state.url, nextCheckAt(state));
    return states;
  }

  /** Said after each look: an alert that is raised or cleared already stays as it is. */
  async function tell(calendar: string, feed: Feed): Promise<void> {
    const { raised, cleared } = feedAlarms(calendar, feed);
    for (const alarm of raised) await alarms.raise(alarm);
    for (const alarm of cleared) await alarms.clear(alarm);
  }

  return {
    async read(feeds) {
      const texts = new Map<string, IcsText>();
      await forEachFeed(feeds, async (reference) => {
        const known: Feed | undefined = await store.feed(reference.name);
        if (known === undefined) texts.set(reference.name, (await look(reference)).text);
        else {
          dueAt.set(reference.name, nextCheckAt(known));
          texts.set(reference.name, textOfFeed(known));
        }
      });
      return texts;
    },
    async hashes(feeds) {
      return new Map((await stateOf(feeds)).map(({ url, hash }) => [url, hash]));
    },
    async refresh(feeds, which) {
      let hasChanged = false;
      const now = clock.now();
      await stateOf(feeds);
      const due = feeds.filter(({ name }) => which === 'all' || (dueAt.get(name) ?? now) <= now);
      await forEachFeed(due, async (reference) => {
        hasChanged = (await look(reference)).hasChanged || hasChanged;
      });
      return hasChanged;
    },
    async forgetOthers(feeds) {
      for (const { name } of await store.alerts()) {
        const calendar = calendarOfAlarm(name);
        if (calendar === undefined || feeds.some((feed) => feed.calendar === calendar)) continue;
        await alarms.clear({
          name,
          reason: `The calendar ${calendar} is not fetched any more.`,
        });
      }
    },
    dueAt: (feeds) => Math.min(...feeds.map(({ name }) => dueAt.get(name) ?? -Infinity)),
  };
}

interface LookResult {
  readonly text: IcsText;
  readonly hasChanged: boolean;
}

import type { Failing, Feed } from '../plan/feed.ts';
import { cleanJson } from './clean-text.ts';
import type { Database } from './database.ts';
import { entryToRow, instantParam } from './rows.ts';
import type { FeedState, Store } from './store.ts';
import { toTimestamp } from './timestamp.ts';

interface StateRow {
  readonly url: string;
  readonly hash: string;
  readonly checked_at: number;
  readonly failure: Failing['failure'] | null;
  readonly failing_since: number | null;
  readonly failing_why: string | null;
}

interface FeedRow extends StateRow {
  readonly body: string;
  readonly etag: string | null;
  readonly last_modified: string | null;
  readonly fetched_at: number;
}

const STATE = 'url, hash, checked_at, failure, failing_since, failing_why';

/** The copies of calendars that are fetched; part of a store. */
export function createFeeds(database: Database): Pick<Store, 'feed' | 'feedStates' | 'saveFeed'> {
  return {
    async feed(url) {
      const [row] = await database.query<FeedRow>(
        `select ${STATE}, body, etag, last_modified, fetched_at from curfew.feeds where url = $1`,
        [url],
      );
      return row && feedOf(row);
    },
    async feedStates(urls) {
      if (urls.length === 0) return [];
      const rows = await database.query<StateRow>(
        `select ${STATE} from curfew.feeds where url = any ($1) order by url`,
        [urls],
      );
      return rows.map(stateOf);
    },
    async saveFeed(feed, seen, entries) {
      const [row] = await database.query<{ saved: boolean }>(
        'select curfew.save_feed($1::jsonb, $2::timestamptz, $3::jsonb) as saved',
        [cleanJson(rowOf(feed)), instantParam(seen?.checkedAt), cleanJson(entries.map(entryToRow))],
      );
      return row!.saved;
    },
  };
}

function stateOf(row: StateRow): FeedState {
  const { url, hash, checked_at, failure, failing_since, failing_why } = row;
  const failing =
    failure === null ? undefined : { failure, since: failing_since!, why: failing_why! };
  return { url, hash, checkedAt: checked_at, failing };
}

function feedOf(row: FeedRow): Feed {
  return {
    ...stateOf(row),
    text: row.body,
    etag: row.etag ?? undefined,
    lastModified: row.last_modified ?? undefined,
    fetchedAt: row.fetched_at,
  };
}

function rowOf(feed: Feed) {
  return {
    url: feed.url,
    body: feed.text,
    hash: feed.hash,
    etag: feed.etag,
    last_modified: feed.lastModified,
    fetched_at: toTimestamp(feed.fetchedAt),
    checked_at: toTimestamp(feed.checkedAt),
    failure: feed.failing?.failure,
    failing_since: feed.failing && toTimestamp(feed.failing.since),
    failing_why: feed.failing?.why,
  };
}

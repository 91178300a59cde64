import type { IcsReference } from '../policy/parse-policies.ts';
import {
  type Fingerprint,
  fingerprintPolicySet,
  readPolicySet,
} from '../policy/read-policy-set.ts';
import type { Clock } from './clock.ts';
import type { FeedKeeper } from './feed-keeper.ts';
import type { LoadResult } from './policy-keeper.ts';

/** The policies on disk, with the calendars they refer to. */
export interface PolicyFiles {
  load(): Promise<LoadResult>;
  /**
   * What says something else now than the last load read: the files, which somebody has changed
   * then, or only what is fetched.
   */
  change(): Promise<'files' | 'feeds' | undefined>;
  /** The calendars of the last load that come from the network. */
  readonly feeds: readonly IcsReference[];
}

/** Knows what was read last, so that a change in between is never overlooked. */
export function createPolicyFiles(path: string, keeper: FeedKeeper, clock: Clock): PolicyFiles {
  let references: readonly IcsReference[] = [];
  let fingerprint: Fingerprint | undefined;
  const feedsOf = () => references.filter(({ kind }) => kind === 'url');
  return {
    async load() {
      const read = await readPolicySet([path], keeper.read, clock.now());
      ({ references, fingerprint } = read);
      return read;
    },
    async change() {
      const hashes = await keeper.hashes(feedsOf());
      const now = await fingerprintPolicySet([path], references, hashes);
      if (now.files !== fingerprint?.files) return 'files';
      return now.feeds === fingerprint.feeds ? undefined : 'feeds';
    },
    get feeds() {
      return feedsOf();
    },
  };
}

import type { IcsReference } from '../policy/parse-policies.ts';
import { fingerprintPolicySet, readPolicySet } from '../policy/read-policy-set.ts';
import type { Clock } from './clock.ts';
import type { FeedKeeper } from './feed-keeper.ts';
import type { LoadResult } from './policy-keeper.ts';

/** The policies on disk, with the calendars they refer to. */
export interface PolicyFiles {
  load(): Promise<LoadResult>;
  /** Whether anything that was read by the last load says something else now. */
  haveChanged(): Promise<boolean>;
  /** The calendars of the last load that come from the network. */
  readonly feeds: readonly IcsReference[];
}

/** Knows what was read last, so that a change in between is never overlooked. */
export function createPolicyFiles(path: string, keeper: FeedKeeper, clock: Clock): PolicyFiles {
  let references: readonly IcsReference[] = [];
  let fingerprint: string | undefined;
  const feedsOf = () => references.filter(({ kind }) => kind === 'url');
  return {
    async load() {
      const read = await readPolicySet([path], keeper.read, clock.now());
      ({ references, fingerprint } = read);
      return read;
    },
    async haveChanged() {
      const hashes = await keeper.hashes(feedsOf());
      return (await fingerprintPolicySet([path], references, hashes)) !== fingerprint;
    },
    get feeds() {
      return feedsOf();
    },
  };
}

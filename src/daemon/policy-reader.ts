import type { IcsReference } from '../policy/parse-policies.ts';
import {
  type Fingerprint,
  fingerprintPolicySet,
  type PolicyDisk,
  readPolicySet,
} from '../policy/read-policy-set.ts';
import type { Clock } from './clock.ts';
import type { FeedKeeper } from './feed-keeper.ts';
import type { LoadResult } from './policy-keeper.ts';

/** What of a policy set says something else than before: what lies on the disk, or only feeds. */
export type PolicyChange = 'files' | 'feeds';

/** Reads the policies on disk with the calendars they refer to. */
export interface PolicyReader {
  load(): Promise<LoadResult>;
  /** What says something else now than the last load read. */
  change(): Promise<PolicyChange | undefined>;
  /** What was read did not come into force; it is a change until it is read again. */
  forget(change: PolicyChange): void;
  /** The calendars of the last load that come from the network. */
  readonly feeds: readonly IcsReference[];
}

/** Knows what was read last, so that a change in between is never overlooked. */
export function createPolicyReader(
  disk: PolicyDisk,
  keeper: Pick<FeedKeeper, 'read' | 'hashes'>,
  clock: Clock,
): PolicyReader {
  let references: readonly IcsReference[] = [];
  let fingerprint: Partial<Fingerprint> = {};
  const feedsOf = () => references.filter(({ kind }) => kind === 'url');
  return {
    async load() {
      const read = await readPolicySet(disk, keeper.read, clock.now());
      ({ references, fingerprint } = read);
      return read;
    },
    async change() {
      const hashes = await keeper.hashes(feedsOf());
      const now = await fingerprintPolicySet(disk, references, hashes);
      if (now.files !== fingerprint.files) return 'files';
      return now.feeds === fingerprint.feeds ? undefined : 'feeds';
    },
    forget(change) {
      fingerprint = { ...fingerprint, [change]: undefined };
    },
    get feeds() {
      return feedsOf();
    },
  };
}

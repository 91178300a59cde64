import { formatProblem } from '../policy/format-problem.ts';
import type { PolicySet } from '../policy/policy.ts';
import { type FeedReader, policyDiskAt, readPolicySet } from '../policy/read-policy-set.ts';
import type { Instant } from '../time/interval.ts';
import { feedSettingsOf } from './environment.ts';
import { Failure } from './failure.ts';
import type { Surroundings } from './surroundings.ts';

/** The set, or a failure that shows every error. Warnings are for `curfew validate`. */
export async function requireSet(
  paths: readonly string[],
  now: Instant,
  readFeeds: FeedReader,
): Promise<PolicySet> {
  const { set, problems } = await readPolicySet(policyDiskAt(paths), readFeeds, now);
  if (set !== undefined) return set;
  const errors = problems.filter(({ severity }) => severity === 'error').map(formatProblem);
  throw new Failure(1, ['the policies cannot be loaded', ...errors].join('\n'));
}

/** Fetches calendars, or takes copies that are young enough; most sets have none to fetch. */
export function feedReaderOf(surroundings: Surroundings): FeedReader {
  return async (references) => {
    if (references.length === 0) return new Map();
    const { readFeedsThroughCache } = await import('../feeds/read-feeds.ts');
    const { clock, version } = surroundings;
    const { folder, allowsPrivate } = feedSettingsOf(surroundings);
    return readFeedsThroughCache(references, {
      folder,
      now: () => clock.now(),
      fetching: { allowsPrivate, userAgent: `curfew/${version}` },
    });
  };
}

/** For sets that are known to fetch nothing, such as those that are shipped. */
export const noFeeds: FeedReader = async () => new Map();

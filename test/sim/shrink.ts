import type { Engine } from './engine.ts';
import { type Ending, simulate } from './simulate.ts';
import type { Story } from './story.ts';

/** Enough for the longest stories; a story that takes more is told as it is by then. */
const TRIES_MAX = 200;

/**
 * Cuts out of a story what it does not need to break the same law. What is left is no smallest
 * story, but one that a person can follow.
 */
export async function shrink(
  story: Story,
  ending: Ending,
  engine: Engine,
): Promise<{ readonly story: Story; readonly ending: Ending }> {
  let best = { story, ending };
  let tries = 0;

  async function attempt(shorter: Story): Promise<boolean> {
    tries += 1;
    const found = await simulate(shorter, engine);
    if (found.broken?.law !== ending.broken?.law) return false;
    best = { story: shorter, ending: found };
    return true;
  }

  /** Takes pieces out of a list, large ones first, as long as that helps. */
  async function thin<T>(
    listOf: (from: Story) => readonly T[],
    withList: (of: Story, list: readonly T[]) => Story,
    leastLength: number,
  ): Promise<void> {
    for (let size = Math.ceil(listOf(story).length / 2); size >= 1; size = Math.floor(size / 2)) {
      for (let from = 0; from < listOf(best.story).length && tries < TRIES_MAX; ) {
        const list = listOf(best.story);
        const rest = [...list.slice(0, from), ...list.slice(from + size)];
        const isLess = rest.length >= leastLength;
        if (!(isLess && (await attempt(withList(best.story, rest))))) from += size;
      }
    }
  }

  if (ending.broken === undefined) return best;
  await thin(
    ({ happenings }) => happenings,
    (of, happenings) => ({ ...of, happenings }),
    0,
  );
  await thin(
    ({ policies }) => policies,
    (of, policies) => ({ ...of, policies }),
    1,
  );
  await thin(
    ({ syncs }) => syncs,
    (of, syncs) => ({ ...of, syncs }),
    1,
  );
  return best;
}

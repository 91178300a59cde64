import { relative } from 'node:path';
import type { TestSpecification } from 'vitest/node';
import { BaseSequencer } from 'vitest/node';

/** What takes minutes, longest first; everything else takes seconds and fills the gaps. */
const LONG = [
  'test/daemon/crash.test.ts',
  'test/sim/simulation.test.ts',
  'test/queue/conformance-sql.test.ts',
  'test/daemon/overrides.test.ts',
  'test/end-to-end/redis-postgres.test.ts',
  'test/daemon/feeds.test.ts',
  'test/chaos/chaos.test.ts',
];

/**
 * Begins with the files that take longest, so that no worker ends long before another. Without
 * this a fresh clone, which knows no durations yet, goes by the sizes of files.
 */
export class LongestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const rank = ({ moduleId }: TestSpecification): number => {
      const index = LONG.indexOf(relative(process.cwd(), moduleId));
      return index === -1 ? LONG.length : index;
    };
    return (await super.sort(files)).sort((a, b) => rank(a) - rank(b));
  }
}

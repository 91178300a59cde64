import type { Instant } from '../time/interval.ts';
import type { Place } from './policy.ts';
import type { Sync } from './sync.ts';
import type { ExpectedState, WrittenTime } from './test-schema.ts';

/** The cases of one `*.test.yaml`, parsed and checked. */
export interface PolicyTest {
  readonly file: string;
  readonly syncs: readonly Sync[];
  readonly cases: readonly TestCase[];
}

/** A question to a set of policies, and the answers that are expected. */
export interface TestCase {
  readonly name: string;
  readonly place: Place;
  /** Of its wall times, and the one to show times in. */
  readonly timezone: string;
  /** `from` to `to`, whose start is included and whose end is not; or one instant twice. */
  readonly from: Instant;
  readonly to: Instant;
  readonly kind: 'instant' | 'range';
  readonly expectations: readonly Expectation[];
}

/** What is expected of one sync; of what is absent nothing is. */
export interface Expectation {
  readonly sync: Sync;
  readonly place: Place;
  /** In a range: throughout. */
  readonly state?: ExpectedState | undefined;
  readonly by?: string | undefined;
  readonly since?: WrittenTime | 'always' | undefined;
  readonly until?: WrittenTime | 'never' | undefined;
  /** Texts that some sentence of the explanation must contain. */
  readonly because?: readonly string[] | undefined;
  /** How often the state changes in a range, or each change. */
  readonly transitions?: number | readonly ExpectedTransition[] | undefined;
  /** Where in the file `transitions` stands, for rewriting it. */
  readonly path: readonly (string | number)[];
}

/** A change of state that is expected. */
export interface ExpectedTransition {
  readonly at: WrittenTime;
  readonly state: ExpectedState;
  readonly by?: string | undefined;
}

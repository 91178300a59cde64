import type { Sync } from '../policy/sync.ts';
import type { Instant } from '../time/interval.ts';

/** A person's temporary exception; it beats every policy until it expires. */
export interface Override {
  readonly id: string;
  /** `hold` wants the sync paused, `release` wants it as its baseline says. */
  readonly kind: 'hold' | 'release';
  readonly from: Instant;
  /** Mandatory: nothing that a person forgets lasts for ever. */
  readonly expires: Instant;
  readonly actor: string;
  readonly reason: string;
  covers(sync: Sync): boolean;
}

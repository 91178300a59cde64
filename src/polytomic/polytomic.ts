// The room `polytomic` is the client of the vendor's API. It makes one attempt per call, says
// precisely what that attempt came to, and leaves retries, keys and order to the floors above.

import type { Outcome } from '../plan/outcome.ts';
import type { Sync, SyncKey } from '../policy/sync.ts';
import type { Instant } from '../time/interval.ts';

/** Who the key belongs to (`GET /api/me`). */
export interface Identity {
  readonly id?: string | undefined;
  readonly name?: string | undefined;
  readonly organizationId?: string | undefined;
  readonly organizationName?: string | undefined;
}

/** An execution; `status` keeps values that we do not know, as they came. */
export interface Execution {
  readonly id: string;
  readonly status: string;
  readonly type?: string | undefined;
  readonly createdAt?: Instant | undefined;
  readonly startedAt?: Instant | undefined;
  readonly completedAt?: Instant | undefined;
  /** Whether it is over: `completed`, `canceled`, `failed`; others only with a completion time. */
  readonly isTerminal: boolean;
  readonly isResync: boolean;
  readonly records?: number | undefined;
}

export interface SyncStatus {
  readonly current: Execution | undefined;
  readonly last: Execution | undefined;
  readonly nextAt: Instant | undefined;
}

export interface Polytomic {
  /**
   * The rate budget, for who is about to write: it resolves when the write may leave, or at once
   * with for how long nothing may, in milliseconds. Reads are held up by themselves. A write is
   * not, because nothing may come between what is written down about it and its leaving.
   */
  admit(): Promise<number | undefined>;
  me(): Promise<Outcome<Identity>>;
  /** All model and bulk syncs with their connections; read whole or not at all. */
  listSyncs(): Promise<Outcome<readonly Sync[]>>;
  getSync(sync: SyncKey): Promise<Outcome<Sync>>;
  status(sync: SyncKey): Promise<Outcome<SyncStatus>>;
  /** Newest first; the first page only. */
  executions(sync: SyncKey): Promise<Outcome<readonly Execution[]>>;
  /** `ok` only when the answer names this sync and carries the wanted value. */
  setActive(sync: SyncKey, active: boolean, key: string): Promise<Outcome<{ active: boolean }>>;
  /** Asynchronous at the server: `ok` means queued. */
  cancel(sync: SyncKey, key: string): Promise<Outcome<{ message: string }>>;
  start(sync: SyncKey, key: string): Promise<Outcome<Execution>>;
  /** The server's clock minus ours at the last answer, in milliseconds. */
  skewMs(): number | undefined;
  close(): Promise<void>;
}

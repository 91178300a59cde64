// What replicas share: duties, which one of them has at a time, and the budget of API calls. Both
// go by the clock of the database, which is the one that all of them see.

import type { Database } from './database.ts';
import type { Store } from './store.ts';

const DUTY = 'duty:';

// A replica that dies takes what it leased with it, and one that leases waits for all before it: so
// nobody gets more than this much of the budget at once.
const LEASE_SECONDS_MAX = 1;
// However the clock of the database is set back, calls do not stop for longer than this.
const WAIT_SECONDS_MAX = 60;

/** Duties and budgets of a store. */
export function createShares(
  database: Database,
): Pick<Store, 'claimDuty' | 'releaseDuties' | 'dropClaims' | 'leaseBudget'> {
  return {
    async claimDuty(duty, owner, ttlMs) {
      const rows = await database.query(
        `insert into curfew.claims as c (name, owner, fence, expires_at)
         values ($1, $2, 1, curfew.now() + $3::float8 * interval '1 millisecond')
         on conflict (name) do update
           set owner = excluded.owner, fence = c.fence + 1, expires_at = excluded.expires_at
           where c.owner = excluded.owner or c.expires_at <= curfew.now()
         returning c.name`,
        [`${DUTY}${duty}`, owner, ttlMs],
      );
      return rows.length > 0;
    },
    async releaseDuties(owner) {
      await database.query(
        `update curfew.claims set fence = fence + 1, expires_at = '-infinity'
          where owner = $1 and starts_with(name, $2)`,
        [owner, DUTY],
      );
    },
    async dropClaims() {
      // The fence stays, so that a write of before is refused as ever.
      await database.query(`update curfew.claims set fence = fence + 1, expires_at = '-infinity'`);
    },
    async leaseBudget(name, perSecond, wanted) {
      const granted = Math.max(1, Math.min(wanted, Math.floor(perSecond * LEASE_SECONDS_MAX)));
      const [row] = await database.query<{ not_before: number; wait_ms: number }>(
        `insert into curfew.budgets as b (name, spent_until)
         values ($1, curfew.now() + make_interval(secs => $2::float8))
         on conflict (name) do update set spent_until = make_interval(secs => $2::float8)
           + greatest(curfew.now(),
               least(b.spent_until, curfew.now() + make_interval(secs => $3::float8)))
         returning spent_until - make_interval(secs => $2::float8) as not_before,
           greatest(0, ceil(1000 * extract(epoch from
             spent_until - make_interval(secs => $2::float8) - curfew.now())))::float8
             as wait_ms`,
        [name, granted / perSecond, WAIT_SECONDS_MAX],
      );
      return { granted, notBefore: row!.not_before, waitMs: row!.wait_ms };
    },
  };
}

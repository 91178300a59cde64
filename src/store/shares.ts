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
// And nothing that is further away than this was meant so: claims and quiet last minutes.
const FAR = "interval '1 hour'";

/** Duties and budgets of a store. */
export function createShares(
  database: Database,
): Pick<
  Store,
  'renew' | 'claimDuty' | 'releaseDuties' | 'dropClaims' | 'leaseBudget' | 'quietenBudget'
> {
  return {
    async renew(sync, fence, ttlMs) {
      const rows = await database.query(
        `update curfew.claims
            set expires_at = curfew.now() + $3::float8 * interval '1 millisecond'
          where name = $1 and fence = $2 returning name`,
        [sync, fence, ttlMs],
      );
      return rows.length > 0;
    },
    async claimDuty(duty, owner, ttlMs) {
      const rows = await database.query(
        `insert into curfew.claims as c (name, owner, fence, expires_at)
         values ($1, $2, 1, curfew.now() + $3::float8 * interval '1 millisecond')
         on conflict (name) do update
           set owner = excluded.owner, fence = c.fence + 1, expires_at = excluded.expires_at
           where c.owner = excluded.owner or c.expires_at <= curfew.now()
              or c.expires_at > curfew.now() + ${FAR}
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
      const [lease] = await database.query<{ not_before: number; wait_ms: number }>(
        `insert into curfew.budgets as b (name, spent_until)
         values ($1, curfew.now() + make_interval(secs => $2::float8))
         on conflict (name) do update set spent_until = make_interval(secs => $2::float8)
           + greatest(curfew.now(),
               least(b.spent_until, curfew.now() + make_interval(secs => $3::float8)))
         where b.quiet_until is null or b.quiet_until <= curfew.now()
            or b.quiet_until > curfew.now() + ${FAR}
         returning spent_until - make_interval(secs => $2::float8) as not_before,
           greatest(0, ceil(1000 * extract(epoch from
             spent_until - make_interval(secs => $2::float8) - curfew.now())))::float8
             as wait_ms`,
        [name, granted / perSecond, WAIT_SECONDS_MAX],
      );
      if (lease !== undefined) {
        return { granted, notBefore: lease.not_before, waitMs: lease.wait_ms, quietMs: 0 };
      }
      const [quiet] = await database.query<{ quiet_until: number; quiet_ms: number }>(
        `select quiet_until, greatest(1, ceil(1000 * extract(epoch from
             quiet_until - curfew.now())))::float8 as quiet_ms
           from curfew.budgets where name = $1`,
        [name],
      );
      const { quiet_until: notBefore, quiet_ms: quietMs } = quiet!;
      return { granted: 0, notBefore, waitMs: quietMs, quietMs };
    },
    async quietenBudget(name, forMs) {
      await database.query(
        `insert into curfew.budgets as b (name, spent_until, quiet_until)
         values ($1, curfew.now(), curfew.now() + $2::float8 * interval '1 millisecond')
         on conflict (name) do update
           set quiet_until = case
             when b.quiet_until < curfew.now() + ${FAR}
             then greatest(b.quiet_until, excluded.quiet_until) else excluded.quiet_until end`,
        [name, forMs],
      );
    },
  };
}

import type { Database } from './database.ts';
import type { Store } from './store.ts';

// Long after a replica is taken for dead, so that the table stays small.
const FORGET_AFTER = '1 day';

/** Who is alive, and which policy files each has on its disk; part of a store. */
export function createReplicas(database: Database): Pick<Store, 'meetReplicas' | 'leaveReplicas'> {
  return {
    async meetReplicas(owner, files, ttlMs) {
      await database.query(
        `insert into curfew.replicas (owner, files, seen_at)
         values ($1, $2, clock_timestamp())
         on conflict (owner) do update set files = excluded.files, seen_at = excluded.seen_at`,
        [owner, files ?? null],
      );
      await database.query(
        `delete from curfew.replicas where seen_at < clock_timestamp() - $1::interval`,
        [FORGET_AFTER],
      );
      const rows = await database.query<{ files: string }>(
        `select distinct r.files from curfew.replicas as r
          where r.owner <> $1 and r.files is not null
            and r.seen_at > clock_timestamp() - $2::float8 * interval '1 millisecond'`,
        [owner, ttlMs],
      );
      return new Set(rows.map(({ files: held }) => held));
    },
    async leaveReplicas(owner) {
      await database.query('delete from curfew.replicas where owner = $1', [owner]);
    },
  };
}

import type { Sync } from '../policy/sync.ts';
import { cleanJson } from './clean-text.ts';
import type { Database } from './database.ts';
import { instantParam } from './rows.ts';
import type { Store } from './store.ts';

/** What the API said about all syncs; part of a store. */
export function createInventory(
  database: Database,
): Pick<Store, 'inventory' | 'inventoryReadAt' | 'saveInventory'> {
  return {
    async inventory() {
      // One statement, so that list and time belong together.
      const [row] = await database.query<{ syncs: readonly Sync[]; read_at: number | null }>(
        `select (select read_at from curfew.inventory_reading) as read_at,
                coalesce(jsonb_agg(i.body order by i.sync), '[]') as syncs
           from curfew.inventory as i`,
      );
      return { syncs: row!.syncs, readAt: row!.read_at ?? undefined };
    },
    async inventoryReadAt() {
      const [row] = await database.query<{ read_at: number }>(
        'select read_at from curfew.inventory_reading',
      );
      return row?.read_at;
    },
    async saveInventory(syncs, readAt) {
      // A list that moved while it was paged may name a sync twice; the later word counts.
      const bodies = new Map(syncs.map((sync) => [sync.key, sync]));
      await database.query('select curfew.save_inventory($1::jsonb, $2::timestamptz)', [
        cleanJson([...bodies].map(([sync, body]) => ({ sync, body }))),
        instantParam(readAt),
      ]);
    },
  };
}

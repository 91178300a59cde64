import { createAlerts } from './alerts.ts';
import type { Database } from './database.ts';
import { createFeeds } from './feeds.ts';
import { createInventory } from './inventory.ts';
import { createJournal } from './journal.ts';
import { createOverrides } from './overrides.ts';
import { createPolicySets } from './policy-sets.ts';
import { createReplicas } from './replicas.ts';
import { type CallRow, callFromRow, type HoldRow, holdFromRow } from './rows.ts';
import { createSeals } from './seals.ts';
import { createShares } from './shares.ts';
import { createSteps } from './steps.ts';
import type { Store } from './store.ts';

/** The store on a database that is open and migrated; closing it closes the database. */
export function createStore(database: Database): Store {
  return {
    ...createSteps(database),
    ...createShares(database),
    ...createJournal(database),
    ...createSeals(database),
    ...createOverrides(database),
    ...createInventory(database),
    ...createPolicySets(database),
    ...createFeeds(database),
    ...createReplicas(database),
    ...createAlerts(database),
    async openHolds() {
      const rows = await database.query<{ hold: HoldRow }>(
        `select to_jsonb(h) as hold from curfew.holds as h
          where h.state in ('pausing', 'held', 'resuming', 'yielded') order by h.opened_at, h.id`,
      );
      return rows.map(({ hold }) => holdFromRow(hold));
    },
    async hold(id) {
      const [row] = await database.query<{ hold: HoldRow }>(
        'select to_jsonb(h) as hold from curfew.holds as h where h.id = $1',
        [id],
      );
      return row && holdFromRow(row.hold);
    },
    async openCalls() {
      const rows = await database.query<{ call: CallRow }>(
        `select to_jsonb(c) as call from curfew.calls as c
          where c.state = 'open' order by c.intended_at, c.key`,
      );
      return rows.map(({ call }) => callFromRow(call));
    },
    async ping() {
      await database.query('select 1');
    },
    close: () => database.close(),
  };
}

import { cleanJson } from './clean-text.ts';
import type { Database } from './database.ts';
import { entryToRow } from './rows.ts';
import type { Store } from './store.ts';
import { toTimestamp } from './timestamp.ts';

interface AlertRow {
  readonly name: string;
  readonly reason: string;
  readonly policy: string | null;
  readonly raised_at: number;
}

/** Alerts of a store, and the count of pauses that a cap needs. */
export function createAlerts(
  database: Database,
): Pick<Store, 'raiseAlert' | 'clearAlert' | 'alerts' | 'admitPause'> {
  return {
    async raiseAlert({ name, reason, policy, raisedAt }, entries) {
      const alert = { name, reason, policy, raised_at: toTimestamp(raisedAt) };
      const [row] = await database.query<{ raised: boolean }>(
        'select curfew.raise_alert($1::jsonb, $2::jsonb) as raised',
        [cleanJson(alert), cleanJson(entries.map(entryToRow))],
      );
      return row!.raised;
    },
    async clearAlert(name, entries) {
      const [row] = await database.query<{ cleared: boolean }>(
        'select curfew.clear_alert($1, $2::jsonb) as cleared',
        [name, cleanJson(entries.map(entryToRow))],
      );
      return row!.cleared;
    },
    async alerts() {
      const rows = await database.query<AlertRow>(
        `select a.name, a.reason, a.policy, a.raised_at
           from curfew.alerts as a order by a.raised_at, a.name`,
      );
      return rows.map(({ name, reason, policy, raised_at }) => ({
        name,
        reason,
        policy: policy ?? undefined,
        raisedAt: raised_at,
      }));
    },
    async admitPause(cap) {
      const [row] = await database.query<{ admitted: boolean }>(
        'select curfew.admit_pause($1) as admitted',
        [cap],
      );
      return row!.admitted;
    },
  };
}

// As many further syncs as are asked for, drawn from the seed.

import { CONNECTIONS } from './catalog.ts';
import { type Chance, chanceOf } from './chance.ts';
import type { Recipe } from './recipe.ts';
import type { Schedule } from './schedule.ts';
import type { SyncKind } from './sync.ts';

/** A drawn sync: the words for `cook`, and how long ago it was last changed. */
export interface CrowdSync extends Recipe {
  readonly updatedAgoMs: number;
}

const DAY_MS = 86_400_000;
const TEAMS = ['Finance', 'Sales', 'Marketing', 'Support', 'Product', 'Ops', 'Sandbox'] as const;
const OBJECTS = [
  'Accounts',
  'Contacts',
  'Invoices',
  'Leads',
  'Orders',
  'Subscriptions',
  'Tickets',
  'Usage',
] as const;
const WAREHOUSES = CONNECTIONS.slice(0, 4);
const SERVICES = CONNECTIONS.slice(4);
const BULK_RATE = 0.3;
const PAUSED_RATE = 0.07;

/** The `index`-th further sync; `earlier` is where a chain (`runafter`) finds its parent. */
export function drawSync(
  seed: string,
  index: number,
  earlier: readonly { readonly id: string; readonly kind: SyncKind }[],
): CrowdSync {
  const chance = chanceOf(`${seed}:crowd:${index}`);
  const kind = chance.next() < BULK_RATE ? 'bulk' : 'model';
  const warehouse = anyOf(chance, WAREHOUSES);
  const service = anyOf(chance, SERVICES);
  const [source, destination] = kind === 'bulk' ? [service, warehouse] : [warehouse, service];
  return {
    kind,
    // The number keeps names apart when the words repeat.
    name: `${chance.pick(TEAMS)}/${chance.pick(OBJECTS)} to ${destination.name} ${index + 1}`,
    source: source.name,
    destination: destination.name,
    schedule: drawSchedule(chance, earlier),
    active: chance.next() >= PAUSED_RATE,
    typicalMs: chance.whole(20_000, 600_000),
    typicalRecords: chance.whole(50, 50_000),
    updatedAgoMs: chance.whole(0, 90 * DAY_MS),
  };
}

function drawSchedule(
  chance: Chance,
  earlier: readonly { readonly id: string; readonly kind: SyncKind }[],
): Partial<Schedule> {
  const draw = chance.next();
  const minute = String(chance.whole(0, 59));
  const hour = String(chance.whole(0, 23));
  if (draw < 0.5) return { frequency: 'hourly', minute };
  if (draw < 0.72) return { frequency: 'daily', minute, hour };
  if (draw < 0.82) return { frequency: 'continuous' };
  if (draw < 0.9) return { frequency: 'manual' };
  const parent = earlier[chance.whole(0, earlier.length - 1)];
  if (draw < 0.95 || parent === undefined) {
    return { frequency: 'weekly', minute, hour, day_of_week: String(chance.whole(0, 6)) };
  }
  const sync_ids = parent.kind === 'model' ? [parent.id] : [];
  const bulk_sync_ids = parent.kind === 'bulk' ? [parent.id] : [];
  return { frequency: 'runafter', run_after: { sync_ids, bulk_sync_ids } };
}

function anyOf<T>(chance: Chance, list: readonly T[]): T {
  return list[chance.whole(0, list.length - 1)]!;
}

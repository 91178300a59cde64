import type { Entry } from '../../src/plan/entry.ts';
import type { Call, Hold } from '../../src/plan/hold.ts';
import type { Sync, SyncKey } from '../../src/policy/sync.ts';

/** A Sunday in June. */
export const NOW = Date.parse('2026-06-07T06:00:00.000Z');
export const HOUR_MS = 3_600_000;

let lastNumber = 0;

/** A sync that no other test of the file has seen. */
export function freshSync(): SyncKey {
  lastNumber += 1;
  return `model:${lastNumber}`;
}

export function holdOf(sync: SyncKey, changes: Partial<Hold> = {}): Hold {
  return {
    id: `hold-of-${sync}`,
    sync,
    syncName: 'Contacts to Salesforce',
    state: 'pausing',
    baseline: 'active',
    cause: 'snowflake-maintenance',
    occurrence: { start: NOW, end: NOW + HOUR_MS },
    openedAt: NOW,
    terms: {
      inFlight: {
        'snowflake-maintenance': { mode: { drainMs: 600_000, afterwards: 'cancel' }, since: NOW },
      },
      protectResync: true,
      enforce: 'once',
      resume: { spreadMs: 0, catchUp: 'none' },
      onDelete: 'restore',
      hash: 'hash-of-snowflake-maintenance',
    },
    tzdata: '2026a',
    repauses: 0,
    told: [],
    generation: 1,
    updatedAt: NOW,
    ...changes,
  };
}

export function callOf(sync: SyncKey, changes: Partial<Call> = {}): Call {
  return {
    key: `cf1-${sync}-1`,
    sync,
    action: 'deactivate',
    hold: `hold-of-${sync}`,
    generation: 1,
    actor: 'curfew',
    intendedAt: NOW,
    attempts: 0,
    isInDoubt: false,
    state: 'open',
    ...changes,
  };
}

export function entryOf(sync: SyncKey | undefined, changes: Partial<Entry> = {}): Entry {
  return {
    at: NOW,
    type: 'hold.opened',
    actor: 'curfew',
    reason: 'snowflake-maintenance wants it paused until 07:00',
    sync,
    ...changes,
  };
}

export function syncOf(key: SyncKey, changes: Partial<Sync> = {}): Sync {
  return {
    key,
    kind: 'model',
    id: key.slice('model:'.length),
    name: 'Contacts to Salesforce',
    active: true,
    sources: [{ id: '1', name: 'Warehouse', type: 'snowflake' }],
    destinations: [{ id: '2', name: 'CRM', type: 'salesforce' }],
    updatedAt: NOW,
    ...changes,
  };
}

import type { Outcome } from '../plan/outcome.ts';
import { parseSyncKey, type SyncKey, type SyncKind } from '../policy/sync.ts';

/** Where a sync lives in the API. */
export interface Place {
  readonly kind: SyncKind;
  readonly id: string;
  readonly path: string;
}

/** A UUID of any version. */
export const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

/**
 * Finds the place of a sync. Only a UUID becomes part of a path, since `/api/syncs/schedules` and
 * `/api/bulk/syncs/status` are routes of the same form; anything else is refused here, unsent, as
 * the server would refuse it (400).
 */
export function locate(sync: SyncKey): Outcome<Place> {
  const parsed = parseSyncKey(sync);
  if (parsed === undefined || !UUID.test(parsed.id)) {
    return { kind: 'rejected', status: 400, reason: 'not sent: the id of a sync is a UUID' };
  }
  const { kind, id } = parsed;
  const path = kind === 'model' ? `/api/syncs/${id}` : `/api/bulk/syncs/${id}`;
  return { kind: 'ok', value: { kind, id, path } };
}

/** Whether two UUIDs are the same; their letters may be of either case. */
export function isSameId(one: string, other: string): boolean {
  return one.toLowerCase() === other.toLowerCase();
}

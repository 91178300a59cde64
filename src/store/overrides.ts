// What people said against their policies, and how the store keeps it (0004-overrides.sql).

import type { Entry } from '../plan/entry.ts';
import type { Override, OverrideKind } from '../plan/override.ts';
import { readSelector, type SelectorSource } from '../policy/read-selector.ts';
import type { Instant } from '../time/interval.ts';
import { cleanJson, cleanText } from './clean-text.ts';
import type { Database } from './database.ts';
import { entryToRow, instantParam } from './rows.ts';
import type { NewOverride, Store } from './store.ts';
import { fromTimestamp, toTimestamp } from './timestamp.ts';

/** A row as `to_jsonb` gives it; null where there is nothing. */
interface OverrideRow {
  readonly number: number;
  readonly id: string;
  readonly kind: OverrideKind;
  readonly created_at: string;
  readonly actor: string;
  readonly reason: string;
  readonly starts_at: string;
  readonly expires_at: string;
  readonly selector: SelectorSource | null;
  readonly subject: string | null;
  readonly policy: string | null;
  readonly policy_hash: string | null;
  readonly occurrence_start: string | null;
  readonly occurrence_end: string | null;
  readonly timezone: string | null;
  readonly revoked_at: string | null;
  readonly revoked_by: string | null;
  readonly revoke_reason: string | null;
  readonly reminded_at: string | null;
  readonly ended_at: string | null;
}

/** Those that are over are kept in sight for the newest so many; `list` asks for no more. */
const ENDED_MAX = 500;

/** The overrides of a store. */
export function createOverrides(
  database: Database,
): Pick<
  Store,
  'overrides' | 'overrideOfRequest' | 'createOverride' | 'revokeOverride' | 'tellOverride'
> {
  return {
    async overrides(endedAfter, unless) {
      const [row] = await database.query<{ version: number; list: readonly OverrideRow[] }>(
        `select v.version, coalesce((select jsonb_agg(to_jsonb(o) order by o.number) from (
             (select * from curfew.overrides where ended_at is null and revoked_at is null)
             union all
             (select * from curfew.overrides
               where (ended_at is not null or revoked_at is not null)
                 and coalesce(revoked_at, expires_at) > $1::timestamptz
               order by number desc limit $2)
           ) as o), '[]') as list
           from (select curfew.overrides_version() as version) as v
          where v.version is distinct from $3::bigint`,
        [instantParam(endedAfter), ENDED_MAX, unless ?? null],
      );
      return row && { version: row.version, overrides: row.list.map(fromRow) };
    },
    async overrideOfRequest({ key = '', digest }) {
      const [row] = await database.query<{ override: OverrideRow & { request_digest: string } }>(
        'select to_jsonb(o) as override from curfew.overrides as o where o.request_key = $1',
        [cleanText(key)],
      );
      if (row === undefined) return undefined;
      const isSame = row.override.request_digest === digest;
      return { outcome: isSame ? 'known' : 'conflict', override: fromRow(row.override) };
    },
    async createOverride(override, request, entries, openMax) {
      const [row] = await database.query<{
        outcome: 'created' | 'known' | 'conflict' | 'too-many';
        override: OverrideRow | null;
      }>('select * from curfew.create_override($1::jsonb, $2::jsonb, $3)', [
        cleanJson({ ...toRow(override), request_key: request.key, request_digest: request.digest }),
        cleanJson(entries.map(entryToRow)),
        openMax,
      ]);
      const { outcome, override: kept } = row!;
      return { outcome, override: kept === null ? undefined : fromRow(kept) };
    },
    async revokeOverride(id, { at, actor, reason }, entries) {
      const [row] = await database.query<{ revoked: boolean; override: OverrideRow | null }>(
        'select * from curfew.revoke_override($1, $2::timestamptz, $3, $4, $5::jsonb)',
        [
          id,
          instantParam(at),
          cleanText(actor),
          reason === undefined ? null : cleanText(reason),
          cleanJson(entries.map(entryToRow)),
        ],
      );
      const { revoked, override } = row!;
      return override === null ? undefined : { revoked, override: fromRow(override) };
    },
    async tellOverride(id, what, at, entries: readonly Entry[]) {
      const [row] = await database.query<{ told: boolean }>(
        'select curfew.tell_override($1, $2, $3::timestamptz, $4::jsonb) as told',
        [id, what, instantParam(at), cleanJson(entries.map(entryToRow))],
      );
      return row!.told;
    },
  };
}

function toRow(override: NewOverride): Partial<OverrideRow> {
  const { id, kind, actor, reason } = override;
  const common = {
    id,
    kind,
    actor,
    reason,
    created_at: toTimestamp(override.createdAt),
    starts_at: toTimestamp(override.from),
    expires_at: toTimestamp(override.expires),
  };
  if ('select' in override) {
    return { ...common, selector: override.select, subject: override.subject };
  }
  return {
    ...common,
    policy: override.policy,
    policy_hash: override.policyHash,
    timezone: override.timezone,
    occurrence_start: toTimestamp(override.occurrence.start),
    occurrence_end: toTimestamp(override.occurrence.end),
  };
}

function fromRow(row: OverrideRow): Override {
  const common = {
    id: row.id,
    number: row.number,
    createdAt: fromTimestamp(row.created_at),
    actor: row.actor,
    reason: row.reason,
    from: fromTimestamp(row.starts_at),
    expires: fromTimestamp(row.expires_at),
    revokedAt: maybeInstant(row.revoked_at),
    revokedBy: row.revoked_by ?? undefined,
    revokeReason: row.revoke_reason ?? undefined,
    remindedAt: maybeInstant(row.reminded_at),
    endedAt: maybeInstant(row.ended_at),
  };
  if (row.kind === 'hold' || row.kind === 'release') {
    const read = readSelector(row.selector);
    // It was read once; that nobody would be covered any more must not go unnoticed.
    if ('faults' in read) throw new Error(`override ${row.id}: ${read.faults.join('; ')}`);
    const { source: select, selects: covers } = read.value;
    return { ...common, kind: row.kind, select, subject: row.subject ?? '', covers };
  }
  return {
    ...common,
    kind: row.kind,
    policy: row.policy ?? '',
    policyHash: row.policy_hash ?? '',
    timezone: row.timezone ?? 'UTC',
    occurrence: {
      start: fromTimestamp(row.occurrence_start ?? ''),
      end: fromTimestamp(row.occurrence_end ?? ''),
    },
  };
}

function maybeInstant(text: string | null): Instant | undefined {
  return text === null ? undefined : fromTimestamp(text);
}

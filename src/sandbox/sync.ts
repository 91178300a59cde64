// What the organization consists of. Settings are kept in the API's own shape, since the stand-in
// has no other use for most of them than to give them back.

import type { Execution, Habits } from './execution.ts';
import type { Schedule } from './schedule.ts';

export type SyncKind = 'model' | 'bulk';

/** Who did something, as the API names them. */
export interface Actor {
  readonly id: string;
  readonly name: string;
  readonly type: 'user' | 'organization';
}

export interface Organization {
  readonly id: string;
  readonly name: string;
}

export interface Connection {
  readonly id: string;
  readonly name: string;
  /** The connection type's id, such as `snowflake`. */
  readonly type: string;
  readonly createdAt: number;
  readonly createdBy: Actor;
}

/** What a model sync reads: one object of one connection. */
export interface Model {
  readonly id: string;
  readonly name: string;
  readonly connectionId: string;
  readonly object: string;
  readonly createdAt: number;
  readonly createdBy: Actor;
}

/** A field mapping, filter or override; `source` says which field of which model. */
export interface FieldMapping {
  readonly target: string;
  readonly source?: { readonly model_id: string; readonly field: string } | null | undefined;
  readonly [other: string]: unknown;
}

export interface ModelSyncSettings {
  readonly mode: string;
  readonly fields: readonly FieldMapping[];
  readonly target: {
    readonly connection_id: string;
    readonly object: string | null;
    readonly new_name: string | null;
    readonly configuration: Record<string, unknown> | null;
    readonly create: Record<string, string> | null;
    readonly filter_logic: string | null;
    readonly search_values: Record<string, unknown> | null;
  };
  readonly schedule: Schedule;
  readonly identity: FieldMapping | null;
  readonly override_fields: readonly FieldMapping[] | null;
  readonly overrides: readonly Record<string, unknown>[] | null;
  readonly filters: readonly Record<string, unknown>[] | null;
  readonly filter_logic: string | null;
  readonly policies: readonly string[] | null;
  readonly encryption_passphrase: string | null;
  readonly only_enrich_updates: boolean;
  readonly skip_initial_backfill: boolean;
  readonly sync_all_records: boolean;
}

export interface BulkSyncSettings {
  readonly mode: 'snapshot' | 'replicate';
  readonly source_connection_id: string;
  readonly destination_connection_id: string;
  readonly source_configuration: Record<string, unknown>;
  readonly destination_configuration: Record<string, unknown>;
  readonly schedule: Schedule;
  /** The tables or objects it copies. */
  readonly schemas: readonly string[];
}

interface SyncState {
  readonly id: string;
  readonly createdAt: number;
  readonly createdBy: Actor;
  readonly habits: Habits;
  name: string;
  active: boolean;
  updatedAt: number;
  updatedBy: Actor;
  /** Oldest first; at most `EXECUTIONS_MAX` of them. */
  executions: Execution[];
  /** How many there ever were; names the next one. */
  executionCount: number;
  /** Up to when the schedule has been played out. */
  playedUntil: number;
}

export interface ModelSync extends SyncState {
  readonly kind: 'model';
  settings: ModelSyncSettings;
}

export interface BulkSync extends SyncState {
  readonly kind: 'bulk';
  settings: BulkSyncSettings;
}

export type Sync = ModelSync | BulkSync;

/** The models that a model sync reads, in order of first use. */
export function modelIdsOf(settings: ModelSyncSettings): string[] {
  const sources = [...settings.fields, ...(settings.identity === null ? [] : [settings.identity])];
  return [...new Set(sources.flatMap((field) => field.source?.model_id ?? []))];
}

/** Where a sync reads and where it writes; sources first. */
export function connectionIdsOf(models: ReadonlyMap<string, Model>, sync: Sync): string[] {
  if (sync.kind === 'bulk') {
    return [sync.settings.source_connection_id, sync.settings.destination_connection_id];
  }
  const sources = modelIdsOf(sync.settings).flatMap((id) => models.get(id)?.connectionId ?? []);
  return [...new Set(sources), sync.settings.target.connection_id];
}

// The shapes of API version 2025-09-18. What is not set is null, as the schema allows, so that a
// client meets nulls here and not first in production.

import { type Execution, isUnderWay, progressAt, statusAt } from './execution.ts';
import type { BulkSync, ModelSync, Sync } from './sync.ts';
import { modelIdsOf } from './sync.ts';
import { nextExecutionTime, type World } from './world.ts';

/** RFC 3339, UTC. */
export function timeText(at: number): string {
  return new Date(at).toISOString();
}

/** A list that the schema calls nullable is null when empty, as servers written in Go answer. */
export function orNull<T>(list: readonly T[]): readonly T[] | null {
  return list.length === 0 ? null : list;
}

/** `Sync`: what get, create and update answer. */
export function renderModelSync(world: World, sync: ModelSync): object {
  return { ...head(world, sync), ...sync.settings, model_ids: modelIdsOf(sync.settings) };
}

/** `ListSyncItem`: no target, fields, filters or policies. */
export function renderModelSyncItem(world: World, sync: ModelSync): object {
  const { settings } = sync;
  return {
    ...head(world, sync),
    mode: settings.mode,
    model_ids: modelIdsOf(settings),
    target_connection_id: settings.target.connection_id,
    target_object: settings.target.object ?? settings.target.new_name,
    schedule: settings.schedule,
    only_enrich_updates: settings.only_enrich_updates,
    skip_initial_backfill: settings.skip_initial_backfill,
    sync_all_records: settings.sync_all_records,
  };
}

/** `BulkSync`, with `default_schedule` and `additional_schedules` instead of one `schedule`. */
export function renderBulkSync(world: World, sync: BulkSync): object {
  const { schedule, schemas: _, ...settings } = sync.settings;
  const { frequency, hour, minute, day_of_week, day_of_month, month } = schedule;
  return {
    ...head(world, sync),
    ...settings,
    default_schedule: { id: sync.id, frequency, hour, minute, day_of_week, day_of_month, month },
    additional_schedules: null,
    automatically_add_new_fields: 'all',
    automatically_add_new_objects: 'none',
    normalize_names: 'enabled',
    disable_record_timestamps: false,
    data_cutoff_timestamp: null,
    concurrency_limit: null,
    resync_concurrency_limit: null,
    policies: null,
  };
}

function head(world: World, sync: Sync): object {
  return {
    id: sync.id,
    name: sync.name,
    active: sync.active,
    organization_id: world.organization.id,
    created_at: timeText(sync.createdAt),
    created_by: sync.createdBy,
    updated_at: timeText(sync.updatedAt),
    updated_by: sync.updatedBy,
  };
}

/** `Execution` or `BulkExecution`, by the kind of the sync. */
export function renderExecution(sync: Sync, execution: Execution, now: number): object {
  const isOver = !isUnderWay(execution, now);
  const shared = {
    id: execution.id,
    status: statusAt(execution, now, sync.kind),
    created_at: timeText(execution.createdAt),
    started_at: now < execution.startedAt ? null : timeText(execution.startedAt),
    completed_at: isOver ? timeText(execution.endsAt) : null,
  };
  return sync.kind === 'model'
    ? { ...shared, ...modelDetails(execution, now) }
    : { ...shared, ...bulkDetails(sync, execution, now) };
}

const FAILURE = 'the destination refused the batch: connection reset by peer';

function modelDetails(execution: Execution, now: number): object {
  const total = recordsAt(execution, now);
  const isOver = !isUnderWay(execution, now);
  const insert = Math.floor(total / 4);
  return {
    type: execution.type,
    errors: isOver && execution.ending === 'failed' ? [FAILURE] : [],
    counts: {
      total,
      insert,
      update: total - insert,
      delete: 0,
      upserts: 0,
      error: isOver ? execution.errors : 0,
      warnings: 0,
    },
  };
}

function bulkDetails(sync: BulkSync, execution: Execution, now: number): object {
  const isOver = !isUnderWay(execution, now);
  const { schemas } = sync.settings;
  const status = statusAt(execution, now, 'bulk');
  const record_count = recordsAt(execution, now);
  const updated_at = timeText(Math.max(execution.createdAt, Math.min(now, execution.endsAt)));
  const counts = { error_count: isOver ? execution.errors : 0, warning_count: 0, updated_at };
  const status_message = isOver && execution.ending === 'failed' ? FAILURE : null;
  return {
    type: execution.type === 'scheduled' ? 'scheduled' : 'manual',
    ...counts,
    record_count,
    status_message,
    is_partial: false,
    is_resync: execution.type === 'resync',
    is_test: execution.type === 'test',
    fetch_mode: execution.type === 'resync' ? 'full' : 'incremental',
    output_disposition: execution.type === 'resync' ? 'truncate' : 'retain',
    schemas: schemas.map((schema, index) => ({
      schema,
      output_name: schema.toLowerCase(),
      // The schemas' enum has every status of an execution but `canceling`.
      status: status === 'canceling' ? 'running' : status,
      status_message,
      ...counts,
      record_count: share(record_count, schemas.length, index),
    })),
  };
}

/** Whole parts of `total` that add up to it. */
function share(total: number, parts: number, index: number): number {
  return Math.floor((total * (index + 1)) / parts) - Math.floor((total * index) / parts);
}

/** Records moved so far. */
function recordsAt(execution: Execution, now: number): number {
  return Math.floor(execution.records * progressAt(execution, now));
}

/**
 * The status of one sync. What an idle sync shows as `current_execution` is not documented: here a
 * model sync leaves it out and a bulk sync gives null, so that clients meet both.
 */
export function renderStatus(sync: Sync, now: number): object {
  const current = sync.executions.findLast((each) => isUnderWay(each, now));
  const last = sync.executions.findLast((each) => !isUnderWay(each, now));
  const next = nextExecutionTime(sync, now);
  const shown = (execution: Execution | undefined) =>
    execution === undefined ? undefined : renderExecution(sync, execution, now);
  return {
    current_execution: shown(current) ?? (sync.kind === 'bulk' ? null : undefined),
    last_execution: shown(last),
    next_execution_time: next === undefined ? null : timeText(next),
    ...(sync.kind === 'bulk' ? { ingestion_status: null } : {}),
  };
}

/** One row of the status of many bulk syncs; its next time is camelCase, unlike all others. */
export function renderBulkSummary(sync: BulkSync, now: number): object {
  const execution = sync.executions.at(-1);
  const next = nextExecutionTime(sync, now);
  return {
    sync_id: sync.id,
    status: execution === undefined ? null : statusAt(execution, now, 'bulk'),
    nextExecutionTime: next === undefined ? null : timeText(next),
    schemas: execution === undefined ? [] : summarySchemas(sync, execution, now),
  };
}

function summarySchemas(sync: BulkSync, execution: Execution, now: number): object[] {
  const status = statusAt(execution, now, 'bulk');
  return sync.settings.schemas.map((schema) => ({
    schema,
    execution_id: execution.id,
    status: status === 'canceling' ? 'running' : status,
    started_at: now < execution.startedAt ? null : timeText(execution.startedAt),
    completed_at: isUnderWay(execution, now) ? null : timeText(execution.endsAt),
  }));
}

// From a model sync's body to its settings, and what can be wrong with it beyond its form.

import { type Answer, refusal } from './answer.ts';
import type { ModelSyncBody } from './body.ts';
import { isReadable } from './schedule.ts';
import type { ModelSyncSettings } from './sync.ts';
import type { World } from './world.ts';

/** The settings that the body asks for, with the defaults of what it leaves out. */
export function settingsFrom(body: ModelSyncBody): ModelSyncSettings {
  const { target } = body;
  return {
    mode: body.mode,
    fields: body.fields,
    target: {
      connection_id: target.connection_id,
      object: target.object ?? null,
      new_name: target.new_name ?? null,
      configuration: target.configuration ?? null,
      create: target.create ?? null,
      filter_logic: target.filter_logic ?? null,
      search_values: target.search_values ?? null,
    },
    schedule: body.schedule,
    identity: body.identity ?? null,
    override_fields: body.override_fields ?? null,
    overrides: body.overrides ?? null,
    filters: body.filters ?? null,
    filter_logic: body.filter_logic ?? null,
    policies: body.policies ?? null,
    encryption_passphrase: body.encryption_passphrase ?? null,
    only_enrich_updates: body.only_enrich_updates ?? false,
    skip_initial_backfill: body.skip_initial_backfill ?? false,
    sync_all_records: body.sync_all_records ?? false,
  };
}

/** 422 for what names things that do not exist or a schedule that cannot be read. */
export function checkSettings(world: World, body: ModelSyncBody): Answer | undefined {
  const problems = [
    ...unknown('target.connection_id', [body.target.connection_id], world.connections),
    ...unknown(
      'fields',
      body.fields.flatMap((field) => field.source?.model_id ?? []),
      world.models,
    ),
    ...unknown(
      'identity',
      body.identity?.source ? [body.identity.source.model_id] : [],
      world.models,
    ),
    ...unknown('run_after.sync_ids', body.schedule.run_after?.sync_ids ?? [], world.modelSyncs),
    ...unknown(
      'run_after.bulk_sync_ids',
      body.schedule.run_after?.bulk_sync_ids ?? [],
      world.bulkSyncs,
    ),
    ...(isReadable(body.schedule) ? [] : ['schedule: a field cannot be read']),
  ];
  if (problems.length === 0) return undefined;
  return refusal(422, 'unprocessable', problems.join('; '), { problems });
}

function unknown(
  where: string,
  ids: readonly string[],
  known: ReadonlyMap<string, unknown>,
): string[] {
  return ids.filter((id) => !known.has(id)).map((id) => `${where}: ${id} does not exist`);
}

// The bodies that clients send. Unknown fields are dropped, as the API ignores them.

import { z } from 'zod';
import { type Answer, badRequest } from './answer.ts';
import { FREQUENCIES, scheduleOf } from './schedule.ts';

export const MODEL_SYNC_MODES = [
  'create',
  'update',
  'updateOrCreate',
  'replace',
  'append',
  'remove',
  'snapshot',
] as const;

const text = z.string().nullish();
const flag = z.boolean().nullish();
const ids = z.array(z.string()).nullish();
const anything = z.record(z.string(), z.unknown());

const mapping = z.looseObject({
  target: z.string().min(1),
  source: z.object({ model_id: z.string(), field: z.string() }).nullish(),
});

const schedule = z
  .object({
    frequency: z.enum(FREQUENCIES).nullish(),
    minute: text,
    hour: text,
    day_of_week: text,
    day_of_month: text,
    month: text,
    connection_id: text,
    job_id: z.number().nullish(),
    run_after: z.object({ sync_ids: ids, bulk_sync_ids: ids }).nullish(),
    run_after_success_only: flag,
  })
  .transform(({ frequency, run_after, run_after_success_only, job_id, ...fields }) =>
    scheduleOf({
      frequency: frequency ?? 'manual',
      minute: fields.minute ?? null,
      hour: fields.hour ?? null,
      day_of_week: fields.day_of_week ?? null,
      day_of_month: fields.day_of_month ?? null,
      month: fields.month ?? null,
      connection_id: fields.connection_id ?? null,
      job_id: job_id ?? null,
      run_after: run_after
        ? { sync_ids: run_after.sync_ids ?? [], bulk_sync_ids: run_after.bulk_sync_ids ?? [] }
        : null,
      run_after_success_only: run_after_success_only ?? false,
    }),
  );

const target = z.object({
  connection_id: z.string(),
  object: text,
  new_name: text,
  configuration: anything.nullish(),
  create: z.record(z.string(), z.string()).nullish(),
  filter_logic: text,
  search_values: anything.nullish(),
});

/** Create and update of a model sync: the same five fields are required, all else has a default. */
export const modelSyncBody = z.object({
  name: z.string().min(1),
  mode: z.enum(MODEL_SYNC_MODES),
  fields: z.array(mapping),
  schedule,
  target,
  active: flag,
  identity: mapping.nullish(),
  override_fields: z.array(mapping).nullish(),
  overrides: z.array(anything).nullish(),
  filters: z.array(anything).nullish(),
  filter_logic: text,
  policies: ids,
  encryption_passphrase: text,
  only_enrich_updates: flag,
  skip_initial_backfill: flag,
  sync_all_records: flag,
});
export type ModelSyncBody = z.infer<typeof modelSyncBody>;

export const startModelBody = z
  .object({ identities: ids, resync: flag, test: flag })
  .nullish()
  .transform((body) => body ?? {});

export const startBulkBody = z
  .object({
    fetch_mode: z.enum(['none', 'incremental', 'full']).nullish(),
    resync_mode: z.enum(['refetch', 'resync', 'rebuild']).nullish(),
    resync: flag,
    schemas: ids,
    test: flag,
  })
  .nullish()
  .transform((body) => body ?? {});

/** The parsed body, or 400 with all problems in `metadata`. */
export function readBody<T>(
  shape: z.ZodType<T>,
  body: unknown,
): { readonly value: T } | { readonly answer: Answer } {
  const parsed = shape.safeParse(body);
  if (parsed.success) return { value: parsed.data };
  const problems = parsed.error.issues.map(
    ({ path, message }) => `${path.join('.') || 'body'}: ${message}`,
  );
  return { answer: badRequest(problems.join('; '), { problems }) };
}

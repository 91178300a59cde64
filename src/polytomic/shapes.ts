// The shapes of the API as far as we need them (version 2025-09-18). Nearly every property may be
// absent or null there; another type than the promised one is an answer not understood. zod drops
// what is not named here, so secrets in the raw objects (`encryption_passphrase`) end here.

import { z } from 'zod';
import { type Sync, type SyncKey, type SyncKind, syncKey } from '../policy/sync.ts';
import type { Instant } from '../time/interval.ts';
import { UUID } from './place.ts';
import type { Execution, Identity, SyncStatus } from './polytomic.ts';
import { plain } from './reason.ts';

/** A sync as a row tells it: connections and models by id only. */
export interface Row extends Omit<Sync, 'sources' | 'destinations'> {
  readonly sourceIds: readonly string[];
  readonly modelIds: readonly string[];
  readonly destinationIds: readonly string[];
}

/** One page of a list; `next` is the token of the following page. */
export interface Page<T> {
  readonly items: readonly T[];
  readonly next: string | undefined;
}

const text = z.string().nullish().transform(toText);
const word = z.string().min(1).transform(plain);
const flag = z.boolean().nullish();
const count = z
  .number()
  .nullish()
  .transform((value) => value ?? undefined);
const instant = z.string().nullish().transform(parseInstant);
const id = z.string().regex(UUID, 'expected a UUID');
const ids = z
  .array(word)
  .nullish()
  .transform((list) => list ?? []);
const person = z
  .object({ id: text, name: text, type: text })
  .nullish()
  .transform((value) => value ?? undefined);
const schedule = z.object({ frequency: text }).nullish();
/** Only schedules of model syncs name the syncs they wait for. */
const modelSchedule = z
  .object({
    frequency: text,
    run_after: z.object({ sync_ids: ids, bulk_sync_ids: ids }).nullish(),
  })
  .nullish();

const common = {
  id,
  name: text,
  // The one property that nobody may guess: a baseline is made of it.
  active: z.boolean(),
  mode: text,
  organization_id: text,
  created_by: person,
  updated_by: person,
  updated_at: instant,
};

/** `{data: …}`, which wraps every answer but lists. */
export function envelope<T>(data: z.ZodType<T>): z.ZodType<T> {
  return z.object({ data }).transform((body) => body.data);
}

/** A list, where `data: null` means none. */
export function page<T>(item: z.ZodType<T>): z.ZodType<Page<T>> {
  return z
    .object({
      data: z.array(item).nullable(),
      pagination: z.object({ next_page_token: text }).nullish(),
    })
    .transform(({ data, pagination }) => ({
      items: data ?? [],
      next: pagination?.next_page_token,
    }));
}

/** A model sync, from the list (`target_*`) or alone (`target`). */
export const modelRow: z.ZodType<Row> = z
  .object({
    ...common,
    model_ids: ids,
    schedule: modelSchedule,
    target_connection_id: text,
    target_object: text,
    target: z.object({ connection_id: text, object: text, new_name: text }).nullish(),
  })
  .transform((raw) => ({
    ...row('model', raw),
    object: raw.target?.object ?? raw.target?.new_name ?? raw.target_object,
    frequency: raw.schedule?.frequency,
    runsAfter: parentsOf(raw.schedule?.run_after),
    sourceIds: [],
    modelIds: raw.model_ids,
    destinationIds: present(raw.target?.connection_id ?? raw.target_connection_id),
  }));

/** A bulk sync; its schedule has had three names, and all three may still be served. */
export const bulkRow: z.ZodType<Row> = z
  .object({
    ...common,
    source_connection_id: text,
    destination_connection_id: text,
    default_schedule: schedule,
    schedule,
    schedules: z.array(schedule).nullish(),
  })
  .transform((raw) => ({
    ...row('bulk', raw),
    frequency: (raw.default_schedule ?? raw.schedule ?? raw.schedules?.[0])?.frequency,
    sourceIds: present(raw.source_connection_id),
    modelIds: [],
    destinationIds: present(raw.destination_connection_id),
  }));

/** A connection; `type` is the id of its type, as selectors ask for it. */
export const connection = z
  .object({ id: word, name: text, type: z.object({ id: text }).nullish() })
  .transform((raw) => ({ id: raw.id, name: raw.name, type: raw.type?.id }));

/** A model, for the connection that it reads. */
export const model = z
  .object({ id: word, connection_id: text })
  .transform((raw) => ({ id: raw.id, connectionId: raw.connection_id }));

/** An execution of either kind of sync. */
export const execution: z.ZodType<Execution> = z
  .object({
    id: word,
    status: text,
    type: text,
    created_at: instant,
    started_at: instant,
    completed_at: instant,
    is_resync: flag,
    record_count: count,
    counts: z.object({ total: count }).nullish(),
  })
  .transform((raw) => ({
    id: raw.id,
    status: raw.status ?? 'unknown',
    type: raw.type,
    createdAt: raw.created_at,
    startedAt: raw.started_at,
    completedAt: raw.completed_at,
    isTerminal: isTerminal(raw.status, raw.completed_at),
    // Model executions have no flag of their own; a resync is named by its type.
    isResync: raw.is_resync ?? raw.type === 'resync',
    records: raw.record_count ?? raw.counts?.total,
  }));

/** Idle may be told by an absent, a null or an empty execution (or by one that is over). */
const none = z.object({ id: z.null().optional(), status: z.null().optional() });
const executionOrNone = z
  .union([none.transform(() => undefined), execution])
  .nullish()
  .transform((value) => value ?? undefined);

export const syncStatus: z.ZodType<SyncStatus> = z
  .object({
    current_execution: executionOrNone,
    last_execution: executionOrNone,
    next_execution_time: instant,
  })
  .transform((raw) => ({
    current: raw.current_execution,
    last: raw.last_execution,
    nextAt: raw.next_execution_time,
  }));

export const identity: z.ZodType<Identity> = z
  .object({ id: text, name: text, email: text, organization_id: text, organization_name: text })
  .transform((raw) => ({
    id: raw.id,
    name: raw.name ?? raw.email,
    organizationId: raw.organization_id,
    organizationName: raw.organization_name,
  }));

export const activation = z.object({ active: z.boolean(), id: z.string() });

export const receipt = z.object({ message: text });

type Common = z.output<z.ZodObject<typeof common>>;

function row(kind: SyncKind, raw: Common): Omit<Row, 'sourceIds' | 'modelIds' | 'destinationIds'> {
  return {
    key: syncKey(kind, raw.id),
    kind,
    id: raw.id,
    name: raw.name ?? raw.id,
    active: raw.active,
    mode: raw.mode,
    organizationId: raw.organization_id,
    createdBy: raw.created_by,
    updatedBy: raw.updated_by,
    updatedAt: raw.updated_at,
  };
}

/** A schedule that does not wait has null, or empty lists. */
function parentsOf(
  raw: { readonly sync_ids: string[]; readonly bulk_sync_ids: string[] } | null | undefined,
): readonly SyncKey[] | undefined {
  const models = (raw?.sync_ids ?? []).map((parent) => syncKey('model', parent));
  const bulks = (raw?.bulk_sync_ids ?? []).map((parent) => syncKey('bulk', parent));
  return models.length + bulks.length === 0 ? undefined : [...models, ...bulks];
}

/**
 * The documented terminal states; `interrupted` and `errors` are never classified there and count
 * once they have a completion time. `canceling` and words that we do not know are not terminal.
 */
function isTerminal(status: string | undefined, completedAt: Instant | undefined): boolean {
  if (status === 'completed' || status === 'canceled' || status === 'failed') return true;
  return (status === 'interrupted' || status === 'errors') && completedAt !== undefined;
}

/** An empty text says nothing, like an absent one. */
function toText(value: string | null | undefined): string | undefined {
  return value ? plain(value) : undefined;
}

/** RFC 3339 with an offset; the server's zero time (year 1) means that there is none. */
function parseInstant(value: string | null | undefined): Instant | undefined {
  if (!value || !/^\d{4}-\d\d-\d\dT[\d:.]+(Z|[+-]\d\d:\d\d)$/i.test(value)) return undefined;
  const parsed = Date.parse(value);
  return parsed > 0 ? parsed : undefined;
}

function present(value: string | undefined): string[] {
  return value === undefined ? [] : [value];
}

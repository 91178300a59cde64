// Between the records of the program and the rows of the tables. Rows travel as JSON in both
// directions, so that a group of any size is one parameter and both engines read it alike; names
// are those of the columns (migrations/0001-tables.sql), instants are `timestamptz` text.

import type { Entry, JournalEntry } from '../plan/entry.ts';
import type { Call, Hold } from '../plan/hold.ts';
import type { Instant, Interval } from '../time/interval.ts';
import { fromTimestamp, toTimestamp } from './timestamp.ts';

/** What is not known is absent on the way in and null on the way out. */
type Maybe<T> = T | null | undefined;

export interface HoldRow extends Pick<Hold, SameInHold> {
  readonly sync_name: string;
  readonly occurrence_start: string;
  readonly occurrence_end: string;
  readonly opened_at: string;
  readonly held_at: Maybe<string>;
  readonly quiet_at: Maybe<string>;
  readonly execution: Maybe<string>;
  readonly closed_at: Maybe<string>;
  readonly next_run_at: Maybe<string>;
  readonly resume_at: Maybe<string>;
  readonly stray_at: Maybe<string>;
  readonly updated_at: string;
}
type SameInHold =
  | 'id'
  | 'sync'
  | 'state'
  | 'baseline'
  | 'cause'
  | 'generation'
  | 'terms'
  | 'tzdata'
  | 'repauses'
  | 'told';

export interface CallRow extends Pick<Call, SameInCall> {
  readonly hold: Maybe<string>;
  readonly intended_at: string;
  readonly in_doubt: boolean;
  readonly outcome: Maybe<string>;
  readonly status: Maybe<number>;
  readonly answered_at: Maybe<string>;
}
type SameInCall = 'key' | 'sync' | 'action' | 'generation' | 'actor' | 'attempts' | 'state';

export interface EntryRow extends Pick<Entry, 'type' | 'actor' | 'reason'> {
  readonly at: string;
  readonly policy: Maybe<string>;
  readonly sync: Maybe<NonNullable<Entry['sync']>>;
  readonly sync_name: Maybe<string>;
  readonly hold: Maybe<string>;
  readonly occurrence_start: Maybe<string>;
  readonly occurrence_end: Maybe<string>;
  readonly before: Maybe<string>;
  readonly after: Maybe<string>;
  readonly key: Maybe<string>;
  readonly lateness_ms: Maybe<number>;
  readonly detail: Maybe<NonNullable<Entry['detail']>>;
}

export function holdToRow(hold: Hold): HoldRow {
  const { id, sync, state, baseline, cause, generation, execution, terms, repauses, told, tzdata } =
    hold;
  return {
    id,
    sync,
    state,
    baseline,
    cause,
    generation,
    execution,
    terms,
    tzdata,
    repauses,
    told,
    next_run_at: maybe(hold.nextRunAt, toTimestamp),
    resume_at: maybe(hold.resumeAt, toTimestamp),
    stray_at: maybe(hold.strayAt, toTimestamp),
    sync_name: hold.syncName,
    ...occurrenceToRow(hold.occurrence),
    opened_at: toTimestamp(hold.openedAt),
    held_at: maybe(hold.heldAt, toTimestamp),
    quiet_at: maybe(hold.quietAt, toTimestamp),
    closed_at: maybe(hold.closedAt, toTimestamp),
    updated_at: toTimestamp(hold.updatedAt),
  };
}

export function holdFromRow(row: HoldRow): Hold {
  const { id, sync, state, baseline, cause, generation, terms, repauses, told, tzdata } = row;
  return {
    id,
    sync,
    state,
    baseline,
    cause,
    generation,
    terms,
    tzdata,
    repauses,
    told,
    nextRunAt: maybe(row.next_run_at, fromTimestamp),
    resumeAt: maybe(row.resume_at, fromTimestamp),
    strayAt: maybe(row.stray_at, fromTimestamp),
    syncName: row.sync_name,
    occurrence: {
      start: fromTimestamp(row.occurrence_start),
      end: fromTimestamp(row.occurrence_end),
    },
    openedAt: fromTimestamp(row.opened_at),
    heldAt: maybe(row.held_at, fromTimestamp),
    quietAt: maybe(row.quiet_at, fromTimestamp),
    execution: row.execution ?? undefined,
    closedAt: maybe(row.closed_at, fromTimestamp),
    updatedAt: fromTimestamp(row.updated_at),
  };
}

export function callToRow(call: Call): CallRow {
  const { key, sync, action, hold, generation, actor, attempts, state, outcome, status } = call;
  return {
    key,
    sync,
    action,
    hold,
    generation,
    actor,
    attempts,
    state,
    outcome,
    status,
    in_doubt: call.isInDoubt,
    intended_at: toTimestamp(call.intendedAt),
    answered_at: maybe(call.answeredAt, toTimestamp),
  };
}

export function callFromRow(row: CallRow): Call {
  const { key, sync, action, generation, actor, attempts, state } = row;
  return {
    key,
    sync,
    action,
    generation,
    actor,
    attempts,
    state,
    isInDoubt: row.in_doubt,
    hold: row.hold ?? undefined,
    intendedAt: fromTimestamp(row.intended_at),
    outcome: row.outcome ?? undefined,
    status: row.status ?? undefined,
    answeredAt: maybe(row.answered_at, fromTimestamp),
  };
}

export function entryToRow(entry: Entry): EntryRow {
  const { type, actor, reason, policy, sync, hold, before, after, key, detail } = entry;
  return {
    type,
    actor,
    reason,
    policy,
    sync,
    hold,
    before,
    after,
    key,
    detail,
    at: toTimestamp(entry.at),
    sync_name: entry.syncName,
    occurrence_start: undefined,
    occurrence_end: undefined,
    ...maybe(entry.occurrence, occurrenceToRow),
    lateness_ms: maybe(entry.latenessMs, Math.round),
  };
}

export function entryFromRow(row: EntryRow & { readonly seq: number }): JournalEntry {
  const { type, actor, reason, seq, occurrence_start: start, occurrence_end: end } = row;
  return {
    seq,
    type,
    actor,
    reason,
    at: fromTimestamp(row.at),
    policy: row.policy ?? undefined,
    sync: row.sync ?? undefined,
    syncName: row.sync_name ?? undefined,
    hold: row.hold ?? undefined,
    occurrence: start && end ? { start: fromTimestamp(start), end: fromTimestamp(end) } : undefined,
    before: row.before ?? undefined,
    after: row.after ?? undefined,
    key: row.key ?? undefined,
    latenessMs: row.lateness_ms ?? undefined,
    detail: row.detail ?? undefined,
  };
}

function occurrenceToRow({ start, end }: Interval) {
  return { occurrence_start: toTimestamp(start), occurrence_end: toTimestamp(end) };
}

function maybe<T, U>(value: Maybe<T>, change: (value: T) => U): U | undefined {
  return value === null || value === undefined ? undefined : change(value);
}

/** An instant as a parameter; null where there is none. */
export function instantParam(instant: Instant | undefined): string | null {
  return maybe(instant, toTimestamp) ?? null;
}

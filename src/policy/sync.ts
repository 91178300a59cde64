// The room `policy` turns YAML into policies or problems: parse, don't validate. It sits on `time`.
// This file names the thing that policies are about: a sync, as the API described it.

import type { Instant } from '../time/interval.ts';

/** The two kinds of Polytomic syncs; they differ in what deactivating does to running work. */
export type SyncKind = 'model' | 'bulk';

/** `kind:id`, the identity of a sync. Names are for people and may repeat or change. */
export type SyncKey = `${SyncKind}:${string}`;

/** A connection as far as selectors can ask for it. */
export interface Connection {
  readonly id: string;
  readonly name?: string | undefined;
  /** The connection type's id, as in `type:snowflake`. */
  readonly type?: string | undefined;
}

/** Who changed something, as the API names them. */
export interface Person {
  readonly id?: string | undefined;
  readonly name?: string | undefined;
  readonly type?: string | undefined;
}

/** One row of the inventory: what the API said about a sync. */
export interface Sync {
  readonly key: SyncKey;
  readonly kind: SyncKind;
  readonly id: string;
  readonly name: string;
  readonly active: boolean;
  readonly mode?: string | undefined;
  readonly object?: string | undefined;
  /** Schedule frequency: `hourly`, `continuous`, `runafter`, ... */
  readonly frequency?: string | undefined;
  /** The syncs whose end starts this one: when they do not run, neither does it. */
  readonly runsAfter?: readonly SyncKey[] | undefined;
  /** A model sync may read several models, hence several connections. */
  readonly sources: readonly Connection[];
  readonly destinations: readonly Connection[];
  readonly organizationId?: string | undefined;
  readonly createdBy?: Person | undefined;
  readonly updatedBy?: Person | undefined;
  readonly updatedAt?: Instant | undefined;
}

/** Builds the identity of a sync. */
export function syncKey(kind: SyncKind, id: string): SyncKey {
  return `${kind}:${id}`;
}

/** Takes an identity apart; undefined when the text is no sync key. */
export function parseSyncKey(text: string): { kind: SyncKind; id: string } | undefined {
  const match = /^(model|bulk):(.+)$/.exec(text);
  if (match === null) return undefined;
  return { kind: match[1] as SyncKind, id: match[2]! };
}

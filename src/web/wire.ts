// The room `web` is Curfew's HTTP API: a thin layer over `Operations` that says who may ask, reads
// the question and writes the answer. This file is the language of the answers, which the command
// line speaks too: the documents of the floors below, with instants as RFC 3339 in UTC.

import { formatUtc } from '../time/instant.ts';
import type { Instant } from '../time/interval.ts';

/** The fields that hold instants, in every document. A number under one of these names is one. */
const INSTANT_FIELDS = [
  'at',
  'now',
  'since',
  'until',
  'wasUntil',
  'from',
  'expires',
  'start',
  'end',
  'startedAt',
  'openedAt',
  'heldAt',
  'quietAt',
  'closedAt',
  'createdAt',
  'completedAt',
  'updatedAt',
  'readAt',
  'loadedAt',
  'refusedSince',
  'nextAt',
  'nextRunAt',
  'resumeAt',
  'strayAt',
  'nextBoundary',
  'revokedAt',
] as const;

type InstantField = (typeof INSTANT_FIELDS)[number];

/** A document as it goes over the wire. An infinite instant ("for ever") is null. */
export type Wire<T> = T extends readonly (infer Element)[]
  ? readonly Wire<Element>[]
  : T extends object
    ? { readonly [K in keyof T]: K extends InstantField ? WireField<T[K]> : Wire<T[K]> }
    : T;

type WireField<T> = number extends T ? Exclude<T, number> | string | null : Wire<T>;

const isInstantField = new Set<string>(INSTANT_FIELDS);

/** Writes a document for the wire. */
export function toWire<T>(document: T): Wire<T> {
  return convert(document) as Wire<T>;
}

function convert(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(convert);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([name, field]) => [
      name,
      typeof field === 'number' && isInstantField.has(name) ? wireInstant(field) : convert(field),
    ]),
  );
}

// Years of RFC 3339 have four digits. No rule goes beyond them either, so what does not end before
// then lasts for ever as far as anybody can tell.
const lastYearEnds = Date.UTC(10_000, 0, 1);

/** RFC 3339 in UTC; null for infinite instants, and for those after the year 9999. */
export function wireInstant(at: Instant): string | null {
  return Number.isFinite(at) && at < lastYearEnds ? formatUtc(at) : null;
}

import type { Instant } from '../time/interval.ts';

// Postgres and JavaScript write years of four digits alike. Whatever lies outside of them can only
// mean "for ever", so it is kept as that.
const FIRST_INSTANT = Date.parse('0001-01-01T00:00:00.000Z');
const LAST_INSTANT = Date.parse('9999-12-31T23:59:59.999Z');

/** An instant as `timestamptz` text; what lies outside of the years 1 to 9999 is infinite. */
export function toTimestamp(instant: Instant): string {
  if (instant > LAST_INSTANT) return 'infinity';
  if (instant < FIRST_INSTANT) return '-infinity';
  return new Date(instant).toISOString();
}

/** The instant of a `timestamptz`, as a column or inside `jsonb` writes it; whole milliseconds. */
export function fromTimestamp(text: string): Instant {
  if (text === 'infinity') return Number.POSITIVE_INFINITY;
  if (text === '-infinity') return Number.NEGATIVE_INFINITY;
  // `2026-03-01 02:00:00+00` in a column: the blank and the short offset are not ISO 8601.
  return Date.parse(text.replace(' ', 'T').replace(/([+-]\d\d)$/, '$1:00'));
}

// Single content lines of iCalendar (RFC 5545), read by ical.js: its names, parameters and the
// types of its values. What a value then means is worked out by us, in the zones of POLICY 4.

import ICAL from 'ical.js';

/** One property, taken apart. */
export interface IcsProperty {
  /** Parameters by name in small letters; of repeated ones the last. */
  readonly params: Readonly<Record<string, unknown>>;
  /** `date`, `date-time`, `duration`, `period`, `recur`, `text` … */
  readonly type: string;
  /** As in jCal (RFC 7265): `2026-01-01T02:00:00`, a pair for a period, an object for a rule. */
  readonly values: readonly unknown[];
  /** What stands behind the colon. */
  readonly written: string;
}

/** Room for ten thousand dates in one list. */
const lineMax = 200_000;
/** Longer names and parameters are no honest ones, and take a time that grows with the square. */
const headMax = 2_000;

/** Reads one unfolded line, or says what is wrong with it. */
export function readIcsProperty(text: string): IcsProperty | { readonly message: string } {
  if (text.length > lineMax) return { message: `this line is longer than ${lineMax} characters` };
  const head = /^[^:"]*(?:"[^"]*"[^:"]*)*:/.exec(text.slice(0, headMax));
  if (head === null) return { message: 'this line is no property with a value' };
  try {
    const [, params, type, ...values] = ICAL.parse.property(text) as [string, object, string];
    const written = text.slice(head[0].length).trim();
    const property = { params: { ...params }, type, values, written };
    return isWhole(property) ? property : { message: unread(text) };
  } catch (error) {
    return { message: error instanceof Error ? error.message : unread(text) };
  }
}

function unread(text: string): string {
  return `\`${text.slice(0, 60)}\` cannot be read`;
}

/** ical.js reads dates by position: `20260101T020000+0200` would lose its offset without a word. */
function isWhole({ type, values, written }: IcsProperty): boolean {
  if (type !== 'date' && type !== 'date-time') return true;
  return values.map((value) => String(value).replace(/[-:]/g, '')).join(',') === written;
}

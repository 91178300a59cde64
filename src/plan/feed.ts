// Calendars that are fetched. What counts is the last good copy; an answer takes its place only
// when it is a calendar that can be believed. Pure: who fetches, and where copies lie, is decided
// above.

import { sha256 } from '../policy/canonical.ts';
import { type IcsCalendar, readIcs } from '../policy/ics-calendar.ts';
import { timesOfIcs } from '../policy/ics-timeline.ts';
import type { Instant } from '../time/interval.ts';
import { hourMs, minuteMs } from '../time/wall.ts';
import { zoneOf } from '../time/zone.ts';
import type { AlertName } from './alert.ts';
import type { Detail, Entry } from './entry.ts';

const failures = ['unreachable', 'unreadable', 'shrunk'] as const;

/** Why the last look at a feed changed nothing: no answer, no calendar, or too little of one. */
export type FeedFailure = (typeof failures)[number];

/** The copy of a feed that counts, and how the last look at it went. */
export interface Feed {
  readonly url: string;
  readonly text: string;
  /** SHA-256 (hex) of the text. */
  readonly hash: string;
  /** What the server called this text, to ask whether it is still the same. */
  readonly etag?: string | undefined;
  readonly lastModified?: string | undefined;
  /** Since when this copy counts. */
  readonly fetchedAt: Instant;
  /** When the feed was last looked at, whatever came of it. */
  readonly checkedAt: Instant;
  readonly failing?: Failing | undefined;
}

/** That the copy is older than it should be. */
export interface Failing {
  readonly failure: FeedFailure;
  readonly since: Instant;
  /** The rest of a sentence that begins with the feed. */
  readonly why: string;
}

/** What one look at a feed came to. */
export type FeedAnswer =
  | { readonly kind: 'same' }
  | {
      readonly kind: 'text';
      readonly text: string;
      readonly etag?: string | undefined;
      readonly lastModified?: string | undefined;
    }
  | {
      readonly kind: 'failed';
      /** The rest of a sentence that begins with the feed. */
      readonly why: string;
    };

/** Calendars change by the day; the sentence in docs/policy-language.md says "every hour". */
const checkEveryMs = hourMs;
/** What fails is mostly mended within minutes. */
const retryEveryMs = 5 * minuteMs;

/** When a feed should be looked at again. */
export function nextCheckAt({ checkedAt, failing }: Pick<Feed, 'checkedAt' | 'failing'>): Instant {
  return checkedAt + (failing === undefined ? checkEveryMs : retryEveryMs);
}

/**
 * What counts after an answer. Without a copy from before, an answer that cannot be taken leaves
 * nothing: then `feed` is undefined and `why` says what is wrong.
 */
export function judgeFeed(
  url: string,
  known: Feed | undefined,
  answer: FeedAnswer,
  now: Instant,
): { readonly feed: Feed } | { readonly feed: undefined; readonly why: string } {
  const fault = (failure: FeedFailure, why: string) => {
    if (known === undefined) return { feed: undefined, why };
    const since = known.failing?.since ?? now;
    return { feed: { ...known, checkedAt: now, failing: { failure, since, why } } };
  };
  if (answer.kind === 'failed') return fault('unreachable', answer.why);
  if (answer.kind === 'same') {
    if (known === undefined) return fault('unreachable', 'says that nothing has changed');
    return { feed: { ...known, checkedAt: now, failing: undefined } };
  }
  const { text, etag, lastModified } = answer;
  const read = readIcs(text);
  if ('fault' in read) return fault('unreadable', `has sent no calendar: ${read.fault.message}`);
  const fresh = { url, text, hash: sha256(text), etag, lastModified, fetchedAt: now };
  const before = known && goodCalendar(known);
  if (known === undefined || before === undefined) return { feed: { ...fresh, checkedAt: now } };
  if (before.digest === read.digest) {
    // Some servers stamp each answer with its time; that is no other calendar.
    return { feed: { ...known, etag, lastModified, checkedAt: now, failing: undefined } };
  }
  const [had, has] = [countToCome(before, now), countToCome(read, now)];
  if (has * 2 < had) return fault('shrunk', `has ${eventsToCome(has)} where there were ${had}`);
  return { feed: { ...fresh, checkedAt: now } };
}

/** What is over does not count: feeds leave it out some day, and nobody misses it. */
function countToCome(ics: IcsCalendar, now: Instant): number {
  return timesOfIcs(ics, zoneOf('UTC')).countAfter(now);
}

function goodCalendar({ text }: Feed): IcsCalendar | undefined {
  const read = readIcs(text);
  return 'fault' in read ? undefined : read;
}

function eventsToCome(count: number): string {
  return count === 1 ? '1 event to come' : `${count === 0 ? 'no' : count} events to come`;
}

/** An alert about a calendar; equal names are one alert. */
export interface FeedAlarm {
  readonly name: AlertName;
  readonly reason: string;
  readonly detail: Detail;
}

/** What needs a person after a look at the feed of a calendar, and what does not (any more). */
export function feedAlarms(
  calendar: string,
  { url, failing }: Feed,
): { readonly raised: readonly FeedAlarm[]; readonly cleared: readonly FeedAlarm[] } {
  const { host } = new URL(url);
  const alarm = (failure: FeedFailure, reason: string): FeedAlarm => ({
    name: feedAlarmName(calendar, failure),
    reason: `The calendar ${calendar} ${reason}`,
    detail: { calendar, host, failure },
  });
  const well = `can be fetched from ${host} again.`;
  const over = failing === undefined ? well : 'has other trouble now.';
  return {
    raised:
      failing === undefined
        ? []
        : [alarm(failing.failure, `${failing.why} (${host}). The last good copy stays in force.`)],
    cleared: failures
      .filter((failure) => failure !== failing?.failure)
      .map((failure) => alarm(failure, over)),
  };
}

const alarmPrefix = 'calendar:';

function feedAlarmName(calendar: string, failure: FeedFailure): AlertName {
  return `${alarmPrefix}${calendar}:${failure}`;
}

/** The calendar that an alert of this name is about, if it is one of these. */
export function calendarOfAlarm(name: string): string | undefined {
  return name.startsWith(alarmPrefix) ? name.split(':')[1] : undefined;
}

/** The entry about a feed whose copy is another one than before, if it is. */
export function feedChange(
  calendar: string,
  known: Feed | undefined,
  feed: Feed,
  now: Instant,
): Entry[] {
  if (feed.hash === known?.hash) return [];
  return [changedEntry(calendar, new URL(feed.url).host, known, feed, now)];
}

function changedEntry(
  calendar: string,
  host: string,
  known: Feed | undefined,
  feed: Feed,
  now: Instant,
): Entry {
  const read = goodCalendar(feed);
  const events = read === undefined ? 0 : countToCome(read, now);
  const refused = read?.refusals.length ?? 0;
  const what =
    known === undefined ? `was fetched from ${host} for the first time` : `has changed at ${host}`;
  const left =
    refused === 0 ? '' : ` ${refused} of its events cannot be understood and do not count.`;
  return {
    at: now,
    type: 'calendar.changed',
    actor: 'curfew',
    reason: `The calendar ${calendar} ${what}: it has ${eventsToCome(events)}.${left}`,
    before: known?.hash,
    after: feed.hash,
    detail: { calendar, host, events, refused },
  };
}

import { describe, expect, it } from 'vitest';
import {
  calendarOfAlarm,
  type Feed,
  type FeedAnswer,
  feedAlarms,
  feedChange,
  judgeFeed,
  nextCheckAt,
} from '../../src/plan/feed.ts';

const hour = 3_600_000;
const now = Date.UTC(2026, 2, 1);
const url = 'https://vendor.example/private-1234/maintenance.ics';

/** A calendar with an event at each of these hours from `now`. */
function calendar(hours: readonly number[], stamp = '20260101T000000Z'): string {
  const utc = (at: number) => new Date(at).toISOString().replace(/[-:]|\.000/g, '');
  const events = hours.map((after) =>
    [
      ...['BEGIN:VEVENT', `UID:${after}@test`, `DTSTAMP:${stamp}`],
      ...[`DTSTART:${utc(now + after * hour)}`, 'DURATION:PT1H', 'END:VEVENT\n'],
    ].join('\n'),
  );
  return `BEGIN:VCALENDAR\n${events.join('')}END:VCALENDAR\n`;
}

const answer = (text: string, etag?: string): FeedAnswer => ({ kind: 'text', text, etag });

function judged(known: Feed | undefined, given: FeedAnswer, at = now): Feed {
  const { feed } = judgeFeed(url, known, given, at);
  if (feed === undefined) throw new Error('there is no copy');
  return feed;
}

const first = judged(undefined, answer(calendar([1, 2, 3, 4]), '"one"'));
const failed: FeedAnswer = { kind: 'failed', why: 'has answered 500' };
const names = (feed: Feed) => {
  const { raised, cleared } = feedAlarms('vendor', feed);
  return [raised.map(({ name }) => name), cleared.map(({ name }) => name)];
};
const changes = (known: Feed | undefined, feed: Feed) =>
  feedChange('vendor', known, feed, now).map(({ type }) => type);

describe('the first answer of a feed', () => {
  it('is the copy that counts, and the journal says so', () => {
    expect(first).toMatchObject({ url, etag: '"one"', fetchedAt: now, checkedAt: now });
    expect(first.failing).toBeUndefined();
    expect(feedChange('vendor', undefined, first, now)).toEqual([
      expect.objectContaining({
        type: 'calendar.changed',
        reason:
          'The calendar vendor was fetched from vendor.example for the first time: ' +
          'it has 4 events to come.',
        after: first.hash,
      }),
    ]);
  });

  it('may be without an event: there is simply nothing planned', () => {
    expect(judged(undefined, answer(calendar([]))).failing).toBeUndefined();
  });

  it.each([
    ['no answer', failed, 'has answered 500'],
    ['no calendar', answer('<html>'), 'has sent no calendar: this is no iCalendar text'],
    ['the half of one', answer(calendar([1]).slice(0, -15)), 'it ends in the middle'],
    ['"nothing has changed"', { kind: 'same' } as const, 'says that nothing has changed'],
  ])('is no copy when it is %s', (_, given, why) => {
    const { feed, ...rest } = judgeFeed(url, undefined, given, now);
    expect(feed).toBeUndefined();
    expect(rest).toMatchObject({ why: expect.stringContaining(why) });
  });
});

describe('S44: a later answer', () => {
  const later = now + hour / 2;

  it('that has other events takes the place of the copy', () => {
    const feed = judged(first, answer(calendar([1, 2, 3, 5, 6]), '"two"'), later);
    expect(feed).toMatchObject({ etag: '"two"', fetchedAt: later, checkedAt: later });
    expect(feedChange('vendor', first, feed, later)[0]).toMatchObject({
      type: 'calendar.changed',
      reason: 'The calendar vendor has changed at vendor.example: it has 5 events to come.',
      before: first.hash,
      after: feed.hash,
    });
  });

  it('that differs only in when it was written is the same copy, and no news', () => {
    const stamped = answer(calendar([4, 3, 2, 1], '20260301T003000Z'), '"two"');
    const feed = judged(first, stamped, later);
    expect(feed).toEqual({ ...first, etag: '"two"', checkedAt: later });
    expect(changes(first, feed)).toEqual([]);
  });

  it('of 304 is no news either', () => {
    const feed = judged(first, { kind: 'same' }, later);
    expect(feed).toEqual({ ...first, checkedAt: later });
    expect(changes(first, feed)).toEqual([]);
  });

  it.each([
    ['is missing', failed, 'unreachable'],
    ['is no calendar', answer('oh no'), 'unreadable'],
    ['is empty', answer(calendar([])), 'shrunk'],
    ['has less than half of the events that are to come', answer(calendar([1])), 'shrunk'],
  ] as const)('that %s leaves the copy, with an alert', (_, given, why) => {
    const feed = judged(first, given, later);
    expect(feed).toMatchObject({ text: first.text, etag: '"one"', checkedAt: later });
    expect(feed.failing).toMatchObject({ failure: why, since: later });
    expect(changes(first, feed)).toEqual([]);
    const [alert, ...others] = feedAlarms('vendor', feed).raised;
    expect(others).toEqual([]);
    expect(alert).toEqual({
      name: `calendar:vendor:${why}`,
      reason: expect.stringMatching(/^The calendar vendor .* The last good copy stays in force\.$/),
      detail: { calendar: 'vendor', host: 'vendor.example', failure: why },
    });
    // The path of a calendar is often all the secret that it has.
    expect(JSON.stringify(alert)).not.toContain('private-1234');
  });

  it('with half of them is believed', () => {
    expect(judged(first, answer(calendar([1, 2])), later).failing).toBeUndefined();
  });

  it('may leave out what is over', () => {
    const tomorrow = now + 4 * hour;
    expect(judged(first, answer(calendar([3])), tomorrow).failing).toBeDefined();
    expect(judged(first, answer(calendar([4])), tomorrow).failing).toBeUndefined();
    expect(judged(first, answer(calendar([])), now + 10 * hour).failing).toBeUndefined();
  });

  it('raises one alert for one kind of failure, and clears it when all is well', () => {
    const every = ['unreachable', 'unreadable', 'shrunk'].map((kind) => `calendar:vendor:${kind}`);
    const but = (one: string) => every.filter((name) => name !== `calendar:vendor:${one}`);
    const broken = judged(first, failed, later);
    expect(names(broken)).toEqual([['calendar:vendor:unreachable'], but('unreachable')]);
    const still = judged(broken, { kind: 'failed', why: 'has answered 503' }, later + hour);
    expect(still.failing).toEqual({
      failure: 'unreachable',
      since: later,
      why: 'has answered 503',
    });
    expect(names(still)).toEqual(names(broken));
    const worse = judged(still, answer('oh no'), later + 2 * hour);
    expect(names(worse)).toEqual([['calendar:vendor:unreadable'], but('unreadable')]);
    const same = judged(worse, { kind: 'same' }, later + 2.5 * hour);
    expect(names(same)).toEqual([[], every]);
    const other = judged(worse, answer(calendar([5, 6, 7])), later + 2.5 * hour);
    expect(names(other)).toEqual([[], every]);
    expect(changes(worse, other)).toEqual(['calendar.changed']);
    expect(every.map(calendarOfAlarm)).toEqual(['vendor', 'vendor', 'vendor']);
    expect(calendarOfAlarm('limit:vendor')).toBeUndefined();
  });

  it('is asked for after an hour, and after five minutes while it fails', () => {
    expect(nextCheckAt(first)).toBe(now + hour);
    expect(nextCheckAt(judged(first, failed, later))).toBe(later + hour / 12);
  });

  it('that refuses some of its events says how many', () => {
    const bad = calendar([1, 2, 3]).replace('END:VCALENDAR', 'BEGIN:VEVENT\nEND:VEVENT\n$&');
    const feed = judged(first, answer(bad), later);
    expect(feedChange('vendor', first, feed, later)[0]?.reason).toContain(
      '1 of its events cannot be understood',
    );
  });
});

import { describe, expect, it } from 'vitest';
import { loadText, policyText } from './fixtures.ts';

function summaryOf(window: string, calendars = '{}'): string | undefined {
  const text = policyText('allow_always: true', `pause: { during: [{ ${window} }] }`);
  const { set } = loadText(`${text}calendars: ${calendars}\n`);
  return set?.policies[0]?.windows[0]?.summary;
}

describe('a window in plain English', () => {
  it.each([
    ['daily: 22:00-06:00', 'Every day from 22:00 until 06:00 the next day, New York time'],
    ['daily: 00:00-24:00', 'Every day all day, New York time'],
    ['daily: 02:00 for 1h30m', 'Every day from 02:00 for 1 hour 30 minutes, New York time'],
    ['weekly: Sun 02:00-06:00', 'Sundays from 02:00 until 06:00, New York time'],
    ['weekly: Mon-Fri 08:00-24:00', 'Mondays to Fridays from 08:00 until 24:00, New York time'],
    ['weekly: "Sat,Sun 00:00-24:00"', 'Saturdays and Sundays all day, New York time'],
    ['weekly: Fri-Mon 20:00 for 2h', 'Fridays to Mondays from 20:00 for 2 hours, New York time'],
    [
      'weekly: "Mon-Wed,Fri,Sun 01:00-02:00"',
      'Fridays and Sundays to Wednesdays from 01:00 until 02:00, New York time',
    ],
    ['weekly: Mon-Sun 01:00-02:00', 'Every day from 01:00 until 02:00, New York time'],
    ['weekly: Fri 18:00 - Mon 06:00', 'From Fridays 18:00 until Mondays 06:00, New York time'],
    [
      'weekly: Mon 08:00 - Mon 06:00',
      'From Mondays 08:00 until Mondays 06:00 a week later, New York time',
    ],
    [
      'once: 2026-12-24T18:00/2026-12-27T06:00',
      'Once, from 24 December 2026 18:00 until 27 December 2026 06:00, New York time',
    ],
    [
      'once: 2026-12-24T18:00:30/P1D',
      'Once, from 24 December 2026 18:00:30 for 1 day, New York time',
    ],
    ['once: 2026-12-24T18:00Z/PT12H', 'Once, from 2026-12-24T18:00:00Z until 2026-12-25T06:00:00Z'],
    ['cron: "0 2 * * 0", for: 4h', 'By cron `0 2 * * 0` for 4 hours, New York time'],
    ['daily: 01:00-02:00, timezone: UTC', 'Every day from 01:00 until 02:00, UTC'],
    [
      'daily: 01:00-02:00, timezone: America/Argentina/Buenos_Aires',
      'Every day from 01:00 until 02:00, Buenos Aires time',
    ],
    [
      'daily: 01:00-02:00, from: 2026-01-01, until: 2026-12-31',
      'Every day from 01:00 until 02:00, New York time, from 1 January 2026 on, up to ' +
        '31 December 2026',
    ],
  ])('%s', (window, summary) => {
    expect(summaryOf(window)).toBe(summary);
  });

  it.each([
    ['monthly: 1 00:00-04:00', 'On the 1st of every month from 00:00 until 04:00'],
    [
      'monthly: "15,last day 18:00 for 6h"',
      'On the 15th and the last day of every month from 18:00 for 6 hours',
    ],
    [
      'monthly: "1-3,5,6 00:00-24:00"',
      'On the 1st to the 3rd, the 5th and the 6th of every month all day',
    ],
    ['monthly: 2nd Tue 20:00-23:00', 'On the second Tuesday of every month from 20:00 until 23:00'],
    [
      'monthly: 2nd Tue +1d 22:00-06:00',
      'On the day after the second Tuesday of every month from 22:00 until 06:00 the next day',
    ],
    [
      'monthly: 10th weekday -2d 18:00 for 90m',
      'On the day 2 days before the 10th weekday of every month from 18:00 for 1 hour 30 minutes',
    ],
    [
      'monthly: last day 18:00 - 3 06:00',
      'From the last day of every month 18:00 until the 3rd 06:00',
    ],
    ['yearly: Dec 24 18:00 for 12h', 'Every year on 24 December from 18:00 for 12 hours'],
    [
      'yearly: Dec 24 18:00 - Jan 2 06:00',
      'Every year from 24 December 18:00 until 2 January 06:00',
    ],
    ['yearly: Nov 4th Thu 00:00-24:00', 'Every year on the fourth Thursday of November all day'],
    [
      'yearly: "Mar,Jun,Sep,Dec last day 18:00 for 14h"',
      'Every year on the last day of March, June, September and December from 18:00 for 14 hours',
    ],
    [
      'yearly: "Dec 24-26, Jan-Mar 1st Mon 00:00-24:00"',
      'Every year on 24 to 26 December and the first Monday of January to March all day',
    ],
    [
      'rrule: FREQ=WEEKLY;INTERVAL=2;BYDAY=TU, starting: 2026-01-06T20:00, for: 3h',
      'Every 2 weeks on Tuesdays from 20:00 for 3 hours, counted from 6 January 2026',
    ],
    [
      'rrule: FREQ=WEEKLY, starting: 2026-01-04T20:00, for: 3h',
      'Every week on Sundays from 20:00 for 3 hours, counted from 4 January 2026',
    ],
    [
      'rrule: FREQ=DAILY;INTERVAL=3;COUNT=5, starting: 2026-01-06T20:00:30, for: 1h',
      'Every 3 days from 20:00:30 for 1 hour, counted from 6 January 2026, 5 times',
    ],
    [
      'rrule: "FREQ=MONTHLY;BYMONTHDAY=2,1,-1;UNTIL=20261231", starting: 2026-01-01T20:00, for: 1h',
      'Every month on the 1st, the 2nd and the last day from 20:00 for 1 hour, counted from ' +
        '1 January 2026, up to 31 December 2026',
    ],
    [
      'rrule: "FREQ=MONTHLY;BYDAY=2TU,-1FR;UNTIL=20261231T180000Z", ' +
        'starting: 2026-01-13T20:00, for: 1h',
      'Every month on the second Tuesday and the last Friday from 20:00 for 1 hour, counted from ' +
        '13 January 2026, up to 2026-12-31T18:00:00Z',
    ],
    [
      'rrule: FREQ=YEARLY;INTERVAL=2;UNTIL=20301231T180000, starting: 2026-12-24T20:00, for: 1h',
      'Every 2 years on 24 December from 20:00 for 1 hour, counted from 24 December 2026, up to ' +
        '31 December 2030 18:00',
    ],
    [
      'rrule: FREQ=HOURLY;INTERVAL=3, starting: 2026-01-06T20:00, for: 10m',
      'Every 3 hours for 10 minutes, counted from 6 January 2026 20:00',
    ],
    [
      'rrule: "FREQ=MONTHLY;BYDAY=MO,TU;BYSETPOS=-1", starting: 2026-01-27T20:00, for: 1h',
      'By rule `FREQ=MONTHLY;BYDAY=MO,TU;BYSETPOS=-1` for 1 hour, starting 27 January 2026 20:00',
    ],
  ])('%s, in New York', (window, summary) => {
    expect(summaryOf(window)).toBe(`${summary}, New York time`);
  });

  it.each([
    ['calendar: us', 'In the times of the calendar us, New York time'],
    [
      'calendar: us, from: 2026-01-01, timezone: UTC',
      'In the times of the calendar us, UTC, from 1 January 2026 on',
    ],
    [
      'weekly: Mon-Fri 08:00-19:00, except: us',
      'Mondays to Fridays from 08:00 until 19:00, New York time, but not in the times of us',
    ],
    [
      'daily: 01:00-02:00, except: [us, close]',
      'Every day from 01:00 until 02:00, New York time, but not in the times of us and close',
    ],
  ])('with calendars: %s', (window, summary) => {
    expect(summaryOf(window, '{ us: { holidays: US }, close: { dates: 2026-03-31 } }')).toBe(
      summary,
    );
  });
});

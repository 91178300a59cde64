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

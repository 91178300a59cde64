// What the policies in the folder `policies` mean, written down by hand a second time.

import { dayMs, minuteMs } from './wall-walk.ts';
import type { PolicyRule } from './window-rule.ts';

const hourMs = 60 * minuteMs;
const date = (day: number) => new Date(day * dayMs);
const weekday = (day: number) => date(day).getUTCDay();
const dayOf = (text: string) => Date.parse(text) / dayMs;

/** Those of 2026 that are in sight of the tests, by the law of Berlin. */
const berlinHolidays = [
  ...['2026-03-08', '2026-04-03', '2026-04-06', '2026-05-01', '2026-05-14', '2026-05-25'],
  '2026-10-03',
].map(dayOf);

/** By name. */
export const shippedRules: Readonly<Record<string, PolicyRule>> = {
  'snowflake-maintenance': {
    windows: [
      {
        zone: 'America/New_York',
        startsMs: [2 * hourMs],
        isDay: (day) => weekday(day) === 0,
        length: { wallMs: 4 * hourMs },
      },
    ],
    leadMs: 10 * minuteMs,
  },
  'sandbox-hours': {
    windows: [
      {
        zone: 'Europe/Berlin',
        startsMs: [8 * hourMs],
        isDay: (day) => weekday(day) >= 1 && weekday(day) <= 5,
        length: { wallMs: 11 * hourMs },
        except: [{ days: berlinHolidays.map((day) => ({ first: day, last: day })) }],
      },
    ],
    outside: true,
  },
  'month-end-close': {
    windows: [
      {
        zone: 'America/New_York',
        startsMs: [18 * hourMs],
        isDay: (day) => date(day + 1).getUTCDate() === 1,
        length: { exactMs: 14 * hourMs },
      },
      {
        zone: 'America/New_York',
        startsMs: [0],
        isDay: (day) => date(day).getUTCDate() <= 3,
        length: { wallMs: 24 * hourMs },
      },
    ],
  },
  'nightly-warehouse-batch': {
    windows: [
      {
        zone: 'UTC',
        startsMs: [90 * minuteMs],
        isDay: (day) => weekday(day) !== 0,
        length: { exactMs: 90 * minuteMs },
      },
    ],
  },
  'year-end-freeze': {
    windows: [
      {
        zone: 'America/Chicago',
        startsMs: [18 * hourMs],
        isDay: (day) => day === dayOf('2026-12-24'),
        length: { wallMs: 60 * hourMs },
      },
    ],
  },
};

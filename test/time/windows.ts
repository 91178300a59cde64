// Random windows, each as the engine and as the oracle want it, and random places to look at them.

import fc from 'fast-check';
import { parseCron } from '../../src/time/cron-schedule.ts';
import type { Recurrence } from '../../src/time/recurrence.ts';
import type { Weekday } from '../../src/time/wall.ts';
import { jumpsOf, type OracleWindow } from './oracle.ts';
import { propertyRuns } from './property-runs.ts';

/** One window, twice. */
export interface RandomWindow {
  readonly recurrence: Recurrence;
  readonly oracle: OracleWindow;
}

/** A zone and an instant to look around. */
export interface RandomPlace {
  readonly zone: string;
  readonly anchor: number;
}

/** Changes of 30 minutes, of 2 hours, at midnight, and a day that was skipped, among others. */
const hardZones = [
  'Australia/Lord_Howe',
  'Antarctica/Troll',
  'America/Santiago',
  'Asia/Beirut',
  'Pacific/Apia',
  'America/New_York',
  'Europe/Berlin',
  'Africa/Casablanca',
  'America/Havana',
  'America/St_Johns',
  'Atlantic/Azores',
  'Africa/Cairo',
  'Asia/Gaza',
  'Pacific/Chatham',
];

/** Apia skipped a day in 2011. A long run has the time to ask Intl about more years. */
const yearsOf = (zone: string): readonly number[] => {
  if (propertyRuns > 500) return [2008, 2011, 2016, 2026, 2031];
  return zone === 'Pacific/Apia' ? [2011] : [2026];
};

const changes = new Map<string, readonly number[]>();

function changesOf(zone: string, year: number): readonly number[] {
  const key = `${zone} ${year}`;
  const found = changes.get(key) ?? jumpsOf(zone, year);
  changes.set(key, found);
  return found;
}

const zoneName = fc.oneof(
  { weight: 19, arbitrary: fc.constantFrom(...hardZones) },
  { weight: 1, arbitrary: fc.constantFrom(...Intl.supportedValuesOf('timeZone')) },
);

/** Mostly at a clock change, in the zones where they are odd. */
export const randomPlace: fc.Arbitrary<RandomPlace> = fc
  .record({ zone: zoneName, yearPick: fc.nat(4), pick: fc.nat(9) })
  .map(({ zone, yearPick, pick }) => {
    const years = yearsOf(zone);
    const year = years[yearPick % years.length]!;
    const found = changesOf(zone, year);
    const quiet = Date.UTC(year, 5, 10);
    return { zone, anchor: pick === 9 ? quiet : (found[pick % (found.length || 1)] ?? quiet) };
  });

/** Often in the small hours, where most changes are. */
const minuteOfDay = fc.oneof(fc.integer({ min: 0, max: 240 }), fc.integer({ min: 0, max: 1439 }));

const exactMinutes = fc.oneof(fc.integer({ min: 1, max: 200 }), fc.integer({ min: 1, max: 1500 }));

const weekdays = fc.uniqueArray(fc.integer({ min: 1, max: 7 }), { minLength: 1, maxLength: 7 });

const end = fc.oneof(
  { weight: 2, arbitrary: fc.integer({ min: 1, max: 1440 }).map((minute) => ({ minute })) },
  { weight: 1, arbitrary: exactMinutes.map((minutes) => ({ forMs: minutes * 60_000 })) },
);

const daily = fc.record({ startMinute: minuteOfDay, end }).map(
  ({ startMinute, end }): RandomWindow => ({
    recurrence: { kind: 'daily', startMinute, end },
    oracle: {
      startMinutes: [startMinute],
      isDay: () => true,
      length: lengthOf(startMinute, end),
    },
  }),
);

const weekly = fc.record({ days: weekdays, startMinute: minuteOfDay, end }).map(
  ({ days, startMinute, end }): RandomWindow => ({
    recurrence: { kind: 'weekly', days: days as Weekday[], startMinute, end },
    oracle: {
      startMinutes: [startMinute],
      isDay: (date) => days.includes(date.getUTCDay() || 7),
      length: lengthOf(startMinute, end),
    },
  }),
);

function lengthOf(
  startMinute: number,
  end: { minute: number } | { forMs: number },
): OracleWindow['length'] {
  if ('forMs' in end) return { exact: end.forMs / 60_000 };
  return {
    wall: end.minute > startMinute ? end.minute - startMinute : end.minute - startMinute + 1440,
  };
}

const span = fc
  .record({
    startDay: fc.integer({ min: 1, max: 7 }),
    startMinute: minuteOfDay,
    daysLong: fc.integer({ min: 0, max: 1 }),
    endMinute: fc.integer({ min: 1, max: 1440 }),
  })
  .filter(({ startMinute, daysLong, endMinute }) => daysLong > 0 || endMinute > startMinute)
  .map(({ startDay, startMinute, daysLong, endMinute }): RandomWindow => {
    const endDay = ((startDay - 1 + daysLong) % 7) + 1;
    return {
      recurrence: {
        kind: 'span',
        startDay: startDay as Weekday,
        startMinute,
        endDay: endDay as Weekday,
        endMinute,
      },
      oracle: {
        startMinutes: [startMinute],
        isDay: (date) => (date.getUTCDay() || 7) === startDay,
        length: { wall: daysLong * 1440 + endMinute - startMinute },
      },
    };
  });

/** A few minutes of the hour, or steps that the lengths may just bridge. */
const cronMinutes = fc.oneof(
  fc
    .uniqueArray(fc.integer({ min: 0, max: 59 }), { minLength: 1, maxLength: 4 })
    .chain((minutes) => fc.record({ minutes: fc.constant(minutes), forMinutes: exactMinutes })),
  fc.constantFrom(10, 12, 15, 20, 30).chain((step) =>
    fc.record({
      minutes: fc.constant(Array.from({ length: 60 / step }, (_, index) => index * step)),
      forMinutes: fc.constantFrom(step - 1, step, step + 1),
    }),
  ),
);

const cronHours = fc.oneof(
  fc.constant(undefined),
  fc.uniqueArray(fc.integer({ min: 0, max: 23 }), { minLength: 1, maxLength: 6 }),
  fc.constant([0, 1, 2, 3, 4]),
);

const cron = fc
  .record({
    often: cronMinutes,
    hours: cronHours,
    monthDays: fc.option(fc.uniqueArray(fc.integer({ min: 1, max: 31 }), { minLength: 1 }), {
      freq: 3,
    }),
    days: fc.option(fc.uniqueArray(fc.integer({ min: 0, max: 6 }), { minLength: 1 }), { freq: 3 }),
  })
  .map(({ often, hours, monthDays, days }): RandomWindow => {
    const { minutes, forMinutes } = often;
    const text = [minutes, hours ?? '*', monthDays ?? '*', '*', days ?? '*'].join(' ');
    const parsed = parseCron(text);
    if ('fault' in parsed) throw new Error(`${text}: ${parsed.fault.message}`);
    const allHours = hours ?? Array.from({ length: 24 }, (_, hour) => hour);
    return {
      recurrence: { kind: 'cron', schedule: parsed.value, forMs: forMinutes * 60_000 },
      oracle: {
        startMinutes: allHours.flatMap((hour) => minutes.map((minute) => hour * 60 + minute)),
        isDay: (date) => {
          if (monthDays === null && days === null) return true;
          const isMonthDay = monthDays?.includes(date.getUTCDate()) ?? false;
          return isMonthDay || (days?.includes(date.getUTCDay()) ?? false);
        },
        length: { exact: forMinutes },
        everyHour: hours === undefined,
      },
    };
  });

/** Any form of window that recurs. */
export const randomWindow: fc.Arbitrary<RandomWindow> = fc.oneof(daily, weekly, span, cron);

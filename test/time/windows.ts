// Random windows, each as a person writes it and as the oracle wants it, and random places to look
// at them. What the engine gets is what the policy reader makes of the text, so that a case that
// fails is a policy file.

import fc from 'fast-check';
import { windowSchema } from '../../src/policy/schema.ts';
import { formOf, recurrenceOf } from '../../src/policy/window-form.ts';
import type { Recurrence } from '../../src/time/recurrence.ts';
import { zoneOf } from '../../src/time/zone.ts';
import { jumpsOf, type OracleWindow } from './oracle.ts';
import { propertyRuns } from './property-runs.ts';
import { randomDates } from './random-dates.ts';
import { randomRuleWindow } from './random-rule-windows.ts';
import { end, lengthOf, minuteOfDay, timeText } from './random-times.ts';

/** One window, twice. */
export interface RandomWindow {
  /** As it stands in a policy file. */
  readonly fields: Readonly<Record<string, string>>;
  readonly oracle: OracleWindow;
}

/** A zone and an instant to look around. */
export interface RandomPlace {
  readonly zone: string;
  readonly anchor: number;
}

/** A place with windows that have something to do there. */
export interface RandomCase {
  readonly place: RandomPlace;
  readonly windows: readonly RandomWindow[];
}

/** What the policy reader makes of a window. */
export function recurrenceAt({ fields }: RandomWindow, { zone }: RandomPlace): Recurrence {
  const form = formOf(windowSchema.parse(fields));
  if (form === undefined || form.kind === 'calendar') throw new Error(JSON.stringify(fields));
  const recurrence = recurrenceOf(form, zoneOf(zone), {});
  if ('fault' in recurrence) throw new Error(JSON.stringify(fields));
  return recurrence.value;
}

/** A policy file with the windows of a case, to try it again by hand. */
export function fileOf({ place, windows }: RandomCase): string {
  const entries = windows.map(({ fields }) =>
    Object.entries(fields).map(
      ([name, text], index) =>
        `        ${index === 0 ? '- ' : '  '}${name}: ${JSON.stringify(text)}`,
    ),
  );
  return [
    `# look at ${new Date(place.anchor).toISOString()}`,
    ...['version: 1', `timezone: ${place.zone}`, 'policies:', '  random:'],
    ...['    select: { all: true }', '    allow_always: true', '    pause:', '      during:'],
    ...entries.flat(),
    '',
  ].join('\n');
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
const randomPlace: fc.Arbitrary<RandomPlace> = fc
  .record({ zone: zoneName, yearPick: fc.nat(4), pick: fc.nat(9) })
  .map(({ zone, yearPick, pick }) => {
    const years = yearsOf(zone);
    const year = years[yearPick % years.length]!;
    const found = changesOf(zone, year);
    const quiet = Date.UTC(year, 5, 10);
    return { zone, anchor: pick === 9 ? quiet : (found[pick % (found.length || 1)] ?? quiet) };
  });

const exactMinutes = fc.oneof(fc.integer({ min: 1, max: 200 }), fc.integer({ min: 1, max: 1500 }));

const weekdays = fc.uniqueArray(fc.integer({ min: 1, max: 7 }), { minLength: 1, maxLength: 7 });
const weekdayNames = ['Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat', 'Sun'];
const isoWeekday = (date: Date) => date.getUTCDay() || 7;

const daily = fc.record({ start: minuteOfDay, end }).map(
  ({ start, end }): RandomWindow => ({
    fields: { daily: `${timeText(start)}${end.text(start)}` },
    oracle: { minutesOn: () => [start], length: lengthOf(start, end) },
  }),
);

const weekly = fc.record({ days: weekdays, start: minuteOfDay, end }).map(
  ({ days, start, end }): RandomWindow => ({
    fields: {
      weekly: `${days.map((day) => weekdayNames[day - 1])} ${timeText(start)}${end.text(start)}`,
    },
    oracle: {
      minutesOn: (date) => (days.includes(isoWeekday(date)) ? [start] : []),
      length: lengthOf(start, end),
    },
  }),
);

const span = fc
  .record({
    startDay: fc.integer({ min: 1, max: 7 }),
    start: minuteOfDay,
    daysLong: fc.integer({ min: 0, max: 1 }),
    endMinute: fc.integer({ min: 1, max: 1440 }),
  })
  .filter(({ start, daysLong, endMinute }) => daysLong > 0 || endMinute > start)
  .map(({ startDay, start, daysLong, endMinute }): RandomWindow => {
    const endDay = ((startDay - 1 + daysLong) % 7) + 1;
    const from = `${weekdayNames[startDay - 1]} ${timeText(start)}`;
    return {
      fields: { weekly: `${from} - ${weekdayNames[endDay - 1]} ${timeText(endMinute)}` },
      oracle: {
        minutesOn: (date) => (isoWeekday(date) === startDay ? [start] : []),
        length: { wall: daysLong * 1440 + endMinute - start },
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
    const allHours = hours ?? Array.from({ length: 24 }, (_, hour) => hour);
    const starts = allHours.flatMap((hour) => minutes.map((minute) => hour * 60 + minute));
    const isDay = (date: Date) => {
      if (monthDays === null && days === null) return true;
      const isMonthDay = monthDays?.includes(date.getUTCDate()) ?? false;
      return isMonthDay || (days?.includes(date.getUTCDay()) ?? false);
    };
    return {
      fields: { cron: text, for: `${forMinutes}m` },
      oracle: {
        minutesOn: (date) => (isDay(date) ? starts : []),
        length: { exact: forMinutes },
        everyHour: hours === undefined,
      },
    };
  });

/** Any form of window that recurs; those about dates have to do with the place. */
function randomWindowAt(place: RandomPlace): fc.Arbitrary<RandomWindow> {
  const day = Math.floor(place.anchor / 86_400_000);
  return fc.oneof(daily, weekly, span, cron, ...randomDates(day), randomRuleWindow(day));
}

/** A place and so many windows there. */
export function randomCase(windowsMin: number, windowsMax: number): fc.Arbitrary<RandomCase> {
  return randomPlace.chain((place) =>
    fc.record({
      place: fc.constant(place),
      windows: fc.array(randomWindowAt(place), { minLength: windowsMin, maxLength: windowsMax }),
    }),
  );
}

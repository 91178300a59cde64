// Random calendars, each written as a person or a program would write it and as what it should
// mean.

import fc from 'fast-check';
import { dayNames, weekday, weekdayOf } from './random-cron.ts';
import { dayMs, minuteMs } from './wall-walk.ts';
import type { CalendarRule, WindowRule } from './window-rule.ts';

/** A calendar twice: its field in a file, the text of its iCalendar file, and what it means. */
interface RandomCalendar {
  /** Without its `timezone`. */
  readonly field: string;
  readonly ics?: string;
  readonly rule: CalendarRule;
}

const dayIn2026 = (index: number) => Date.UTC(2026, 0, 1) / dayMs + index;
const iso = (ms: number) => new Date(ms).toISOString();
const dateText = (day: number) => iso(day * dayMs).slice(0, 10);
const icsDate = (day: number) => dateText(day).replaceAll('-', '');
const icsTime = (wall: number) => iso(wall).slice(0, 19).replace(/[-:]/g, '');

/** Around the clock changes of spring and autumn, or any day in sight. */
const someDay = fc
  .oneof(
    fc.integer({ min: 62, max: 115 }),
    fc.integer({ min: 240, max: 310 }),
    fc.integer({ min: 62, max: 325 }),
  )
  .map(dayIn2026);

const dates: fc.Arbitrary<RandomCalendar> = fc
  .array(fc.record({ first: someDay, more: fc.oneof(fc.constant(0), fc.nat(9)) }), {
    minLength: 1,
    maxLength: 8,
  })
  .map((ranges) => {
    const texts = ranges.map(({ first, more }) =>
      more === 0 ? dateText(first) : `${dateText(first)}/${dateText(first + more)}`,
    );
    const days = ranges.map(({ first, more }) => ({ first, last: first + more }));
    return { field: `dates: [${texts.join(', ')}]`, rule: { days } };
  });

// Written down from the federal law, not from a table of the program.
const usHolidays = [
  ...['2026-05-25', '2026-06-19', '2026-07-03', '2026-07-04', '2026-09-07', '2026-10-12'],
  ...['2026-11-11', '2026-11-26'],
].map((text) => Date.parse(text) / dayMs);

const holidays: fc.Arbitrary<RandomCalendar> = fc.constant({
  field: 'holidays: US',
  rule: { days: usHolidays.map((day) => ({ first: day, last: day })) },
});

/** An event: its lines, and the window that it is. */
interface RandomEvent {
  readonly lines: readonly string[];
  /** In the zone of whoever asks unless the event names one. */
  readonly window: Omit<WindowRule, 'zone'> & { readonly zone?: string };
}

const eventZone = fc.constantFrom(
  undefined,
  'UTC',
  'America/New_York',
  'Australia/Lord_Howe',
  'Antarctica/Troll',
  'America/Santiago',
);

/** On single days, all day long. */
const allDay: fc.Arbitrary<RandomEvent> = fc
  .record({ day: someDay, days: fc.integer({ min: 1, max: 4 }), isFree: fc.boolean() })
  .map(({ day, days, isFree }) => ({
    lines: [
      `DTSTART;VALUE=DATE:${icsDate(day)}`,
      `DTEND;VALUE=DATE:${icsDate(day + days)}`,
      ...(isFree ? ['TRANSP:TRANSPARENT'] : []),
    ],
    window: {
      startsMs: [0],
      isDay: (candidate) => candidate === day && !isFree,
      length: { wallMs: days * dayMs },
    },
  }));

/** At a time of day: once, every so many days, or on days of the week, some of them left out. */
const timed: fc.Arbitrary<RandomEvent> = fc
  .record({
    zone: eventZone,
    day: someDay,
    minute: fc.oneof(fc.integer({ min: 0, max: 245 }), fc.integer({ min: 0, max: 1439 })),
    minutes: fc.oneof(fc.integer({ min: 1, max: 300 }), fc.integer({ min: 1, max: 1500 })),
    isExact: fc.boolean(),
    rule: fc.oneof(
      fc.constant(undefined),
      fc.record({ every: fc.integer({ min: 1, max: 5 }), count: fc.integer({ min: 1, max: 40 }) }),
      fc.record({ weekdays: fc.uniqueArray(weekday, { minLength: 1 }), weeks: fc.nat(8) }),
    ),
    leftOut: fc.array(fc.record({ after: fc.nat(30), byDate: fc.boolean() }), { maxLength: 4 }),
  })
  .map(({ zone, day, minute, minutes, isExact, rule, leftOut }) => {
    const start = day * dayMs + minute * minuteMs;
    const suffix = zone === 'UTC' ? 'Z' : '';
    const key = zone === undefined || zone === 'UTC' ? '' : `;TZID=${zone}`;
    const end = start + minutes * minuteMs;
    const out = leftOut.map(({ after }) => day + after);
    const exdates = leftOut.map(({ after, byDate }) =>
      byDate
        ? `EXDATE;VALUE=DATE:${icsDate(day + after)}`
        : `EXDATE${key}:${icsTime(start + after * dayMs)}${suffix}`,
    );
    const recurrence = recurrenceOf(rule, day);
    return {
      lines: [
        `DTSTART${key}:${icsTime(start)}${suffix}`,
        isExact ? `DURATION:PT${minutes}M` : `DTEND${key}:${icsTime(end)}${suffix}`,
        ...(recurrence === undefined ? [] : [recurrence.line, ...exdates]),
      ],
      window: {
        ...(zone === undefined ? {} : { zone }),
        startsMs: [minute * minuteMs],
        isDay: (candidate) =>
          recurrence === undefined
            ? candidate === day
            : (candidate === day || recurrence.isDay(candidate)) && !out.includes(candidate),
        length: isExact ? { exactMs: minutes * minuteMs } : { wallMs: minutes * minuteMs },
      },
    };
  });

type Rule =
  | { readonly every: number; readonly count: number }
  | { readonly weekdays: readonly number[]; readonly weeks: number };

function recurrenceOf(rule: Rule | undefined, first: number) {
  if (rule === undefined) return undefined;
  if ('every' in rule) {
    const { every, count } = rule;
    return {
      line: `RRULE:FREQ=DAILY;INTERVAL=${every};COUNT=${count}`,
      isDay: (day: number) =>
        day >= first && (day - first) % every === 0 && (day - first) / every < count,
    };
  }
  const { weekdays, weeks } = rule;
  const until = first + weeks * 7;
  const codes = weekdays.map((day) => dayNames[day]!.slice(0, 2).toUpperCase());
  return {
    line: `RRULE:FREQ=WEEKLY;BYDAY=${codes.join(',')};UNTIL=${icsDate(until)}`,
    isDay: (day: number) => day >= first && day <= until && weekdays.includes(weekdayOf(day)),
  };
}

const ics: fc.Arbitrary<RandomCalendar> = fc
  .array(fc.oneof(allDay, timed), { minLength: 1, maxLength: 6 })
  .map((events) => ({
    field: 'ics: NAME.ics',
    ics: [
      'BEGIN:VCALENDAR',
      'VERSION:2.0',
      ...events.flatMap(({ lines }, index) => [
        ...['BEGIN:VEVENT', `UID:${index}`, ...lines, 'END:VEVENT'],
      ]),
      'END:VCALENDAR',
      '',
    ].join('\r\n'),
    rule: { events: events.map(({ window }) => window) },
  }));

/** Any form of calendar but `include`. */
const randomCalendar: fc.Arbitrary<RandomCalendar> = fc.oneof(
  { weight: 3, arbitrary: dates },
  { weight: 1, arbitrary: holidays },
  { weight: 4, arbitrary: ics },
);

/** A calendar with the name that policies know it by. */
export interface NamedCalendar extends RandomCalendar {
  readonly name: string;
}

/** One or two calendars, or two and one that includes both, with and without zones of their own. */
export const randomCalendars: fc.Arbitrary<readonly NamedCalendar[]> = fc
  .record({
    one: randomCalendar,
    two: fc.option(randomCalendar),
    joins: fc.boolean(),
    zones: fc.tuple(ownZone(), ownZone(), ownZone()),
  })
  .map(({ one, two, joins, zones }) => {
    const parts = [one, ...(two === null ? [] : [two])].map((calendar, index) =>
      named(`CAL${index}`, calendar, zones[index]!),
    );
    if (!joins) return parts;
    const field = `include: [${parts.map(({ name }) => name).join(', ')}]`;
    const whole = { field, rule: { parts: parts.map(({ rule }) => rule) } };
    return [...parts, named('CAL2', whole, zones[2])];
  });

function ownZone() {
  return fc.oneof(
    { weight: 2, arbitrary: fc.constant(undefined) },
    { weight: 1, arbitrary: fc.constantFrom('Asia/Beirut', 'America/St_Johns', 'UTC') },
  );
}

function named(name: string, calendar: RandomCalendar, zone: string | undefined): NamedCalendar {
  if (zone === undefined) return { ...calendar, name };
  return {
    name,
    ...calendar,
    field: `${calendar.field}, timezone: ${zone}`,
    rule: { ...calendar.rule, zone },
  };
}

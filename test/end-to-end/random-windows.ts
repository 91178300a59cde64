// Random windows, each written as a person would write it and as the rule that it should mean.

import fc from 'fast-check';
import {
  cronField,
  cronMinute,
  dayNames,
  monthDay,
  weekDay,
  weekday,
  weekdayOf,
} from './random-cron.ts';
import { monthly, monthlySpan, yearly, yearlySpan } from './random-dates.ts';
import { rrule } from './random-rules.ts';
import {
  dateText,
  endMinute,
  length,
  minuteOfDay,
  type RandomWindow,
  timesOfDay,
  timeText,
  two,
  type WindowIn,
} from './random-times.ts';
import { dayMs, minuteMs, minutesOfDay, wallOf } from './wall-walk.ts';
import type { ExactRule, WindowRule } from './window-rule.ts';

/** Changes of 30 minutes, of two hours, at midnight, at odd minutes, and none at all. */
export const zones = [
  'Australia/Lord_Howe',
  'Antarctica/Troll',
  'America/Santiago',
  'Asia/Beirut',
  'Pacific/Apia',
  'America/New_York',
  'Europe/Berlin',
  'America/St_Johns',
  'Pacific/Chatham',
];

const dayIn2026 = (index: number) => Date.UTC(2026, 0, 1) / dayMs + index;

const daily: WindowIn = (zone) =>
  timesOfDay.map(({ text, ...times }) => ({
    fields: { daily: text },
    rule: { zone, ...times, isDay: () => true },
  }));

/** Single days, lists and ranges, which may wrap around the week's end. */
const days = fc
  .array(fc.record({ first: weekday, more: fc.oneof(fc.constant(0), fc.nat(6)) }), {
    minLength: 1,
    maxLength: 3,
  })
  .map((runs) => ({
    text: runs
      .map(({ first, more }) =>
        more === 0 ? dayNames[first]! : `${dayNames[first]}-${dayNames[(first + more) % 7]}`,
      )
      .join(','),
    has: (day: number) => runs.some(({ first, more }) => (weekdayOf(day) - first + 7) % 7 <= more),
  }));

const weekly: WindowIn = (zone) =>
  fc.record({ days, times: timesOfDay }).map(({ days, times: { text, ...times } }) => ({
    fields: { weekly: `${days.text} ${text}` },
    rule: { zone, ...times, isDay: days.has },
  }));

const span: WindowIn = (zone) =>
  fc
    .record({ first: weekday, start: minuteOfDay, last: weekday, end: endMinute })
    .filter(({ first, start, last, end }) => first !== last || start !== end)
    .map(({ first, start, last, end }) => {
      const minutes = ((last - first + 7) % 7) * minutesOfDay + end - start;
      return {
        fields: {
          weekly: `${dayNames[first]} ${timeText(start)} - ${dayNames[last]} ${timeText(end)}`,
        },
        rule: {
          zone,
          startsMs: [start * minuteMs],
          isDay: (day) => weekdayOf(day) === first,
          length: { wallMs: (minutes > 0 ? minutes : minutes + 7 * minutesOfDay) * minuteMs },
        },
      };
    });

/** Around the clock changes of March to April and September to November, or any day. */
const someDay = fc
  .oneof(
    fc.integer({ min: 62, max: 115 }),
    fc.integer({ min: 240, max: 310 }),
    fc.integer({ min: 59, max: 330 }),
  )
  .map(dayIn2026);

const wallText = (wall: number) => new Date(wall).toISOString().slice(0, 19).replace(/:00$/, '');

const onceOnTheWall: WindowIn = (zone) =>
  fc
    .record({
      day: someDay,
      start: minuteOfDay,
      seconds: fc.oneof(fc.constant(0), fc.nat(59)),
      length,
      isElapsed: fc.boolean(),
    })
    .map(({ day, start, seconds, length, isElapsed }) => {
      const begin = day * dayMs + start * minuteMs + seconds * 1000;
      return { begin, end: begin + length.ms, iso: isoOf(length.ms), isElapsed };
    })
    // A single date can be written right, so a time that the clock skips is an error (rule 5).
    .filter(
      ({ begin, end, isElapsed }) =>
        wallOf(zone).shows(begin) && (isElapsed || wallOf(zone).shows(end)),
    )
    .map(({ begin, end, iso, isElapsed }) => {
      const day = Math.floor(begin / dayMs);
      return {
        fields: { once: `${wallText(begin)}/${isElapsed ? iso : wallText(end)}` },
        rule: {
          zone,
          startsMs: [begin - day * dayMs],
          isDay: (candidate) => candidate === day,
          length: isElapsed ? { exactMs: end - begin } : { wallMs: end - begin },
        },
      };
    });

const isoOf = (ms: number) => `PT${ms / minuteMs}M`;

const onceExact: WindowIn = (zone) =>
  fc
    .record({ day: someDay, start: minuteOfDay, length, offset: fc.integer({ min: -11, max: 13 }) })
    .map(({ day, start, length, offset }) => {
      const begin = day * dayMs + start * minuteMs;
      const end = begin + length.ms;
      const sign = offset < 0 ? '-' : '+';
      const shifted = wallText(end + offset * 60 * minuteMs);
      const rule: ExactRule = { zone, exact: { start: begin, end } };
      const text = `${wallText(begin)}Z/${shifted}${sign}${two(Math.abs(offset))}:00`;
      return { fields: { once: text }, rule };
    });

const cron: WindowIn = (zone) =>
  fc
    .record({
      minute: cronMinute,
      hour: fc.option(cronField(0, 23), { freq: 3 }),
      monthDay: fc.option(monthDay, { freq: 2 }),
      weekDay: fc.option(weekDay, { freq: 2 }),
      firstDay: someDay,
      length,
    })
    .map(({ minute, hour, monthDay, weekDay, firstDay, length }) => {
      const hours = hour?.values ?? Array.from({ length: 24 }, (_, value) => value);
      const isDay = (day: number) => {
        if (monthDay === null && weekDay === null) return true;
        return monthDay?.has(day) === true || weekDay?.has(day) === true;
      };
      const text = [minute, hour, monthDay, undefined, weekDay].map((part) => part?.text ?? '*');
      const rule: WindowRule = {
        zone,
        startsMs: hours.flatMap((at) => minute.values.map((more) => (at * 60 + more) * minuteMs)),
        isDay,
        length: { exactMs: length.ms },
        everyHour: hour === null,
      };
      const fields = { cron: text.join(' '), for: length.text };
      // Nine months of every quarter of an hour would say no more than a fortnight of them.
      return rule.startsMs.length > 4
        ? limited({ fields, rule }, firstDay, firstDay + 14)
        : { fields, rule };
    });

function limited({ fields, rule }: RandomWindow, from: number, until: number): RandomWindow {
  return {
    fields: { ...fields, from: dateText(from), until: dateText(until) },
    rule: { ...rule, from, until } as WindowRule,
  };
}

/** About half of the windows that come back may do so for a while only. */
export function maybeLimited(window: fc.Arbitrary<RandomWindow>): fc.Arbitrary<RandomWindow> {
  const limits = fc.record({ from: someDay, more: fc.nat(60) });
  return fc.tuple(window, fc.option(limits, { freq: 2 })).map(([window, limits]) => {
    if (limits === null || 'from' in window.fields) return window;
    return limited(window, limits.from, limits.from + limits.more);
  });
}

const dated = [monthly, monthlySpan, yearly, yearlySpan, rrule];
const recurring = [daily, weekly, span, cron, ...dated].map(
  (form): WindowIn =>
    (zone) =>
      maybeLimited(form(zone)),
);

/** A window of any form that needs nothing beside it. */
export const plainWindow: fc.Arbitrary<RandomWindow> = fc
  .constantFrom(...zones)
  .chain((zone) =>
    fc.oneof(...recurring.map((form) => form(zone)), onceOnTheWall(zone), onceExact(zone)),
  );

// Random windows by recurrence rules, each with what it should mean.

import fc from 'fast-check';
import { weekday, weekdayOf } from './random-cron.ts';
import { dateOf, isLast, monthOf } from './random-dates.ts';
import { length, minuteOfDay, timeText, type WindowIn } from './random-times.ts';
import { dayMs, minuteMs } from './wall-walk.ts';

const dayCodes = ['SU', 'MO', 'TU', 'WE', 'TH', 'FR', 'SA'];
const modulo = (value: number, by: number) => ((value % by) + by) % by;

/** What a rule names, beside its interval and where it starts. */
interface RuleKind {
  readonly text: string;
  readonly isDay: (day: number, start: number) => boolean;
}

const interval = fc.integer({ min: 1, max: 4 });

const dailyRule = interval.map(
  (every): RuleKind => ({
    text: `FREQ=DAILY;INTERVAL=${every}`,
    isDay: (day, start) => (day - start) % every === 0,
  }),
);

const weeklyRule = fc
  .tuple(interval, fc.uniqueArray(weekday, { minLength: 1, maxLength: 3 }))
  .map(([every, days]): RuleKind => {
    const monday = (day: number) => day - modulo(weekdayOf(day) - 1, 7);
    return {
      text: `FREQ=WEEKLY;INTERVAL=${every};BYDAY=${days.map((day) => dayCodes[day])}`,
      isDay: (day, start) =>
        days.includes(weekdayOf(day)) && ((monday(day) - monday(start)) / 7) % every === 0,
    };
  });

const monthlyRule = fc
  .tuple(interval, fc.integer({ min: 1, max: 4 }), weekday, fc.integer({ min: 1, max: 31 }))
  .map(([every, nth, name, date]): RuleKind => {
    const isNth = nth < 4;
    const part = isNth ? `BYDAY=${nth}${dayCodes[name]}` : `BYMONTHDAY=${date},-1`;
    return {
      text: `FREQ=MONTHLY;INTERVAL=${every};${part}`,
      isDay: (day, start) => {
        if (modulo(monthOf(day) - monthOf(start), every) !== 0) return false;
        if (!isNth) return dateOf(day) === date || isLast(day);
        return weekdayOf(day) === name && Math.ceil(dateOf(day) / 7) === nth;
      },
    };
  });

/** In 2026 only: years have nothing to do with it. */
const startDay = fc.integer({ min: 0, max: 200 }).map((day) => Date.UTC(2026, 0, 1) / dayMs + day);

const byDays: WindowIn = (zone) =>
  fc
    .record({
      kind: fc.oneof(dailyRule, weeklyRule, monthlyRule),
      start: startDay,
      minute: minuteOfDay,
      length,
      // Long enough for the rarest of the rules to name a time.
      more: fc.option(fc.integer({ min: 130, max: 200 }), { freq: 2 }),
    })
    .map(({ kind, start, minute, length, more }) => {
      const stamp = (day: number) => new Date(day * dayMs).toISOString().slice(0, 10);
      const until = more === null ? '' : `;UNTIL=${stamp(start + more).replaceAll('-', '')}`;
      return {
        fields: {
          rrule: `${kind.text}${until}`,
          starting: `${stamp(start)}T${timeText(minute)}`,
          for: length.text,
        },
        rule: {
          zone,
          startsMs: [minute * minuteMs],
          isDay: (day) =>
            day >= start && (more === null || day <= start + more) && kind.isDay(day, start),
          length: { exactMs: length.ms },
        },
      };
    });

/** Every so many hours, across midnights, from a day on; a fortnight of it is enough. */
const byHours: WindowIn = (zone) =>
  fc
    .record({
      every: fc.integer({ min: 1, max: 60 }),
      start: startDay,
      minute: fc.nat(1439),
      length,
    })
    .map(({ every, start, minute, length }) => {
      const last = start + 14;
      const stamp = (day: number) => new Date(day * dayMs).toISOString().slice(0, 10);
      const firstHour = start * 24 + Math.floor(minute / 60);
      const hours = Array.from({ length: 24 }, (_, hour) => hour);
      return {
        fields: {
          rrule: `FREQ=HOURLY;INTERVAL=${every};UNTIL=${stamp(last).replaceAll('-', '')}`,
          starting: `${stamp(start)}T${timeText(minute)}`,
          for: length.text,
        },
        rule: {
          zone,
          startsMs: hours.map((hour) => (hour * 60 + (minute % 60)) * minuteMs),
          isDay: (day) => day >= start && day <= last,
          isTime: (day, ms) => {
            const hour = day * 24 + Math.floor(ms / (60 * minuteMs));
            return hour >= firstHour && (hour - firstHour) % every === 0;
          },
          length: { exactMs: length.ms },
          everyHour: true,
        },
      };
    });

export const rrule: WindowIn = (zone) =>
  fc.oneof({ weight: 3, arbitrary: byDays(zone) }, { weight: 1, arbitrary: byHours(zone) });

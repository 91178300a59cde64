// Random windows of months and years, each with what it should mean. Every question about a date is
// answered by looking at the dates around it.

import fc from 'fast-check';
import { dayNames, weekday, weekdayOf } from './random-cron.ts';
import { endMinute, minuteOfDay, timesOfDay, timeText, type WindowIn } from './random-times.ts';
import { dayMs, minuteMs, minutesOfDay } from './wall-walk.ts';

const monthNames = 'Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec'.split(' ');
const ordinals = ['1st', '2nd', '3rd', '4th', '5th'];

/** The day of the month, and the month from 0. */
export const dateOf = (day: number) => new Date(day * dayMs).getUTCDate();
export const monthOf = (day: number) => new Date(day * dayMs).getUTCMonth();
export const isLast = (day: number) => dateOf(day + 1) === 1;
const isWorkday = (day: number) => weekdayOf(day) >= 1 && weekdayOf(day) <= 5;

/** Days of a month, and whether a day is one of them. */
interface DayOfMonth {
  readonly text: string;
  /** The largest number in it; Infinity when a range goes over the end of a month. */
  readonly largest?: number;
  readonly has: (day: number) => boolean;
}

const numbered = fc
  .tuple(fc.integer({ min: 1, max: 31 }), fc.nat(6))
  .map(([first, more]): DayOfMonth => {
    const last = first + more;
    if (more < 2) {
      return { text: `${first}`, largest: first, has: (day) => dateOf(day) === first };
    }
    // 29-3 is the end of one month and the beginning of another.
    const wrapped = last > 31 ? last - 31 : last;
    return {
      text: `${first}-${wrapped}`,
      largest: last > 31 ? Infinity : last,
      has: (day) =>
        last > 31
          ? dateOf(day) >= first || dateOf(day) <= wrapped
          : dateOf(day) >= first && dateOf(day) <= last,
    };
  });

const nthWeekday = fc.tuple(weekday, fc.nat(4)).map(
  ([name, index]): DayOfMonth => ({
    text: `${ordinals[index]} ${dayNames[name]}`,
    has: (day) => weekdayOf(day) === name && Math.ceil(dateOf(day) / 7) === index + 1,
  }),
);

const lastWeekday = weekday.map(
  (name): DayOfMonth => ({
    text: `last ${dayNames[name]}`,
    has: (day) => weekdayOf(day) === name && monthOf(day + 7) !== monthOf(day),
  }),
);

const workday = fc.nat(4).map((index): DayOfMonth => {
  const countUpTo = (day: number) => {
    const first = day - dateOf(day) + 1;
    return Array.from({ length: day - first + 1 }, (_, back) => first + back).filter(isWorkday)
      .length;
  };
  return {
    text: `${ordinals[index]} weekday`,
    has: (day) => isWorkday(day) && countUpTo(day) === index + 1,
  };
});

const lastDay = fc.constantFrom<DayOfMonth>(
  { text: 'last day', has: isLast },
  {
    text: 'last weekday',
    has: (day) =>
      isWorkday(day) &&
      [1, 2, 3].every((more) => monthOf(day + more) !== monthOf(day) || !isWorkday(day + more)),
  },
);

const shift = fc.oneof(
  { weight: 3, arbitrary: fc.constant(0) },
  { weight: 1, arbitrary: fc.integer({ min: -31, max: 31 }) },
);

const shiftText = (days: number) =>
  days === 0 ? '' : ` ${days > 0 ? '+' : '-'}${Math.abs(days)}d`;

const dayOfMonth = fc
  .tuple(fc.oneof(numbered, nthWeekday, lastWeekday, workday, lastDay), shift)
  .map(([{ text, has, largest = 0 }, days]) => ({
    largest,
    text: `${text}${shiftText(days)}`,
    // The day that is named, before the offset.
    named: (day: number) => day - days,
    has: (day: number) => has(day - days),
  }));

export const monthly: WindowIn = (zone) =>
  fc
    .record({ days: fc.array(dayOfMonth, { minLength: 1, maxLength: 3 }), times: timesOfDay })
    .map(({ days, times: { text, ...times } }) => ({
      fields: { monthly: `${days.map((day) => day.text).join(', ')} ${text}` },
      rule: { zone, ...times, isDay: (day) => days.some(({ has }) => has(day)) },
    }));

export const yearly: WindowIn = (zone) =>
  fc
    .record({
      months: fc.uniqueArray(fc.nat(11), { minLength: 1, maxLength: 5 }),
      day: dayOfMonth,
      times: timesOfDay,
    })
    // A day that one of the months never has is an error; a range of a year does not wrap.
    .filter(({ months, day: { largest } }) =>
      months.every((month) => largest <= new Date(Date.UTC(2024, month + 1, 0)).getUTCDate()),
    )
    .map(({ months, day, times: { text, ...times } }) => ({
      fields: { yearly: `${months.map((month) => monthNames[month])} ${day.text} ${text}` },
      rule: {
        zone,
        ...times,
        isDay: (candidate) => day.has(candidate) && months.includes(monthOf(day.named(candidate))),
      },
    }));

/** So many days on from a day until one that `isEnd`. */
function wallUntil(
  isEnd: (day: number) => boolean,
  startMs: number,
  endMs: number,
): (day: number) => number {
  return (start) => {
    let end = start;
    while (!isEnd(end) || end * dayMs + endMs <= start * dayMs + startMs) end++;
    return end * dayMs + endMs - start * dayMs - startMs;
  };
}

/** From a day of the month to one at most a week later; longer ones outlast the walk. */
export const monthlySpan: WindowIn = (zone) =>
  fc
    .record({
      first: fc.oneof(fc.integer({ min: 1, max: 28 }), fc.constant('last day' as const)),
      days: fc.integer({ min: 1, max: 7 }),
      start: minuteOfDay,
      end: endMinute,
    })
    .map(({ first, days, start, end }) => {
      const isStart = (day: number) => (first === 'last day' ? isLast(day) : dateOf(day) === first);
      const last = first === 'last day' ? days : first + days;
      const isEnd = (day: number) => (last > 28 ? isLast(day) : dateOf(day) === last);
      const until = `${last > 28 ? 'last day' : last} ${timeText(end)}`;
      return {
        fields: { monthly: `${first} ${timeText(start)} - ${until}` },
        rule: {
          zone,
          startsMs: [start * minuteMs],
          isDay: isStart,
          length: { wallMs: wallUntil(isEnd, start * minuteMs, end * minuteMs) },
        },
      };
    });

export const yearlySpan: WindowIn = (zone) =>
  fc
    .record({
      first: fc.integer({ min: 60, max: 330 }),
      days: fc.integer({ min: 1, max: 9 }),
      start: minuteOfDay,
      end: endMinute,
    })
    .map(({ first, days, start, end }) => {
      const firstDay = Date.UTC(2026, 0, 1) / dayMs + first;
      const nameOf = (day: number) => `${monthNames[monthOf(day)]} ${dateOf(day)}`;
      const minutes = days * minutesOfDay + end - start;
      const until = `${nameOf(firstDay + days)} ${timeText(end)}`;
      return {
        fields: { yearly: `${nameOf(firstDay)} ${timeText(start)} - ${until}` },
        rule: {
          zone,
          startsMs: [start * minuteMs],
          isDay: (day) => day === firstDay,
          length: { wallMs: minutes * minuteMs },
        },
      };
    });

// Random windows of months and years that have to do with the days around a place: each names one
// of those days in some way, and the oracle asks every day whether that way fits it.

import fc from 'fast-check';
import { end, lengthOf, minuteOfDay, timeText } from './random-times.ts';
import type { RandomWindow } from './windows.ts';

const dayMs = 86_400_000;
const weekdayNames = ['Sun', 'Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat'];
const monthNames = 'Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec'.split(' ');
const ordinals = ['1st', '2nd', '3rd', '4th', '5th'];

/** A way to name days of a month, and whether a day is one of them. */
interface Way {
  readonly text: string;
  readonly fits: (date: Date) => boolean;
}

function daysAfter(date: Date, days: number): Date {
  return new Date(date.getTime() + days * dayMs);
}

const isLastDay = (date: Date) => daysAfter(date, 1).getUTCDate() === 1;
const isSameMonth = (a: Date, b: Date) => a.getUTCMonth() === b.getUTCMonth();
const isWorkday = (date: Date) => date.getUTCDay() >= 1 && date.getUTCDay() <= 5;

/** How many days of a kind a month has up to and with this one. */
function countOf(date: Date, isOfKind: (day: Date) => boolean): number {
  let count = 0;
  for (let at = date; isSameMonth(at, date); at = daysAfter(at, -1)) if (isOfKind(at)) count++;
  return count;
}

/** All the ways to name this day. */
function waysOf(date: Date): Way[] {
  const number = date.getUTCDate();
  const weekday = date.getUTCDay();
  const nth = Math.ceil(number / 7);
  const isOfWeekday = (day: Date) => day.getUTCDay() === weekday;
  const isNth = (day: Date) => isOfWeekday(day) && countOf(day, isOfWeekday) === nth;
  const isLastOfWeekday = (day: Date) => isOfWeekday(day) && !isSameMonth(day, daysAfter(day, 7));
  const from = Math.max(1, number - 1);
  const ways: Way[] = [
    { text: `${number}`, fits: (day) => day.getUTCDate() === number },
    {
      text: `${from}-${number}`,
      fits: (day) => day.getUTCDate() >= from && day.getUTCDate() <= number,
    },
    { text: `${number}-last day`, fits: (day) => day.getUTCDate() >= number },
    { text: `${ordinals[nth - 1]} ${weekdayNames[weekday]}`, fits: isNth },
  ];
  if (isLastDay(date)) ways.push({ text: 'last day', fits: isLastDay });
  if (isLastOfWeekday(date)) {
    ways.push({ text: `last ${weekdayNames[weekday]}`, fits: isLastOfWeekday });
  }
  const workday = countOf(date, isWorkday);
  if (isWorkday(date) && workday <= 3) {
    const text = `${ordinals[workday - 1]} weekday`;
    ways.push({ text, fits: (day) => isWorkday(day) && countOf(day, isWorkday) === workday });
  }
  return ways;
}

/** A day near `day`, named by a day that is `shift` days before it. */
function randomWay(day: number): fc.Arbitrary<Way & { readonly named: Date }> {
  const shift = fc.oneof(
    { weight: 2, arbitrary: fc.constant(0) },
    { weight: 1, arbitrary: fc.integer({ min: -31, max: 31 }) },
  );
  return fc
    .record({ near: fc.integer({ min: -2, max: 1 }), shift, pick: fc.nat(9) })
    .map(({ near, shift, pick }) => {
      const named = new Date((day + near - shift) * dayMs);
      const ways = waysOf(named);
      const way = ways[pick % ways.length]!;
      const offset = shift === 0 ? '' : ` ${shift > 0 ? '+' : '-'}${Math.abs(shift)}d`;
      const fits = (date: Date) => way.fits(daysAfter(date, -shift));
      // A year has its months, too: the day that is named says which.
      return { text: `${way.text}${offset}`, fits, named };
    });
}

function monthly(day: number): fc.Arbitrary<RandomWindow> {
  const ways = fc.array(randomWay(day), { minLength: 1, maxLength: 2 });
  return fc.record({ ways, start: minuteOfDay, end }).map(({ ways, start, end }) => ({
    fields: {
      monthly: `${ways.map(({ text }) => text)} ${timeText(start)}${end.text(start)}`,
    },
    oracle: {
      minutesOn: (date) => (ways.some(({ fits }) => fits(date)) ? [start] : []),
      length: lengthOf(start, end),
    },
  }));
}

function yearly(day: number): fc.Arbitrary<RandomWindow> {
  return fc.record({ way: randomWay(day), start: minuteOfDay, end }).map(({ way, start, end }) => {
    const { text, fits, named } = way;
    const shift = Number(/ ([+-]\d+)d$/.exec(text)?.[1] ?? 0);
    const isMonth = (date: Date) => isSameMonth(daysAfter(date, -shift), named);
    const month = monthNames[named.getUTCMonth()];
    return {
      fields: { yearly: `${month} ${text} ${timeText(start)}${end.text(start)}` },
      oracle: {
        minutesOn: (date) => (fits(date) && isMonth(date) ? [start] : []),
        length: lengthOf(start, end),
      },
    };
  });
}

/** From one day to the same or the next, or to the first of a month. */
function spans(day: number): fc.Arbitrary<RandomWindow> {
  return fc
    .record({
      isYearly: fc.boolean(),
      near: fc.integer({ min: -2, max: 1 }),
      start: minuteOfDay,
      daysLong: fc.integer({ min: 0, max: 1 }),
      endMinute: fc.integer({ min: 1, max: 1440 }),
    })
    .filter(({ start, daysLong, endMinute }) => daysLong > 0 || endMinute > start)
    .map(({ isYearly, near, start, daysLong, endMinute }) => {
      const first = new Date((day + near) * dayMs);
      const last = daysAfter(first, daysLong);
      const name = (date: Date) => {
        const month = isYearly ? `${monthNames[date.getUTCMonth()]} ` : '';
        return `${month}${isLastDay(date) ? 'last day' : date.getUTCDate()}`;
      };
      const fits = (date: Date) => {
        if (isYearly && !isSameMonth(date, first)) return false;
        return isLastDay(first) ? isLastDay(date) : date.getUTCDate() === first.getUTCDate();
      };
      const form = isYearly ? 'yearly' : 'monthly';
      const text = `${name(first)} ${timeText(start)} - ${name(last)} ${timeText(endMinute)}`;
      return {
        fields: { [form]: text },
        oracle: {
          minutesOn: (date: Date) => (fits(date) ? [start] : []),
          length: { wall: daysLong * 1440 + endMinute - start },
        },
      };
    })
    .filter(({ fields }) => {
      const text = Object.values(fields)[0]!;
      // Not every month has the days 29 to 31: such an end is an error. And where a month ends on
      // the day on which a span to its last day begins, that one goes on to the next last day.
      return !/ - (29|30|31) | - Feb 29 |^(Feb )?(28|29|30) .* last day/.test(text);
    });
}

/** Windows of months and years that have to do with a day and its neighbours. */
export function randomDates(day: number): fc.Arbitrary<RandomWindow>[] {
  return [monthly(day), yearly(day), spans(day)];
}

// Rules that count in hours, minutes or seconds. A day has a fixed number of such slots, and every
// `interval`th slot since the rule's start is due, across midnights: which slots of a day those are
// is a remainder.

import { type Days, firstDay, lastDay } from './days.ts';
import type { RecurrenceRule } from './rrule.ts';
import { hourOf, minuteOf, secondOf, timesOfHour, timesOfMinute } from './rule-times.ts';
import { picked } from './set-positions.ts';
import type { Timetable } from './starts.ts';
import { dayMs, hourMs, minuteMs, modulo, type Wall } from './wall.ts';

type SlotRule = RecurrenceRule & { readonly frequency: 'hourly' | 'minutely' | 'secondly' };

const unitsMs = { hourly: hourMs, minutely: minuteMs, secondly: 1000 } as const;

/** The times of such a rule on those of `days` that have any. */
export function createSlots(rule: SlotRule, starting: Wall, days: Days): Timetable {
  const { frequency, interval = 1, positions } = rule;
  const unitMs = unitsMs[frequency];
  const slotsOfDay = dayMs / unitMs;
  const anchor = Math.floor(starting / unitMs);
  const times = picked(positions, timesOfSlot(rule, starting));
  const open = Array.from({ length: slotsOfDay }, (_, slot) => isOpen(rule, slot * unitMs));
  const firstDue = (slot: number) => slot + modulo(anchor - slot, interval);
  const lastDue = (slot: number) => slot - modulo(slot - anchor, interval);
  let known = { day: NaN, times: [] as readonly number[] };

  function timesOn(day: number): readonly number[] {
    if (day !== known.day) known = { day, times: findTimes(day) };
    return known.times;
  }

  function findTimes(day: number): number[] {
    const found: number[] = [];
    const first = day * slotsOfDay;
    for (let slot = firstDue(first) - first; slot < slotsOfDay; slot += interval) {
      if (open[slot]) for (const time of times) found.push(slot * unitMs + time);
    }
    return found;
  }

  function atOrAfter(day: number): number {
    let found = days.atOrAfter(day);
    while (found <= lastDay && timesOn(found).length === 0) {
      found = days.atOrAfter(Math.floor(firstDue((found + 1) * slotsOfDay) / slotsOfDay));
    }
    return found <= lastDay ? found : Infinity;
  }

  function atOrBefore(day: number): number {
    let found = days.atOrBefore(day);
    while (found >= firstDay && timesOn(found).length === 0) {
      found = days.atOrBefore(Math.floor(lastDue(found * slotsOfDay - 1) / slotsOfDay));
    }
    return found >= firstDay ? found : -Infinity;
  }

  // Steps of 2 minutes from an even one never come by an odd one: nobody has to look for it.
  const common = greatestCommonDivisor(interval, slotsOfDay);
  const isReachable = open.some((is, slot) => is && modulo(slot - anchor, common) === 0);
  if (!isReachable || times.length === 0) return { days: noDays, timesOn };
  return { days: { atOrAfter, atOrBefore }, timesOn };
}

const noDays: Days = { atOrAfter: () => Infinity, atOrBefore: () => -Infinity };

/** When a rule names times within a slot, in milliseconds after its beginning. */
function timesOfSlot(rule: SlotRule, starting: Wall): number[] {
  if (rule.frequency === 'hourly') return timesOfHour(rule, starting);
  return rule.frequency === 'minutely' ? timesOfMinute(rule, starting) : [0];
}

/** Whether the parts of a rule that limit its slots let one through. */
function isOpen({ frequency, hours, minutes, seconds }: SlotRule, time: number): boolean {
  if (hours !== undefined && !hours.includes(hourOf(time))) return false;
  if (frequency === 'hourly') return true;
  if (minutes !== undefined && !minutes.includes(minuteOf(time))) return false;
  return (
    frequency === 'minutely' ||
    seconds === undefined ||
    seconds.some((wanted) => Math.min(wanted, 59) === secondOf(time))
  );
}

function greatestCommonDivisor(a: number, b: number): number {
  return b === 0 ? a : greatestCommonDivisor(b, a % b);
}

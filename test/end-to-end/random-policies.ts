// Random policies, each written as a person would write it and as the rule that it should mean.

import fc from 'fast-check';
import { type NamedCalendar, randomCalendars } from './random-calendars.ts';
import type { RandomWindow } from './random-times.ts';
import { maybeLimited, plainWindow, zones } from './random-windows.ts';
import { minuteMs } from './wall-walk.ts';
import type { PolicyRule } from './window-rule.ts';

/** A policy twice: its lines in a file, below its name, and what they mean. */
export interface RandomPolicy {
  readonly lines: readonly string[];
  /** The calendars that its lines refer to; their names are unique within the policy only. */
  readonly calendars: readonly NamedCalendar[];
  readonly rule: PolicyRule;
}

/** A window of one of the calendars, for a while or for ever. */
function calendarWindow(calendars: readonly NamedCalendar[]): fc.Arbitrary<RandomWindow> {
  const whole = fc
    .record({ zone: fc.constantFrom(...zones), calendar: fc.constantFrom(...calendars) })
    .map(
      ({ zone, calendar: { name, rule } }): RandomWindow => ({
        fields: { calendar: name },
        rule: { zone, calendar: rule },
      }),
    );
  return maybeLimited(whole);
}

/** A window, perhaps cut by some of the calendars. */
function windowWith(calendars: readonly NamedCalendar[]): fc.Arbitrary<RandomWindow> {
  if (calendars.length === 0) return plainWindow;
  const window = fc.oneof(
    { weight: 3, arbitrary: plainWindow },
    { weight: 2, arbitrary: calendarWindow(calendars) },
  );
  return fc
    .record({
      window,
      cuts: fc.subarray([...calendars], {
        maxLength: Math.min(2, calendars.length),
      }),
    })
    .map(({ window, cuts }) => {
      if (cuts.length === 0) return window;
      const names = cuts.map(({ name }) => name);
      const except = cuts.map(({ rule }) => rule);
      return {
        fields: { ...window.fields, except: names.length === 1 ? names[0]! : names },
        rule: { ...window.rule, except },
      };
    });
}

/** Mostly of one window: what goes wrong in one is not hidden by another. */
export const randomPolicy: fc.Arbitrary<RandomPolicy> = fc
  .oneof({ weight: 2, arbitrary: fc.constant([]) }, { weight: 1, arbitrary: randomCalendars })
  .chain((calendars) =>
    fc.record({
      calendars: fc.constant(calendars),
      windows: fc.oneof(
        { weight: 4, arbitrary: fc.array(windowWith(calendars), { minLength: 1, maxLength: 1 }) },
        { weight: 1, arbitrary: fc.array(windowWith(calendars), { minLength: 2, maxLength: 3 }) },
      ),
      outside: fc.option(fc.constant(true), { freq: 3 }),
      lead: fc.option(fc.integer({ min: 1, max: 180 }), { freq: 3 }),
    }),
  )
  .map(({ calendars, windows, outside, lead }) => ({
    calendars,
    lines: [
      'select: { all: true }',
      'allow_always: true',
      ...(lead === null ? [] : [`lead: ${lead}m`]),
      'pause:',
      `  ${outside === true ? 'outside' : 'during'}:`,
      ...windows.map((window) => `    - ${windowText(window)}`),
    ],
    rule: {
      windows: windows.map(({ rule }) => rule),
      outside: outside === true,
      leadMs: (lead ?? 0) * minuteMs,
    },
  }));

function windowText({ fields, rule }: RandomWindow): string {
  const all = { ...fields, timezone: rule.zone };
  const parts = Object.entries(all).map(([name, value]) => `${name}: ${JSON.stringify(value)}`);
  return `{ ${parts.join(', ')} }`;
}

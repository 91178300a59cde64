// The shape of one calendar, as src/policy/schema.ts has that of policies and windows.

import { z } from 'zod';
import { defaultHolidayTypes, holidayTypes, readPlace } from './holidays.ts';
import { readIcsPlace } from './ics-place.ts';
import { leaf, mapping, name, oneOrMore, sentence, zoneSchema } from './schema-leaf.ts';
import { readDateRange } from './value-text.ts';

/** The forms of a calendar; each calendar has exactly one. */
export const calendarFormNames = ['holidays', 'dates', 'ics', 'include'] as const;

const types = z.enum(holidayTypes, { error: 'text' });

/** One calendar. */
export const calendarSchema = mapping('a calendar such as `{ holidays: US-NY }`', {
  holidays: leaf('a place such as `US-NY`', readPlace)
    .optional()
    .describe('The holidays of a country, state or region: `US`, `US-NY`, `US-LA-NO`.'),
  types: oneOrMore('a type of holidays, or a list of them', types)
    .optional()
    .describe(`Which holidays count; if left out, ${defaultHolidayTypes.join(' and ')}.`),
  without: oneOrMore('the name of a holiday, or a list of names', sentence(200))
    .optional()
    .describe('Holidays that do not count, by their names: `Columbus Day`.'),
  dates: oneOrMore('a date, or a list of dates', leaf('a date', readDateRange))
    .optional()
    .describe('Whole days: `2027-03-30`, or `2026-12-29/2027-01-02` with both ends included.'),
  ics: leaf('a path such as `calendars/vendor.ics`, or an https URL', readIcsPlace)
    .optional()
    .describe('An iCalendar file, by its path from this file, or the https URL of one.'),
  include: oneOrMore('the name of a calendar, or a list of names', name)
    .optional()
    .describe('Other calendars, of any file: this one is all of them together.'),
  timezone: zoneSchema
    .optional()
    .describe('Where its days begin and end; if left out, in the zone of each window.'),
  description: sentence(2_000).optional(),
}).meta({
  id: 'calendar',
  description: `Exactly one of ${calendarFormNames.join(', ')}.`,
  oneOf: calendarFormNames.map((form) => ({ required: [form] })),
  dependentRequired: { types: ['holidays'], without: ['holidays'] },
});

/** What a schema gives for one calendar. */
export type CalendarFields = z.output<typeof calendarSchema>;

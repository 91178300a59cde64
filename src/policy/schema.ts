// The shape of a policy file, once: TypeScript types, checks and the JSON Schema for editors all
// come from here. Loading reads a file in three layers (file, policy, window), so that a fault in
// one policy or window does not hide those of the others; the layers are the same schemas.

import { z } from 'zod';
import { calendarSchema } from './calendar-schema.ts';
import { readMonthly, readYearly } from './date-form.ts';
import { readStarting } from './moment-text.ts';
import { readOnce } from './once-form.ts';
import { readConnectionPattern, readPattern } from './pattern-text.ts';
import { readRule } from './rule-text.ts';
import { leaf, mapping, name, oneOrMore, sentence, zoneSchema } from './schema-leaf.ts';
import { policyTerms } from './schema-terms.ts';
import { readCron, readDate, readDuration } from './value-text.ts';
import { readDaily, readWeekly } from './week-form.ts';

/** The forms of a window; each window has exactly one. */
export const formNames = [
  'daily',
  'weekly',
  'monthly',
  'yearly',
  'once',
  'cron',
  'rrule',
  'calendar',
] as const;

/** The fields that a form needs beside it; they stand nowhere else. */
export const companions: Readonly<Partial<Record<FormName, readonly CompanionName[]>>> = {
  cron: ['for'],
  rrule: ['starting', 'for'],
};

/** The name of a form. */
export type FormName = (typeof formNames)[number];
/** A field that only some forms have beside them. */
export type CompanionName = 'for' | 'starting';

const pattern = () => oneOrMore('a pattern, or a list of patterns', leaf('text', readPattern));
const connection = () =>
  oneOrMore('a pattern, or a list of patterns', leaf('text', readConnectionPattern));

const matcherSchema = mapping('a matcher such as `{ name: "Sandbox/*" }`', {
  all: z.literal(true).optional().describe('Selects every sync.'),
  id: pattern().optional().describe('The id of a sync, or `kind:id`.'),
  kind: oneOrMore('`model` or `bulk`', z.enum(['model', 'bulk'], { error: 'text' })).optional(),
  name: pattern().optional().describe('The name of a sync: `Finance/*`.'),
  connection: connection()
    .optional()
    .describe('A source or destination, by name, id or `type:snowflake`.'),
  source: connection().optional().describe('A source, by name, id or `type:salesforce`.'),
  destination: connection().optional().describe('A destination, by name, id or type.'),
  object: pattern().optional().describe('The object that a sync writes to.'),
  mode: pattern().optional().describe('How a sync writes: create, update, replace …'),
  frequency: pattern().optional().describe('The schedule: hourly, daily, continuous …'),
  created_by: pattern().optional().describe('Who created the sync, by name or id.'),
})
  .refine((fields) => Object.keys(fields).length > 0, {
    error: 'an empty matcher selects nothing',
    params: { code: 'select-empty', index: 0, hint: 'to select every sync, write `all: true`' },
  })
  .meta({
    id: 'matcher',
    description: 'All fields must match; within a list any entry. Texts are globs, in any case.',
    minProperties: 1,
  });

/** What selects syncs: a matcher, or a list of them. */
export const selectorSchema = oneOrMore('a matcher, or a list of matchers', matcherSchema);

/** One window of a policy. */
export const windowSchema = mapping('a window such as `weekly: Sun 02:00-06:00`', {
  daily: leaf('text such as `22:00-06:00`', readDaily)
    .optional()
    .describe('Every day: `22:00-06:00`, or `22:00 for 8h` of elapsed time.'),
  weekly: leaf('text such as `Mon-Fri 22:00-06:00`', readWeekly)
    .optional()
    .describe('`Mon-Fri 22:00-06:00`, `Sat,Sun 22:00 for 8h`, `Fri 18:00 - Mon 06:00`.'),
  monthly: leaf('text such as `2nd Tue 20:00-23:00`', readMonthly)
    .optional()
    .describe('`15,last day 18:00 for 6h`, `2nd Tue +1d 20:00-23:00`, `last day 18:00 - 3 06:00`.'),
  yearly: leaf('text such as `Dec 24 18:00 for 12h`', readYearly)
    .optional()
    .describe('`Dec 24 18:00 - Dec 27 06:00`, `Nov 4th Thu 00:00-24:00`, `Mar,Jun last day …`.'),
  once: leaf('text such as `2026-12-24T18:00/PT12H`', readOnce)
    .optional()
    .describe('`2026-12-24T18:00/2026-12-27T06:00`, or `…/PT12H`; with `Z` or an offset: exact.'),
  cron: leaf('a cron expression in quotes', readCron)
    .optional()
    .describe('Five cron fields; each time they name starts a window of length `for`.'),
  rrule: leaf('a recurrence rule such as `FREQ=WEEKLY;INTERVAL=2;BYDAY=TU`', readRule)
    .optional()
    .describe('A recurrence rule of RFC 5545, from `starting` on; each time lasts `for`.'),
  starting: leaf('a date and time such as `2026-01-06T20:00`', readStarting)
    .optional()
    .describe('Where a recurrence rule starts to count, by the clock on the wall.'),
  for: leaf('a length of time such as `4h`', readDuration)
    .optional()
    .describe('How long a cron or rrule window lasts, in elapsed time.'),
  calendar: name.optional().describe('Whenever this calendar has something.'),
  timezone: zoneSchema.optional(),
  except: oneOrMore('the name of a calendar, or a list of names', name)
    .optional()
    .describe('Calendars whose time is cut out of this window.'),
  from: leaf('a date such as `2026-01-31`', readDate)
    .optional()
    .describe('The first date on which the window may start.'),
  until: leaf('a date such as `2026-01-31`', readDate)
    .optional()
    .describe('The last date on which the window may start.'),
  description: sentence(2_000).optional(),
}).meta({
  id: 'window',
  description: `Exactly one of ${formNames.join(', ')}.`,
  oneOf: formNames.map((form) => ({ required: [form, ...(companions[form] ?? [])] })),
  dependentRequired: { starting: ['rrule'] },
  dependentSchemas: { for: { anyOf: [{ required: ['cron'] }, { required: ['rrule'] }] } },
});

/** What a schema gives for one window. */
export type WindowFields = z.output<typeof windowSchema>;

function policyFields<W extends z.ZodType>(window: W) {
  const windows = z.array(window, { error: 'a list of windows' }).min(1).max(200);
  return {
    description: sentence(2_000).optional().describe('What the policy is for.'),
    owner: sentence(200).optional().describe('Who answers for the policy.'),
    ticket: sentence(200).optional().describe('Where the policy was agreed on.'),
    labels: z
      .record(name, sentence(200), { error: 'a mapping of names to texts' })
      .optional()
      .describe('For filters and reports.'),
    enabled: z.boolean({ error: 'true or false' }).default(true),
    mode: z
      .enum(['enforce', 'observe'], { error: '`enforce` or `observe`' })
      .default('enforce')
      .describe('`observe`: decide and write to the journal, never act.'),
    priority: z
      .int({ error: 'a whole number' })
      .min(-1_000_000)
      .max(1_000_000)
      .default(0)
      .describe('The higher one wins; at a tie a pause wins.'),
    select: selectorSchema.describe(
      'The syncs this is about. A list selects what any matcher does.',
    ),
    exclude: selectorSchema.optional().describe('Syncs that are left alone; wins over `select`.'),
    pause: mapping('a mapping with `during` or `outside`', {
      during: windows.optional().describe('Paused inside of these windows.'),
      outside: windows.optional().describe('Paused except inside of these windows.'),
    })
      .meta({ oneOf: [{ required: ['during'] }, { required: ['outside'] }] })
      .optional(),
    protect: mapping('a mapping with `during`', {
      during: windows.describe('Never paused by a lower priority inside of these windows.'),
    }).optional(),
    ...policyTerms,
    allow_always: z
      .boolean({ error: 'true or false' })
      .default(false)
      .describe('Allows windows that cover all time, or never occur.'),
  };
}

const unread = z.unknown();

/** A policy whose windows are still to be read, each by `windowSchema`. */
export const policySchema = mapping('a policy', policyFields(unread));

/** What a schema gives for one policy. */
export type PolicyFields = z.output<typeof policySchema>;

const version = z.literal(1).describe('The version of this format.');

/** A file whose calendars and policies are still to be read, each by the schema of one. */
export const fileSchema = mapping('a mapping with `version` and `policies`', {
  version,
  timezone: zoneSchema.optional().describe('For every window that does not name its own.'),
  calendars: z.record(name, unread, { error: 'a mapping of names to calendars' }).optional(),
  policies: z.record(name, unread, { error: 'a mapping of names to policies' }).optional(),
});

/**
 * The JSON Schema of a policy file, draft 2020-12, for editors. It knows the shape; the grammar of
 * the texts is checked by `curfew validate`.
 */
export function policyJsonSchema(): object {
  const policy = mapping('a policy', policyFields(windowSchema)).meta({
    oneOf: [{ required: ['pause'] }, { required: ['protect'] }],
  });
  const file = fileSchema
    .extend({
      calendars: z.record(name, calendarSchema).optional(),
      policies: z.record(name, policy).optional(),
    })
    .meta({
      title: 'Curfew policies',
      anyOf: [{ required: ['policies'] }, { required: ['calendars'] }],
    });
  return z.toJSONSchema(file, { target: 'draft-2020-12', io: 'input' });
}

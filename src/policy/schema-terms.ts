// The fields that say how a policy pauses and how it lets go; without them it pauses at the edges
// of its windows, leaves running work alone and respects people.

import { z } from 'zod';
import type { InFlight } from './policy.ts';
import { leaf, mapping, name, oneOrMore } from './schema-leaf.ts';
import { readDrain, readLead, readSpread } from './value-text.ts';

const drainWords = ['leave', 'cancel', 'drain'] as const;

/** `drain` by itself. */
const usualDrain: InFlight = { drainMs: 15 * 60_000, afterwards: 'cancel' };

const inFlight = z
  .union(
    [
      z.enum(drainWords, { error: '`leave`, `cancel` or `drain`' }),
      mapping('a mapping with `drain` and `then`', {
        drain: leaf('a length of time such as `10m`', readDrain).describe(
          'Wait this long for running work to end.',
        ),
        // biome-ignore lint/suspicious/noThenProperty: what people write; it never leaves this file
        then: z
          .enum(['cancel', 'leave'], { error: '`cancel` or `leave`' })
          .default('cancel')
          .describe('What happens to work that still runs after that.'),
      }),
    ],
    { error: '`leave`, `cancel`, `drain` or a mapping with `drain` and `then`' },
  )
  .transform((value): InFlight => {
    if (value === 'drain') return usualDrain;
    return typeof value === 'string' ? value : { drainMs: value.drain, afterwards: value.then };
  });

/** A mapping whose fields are all optional says something only with one of these. */
function saysOneOf<S extends z.ZodType<object>>(schema: S, ...names: readonly string[]): S {
  const wanted = names.map((field) => `\`${field}\``).join(' or ');
  return schema
    .refine((fields) => names.some((field) => field in fields), {
      error: `this says nothing without ${wanted}`,
      params: { code: 'field-missing', index: 0 },
    })
    .meta({ anyOf: names.map((field) => ({ required: [field] })) });
}

const price = () => z.number({ error: 'a number' }).min(0).max(1_000_000_000).optional();

const resume = mapping('a mapping with `spread` or `catch_up`', {
  spread: leaf('a length of time such as `5m`', readSpread)
    .optional()
    .describe('Let the syncs come back over this long instead of all at once.'),
  catch_up: z
    .enum(['none', 'if_missed', 'always'], { error: '`none`, `if_missed` or `always`' })
    .optional()
    .describe('Start one run afterwards: never, if a scheduled one was missed, or always.'),
});

const limit = mapping('a mapping with `syncs` or `percent`', {
  syncs: z
    .int({ error: 'a whole number' })
    .min(0)
    .max(1_000_000)
    .optional()
    .describe('The most syncs it may select; 0 means none.'),
  percent: z
    .number({ error: 'a number' })
    .min(0)
    .max(100)
    .optional()
    .describe('The most it may select, of all syncs.'),
});

const cost = mapping('a mapping with `per_run` or `per_hour`, and `currency`', {
  per_run: price().describe('What one run costs.'),
  per_hour: price().describe('What an hour of running costs.'),
  currency: z
    .string({ error: 'text' })
    .regex(/^[A-Z]{3}$/)
    .describe('Three letters: USD, EUR.'),
});

/** Fields of a policy. Those before `notify` do nothing in a policy that protects. */
export const policyTerms = {
  lead: leaf('a length of time such as `15m`', readLead)
    .optional()
    .describe('Start the pause this long before each window.'),
  in_flight: inFlight
    .optional()
    .describe('What happens to an execution that runs when the pause begins.'),
  protect_resync: z
    .boolean({ error: 'true or false' })
    .optional()
    .describe('A running full resync is never cancelled; true unless said otherwise.'),
  enforce: z
    .enum(['once', 'always'], { error: '`once` or `always`' })
    .optional()
    .describe('`once`: who re-activates a sync in a window is respected; `always`: paused again.'),
  resume: saysOneOf(resume, 'spread', 'catch_up').optional(),
  limit: saysOneOf(limit, 'syncs', 'percent')
    .optional()
    .describe('Selects it more, the policy pauses nothing new, and an alert says so.'),
  on_delete: z
    .enum(['restore', 'finish'], { error: '`restore` or `finish`' })
    .optional()
    .describe('What the deletion or disabling of the policy does to syncs that it holds.'),
  notify: oneOrMore('a name, or a list of names', name)
    .optional()
    .describe('Names that alerts about this policy carry, for whoever routes them.'),
  cost: saysOneOf(cost, 'per_run', 'per_hour')
    .optional()
    .describe('For reports: what running costs.'),
};

/** The fields that mean nothing where nothing is paused. */
export const pauseOnlyFields = [
  'lead',
  'in_flight',
  'protect_resync',
  'enforce',
  'resume',
  'limit',
  'on_delete',
] as const;

// The shape of a test file, in layers as that of a policy file is: the file, its syncs and cases,
// and in each case what is expected of a sync.

import { z } from 'zod';
import { wallOf } from '../time/wall.ts';
import { type Moment, readMoment } from './moment-text.ts';

import { leaf, mapping, oneOrMore, sentence, zoneSchema } from './schema-leaf.ts';
import { closestHint } from './suggest.ts';
import type { TextResult } from './text-fault.ts';
import { readDate } from './value-text.ts';

/** What a test may expect of a sync; `running` is whatever is not paused. */
export type ExpectedState = 'paused' | 'protected' | 'baseline' | 'running';

/** A time as it was written: an instant, or what the wall of the case's zone shows. */
export type WrittenTime = Moment;

/** The words for states; some people know one by what the command line calls it. */
const stateWords: Readonly<Record<string, ExpectedState>> = {
  paused: 'paused',
  protected: 'protected',
  baseline: 'baseline',
  'left alone': 'baseline',
  running: 'running',
};

function readState(text: string): TextResult<ExpectedState> {
  const value = stateWords[text.trim().toLowerCase()];
  if (value !== undefined) return { value };
  const words = Object.keys(stateWords);
  const hint = closestHint(text, words) ?? `states are ${words.join(', ')}`;
  const message = `\`${text}\` is no state`;
  return { fault: { code: 'value-unknown', index: 0, message, hint } };
}

/** Reads `2026-11-01T01:30`, the same with `Z` or an offset, or a date, which is its midnight. */
function readTime(text: string): TextResult<WrittenTime> {
  if (/^\d{4}-\d\d-\d\d$/.test(text)) {
    const date = readDate(text);
    return 'fault' in date ? date : { value: { clock: 'wall', at: wallOf(date.value) } };
  }
  const moment = readMoment(text, 0, 'start', 'write `2026-11-01T01:30`');
  if ('value' in moment || moment.fault.code !== 'window-syntax') return moment;
  const hint = 'write `2026-11-01T01:30`, or with an offset `2026-11-01T01:30-05:00`';
  return { fault: { ...moment.fault, code: 'moment-invalid', hint } };
}

function timeOr<W extends string>(word: W) {
  const read = (text: string): TextResult<WrittenTime | W> =>
    text.trim().toLowerCase() === word ? { value: word } : readTime(text);
  return leaf(`a time such as \`2026-11-01T01:30\`, or \`${word}\``, read);
}

const time = leaf('a time such as `2026-11-01T01:30`', readTime);
/** A state alone, which stands for an expectation of nothing else. */
export const stateSchema = leaf('a state, or a mapping such as `{ state: paused }`', readState);
const state = leaf('a state: paused, protected, baseline or running', readState);
const policy = sentence(100);
const unread = z.unknown();
const entries = (wanted: string) => z.array(unread, { error: wanted }).min(1).max(10_000);

/** A test file whose syncs and cases are still to be read. */
export const testFileSchema = mapping('a mapping with `syncs` and `cases`', {
  version: z.literal(1).optional(),
  timezone: zoneSchema.optional(),
  syncs: entries('a list of syncs'),
  cases: entries('a list of cases'),
});

/** A case whose expectations are still to be read. */
export const testCaseSchema = mapping('a case with a name, a time and `expect`', {
  name: sentence(500),
  description: sentence(2_000).optional(),
  at: time.optional(),
  from: time.optional(),
  to: time.optional(),
  expect: z.record(z.string(), unread, { error: 'a mapping of syncs to what is expected of them' }),
});

/** What is expected of a sync at an instant. */
export const momentExpectationSchema = mapping(
  'a state, or a mapping such as `{ state: paused }`',
  {
    state: state.optional(),
    by: policy.optional(),
    since: timeOr('always').optional(),
    until: timeOr('never').optional(),
    because: oneOrMore('text, or a list of texts', sentence(500)).optional(),
  },
);

const transition = mapping('a transition such as `{ at: 2026-11-01T02:00, state: paused }`', {
  at: time,
  state,
  by: policy.optional(),
});

/** What is expected of a sync from one instant to another. */
export const rangeExpectationSchema = mapping(
  'a state, or a mapping such as `{ transitions: 0 }`',
  {
    state: state.optional(),
    transitions: z
      .union([z.int({ error: 'a number, or a list of transitions' }).min(0), z.array(transition)])
      .optional(),
  },
);

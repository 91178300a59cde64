// A recurrence rule cut into its parts: `FREQ=WEEKLY`, `INTERVAL=2`.

import { closestHint } from './suggest.ts';
import type { TextFault, TextResult } from './text-fault.ts';

const partNames = [
  'FREQ',
  'INTERVAL',
  'COUNT',
  'UNTIL',
  'WKST',
  'BYMONTH',
  'BYWEEKNO',
  'BYYEARDAY',
  'BYMONTHDAY',
  'BYDAY',
  'BYHOUR',
  'BYMINUTE',
  'BYSECOND',
  'BYSETPOS',
] as const;

/** The parts that a rule may have. */
export type RulePartName = (typeof partNames)[number];

/** One part as written. */
export interface RulePart {
  readonly name: RulePartName;
  /** Where its name stands in the text. */
  readonly nameIndex: number;
  readonly value: string;
  /** Where its value stands in the text. */
  readonly index: number;
}

const example = 'every second Tuesday is `FREQ=WEEKLY;INTERVAL=2;BYDAY=TU`';

/** Cuts a rule into parts, each with a known name, at most once, and a value. */
export function splitRule(text: string): TextResult<RulePart[]> {
  const prefix = /^\s*RRULE:/i.exec(text);
  if (prefix !== null) return ruleFault(0, 'the rule begins with its parts', 'leave out `RRULE:`');
  const parts: RulePart[] = [];
  let at = 0;
  for (const written of text.split(';')) {
    const part = readPart(written, at);
    if ('fault' in part) return part;
    const { name, nameIndex } = part.value;
    if (parts.some((earlier) => earlier.name === name)) {
      return ruleFault(nameIndex, `\`${name}\` stands twice`, 'write one list: `BYDAY=MO,TU`');
    }
    parts.push(part.value);
    at += written.length + 1;
  }
  return { value: parts };
}

/** `at` is where the part begins in the whole text. */
function readPart(written: string, at: number): TextResult<RulePart> {
  const trimmed = written.trim();
  const nameIndex = at + written.length - written.trimStart().length;
  if (trimmed === '') return ruleFault(nameIndex, 'a part such as `BYDAY=TU` is wanted', example);
  const equals = trimmed.indexOf('=');
  if (equals < 0) return ruleFault(nameIndex, `\`${trimmed}\` has no \`=\``, example);
  const word = trimmed.slice(0, equals);
  const name = partNames.find((known) => known === word.toUpperCase());
  if (name === undefined) return unknownPart(word, nameIndex);
  const value = trimmed.slice(equals + 1);
  const index = nameIndex + equals + 1;
  return value === ''
    ? ruleFault(index, `\`${name}\` has no value`)
    : { value: { name, nameIndex, value, index } };
}

function unknownPart(word: string, index: number): { fault: TextFault } {
  const hint = /^DTSTART/i.test(word)
    ? 'write the start into the field `starting`'
    : (closestHint(word, partNames) ?? `known: ${partNames.join(', ')}`);
  return ruleFault(index, `a rule has no part \`${word}\``, hint);
}

/** A fault of a recurrence rule. */
export function ruleFault(index: number, message: string, hint?: string): { fault: TextFault } {
  return { fault: { code: 'rrule-invalid', index, message, hint } };
}
